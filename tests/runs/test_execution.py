"""Blocks in flight on this machine."""

import os

import pytest

from ips_sim.runs.errors import RunError
from ips_sim.runs.execution import spread


def die(block: int, threads: int) -> None:
    """End the process, as the system does to one that takes too much memory."""
    os._exit(1)


def test_a_process_that_is_killed_is_told_in_words():
    with pytest.raises(RunError, match=r"killed, perhaps for want of memory; fewer --jobs"):
        list(spread(die, [1, 2, 3], 2, "mesa"))
