"""How numba compiles here: rules are only translated, and what Python calls is optimised, once.

By itself numba optimises a function with all that it calls and makes machine code of it, and then
does so with its callers, and with theirs.  Rules call rules, so that most were optimised a dozen
times over, which took half of the time; and it asks of every function what rules never do, which
took a third.  `Part` and `Whole` are what numba calls pipeline classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

from numba.core import base, config, errors, event, types, typing
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_lock import global_compiler_lock
from numba.core.compiler_machinery import PassManager
from numba.core.typed_passes import (
    AnnotateTypes,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
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


class _WholeLibrary(JITCodeLibrary):  # type: ignore[misc]
    """Machine code of a function that Python calls, with all parts below it."""

    def finalize(self) -> None:
        below: dict[Any, None] = {}
        _add_below(self, below)
        self._linking_libraries = list(below)
        self._called_by_python = set(_defined(self._final_module))
        super().finalize()

    def _optimize_final_module(self) -> None:
        # Nobody else calls the parts, so that LLVM may put those with one caller into it.
        for name, function in _defined(self._final_module).items():
            if name not in self._called_by_python:
                function.linkage = "internal"
        super()._optimize_final_module()


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


@contextmanager
def quickly() -> Iterator[None]:
    """Compile without numba's book-keeping, and without asking it the same thing twice.

    What it compiles is the same.  It writes out whole record types for listeners that nobody has
    registered, colours for errors that have not happened, and looks at its own registries and at
    the environment again for each function.
    """
    colours = type(errors.termcolor())
    instead: tuple[tuple[Any, str, Any], ...] = (
        (types.Record, "__repr__", types.Record.__str__),
        (types.BaseFunction, "get_call_type", _remembered(types.BaseFunction.get_call_type)),
        (typing.BaseContext, "refresh", _once(typing.BaseContext.refresh)),
        (base.BaseContext, "refresh", _once(base.BaseContext.refresh)),
        (config._env_reloader, "update", lambda: None),
        (event, "install_timer", lambda *_: nullcontext()),
        (colours, "errmsg", lambda self, text: text),
    )
    with global_compiler_lock, ExitStack() as back:
        for owner, name, new in instead:
            back.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, new)
        yield


def _once(refresh: Callable[[Any], None]) -> Callable[[Any], None]:
    done = set()

    def first_only(context: Any) -> None:
        if id(context) not in done:
            done.add(id(context))
            refresh(context)

    return first_only


def _remembered(get: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def remembered(function: Any, context: Any, args: Any, kws: Any) -> Any:
        # Types are unique, and live as long as what is remembered of them.
        key = (id(function), *map(id, args), *sorted((name, id(one)) for name, one in kws.items()))
        if key not in known:
            known[key] = get(function, context, args, kws), function, args, kws
        return known[key][0]

    return remembered
