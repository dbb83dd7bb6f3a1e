"""The same bytes whatever the hash seed, the threads and the features of the processor."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ips_sim.model.compiled.execute import execute
from ips_sim.model.results import RunResult
from tests.model.builders import drawn, run, runs, scenario, special_scenarios

REPOSITORY = Path(__file__).resolve().parents[2]

SCRIPT = """
from tests.model.test_same_bytes import fingerprint_of_agents, fingerprint_of_worlds
from ips_sim.model.compiled.execute import keep_compiled_code
from numba.core.registry import cpu_target
print(fingerprint_of_worlds(), fingerprint_of_agents())
print(cpu_target.target_context.codegen().magic_tuple()[1])
keep_compiled_code()
"""


def fingerprint(*results: RunResult) -> str:
    """A checksum of every value that runs bring."""
    digest = hashlib.sha256()
    for result in results:
        for name in result.people.dtype.names or ():
            digest.update(result.people[name].tobytes())
        digest.update(result.offsets.tobytes())
        digest.update(result.weekly.tobytes())
    return digest.hexdigest()


def fingerprint_of_worlds() -> str:
    """A checksum of everything in a few worlds, on the compiled driver."""
    worlds = [scenario("ips"), scenario("traditional"), *special_scenarios().values()]
    return fingerprint(*(run(world, replicates=3, seed=11) for world in worlds))


def fingerprint_of_agents() -> str:
    """A checksum of everything in a few worlds, on Mesa agents."""
    from ips_sim.model.agents import execute_on_mesa

    world = scenario("traditional", design={"people": 30, "weeks": 40})
    return fingerprint(execute_on_mesa(world, drawn(), runs(1), 11))


def elsewhere(**environment: str) -> list[str]:
    """Both fingerprints and the processor that numba knows, from another process."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_fingerprint_sees_every_bit() -> None:
    result = run(scenario("ips", design={"people": 5, "weeks": 5}))
    before = fingerprint(result)
    assert fingerprint(result) == before
    result.people["interest"][3] = np.nextafter(result.people["interest"][3], 2.0)
    between = fingerprint(result)
    assert between != before
    result.weekly[0, 4, 0] = -0.0
    assert fingerprint(result) != between


@pytest.mark.parametrize("threads", [2, 3, 64])
def test_threads_do_not_matter(threads: int) -> None:
    world = scenario("ips", design={"people": 60, "sites": 3, "weeks": 30})
    parameters = np.concatenate([drawn(), drawn(own_offer_odds=0.3)])
    asked = runs(9, sites=3)
    asked.draw[::2] = 1
    alone = fingerprint(execute(world, parameters, asked, 13))
    assert fingerprint(execute(world, parameters, asked, 13, threads)) == alone


def test_the_order_of_runs_does_not_matter() -> None:
    world = scenario("traditional", design={"people": 60, "sites": 3, "weeks": 30})
    asked = runs(4, sites=3)
    forwards = execute(world, drawn(), asked, 13)
    order = np.arange(len(asked))[::-1]
    turned = type(asked)(asked.draw[order], asked.replicate[order], asked.site[order])
    backwards = execute(world, drawn(), turned, 13)
    for index, other in enumerate(order):
        mine = forwards.people[slice(*forwards.offsets[index : index + 2])]
        theirs = backwards.people[slice(*backwards.offsets[other : other + 2])]
        assert (mine == theirs).all()
        assert forwards.weekly[index].tobytes() == backwards.weekly[other].tobytes()


# Other processors: the mathematics library and numba are told that features are missing.
ELSEWHERE = {
    "another hash seed": {"PYTHONHASHSEED": "4242"},
    "library without FMA and AVX2": {
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-AVX512F"
    },
    "any processor": {
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX",
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("where", ELSEWHERE)
def test_neither_hash_seed_nor_processor_matter(where: str) -> None:
    *fingerprints, processor = elsewhere(**ELSEWHERE[where])
    assert fingerprints == [fingerprint_of_worlds(), fingerprint_of_agents()]
    # Or the same compiled code would be compared with itself.
    assert (processor == "generic") == (where == "any processor")
