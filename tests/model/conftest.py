"""What the tests of the model share."""

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def keep_compiled_code() -> Iterator[None]:
    """Keep what the tests compiled, so that the next run and subprocesses find it."""
    yield
    execute = sys.modules.get("ips_sim.model.compiled.execute")
    if execute is not None:
        execute.keep_compiled_code()
