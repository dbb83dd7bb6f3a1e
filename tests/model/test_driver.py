"""What the compiled driver's machine code holds, and what it leaves out."""

from ips_sim.model.compiled import cache
from ips_sim.model.compiled.driver import run_sites
from ips_sim.sources import PACKAGE
from tests.model.builders import run, scenario


def test_nothing_is_counted_in_compiled_code() -> None:
    """Numba would count references to arrays at every call, for a quarter of the time."""
    run(scenario("ips", design={"people": 3, "weeks": 2}))
    name = cache._name(PACKAGE, cache.COMPILED_FROM)
    kept = [path.read_bytes() for path in cache._home().glob(f"{name}-*{cache.SUFFIX}")]
    assert kept
    assert not any(b"NRT_incref" in code or b"NRT_decref" in code for code in kept)


def test_one_entry_is_compiled_once() -> None:
    """Whole runs and single weeks share it."""
    run(scenario("ips", design={"people": 3, "weeks": 2}))
    assert len(run_sites.signatures) == 1
