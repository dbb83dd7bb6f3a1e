"""How numba compiles here: rules are only translated, and what Python calls is optimised, once.

By itself numba optimises a function with all that it calls and makes machine code of it, and then
does so with its callers, and with theirs.  Rules call rules, so that most were optimised a dozen
times over, which took half of the time; and it asks of every function what rules never do, which
took a third.  `Part` and `Whole` are what numba calls pipeline classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache
from typing import Any

from numba.core import base, config, errors, event, ir, postproc, transforms, types, typing, utils
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_lock import global_compiler_lock
from numba.core.compiler_machinery import PassManager
from numba.core.cpu import CPUTargetOptions
from numba.core.errors import WarningsFixer  # type: ignore[attr-defined]
from numba.core.typed_passes import (
    AnnotateTypes,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.types.containers import BaseNamedTuple
from numba.core.untyped_passes import FixupArgs, IRProcessing, ReconstructSSA, TranslateByteCode


class _Nowhere:
    """Stands for the engine, which has nothing of what never becomes machine code by itself."""

    @staticmethod
    def set_env(name: str, env: Any) -> None:
        """Lend a function nothing: only what makes Python objects would ask for it."""


class _PartLibrary(JITCodeLibrary):  # type: ignore[misc]
    """The translation of a function that only compiled code calls."""

    codegen = property(lambda self: _Nowhere)

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def add_linking_library(self, library: Any) -> None:
        self._linking_libraries.append(library)

    def finalize(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        self._ensure_finalized()
        return 0


_LEVEL = 2
"""How much LLVM does."""


class _WholeLibrary(JITCodeLibrary):  # type: ignore[misc]
    """Machine code of a function that Python calls, with all parts below it."""

    def finalize(self) -> None:
        below: dict[Any, None] = {}
        _add_below(self, below)
        self._linking_libraries = list(below)
        self._called_by_python = set(_defined(self._final_module))
        super().finalize()

    def _optimize_functions(self, ll_module: Any) -> None:
        """Leave them for later, when the parts are put into them."""
        ll_module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        # Nobody else calls the parts, so that LLVM may put those with one caller into it.
        for name, function in _defined(self._final_module).items():
            if name not in self._called_by_python:
                function.linkage = "internal"
        # Once: numba does so twice, to count fewer references, and none are counted here. Its own
        # level, 3, takes longer and makes no week faster.
        manager, builder = self._codegen._module_pass_manager(opt=min(config.OPT, _LEVEL))
        manager.run(self._final_module, builder)


def _defined(module: Any) -> dict[str, Any]:
    """Give the functions of a module that have a body."""
    return {one.name: one for one in module.functions if not one.is_declaration}


def _add_below(library: Any, found: dict[Any, None]) -> None:
    for one in library._linking_libraries:
        if one not in found:
            found[one] = None
            if isinstance(one, _PartLibrary):
                _add_below(one, found)


class Whole(Compiler):  # type: ignore[misc]
    """Compiles what Python calls, with all parts below it."""

    _library: type[JITCodeLibrary] = _WholeLibrary

    def _compile_core(self) -> Any:
        state = self.state
        state.library = self._library(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return super()._compile_core()


class Part(Whole):
    """Compiles what only compiled code calls."""

    _library = _PartLibrary


class _Passes(PassManager):  # type: ignore[misc]
    _ENFORCING = False
    """Whether numba checks itself after each pass."""


class Rule(Part):
    """Compiles a part that is as plain as a rule.

    Left out are closures, ``with``, exceptions, list and array expressions, constants as indices,
    functions put into others, which LLVM does, and where a variable is needed no longer, which
    matters only if references are counted.
    """

    def define_pipelines(self) -> list[PassManager]:
        """Name the passes that are left."""
        passes = _Passes("rule")
        for one in (
            *(TranslateByteCode, FixupArgs, IRProcessing, ReconstructSSA),
            *(NopythonTypeInference, PreLowerStripPhis),
            *(AnnotateTypes, NativeLowering, NoPythonBackend),
        ):
            passes.add_pass(one, one.__name__)
        passes.finalize()
        return [passes]


# Numba would count references to every array at every call, which takes a quarter of the time;
# nothing here makes or keeps an array.  The option is numba's own, but not promised.
UNCOUNTED = {"_nrt": False} if hasattr(CPUTargetOptions, "_nrt") else {}
AS_PART = {"pipeline_class": Part, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
AS_RULE = {**AS_PART, "pipeline_class": Rule}


@contextmanager
def quickly() -> Iterator[None]:
    """Compile without numba's book-keeping, and without asking it the same thing twice.

    What it compiles is the same.  It writes out whole record types for listeners that nobody has
    registered and in the names of functions, colours for errors that have not happened, works out
    three times for how long each variable lives, and looks at its own registries and at the
    environment again for each function.
    """
    colours, asked = type(errors.termcolor()), typing.BaseContext
    instead: tuple[tuple[Any, str, Any], ...] = (
        # Not written out, told or looked for.
        (types.Record, "__repr__", types.Record.__str__),
        (BaseNamedTuple, "mangling_args", property(_name_and_number)),
        (event, "install_timer", lambda *_: nullcontext()),
        (event, "start_event", _if_heard(event.start_event)),
        (event, "end_event", _if_heard(event.end_event)),
        (WarningsFixer, "catch_warnings", lambda *_, **__: nullcontext()),
        (colours, "errmsg", lambda self, text: text),
        (config._env_reloader, "update", lambda: None),
        (postproc.PostProcessor, "run", _without_lifetimes(postproc.PostProcessor.run)),
        # Only once.
        (asked, "refresh", _once(asked.refresh)),
        (base.BaseContext, "refresh", _once(base.BaseContext.refresh)),
        (types.BaseFunction, "get_call_type", _remembered(types.BaseFunction.get_call_type)),
        (asked, "resolve_getattr", _remembered(asked.resolve_getattr)),
        (utils, "pysignature", cache(utils.pysignature)),
        # In fewer steps.
        (ir.Inst, "_rec_list_vars", lambda _, value: _variables_in(value)),
    )
    with global_compiler_lock, ExitStack() as back:
        for owner, name, new in instead:
            back.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, new)
        yield


def _name_and_number(kind: Any) -> tuple[str, tuple[int]]:
    return kind.instance_class.__name__, (kind._code,)


def _if_heard(tell: Callable[..., None]) -> Callable[..., None]:
    def told(kind: str, *data: Any, **named: Any) -> None:
        if event._registered[kind]:
            tell(kind, *data, **named)

    return told


def _without_lifetimes(run: Callable[..., None]) -> Callable[..., None]:
    def put_in_order(processor: Any, emit_dels: bool = False, **how: Any) -> None:
        function = processor.func_ir
        if emit_dels or function.is_generator:
            run(processor, emit_dels, **how)
            return
        function.blocks = transforms.canonicalize_cfg(function.blocks)
        function.variable_lifetime = postproc.VariableLifetime(function.blocks)
        function.generator_info = None

    return put_in_order


def _variables_in(value: Any) -> list[Any]:
    """Give what `numba.core.ir.Inst.list_vars` gives, by looking at types once."""
    kind = type(value)
    if kind is ir.Var:
        return [value]
    if kind is dict:
        value = value.values()
    elif kind is not list and kind is not tuple:
        return value.list_vars() if isinstance(value, ir.Inst) else []
    found = []
    for one in value:
        found += [one] if type(one) is ir.Var else _variables_in(one)
    return found


def _once(refresh: Callable[[Any], None]) -> Callable[[Any], None]:
    done = set()

    def first_only(context: Any) -> None:
        if id(context) not in done:
            done.add(id(context))
            refresh(context)

    return first_only


def _remembered(ask: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def remembered(*about: Any) -> Any:
        # Types are unique, and live as long as what is remembered of them.
        key = tuple(map(_identity, about))
        if key not in known:
            answer = ask(*about)
            if answer is None:  # some day there may be one
                return None
            known[key] = answer, about
        return known[key][0]

    return remembered


def _identity(of: Any) -> Any:
    """Tell arguments apart: texts as they are, sequences and mappings by what is in them."""
    if isinstance(of, str):
        return of
    if isinstance(of, tuple):
        return tuple(map(id, of))
    return tuple((name, id(one)) for name, one in of.items()) if isinstance(of, dict) else id(of)
