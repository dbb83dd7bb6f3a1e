"""How the rules are compiled, on a rule that calls another."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from numba import njit
from numba.core import base, config, errors, event, ir, postproc, types, typing, utils
from numba.core.codegen import JITCPUCodegen
from numba.core.compiler import run_frontend
from numba.core.errors import WarningsFixer  # type: ignore[attr-defined]
from numba.core.types.containers import BaseNamedTuple
from numba.extending import register_jitable

from ips_sim.model.compiled.compiling import AS_PART, AS_RULE, Whole, quickly


def fare(distance: float) -> float:
    if distance > 5.0:
        return 3.0
    return 1.0 + distance


def travel(distance: float, days: int) -> float:
    spent = 0.0
    for day in range(days):
        spent = spent + fare(distance + day)
    return spent


for each in (fare, travel):
    register_jitable(**AS_RULE)(each)


def checked(days: int) -> int:
    if days < 0:
        raise ValueError("fewer days than none")
    return days


register_jitable(**AS_PART)(checked)


def live(distances: Any, days: int) -> None:
    for row in range(len(distances)):
        distances[row] = travel(distances[row], checked(days)) + fare(1.0)


run = njit(pipeline_class=Whole, no_cfunc_wrapper=True)(live)


@pytest.fixture(scope="module")
def compiled() -> Counter[str]:
    """Compiles, and counts what became machine code."""
    made: Counter[str] = Counter()
    add = JITCPUCodegen._add_module

    def counted(self: Any, module: Any) -> Any:
        made[module.name] += 1
        return add(self, module)

    with pytest.MonkeyPatch.context() as patch, quickly():
        patch.setattr(JITCPUCodegen, "_add_module", counted)
        run(np.zeros(0), 0)
    return made


def test_compiled_code_does_what_python_does(compiled: Counter[str]) -> None:
    distances = np.array([0.5, 3.25, 7.0])
    expected = [travel(one, 4) + fare(1.0) for one in distances.tolist()]
    run(distances, 4)
    assert distances.tolist() == expected


def test_only_what_python_calls_becomes_machine_code(compiled: Counter[str]) -> None:
    # Numba may begin with code of its own.
    assert {name: made for name, made in compiled.items() if name != "nrt"} == {"live": 1}


def test_what_a_part_raises_reaches_python(compiled: Counter[str]) -> None:
    with pytest.raises(ValueError, match="fewer days than none"):
        run(np.zeros(1), -1)


@pytest.mark.parametrize("function", [fare, travel, checked, live])
def test_variables_of_a_statement_are_those_that_numba_finds(function: Any) -> None:
    statements = [one for block in run_frontend(function).blocks.values() for one in block.body]
    slowly = [one.list_vars() for one in statements]
    assert any(slowly)
    with quickly():
        assert [one.list_vars() for one in statements] == slowly


@pytest.mark.parametrize("fails", [False, True])
def test_numba_is_left_as_it_was(fails: bool) -> None:
    def state() -> list[Any]:
        return [
            types.Record.__repr__,
            types.BaseFunction.get_call_type,
            typing.BaseContext.refresh,
            base.BaseContext.refresh,
            config._env_reloader.update,
            event.install_timer,
            event.start_event,
            event.end_event,
            WarningsFixer.catch_warnings,
            postproc.PostProcessor.run,
            BaseNamedTuple.mangling_args,
            typing.BaseContext.resolve_getattr,
            utils.pysignature,
            ir.Inst._rec_list_vars,
            type(errors.termcolor()).errmsg,
        ]

    before = state()
    with pytest.raises(KeyError) if fails else quickly(), quickly():
        assert state() != before
        if fails:
            raise KeyError
    assert state() == before
