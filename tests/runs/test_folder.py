"""Result folders: never a half result, always the same bytes in the end."""

import errno
import os
import random
import re
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ips_sim.runs import partial as partial_module
from ips_sim.runs.errors import DrawingError, InterruptedRunError, RunError, in_words
from ips_sim.runs.folder import run_to_folder, save
from ips_sim.runs.how import How
from ips_sim.runs.kinds import plan_again
from ips_sim.runs.manifest import altered, compare_manifests, read_manifest
from ips_sim.runs.plan import Plan, blocks_of
from ips_sim.runs.rounds import collect
from ips_sim.runs.summary import SummaryRow, replicates_needed
from ips_sim.runs.work import MemoryStore

TABLES = ["contrasts.csv", "people.parquet", "runs.parquet", "summary.csv", "weekly.parquet"]


def tables(folder: Path) -> dict[str, bytes]:
    """Everything but the manifest, which tells times."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.name != "manifest.json"
    }


def add_report(finished: object, folder: Path) -> None:
    """Stand for what is written from the tables."""
    (folder / "report.html").write_text(f"{len((folder / 'summary.csv').read_text())} letters")


def test_a_result_holds_its_tables_and_nothing_else(small_plan, tmp_path: Path):
    finished = run_to_folder(small_plan(), tmp_path / "out")
    assert sorted(tables(finished.folder)) == TABLES
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("settings", [{"jobs": 1}, {"jobs": 3}, {"jobs": 64}])
def test_tables_do_not_depend_on_jobs(small_plan, tmp_path: Path, settings: dict):
    plan = small_plan(replicates=7)
    assert len(blocks_of(plan)) == 8
    expected = tables(run_to_folder(plan, tmp_path / "two", How(jobs=2)).folder)
    assert tables(run_to_folder(plan, tmp_path / "other", How(**settings)).folder) == expected


@pytest.mark.slow
def test_tables_depend_neither_on_the_driver_nor_on_processes(small_plan, tmp_path: Path):
    compiled = run_to_folder(small_plan(replicates=2), tmp_path / "compiled")
    mesa = small_plan(replicates=2, driver="mesa")
    for jobs in (1, 2):
        there = run_to_folder(mesa, tmp_path / f"mesa-{jobs}", How(jobs=jobs))
        assert tables(there.folder) == tables(compiled.folder)


def test_a_simulation_in_memory_is_saved_as_the_same_tables(small_plan, tmp_path: Path):
    plan = small_plan()
    kept = save(collect(plan, MemoryStore()), tmp_path / "saved")
    assert tables(kept.folder) == tables(run_to_folder(plan, tmp_path / "run").folder)


# What is there already


def test_a_finished_result_is_replaced_by_force_only(small_plan, tmp_path: Path):
    folder = run_to_folder(small_plan(), tmp_path / "out").folder
    before = tables(folder)
    with pytest.raises(RunError, match=r"is there already: .* \(--force\)"):
        run_to_folder(small_plan(seed=2), folder)
    assert tables(folder) == before
    run_to_folder(small_plan(seed=2), folder, How(force=True))
    assert tables(folder)["people.parquet"] != before["people.parquet"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folders_beside_a_result_are_left_alone(small_plan, tmp_path: Path):
    """A copy that somebody kept under another name, whatever ending it has."""
    for kept in ("out.old", "out.replaced", "out.bak"):
        (tmp_path / kept).mkdir()
        (tmp_path / kept / "letter.txt").write_text("dear")
    run_to_folder(small_plan(), tmp_path / "out")
    run_to_folder(small_plan(seed=2), tmp_path / "out", How(force=True))
    assert all((tmp_path / kept / "letter.txt").exists() for kept in ("out.old", "out.replaced"))
    with pytest.raises(RunError, match="are called that are replaced"):
        run_to_folder(small_plan(), tmp_path / "out.ips-old")


def test_a_result_that_was_finished_before_the_lock_is_left_alone(
    small_plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Another process may finish between the question whether there is one and the lock."""
    folder = tmp_path / "out"
    others = tmp_path / "others"
    run_to_folder(small_plan(), others)
    locked = partial_module.locked

    def late(unfinished: Path):
        others.rename(folder)
        return locked(unfinished)

    monkeypatch.setattr(partial_module, "locked", late)
    with pytest.raises(RunError, match=r"is there already: .* \(--force\)"):
        run_to_folder(small_plan(seed=2), folder)
    assert read_manifest(folder)["seed"] == small_plan().seed


def test_force_replaces_nothing_that_is_not_a_result(small_plan, tmp_path: Path):
    mine = tmp_path / "letters"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    with pytest.raises(RunError, match=r"not a finished result"):
        run_to_folder(small_plan(), mine, How(force=True))
    assert (mine / "letter.txt").read_text() == "dear"


def test_a_folder_that_is_no_unfinished_result_is_left_alone(small_plan, tmp_path: Path):
    mine = tmp_path / "out.partial"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    with pytest.raises(RunError, match="other things than an unfinished result"):
        run_to_folder(small_plan(), tmp_path / "out")
    assert (mine / "letter.txt").read_text() == "dear"


# What the system refuses


def test_a_place_that_can_not_be_is_told_before_anything_runs(small_plan, tmp_path: Path):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    def ran(stage: str, done: int, total: int) -> None:
        raise AssertionError

    for out, said in (
        ("file/x", "Not a directory"),
        ("file", "is there already"),
        ("x" * 256, "File name too long"),
        ("x" * 250, "File name too long"),
        ("link", "a link to .*, where nothing is"),
        ("x.partial", "unfinished results"),
    ):
        with pytest.raises(RunError, match=said):
            run_to_folder(small_plan(), tmp_path / out, How(progress=ran))
    with pytest.raises(RunError, match="can't be written"):
        run_to_folder(small_plan(), Path("/proc/x"), How(progress=ran))


@pytest.mark.usefixtures("small_blocks")
def test_what_can_not_be_read_is_not_said_to_be_unwritable(small_plan, tmp_path: Path):
    with pytest.raises(StopError):
        run_to_folder(
            small_plan(), tmp_path / "out", How(jobs=1, progress=stop_after(4, StopError))
        )
    block = next((tmp_path / "out.partial" / "blocks").iterdir())
    opened = Path.open

    def refused(path: Path, *mode: str, **more: object) -> object:
        if path == block:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *mode, **more)  # type: ignore[call-overload]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", refused)
        with pytest.raises(RunError) as told:
            run_to_folder(small_plan(), tmp_path / "out")
    assert str(told.value) == f"{block} can't be read: Permission denied"


def test_what_lies_elsewhere_was_read(tmp_path: Path):
    elsewhere = OSError(errno.EIO, "Input/output error", "/usr/lib/ips_sim/prices.csv")
    assert in_words(elsewhere, tmp_path / "out.partial") == (
        "/usr/lib/ips_sim/prices.csv can't be read: Input/output error"
    )
    here = OSError(errno.EACCES, "Permission denied", str(tmp_path / "out.partial" / "x"))
    assert "can't be written" in in_words(here, tmp_path / "out.partial")


def test_an_empty_folder_is_filled(small_plan, tmp_path: Path):
    (tmp_path / "out").mkdir()
    run_to_folder(small_plan(), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_force_on_a_link_replaces_what_it_points_to(small_plan, tmp_path: Path):
    run_to_folder(small_plan(), tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    run_to_folder(small_plan(seed=2), tmp_path / "link", How(force=True))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]
    assert (tmp_path / "link").is_symlink()
    assert read_manifest(tmp_path / "real")["seed"] == 2


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), MemoryError()])
def test_what_the_system_refuses_while_it_runs_keeps_what_is_finished(
    small_plan, tmp_path: Path, error: Exception
):
    def fail(stage: str, done: int, total: int) -> None:
        if done:
            raise error

    with pytest.raises(RunError, match=r"(make room|not enough memory).*out\.partial keeps"):
        run_to_folder(small_plan(), tmp_path / "out", How(progress=fail))
    run_to_folder(small_plan(), tmp_path / "out")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no such letter"),
        OSError(28, "No space left on device"),
        DrawingError("2 figures"),
    ],
)
def test_a_drawing_that_fails_costs_no_result(small_plan, tmp_path: Path, error: Exception):
    def fail(made: object, folder: Path) -> None:
        raise error

    with pytest.raises(DrawingError, match=str(error.args[-1])) as raised:
        run_to_folder(small_plan(), tmp_path / "out", How(finish=fail))
    assert raised.value.made.replicates == 5
    assert sorted(tables(tmp_path / "out")) == TABLES
    assert altered(tmp_path / "out", read_manifest(tmp_path / "out")) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("text", ["[]", "3", "null", "{[", '"x"', '{"format": 1}'])
def test_a_damaged_plan_is_no_plan(small_plan, tmp_path: Path, text: str):
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "plan.json").write_text(text)
    with pytest.raises(RunError, match="other (settings|things)"):
        run_to_folder(small_plan(), tmp_path / "out")


class StopError(Exception):
    """Stands for a crash."""


def stop_after(runs: int, error: type[BaseException]) -> Callable[[str, int, int], None]:
    def progress(stage: str, done: int, total: int) -> None:
        if done >= runs:
            raise error

    return progress


@pytest.mark.usefixtures("small_blocks")
def test_after_a_stop_only_what_is_missing_is_done(small_plan, tmp_path: Path):
    plan = small_plan(replicates=7)
    with pytest.raises(StopError):
        run_to_folder(plan, tmp_path / "out", How(jobs=1, progress=stop_after(6, StopError)))
    assert not (tmp_path / "out").exists()
    seen = []
    how = How(jobs=1, progress=lambda stage, done, total: seen.append((done, total)))
    finished = run_to_folder(plan, tmp_path / "out", how)
    assert seen[0] == (6, 14)
    assert seen[-1] == (14, 14)
    assert tables(finished.folder) == tables(run_to_folder(plan, tmp_path / "whole").folder)


@pytest.mark.usefixtures("small_blocks")
def test_a_damaged_block_is_done_again(small_plan, tmp_path: Path):
    plan = small_plan(replicates=7)
    with pytest.raises(StopError):
        run_to_folder(plan, tmp_path / "out", How(jobs=1, progress=stop_after(6, StopError)))
    blocks = sorted((tmp_path / "out.partial" / "blocks").iterdir())
    content = bytearray(blocks[0].read_bytes())
    content[len(content) // 2] ^= 1
    blocks[0].write_bytes(content)
    blocks[1].write_bytes(blocks[1].read_bytes()[:100])
    finished = run_to_folder(plan, tmp_path / "out")
    assert tables(finished.folder) == tables(run_to_folder(plan, tmp_path / "whole").folder)


@pytest.mark.usefixtures("small_blocks")
def test_what_was_begun_with_other_settings_is_not_mixed_in(small_plan, tmp_path: Path):
    with pytest.raises(StopError):
        run_to_folder(small_plan(), tmp_path / "out", How(progress=stop_after(2, StopError)))
    other = small_plan(seed=7, replicates=6)
    with pytest.raises(RunError, match=r"other settings \(replicates, seed\): .* \(--force\)"):
        run_to_folder(other, tmp_path / "out")
    swapped = small_plan("traditional", "ips", reference="ips")
    with pytest.raises(RunError, match=r"other settings"):
        run_to_folder(swapped, tmp_path / "out")
    finished = run_to_folder(other, tmp_path / "out", How(force=True))
    assert tables(finished.folder) == tables(run_to_folder(other, tmp_path / "whole").folder)


def test_ctrl_c_says_where_what_is_finished_is(small_plan, tmp_path: Path):
    with pytest.raises(InterruptedRunError, match=r"out\.partial .* same command goes on"):
        how = How(progress=stop_after(1, KeyboardInterrupt))
        run_to_folder(small_plan(), tmp_path / "out", how)
    assert (tmp_path / "out.partial" / "plan.json").exists()
    run_to_folder(small_plan(), tmp_path / "out")


def test_two_processes_do_not_work_on_one_result(small_plan, tmp_path: Path):
    def meanwhile(stage: str, done: int, total: int) -> None:
        with pytest.raises(RunError, match="another process is working on"):
            run_to_folder(small_plan(), tmp_path / "out")

    run_to_folder(small_plan(), tmp_path / "out", How(progress=meanwhile))


# Kills


def in_a_child(work: Callable[[], object], kill_after_seconds: float | None = None) -> int:
    """Do something in a process of its own, perhaps killing it; gives the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    if kill_after_seconds is not None:
        time.sleep(kill_after_seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)


def die_at(step: int) -> None:
    """Kill this process at its n-th change of the file system (as Python sees them)."""
    changing = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree"}
    count = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in changing or (event == "open" and arguments[1] in ("w", "wb")):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def check_whole_or_absent(folder: Path, expected: dict[str, bytes]) -> bool:
    """A folder with the name of a result is a whole one; says whether it is there."""
    if not folder.exists():
        return False
    assert tables(folder) == expected
    read_manifest(folder)
    return True


@pytest.fixture
def kill_plan(small_plan, small_blocks: None) -> Plan:
    return small_plan(replicates=2)


@pytest.mark.slow
def test_a_kill_at_any_change_of_a_file_leaves_no_half_result(kill_plan: Plan, tmp_path: Path):
    """From a fresh start to every step once: then the same command again brings the same bytes."""
    expected = tables(run_to_folder(kill_plan, tmp_path / "whole", How(finish=add_report)).folder)
    folder = tmp_path / "out"

    def run(step: int | None = None) -> None:
        if step is not None:
            die_at(step)
        run_to_folder(kill_plan, folder, How(jobs=2, finish=add_report))

    step = 0
    while True:
        step += 1
        ended = in_a_child(partial(run, step))
        there = check_whole_or_absent(folder, expected)
        if ended == 0:
            break
        assert ended == signal.SIGKILL
        if not there:
            assert in_a_child(run) == 0
            assert check_whole_or_absent(folder, expected)
        assert [path.name for path in tmp_path.iterdir() if path != tmp_path / "whole"] == ["out"]
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    # Plan, two blocks, six tables, manifest and report, each with a rename or more.
    assert step > 20


@pytest.mark.slow
def test_kills_at_many_moments_end_in_the_same_bytes(kill_plan: Plan, tmp_path: Path):
    """One result, killed again and again at moments drawn from the time that a run takes."""
    began = time.monotonic()
    expected = tables(run_to_folder(kill_plan, tmp_path / "whole", How(finish=add_report)).folder)
    takes = time.monotonic() - began
    moments = random.Random(1)
    kills = 0
    for number in range(5):
        folder = tmp_path / f"out-{number}"

        def run(folder: Path = folder) -> None:
            run_to_folder(kill_plan, folder, How(jobs=2, finish=add_report))

        for _ in range(4):
            if check_whole_or_absent(folder, expected):
                break
            kills += in_a_child(run, moments.uniform(0, takes)) == signal.SIGKILL
        if not check_whole_or_absent(folder, expected):
            assert in_a_child(run) == 0
        assert check_whole_or_absent(folder, expected)
    assert kills >= 5


# Made again, and compared


def test_a_manifest_brings_the_same_tables_again(small_plan, tmp_path: Path):
    plan = small_plan(precision=half_the_error(small_plan()), replicates=5)
    first = run_to_folder(plan, tmp_path / "first", How(command=["ips-sim", "compare"]))
    manifest = read_manifest(first.folder)
    assert manifest["replicates"] == first.replicates > manifest["replicates_asked"] == 5
    assert manifest["command"] == ["ips-sim", "compare"]
    again = run_to_folder(plan_again(first.folder)[1], tmp_path / "again")
    assert compare_manifests(again.folder, first.folder) == ([], [])
    assert tables(again.folder) == tables(first.folder)


def test_a_rerun_that_differs_says_in_what(small_plan, tmp_path: Path):
    first = run_to_folder(small_plan(), tmp_path / "first")
    other = run_to_folder(small_plan(seed=2), tmp_path / "other")
    differing, notes = compare_manifests(other.folder, first.folder)
    assert differing == TABLES
    assert notes == []


@pytest.mark.parametrize("content", [None, "not JSON", '{"format": 0}'])
def test_what_is_not_a_result_is_refused(tmp_path: Path, content: str | None):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(RunError, match=re.escape(str(tmp_path))):
        read_manifest(tmp_path)


def weeks_worked_error(summary: list[SummaryRow]) -> float:
    return max(row.mc_error for row in summary if row.outcome == "weeks_worked")


def half_the_error(plan: Plan) -> str:
    """A precision that a plan's replicates do not reach and some more do."""
    return f"weeks_worked={weeks_worked_error(collect(plan, MemoryStore()).summary) / 2}"


def test_precision_adds_replicates_until_it_is_reached(small_plan, tmp_path: Path):
    wanted = half_the_error(small_plan("ips"))
    finished = run_to_folder(small_plan("ips", precision=wanted), tmp_path / "out")
    error = float(wanted.partition("=")[2])
    assert finished.replicates > 5
    exactly = collect(small_plan("ips", replicates=finished.replicates), MemoryStore())
    assert repr(exactly.summary) == repr(finished.summary)
    assert weeks_worked_error(exactly.summary) <= error
    # What the pilot says is not looked at again, so a little more or less would have been enough.
    pilot = collect(small_plan("ips"), MemoryStore()).scenario_runs[0]
    assert finished.replicates == replicates_needed(pilot, "weeks_worked", error, 5)


def test_a_precision_out_of_reach_is_given_up_with_a_word(small_plan):
    said: list[str] = []
    plan = small_plan("ips", precision="1e-9", replicates=2)
    assert collect(plan, MemoryStore(), How(say=said.append)).replicates == 2
    assert said[0].startswith("The precision takes more than 10,000,000 replicates of each draw")
