"""The JSON Schema of each kind of file says what the reader of that kind does."""

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from ips_sim.analysis.calibration.plan_files import load_calibration
from ips_sim.analysis.experiments.files import load_experiment
from ips_sim.analysis.principles.players import ask
from ips_sim.analysis.published import models, schema_text, schemas
from ips_sim.cli import app
from ips_sim.scenario import ScenarioError
from tests.analysis.experiments import CALIBRATION, SENSITIVITY, SWEEP

PLAYERS = """\
base: ips.yaml
set: {design.people: 20}
principles: [rapid_search]
players:
  caseload:
    without: {programme.caseload_limit: 40}
"""
RIGHT = {
    "sweep": SWEEP + "goal:\n  maximise: weeks_worked\n  where: {employed_ever: {at_least: 0.1}}\n",
    "sensitivity": SENSITIVITY,
    "players": PLAYERS,
    "calibration": CALIBRATION,
}


@cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    schema = schemas()["experiment" if kind in ("sweep", "sensitivity") else kind]()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def marked(kind: str, text: str) -> bool:
    """Whether an editor marks something in a file."""
    return not validator(kind).is_valid(YAML(typ="safe", pure=True).load(text))


def refused(kind: str, text: str, folder: Path) -> bool:
    """Whether the reader refuses the file."""
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    readers: dict[str, Any] = {
        "sweep": lambda: load_experiment(path, "sweep"),
        "sensitivity": lambda: load_experiment(path, "sensitivity"),
        "players": lambda: ask(path),
        "calibration": lambda: load_calibration(path),
    }
    try:
        readers[kind]()
    except ScenarioError:
        return True
    return False


def test_shipped_files_obey_the_schema(repository: Path) -> None:
    for path in sorted((repository / "experiments").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        kind = "calibration" if "\nfree:" in text else "sweep"
        kind = "players" if "\nplayers:" in text or "\nprinciples:" in text else kind
        kind = "system" if "schema=system.schema.json" in text else kind
        assert not marked(kind, text), path


@pytest.mark.parametrize("kind", list(RIGHT))
def test_what_is_right_is_right_for_both(tmp_path: Path, kind: str) -> None:
    assert not marked(kind, RIGHT[kind])
    assert not refused(kind, RIGHT[kind], tmp_path)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("sweep", "title: A test", "title: ''"),
        ("sweep", "title: A test\n", ""),
        ("sweep", "base: ips.yaml", "base: 3"),
        ("sweep", "design: grid", "design: gird"),
        ("sweep", "replicates: 4", "replicates: 0"),
        ("sweep", "replicates: 4", "replicats: 4"),
        ("sweep", "design.people: 12", "design.people: 0"),
        ("sweep", "design.people: 12", "design.peple: 12"),
        ("sweep", "[6, 12, 24]", "[6, 1200]"),
        ("sweep", "[6, 12, 24]", "[6]"),
        ("sweep", "[6, 12, 24]", "{lo: 6, high: 12}"),
        ("sweep", "[6, 12, 24]", "many"),
        ("sweep", "weeks_worked, employed_ever", "weeks_workt, employed_ever"),
        ("sweep", "maximise: weeks_worked", "maximise: weeks"),
        ("sweep", "at_least: 0.1", "at_least: much"),
        ("sensitivity", "[morris, sobol]", "[moris]"),
        ("sensitivity", "trajectories: 6", "trajectories: 3"),
        ("sensitivity", "samples: 8", "samples: 1"),
        ("sensitivity", "resamples: 20", "goal: {maximise: weeks_worked}"),
        ("players", "[rapid_search]", "[rapid_serch]"),
        ("players", "without:", "absent:"),
        ("players", "programme.caseload_limit: 40", "programme.caseload_limit: 400"),
        ("players", "programme.caseload_limit: 40", ""),
        ("players", "base: ips.yaml", "base: [ips.yaml]"),
        ("calibration", "steps: 80", "steps: 1"),
        ("calibration", "draws: 12", "draws: many"),
        ("calibration", "own_search_odds", "own_search_od"),
        ("calibration", "own_search_odds, spread", "contact_offer_odds, spread"),
        ("calibration", "interest_fades", "interest_fade"),
        ("calibration", ", sd: 0.1", ""),
        ("calibration", "seed: 5\n", ""),
    ],
)
def test_what_is_wrong_is_wrong_for_both(tmp_path: Path, kind: str, old: str, new: str) -> None:
    assert old in RIGHT[kind]
    text = RIGHT[kind].replace(old, new, 1)
    assert marked(kind, text)
    assert refused(kind, text, tmp_path)


def test_whole_numbers_may_be_written_with_a_point(tmp_path: Path) -> None:
    text = SWEEP.replace("[6, 12, 24]", "[6.0, 1.2e1, 24]").replace("people: 12", "people: 12.0")
    assert not marked("sweep", text)
    assert not refused("sweep", text, tmp_path)
    made = load_experiment(tmp_path / "file.yaml", "sweep")
    assert [type(level[0]) for level in made.factors[0].levels] == [int, int, int]


@pytest.mark.parametrize("kind", ["scenario", *models()])
def test_the_command_prints_each(kind: str) -> None:
    done = CliRunner().invoke(app, ["show", "schema", kind, "--json"])
    assert done.output == schema_text(kind)
    assert "title" in CliRunner().invoke(app, ["show", "schema", kind]).output or kind == "scenario"
