"""The commands run, compare and rerun, and what --version says."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ips_sim import __version__
from ips_sim.cli import app
from ips_sim.sources import source_hash
from tests import processes

SMALL = """\
title: Small
based_on: ips.yaml
place:
  vacancies_per_employer_per_year: 12.0
design:
  people: 12
  weeks: 26
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two small scenarios, as the place where commands are given."""
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "alone.yaml").write_text(
        "title: Small, without support\nbased_on: small.yaml\ndrop: [time_unlimited_support]\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def checksums(folder: str | Path) -> dict[str, str]:
    tables: dict[str, str] = json.loads((Path(folder) / "manifest.json").read_text())["tables"]
    return tables


def test_compare_writes_a_result_and_says_where():
    done = invoke(
        "compare", "small.yaml", "alone.yaml", "--draws", "1", "--replicates", "4", "--no-report"
    )
    assert done.exit_code == 0, done.output
    folder = Path("outputs/small-vs-alone")
    assert set(checksums(folder)) == {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert f"tables: {folder}" in done.stdout
    told = re.search(r"^Had a competitive job\n((  .+\n)+)", done.stdout, re.MULTILINE)
    assert told is not None
    one, other, gain = told[1].splitlines()
    assert re.fullmatch(r"  Small +\S+ %", one)
    assert re.fullmatch(r"  Small, without support +\S+ %", other)
    assert "points" in gain
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["seed"] == 1
    assert manifest["replicates"] == 4
    assert manifest["reference"] == "Small, without support"
    assert manifest["source_hash"] == source_hash()
    assert manifest["scenarios"]["Small"]["design"]["people"] == 12


def test_run_writes_a_result_with_a_report():
    done = invoke("run", "small.yaml", "--draws", "1", "--replicates", "3")
    assert done.exit_code == 0, done.output
    assert "report: outputs/small/report.html" in done.stdout
    assert Path("outputs/small/report.html").stat().st_size > 10_000
    assert "contrasts.csv" not in checksums("outputs/small")


def test_json_goes_to_standard_output_alone():
    done = invoke(
        "compare", "small.yaml", "alone.yaml", "--draws", "1", "--replicates", "1", "--no-report",
        "--json", "--reference", "small.yaml", "--out", "there",
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert said["folder"] == "there"
    assert said["report"] is None
    assert {row["reference"] for row in said["contrasts"]} == {"Small"}
    # One replicate: nothing is known of chance.
    assert {row["mc_error"] for row in said["summary"]} == {None}


def test_what_is_there_is_refused_in_a_line():
    assert (
        invoke("run", "small.yaml", "--draws", "1", "--replicates", "1", "--no-report").exit_code
        == 0
    )
    again = invoke("run", "small.yaml", "--draws", "1", "--replicates", "1", "--no-report")
    assert again.exit_code == 2
    assert again.stderr.count("\n") == 1
    assert "outputs/small is there already" in again.stderr
    forced = invoke(
        "run", "small.yaml", "--draws", "1", "--replicates", "2", "--no-report", "--force"
    )
    assert forced.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "smal.yaml"], "smal.yaml"),
        (["run", "small.yaml", "--driver", "mess"], "allowed are compiled, mesa"),
        (["run", "small.yaml", "--precision", "employed=1"], "employed"),
        (["compare", "small.yaml", "alone.yaml", "--reference", "Smal"], "perhaps 'Small'"),
        (["compare", "small.yaml"], "two or more scenarios"),
        (["rerun", "outputs"], "not a finished result"),
    ],
)
def test_mistakes_are_told_in_plain_words(arguments: list[str], said: str):
    done = invoke(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert not Path("outputs").exists()


def test_rerun_gives_the_same_bytes():
    invoke(
        "compare",
        "small.yaml",
        "alone.yaml",
        "--draws",
        "1",
        "--replicates",
        "3",
        "--no-report",
        "--events",
    )
    Path("small.yaml").unlink()  # everything needed is in the manifest
    done = invoke("rerun", "outputs/small-vs-alone", "--no-report")
    assert done.exit_code == 0, done.output
    assert "byte for byte" in done.stdout
    again = checksums("outputs/small-vs-alone-rerun")
    assert again == checksums("outputs/small-vs-alone")
    assert "events.parquet" in again


def test_rerun_compares_no_result_with_itself():
    invoke("run", "small.yaml", "--draws", "1", "--replicates", "2", "--no-report")
    before = checksums("outputs/small")
    Path("link").symlink_to("outputs/small")
    for out in ("outputs/small", "link"):
        done = invoke("rerun", "outputs/small", "--out", out, "--force", "--no-report")
        assert done.exit_code == 2
        assert "choose another place (--out)" in done.stderr
    assert checksums("outputs/small") == before


def test_rerun_of_what_no_file_can_be_called():
    Path("loop").symlink_to("loop")
    done = invoke("rerun", "loop")
    assert done.exit_code == 2
    assert "loop/manifest.json can't be read" in done.stderr
    invoke("run", "small.yaml", "--draws", "1", "--replicates", "2", "--no-report")
    path = Path("outputs/small/manifest.json")
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "tables": {**manifest["tables"], "a\0b": ""}}))
    done = invoke("rerun", "outputs/small", "--no-report")
    assert done.exit_code == 1
    assert "can't be read (embedded null byte)" in done.stderr


@pytest.mark.parametrize("name", ["/etc/hostname", "../small.yaml", "inside/people.parquet", ".."])
def test_rerun_reads_nothing_but_files_of_the_result(name: str):
    invoke("run", "small.yaml", "--replicates", "2", "--no-report")
    path = Path("outputs/small/manifest.json")
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "tables": {**manifest["tables"], name: "0" * 64}}))
    done = invoke("rerun", "outputs/small", "--no-report")
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert f"tables has {name!r}; allowed are names of files beside it" in done.stderr


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_rerun_waits_for_nothing_in_the_place_of_a_table(make: Callable[[str], None]):
    invoke("run", "small.yaml", "--replicates", "2", "--no-report")
    Path("outputs/small/summary.csv").unlink()
    make("outputs/small/summary.csv")
    done = invoke("rerun", "outputs/small", "--no-report")
    assert done.exit_code == 2
    assert done.stderr == (
        "outputs/small/summary.csv is no regular file, as every table of a result is\n"
    )


def test_messages_move_no_cursor():
    done = invoke("rerun", "a\x1b[31mb")
    assert done.exit_code == 2
    assert "a\\x1b[31mb is not a finished result" in done.stderr


def test_a_closed_output_is_no_mistake():
    command = f"{sys.executable} -m ips_sim.cli check small.yaml >&-"
    done = subprocess.run(["sh", "-c", command], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_template_below_a_loop_of_links():
    Path("loop").symlink_to("loop")
    done = invoke("new", "loop/mine.yaml")
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert "can't be looked up" in done.stderr


def test_rerun_says_what_differs():
    invoke("run", "small.yaml", "--draws", "1", "--replicates", "2", "--no-report")
    path = Path("outputs/small/manifest.json")
    manifest = json.loads(path.read_text())
    manifest["tables"]["people.parquet"] = "0" * 64
    manifest["source_hash"] = "0" * 64
    path.write_text(json.dumps(manifest))
    done = invoke("rerun", "outputs/small", "--no-report", "--out", "again")
    assert done.exit_code == 1
    assert "differs from outputs/small in people.parquet" in done.stdout
    assert "the sources have changed since" in done.stderr


@pytest.mark.parametrize("harm", ["change", "cut", "remove"])
def test_rerun_vouches_for_no_table_that_was_altered(harm: str):
    invoke("run", "small.yaml", "--draws", "1", "--replicates", "2", "--no-report")
    path = Path("outputs/small/summary.csv")
    if harm == "change":
        path.write_text(path.read_text().replace("1", "2", 1))
    elif harm == "cut":
        path.write_bytes(path.read_bytes()[:200])
    else:
        path.unlink()
    done = invoke("rerun", "outputs/small", "--no-report")
    assert done.exit_code == 1
    assert "byte for byte" not in done.output
    assert "summary.csv" in done.stderr


def test_rerun_of_the_folder_that_one_is_in(monkeypatch: pytest.MonkeyPatch):
    invoke("run", "small.yaml", "--draws", "1", "--replicates", "2", "--no-report")
    monkeypatch.chdir("outputs/small")
    done = invoke("rerun", ".", "--no-report")
    assert done.exit_code == 0, done.output
    assert Path("../small-rerun/manifest.json").exists()


def test_a_report_that_fails_is_told_after_the_table(monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr("ips_sim.report.write_report", fail)
    done = invoke("run", "small.yaml", "--draws", "1", "--replicates", "2")
    assert done.exit_code == 1
    assert "Had a competitive job" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "no ink" in done.stderr
    assert checksums("outputs/small")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "settings", "code", "said"),
    [
        (["check", "ips"], {"PYTHONIOENCODING": "ascii"}, 0, ""),
        (["run", "small.yaml"], {"NUMBA_NUM_THREADS": "0"}, 2, "NUMBA_NUM_THREADS must be 1"),
        (["run", "small.yaml"], {"NUMBA_DISABLE_JIT": "1"}, 2, "NUMBA_DISABLE_JIT"),
    ],
)
def test_settings_of_the_machine(
    arguments: list[str], settings: dict[str, str], code: int, said: str
):
    running = command(*arguments, **settings)
    _, stderr = running.communicate(timeout=120)
    assert running.returncode == code, stderr
    assert said in stderr
    assert "Traceback" not in stderr


def test_a_screen_that_nobody_knows_does_not_matter():
    script = "from ips_sim.cli.process import prepare; prepare(); import matplotlib as it"
    done = subprocess.run(
        [sys.executable, "-c", f"{script}; print(it.get_backend())"],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"MPLBACKEND": "nonsense"},
    )
    assert (done.stdout, done.stderr) == ("agg\n", "")


@pytest.mark.parametrize("arguments", [["check", "ips"], ["--version"], ["show", "parameters"]])
def test_output_that_can_not_be_written(arguments: list[str]):
    said = Path("said")
    child = processes.begin(processes.command(*arguments), Path.cwd(), Path("/dev/full"), said)
    assert processes.ended(child) == 2
    assert said.read_text().count("\n") == 1
    assert "No space left on device" in said.read_text()


def test_version_says_driver_state_and_source_hash():
    lines = invoke("--version").stdout.splitlines()
    assert lines[0] == f"ips-sim {__version__}"
    assert re.match(r"drivers: compiled \(.+\), mesa$", lines[1])
    assert lines[2] == f"source hash: {source_hash()}"


def command(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ips_sim.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | settings,
        # What runs in the background of a script inherits a Ctrl-C that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )


@pytest.mark.slow
def test_tables_do_not_depend_on_the_hash_seed():
    asked = ["compare", "small.yaml", "alone.yaml", "--draws", "1", "--replicates", "3"]
    asked += ["--events", "--no-report", "--out"]
    there = command(*asked, "there", PYTHONHASHSEED="4321")
    assert there.wait() == 0, there.communicate()
    assert invoke(*asked, "here").exit_code == 0
    assert checksums("there") == checksums("here")


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on():
    arguments = [
        "run",
        "ips",
        "--draws",
        "1",
        "--replicates",
        "300",
        "--no-report",
        "--out",
        "long",
    ]
    running = command(*arguments)
    blocks = Path("long.partial/blocks")
    deadline = time.monotonic() + 300
    while not (blocks.is_dir() and list(blocks.glob("*.npz"))):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "long.partial holds what is finished; the same command goes on from there" in stderr
    assert "Traceback" not in stderr
    assert stdout == ""
    assert not Path("long").exists()
    kept = {path: path.stat().st_mtime_ns for path in blocks.glob("*.npz")}
    assert kept

    other = invoke(
        "run", "ips", "--draws", "1", "--replicates", "5", "--no-report", "--out", "long"
    )
    assert other.exit_code == 2
    assert "other settings (replicates)" in other.stderr

    assert {path: path.stat().st_mtime_ns for path in blocks.glob("*.npz")} == kept
    done = invoke(*arguments)
    assert done.exit_code == 0, done.output
    assert checksums("long")
    assert not Path("long.partial").exists()
