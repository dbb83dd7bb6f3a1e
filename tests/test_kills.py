"""Every command that makes a result, killed, stopped, short of disk, and twice at once."""

import os
import random
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests import processes
from tests.analysis.experiments import CALIBRATION
from tests.analysis.small_fits import simulate_little
from tests.processes import ended

SMALL = """\
title: Small
based_on: ips.yaml
place:
  vacancies_per_employer_per_year: 12.0
design:
  people: 6
  weeks: 13
"""
EXPERIMENT = """\
title: Caseloads
base: small.yaml
factors:
  programme.caseload_limit: {low: 3, high: 12}
  programme.employer_contacts_per_week: {low: 2, high: 8}
replicates: 20
outcomes: [weeks_worked]
"""
PLAYERS = """\
title: Three
base: small.yaml
principles: [rapid_search, preferences, integration]
"""
SYSTEM = """\
title: Two
groups:
  here: {scenario: open_programme, sites: 1, set: {design.people: 20, design.weeks: 26,
    design.warm_up_weeks: 13}}
differ:
  programme.caseload_limit: {low: 20, high: 30}
draws: 2
"""
LEAN = "title: Lean\nbased_on: small.yaml\ndrop: [rapid_search]\n"
ONE_OF_EACH = ("--draws", "1", "--replicates", "1")
COMMANDS = {
    "run": ["run", "small.yaml", "--draws", "1", "--replicates", "60"],
    "compare": ["compare", "small.yaml", "traditional", "--draws", "1", "--replicates", "40"],
    "principles": ["principles", "principles.yaml", *ONE_OF_EACH],
    "sweep": ["sweep", "sweep.yaml"],
    "sensitivity": ["sensitivity", "sensitivity.yaml"],
    "validate": ["validate", "--samples", "1"],
    "value": ["value", "small.yaml", "lean.yaml", *ONE_OF_EACH, "--no-variants"],
    "system": ["system", "system.yaml"],
    "fidelity": ["fidelity", "forty.yaml", "--agencies", "2", "--draws", "0"],
    "calibrate": ["calibrate", "calibration.yaml"],
}
SLOW = {"calibrate", "compare", "sensitivity", "principles"}
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
"""What stops commands, one after the other: what a signal does is the same for all of them."""
STOPPED = {signal.SIGTERM: 128 + signal.SIGTERM, signal.SIGHUP: 128 + signal.SIGHUP}

each_command = pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.slow if one in SLOW else ()) for one in COMMANDS]
)


@cache
def here() -> Path:
    """A folder with what the commands read, for all tests of this process."""
    folder = Path(mkdtemp(prefix="ips-sim-kills-"))
    (folder / "small.yaml").write_text(SMALL)
    (folder / "sweep.yaml").write_text(EXPERIMENT + "design: latin_hypercube\npoints: 20\n")
    (folder / "sensitivity.yaml").write_text(EXPERIMENT + "methods: [morris]\ntrajectories: 6\n")
    # A review takes more people than the others need.
    (folder / "forty.yaml").write_text(SMALL.replace("people: 6", "people: 40"))
    (folder / "lean.yaml").write_text(LEAN)
    (folder / "system.yaml").write_text(SYSTEM)
    (folder / "principles.yaml").write_text(PLAYERS)
    (folder / "calibration.yaml").write_text(CALIBRATION.partition("variants:")[0])
    return folder


def begin(arguments: list[str], said: Path, before: Callable[[], object] = lambda: None) -> int:
    """Give a command in a process of its own; gives its number."""
    return processes.begin(processes.command(*arguments), here(), said, before=before)


def tables(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.suffix in (".csv", ".parquet")
    }


@cache
def whole(name: str) -> tuple[dict[str, bytes], float]:
    """The tables of an undisturbed command, and the seconds it takes."""
    folder, said = here() / f"{name}-whole", here() / "said.txt"
    began = time.monotonic()
    child = begin([*COMMANDS[name], "--no-report", "--out", str(folder)], said)
    assert ended(child) == 0, said.read_text()
    return tables(folder), time.monotonic() - began


@pytest.fixture(scope="module", autouse=True)
def ready() -> Iterator[None]:
    """Have everything here that commands need, and fits small."""
    from ips_sim.analysis.calibration import fit
    from ips_sim.analysis.calibration.statistics import fitted_trials

    processes.get_ready()
    # A fit leaves out each trial in turn; one is enough here.
    first = fitted_trials()[:1]
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(fit, "fitted_trials", lambda: first)
    simulate_little(monkeypatch)
    yield
    monkeypatch.undo()


@each_command
def test_stopped_short_of_room_and_twice_at_once_it_comes_to_the_same(name: str, tmp_path: Path):
    """One result, troubled in every way in turn, ends in the bytes of an undisturbed one."""
    expected, takes = whole(name)
    folder, said = tmp_path / "out", tmp_path / "said.txt"
    arguments = [*COMMANDS[name], "--no-report", "--out", str(folder)]
    is_stopped(arguments, said, SIGNALS[list(COMMANDS).index(name) % len(SIGNALS)], takes)
    assert not folder.exists()
    finds_no_room(arguments, said, expected)
    assert (tmp_path / "out.partial").exists()
    assert not folder.exists()

    # Two at once do not mix: whichever came first to the folder has it.
    first = begin(arguments, tmp_path / "first.txt")
    second = ended(begin(arguments, said))
    words = [(ended(first), tmp_path / "first.txt"), (second, said)]
    assert sorted(code for code, _ in words) == [0, 2], said.read_text()
    (refused,) = (text.read_text() for code, text in words if code == 2)
    assert "another process" in refused or "is there already" in refused
    assert tables(folder) == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.txt", "out", "said.txt"]


def is_stopped(arguments: list[str], said: Path, number: signal.Signals, takes: float) -> None:
    """Send a signal to a command at a moment of its first half."""
    moments = random.Random(arguments[0])
    code = 0
    # Where it was done before, it took longer the first time, as on a machine with other work.
    while code == 0:
        child = begin(arguments, said)
        takes *= moments.uniform(0.1, 0.5)
        time.sleep(takes)
        os.kill(child, number)
        code = ended(child)
        if code == 0:
            shutil.rmtree(arguments[-1])
    # Stopped, or ended by the signal before the program had settled what to do with it.
    assert code in (STOPPED.get(number, -number), -number), said.read_text()
    assert "Traceback" not in said.read_text()
    # Before it has taken the folder up it has no word.
    if code > 0 and said.read_text():
        assert "the same command goes on from there" in said.read_text()


def finds_no_room(arguments: list[str], said: Path, expected: dict[str, bytes]) -> None:
    """Give a command where the smallest table has room and the largest has not."""
    least = min(map(len, expected.values()))
    most = max(map(len, expected.values()))

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, ((least + most) // 2,) * 2)

    assert ended(begin(arguments, said, no_room)) == 2, said.read_text()
    assert "Traceback" not in said.read_text()
    assert "make room and give the same command again" in said.read_text()
