"""check, show and new on the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ips_sim.cli import app
from ips_sim.evidence.parameters import load_parameters
from ips_sim.scenario import as_mapping, load_scenario, principles, shipped
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.library import experiment_path, shipped_experiments
from ips_sim.scenario.published import file_schema


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, exit_code: int = 0):
        result = CliRunner().invoke(app, list(arguments))
        assert result.exit_code == exit_code, result.output
        return result

    return invoke


def test_check_prints_every_value_with_unit_and_origin(run):
    Path("mine.yaml").write_text(
        "# Ours.\ntitle: Mine\nbased_on: ips.yaml\ndrop: [rapid_search]\n"
        "programme:\n  caseload_limit: 30\n"
    )
    lines = run("check", "mine.yaml").stdout.splitlines()
    assert lines[:5] == [
        "Mine",
        "Ours.",
        "from mine.yaml, based on shipped ips.yaml",
        "staff: 3.3 full-time posts at 1 site",
        "drops rapid_search",
    ]
    rows = {line.split()[0]: line for line in lines[4:] if line.startswith("  ")}
    assert set(rows) == {key.name for key in keys().values()}
    assert rows["caseload_limit"].split(maxsplit=4)[1:4] == ["30", "people", "mine.yaml:6"]
    assert "17" in rows["preparation_weeks"].split()
    assert "mine.yaml:4 (drop rapid_search)" in rows["preparation_weeks"]
    assert " unlimited " in rows["support_limit_weeks"]
    assert all(key.meaning in rows[key.name] for key in keys().values())


def test_check_shows_parameters_that_are_set(run):
    info = next(iter(load_parameters().values()))
    Path("mine.yaml").write_text(
        f"title: Mine\nbased_on: ips.yaml\nparameters:\n  {info.name}: {info.low}\n"
    )
    last = run("check", "mine.yaml").stdout.splitlines()[-1]
    assert last.split() == [info.name, f"{info.low:g}", "mine.yaml:4"]


def test_check_shows_several_bases_and_own_people(run):
    Path("people.csv").write_text("age_years\n31\n44\n")
    Path("mine.yaml").write_text(
        "title: Mine\nbased_on: [services/job_club.yaml, places/denmark.yaml]\n"
        "people:\n  rows: people.csv\n"
    )
    lines = run("check", "mine.yaml").stdout.splitlines()
    assert lines[1] == (
        "from mine.yaml, based on shipped places/denmark.yaml, shipped services/job_club.yaml, "
        "shipped ips.yaml"
    )
    rows = {line.split()[0]: line for line in lines if line.startswith("  ")}
    assert rows["rows"].split(maxsplit=3)[1:3] == ["2", "people"]
    assert "mine.yaml:4 (reads people.csv)" in rows["rows"]
    assert "shipped services/job_club.yaml:" in rows["caseload_limit"]
    assert "shipped places/denmark.yaml:" in rows["unemployment_share"]
    said = json.loads(run("check", "mine.yaml", "--json").stdout)
    assert said["values"]["people.rows"]["value"] == [{"age_years": 31.0}, {"age_years": 44.0}]
    assert said["values"]["people.rows"]["reads"] == "people.csv"


def test_bad_people_end_with_code_2_and_nothing_written(run):
    Path("people.csv").write_text("age_years\nold\n")
    Path("mine.yaml").write_text("title: M\nbased_on: ips.yaml\npeople: {rows: people.csv}\n")
    result = run("check", "mine.yaml", exit_code=2)
    assert result.stdout == ""
    assert result.stderr.startswith("people.csv:2: age_years: found the text 'old'; allowed: ")
    assert sorted(path.name for path in Path().iterdir()) == ["mine.yaml", "people.csv"]


def test_check_as_json(run):
    said = json.loads(run("check", "traditional", "--json").stdout)
    assert said["chain"] == ["shipped traditional.yaml", "shipped ips.yaml"]
    assert said["dropped"] == list(principles())
    written = as_mapping(load_scenario("traditional"))
    for dotted, value in said["values"].items():
        section, _, name = dotted.partition(".")
        assert value["value"] == (written[section][name] if name else written[section])
    assert said["values"]["design.weeks"]["unit"] == "weeks"
    assert said["values"]["programme.preparation_weeks"]["dropped"] == "rapid_search"


@pytest.mark.parametrize("command", [("check", "mine.yaml"), ("check", "mine.yaml", "--json")])
def test_mistakes_go_to_stderr_with_exit_code_2(run, command: tuple[str, ...]):
    Path("mine.yaml").write_text("title: Mine\nbased_on: ips.yaml\nstaff: 3\ndesign: []\n")
    result = run(*command, exit_code=2)
    assert result.stdout == ""
    assert [line.split(": found")[0] for line in result.stderr.splitlines()] == [
        "mine.yaml:3: staff",
        "mine.yaml:4: design",
    ]
    assert [path.name for path in Path().iterdir()] == ["mine.yaml"]


def test_real_process_ends_with_2_and_no_traceback(tmp_path: Path):
    (tmp_path / "mine.yaml").write_bytes(bytes(range(256)))
    done = subprocess.run(
        [sys.executable, "-m", "ips_sim.cli", "check", "mine.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "mine.yaml:1: found binary data; allowed: text in UTF-8.\n"


def test_new_then_check(run):
    assert run("new", "town.yaml", "--based-on", "traditional").stdout.splitlines() == [
        "wrote town.yaml",
        "wrote scenario.schema.json",
    ]
    assert "based on shipped traditional.yaml" in run("check", "town.yaml").stdout
    again = run("new", "town.yaml", exit_code=2)
    assert again.stderr.startswith("town.yaml: found something of this name")


def test_show_scenarios(run):
    first, *groups = run("show", "scenarios").stdout.split("\n\n")
    listed = [line.split()[0] for line in first.splitlines()]
    assert "ips" in listed and not any("/" in name for name in listed)
    for group in groups:
        folder, *lines = group.splitlines()
        assert lines and all(line.startswith(f"{folder}/") for line in lines)
        assert max(map(len, lines)) <= 90
        listed += [line.split()[0] for line in lines]
    assert sorted(listed) == sorted(shipped())
    said = json.loads(run("show", "scenarios", "--json").stdout)
    assert said["ips"]["title"] == "IPS"


def test_show_scenario(run):
    text = shipped()["traditional"].read_text(encoding="utf-8")
    assert run("show", "scenario", "traditional").stdout == text
    assert "Did you mean ips?" in run("show", "scenario", "ipz", exit_code=2).stderr


def test_an_example_and_its_people_can_be_taken_along(run):
    for name, file in (
        ("examples/riverside", "riverside.yaml"),
        ("examples/riverside_people.csv", "riverside_people.csv"),
    ):
        Path(file).write_text(run("show", "scenario", name).stdout)
    assert "riverside.yaml" in run("check", "riverside.yaml").stdout
    assert load_scenario("riverside.yaml") == load_scenario("examples/riverside")


def test_show_experiments(run):
    lines = run("show", "experiments").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(shipped_experiments())
    text = run("show", "experiments", "turnover").stdout
    assert text == shipped_experiments()["turnover"].read_text(encoding="utf-8")
    assert "did you mean turnover?" in run("show", "experiments", "turnovr", exit_code=2).stderr


def test_an_experiment_that_ships_is_found_by_name_anywhere(run):
    assert experiment_path("turnover") == shipped_experiments()["turnover"]
    assert experiment_path("turnover.yaml") == shipped_experiments()["turnover"]
    Path("turnover.yaml").write_text("title: Mine\n")
    assert experiment_path("turnover.yaml") == Path("turnover.yaml")
    assert experiment_path("elsewhere/turnover.yaml") == Path("elsewhere/turnover.yaml")


def test_show_principles(run):
    out = run("show", "principles").stdout
    for name, one in principles().items():
        assert f"{name.replace('_', ' ').capitalize()}\n  {one.why}\n" in out
    assert "_" not in out.replace("[rapid_search]", "")
    said = json.loads(run("show", "principles", "--json").stdout)
    assert said["rapid_search"]["levers"] == {"preparation_weeks": 17}


def test_show_parameters(run):
    lines = run("show", "parameters").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(load_parameters())
    said = json.loads(run("show", "parameters", "--json").stdout)
    assert {name: one["value"] for name, one in said.items()} == {
        name: info.value for name, info in load_parameters().items()
    }


def test_show_schema(run):
    out = run("show", "schema").stdout
    for key in keys().values():
        assert f"  {key.name} " in out
        assert f"{key.allowed} " in out
    assert json.loads(run("show", "schema", "--json").stdout) == file_schema()


HEAVY = {"numpy", "pandas", "numba", "mesa", "matplotlib", "pyarrow", "SALib"}


@pytest.mark.parametrize(
    ("arguments", "also_without"), [(["--help"], {"pydantic"}), (["check", "ips"], set())]
)
def test_nothing_heavy_is_loaded(arguments: list[str], also_without: set[str]):
    code = (
        "import sys\n"
        "from ips_sim.cli import main\n"
        f"sys.argv[1:] = {arguments!r}\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print('LOADED', *sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "LOADED" in loaded
    assert loaded.isdisjoint(HEAVY | also_without)
