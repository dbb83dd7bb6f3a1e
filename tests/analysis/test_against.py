"""What a programme knows: read, refused with lines, and set against the simulated one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ips_sim
from ips_sim.analysis import against
from ips_sim.analysis.against import SHARE_WORKING, difference_lines, read_known, set_against
from ips_sim.cli.commands import app
from ips_sim.cli.terminal import BAD_INPUT_EXIT_CODE
from ips_sim.evidence.reading import EvidenceError
from ips_sim.evidence.tables import fidelity_scale
from ips_sim.runs.how import How
from ips_sim.scenario import load_scenario

Write = Callable[[str], Path]
SHEET = "item,score\n" + "".join(f"{one.item},3\n" for one in fidelity_scale())


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "known.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("served,working\n60,70\n", r"known\.csv:2: working is 70, more than the 60 served"),
        ("served,working\n0,0\n", r"known\.csv:2: served is 0 or empty"),
        ("quarter,served,working\nQ1,60,20\nQ1,60,20\n", r":3: quarter Q1 is there twice"),
        ("served,working\n60,2.5\n", r":2: working is 2\.5, expected a whole number"),
        ("served,working\nsixty,20\n", r":2: served is 'sixty', expected a number"),
        ("servd,working\n60,20\n", "Did you mean served"),
        ("served,referred\n60,20\n", "none of the three kinds"),
        ("item,score\n1,6\n", r":2: score is 6, allowed is 1 to 5"),
        (SHEET.replace("2,3\n3,3", "2,3\n2,3"), r":4: item 2 is there twice"),
        ("item,score\n1,5\n", "items 2, 3, 4"),
        ("item,usd_per_year\nspecialist,5\n", r":2: item is 'specialist'.*perhaps 'specialists'"),
        ("item,usd_per_year\nspecialists,-5\n", r":2: usd_per_year is -5"),
    ],
)
def test_a_bad_file_gets_a_sentence_with_its_line(written: Write, text: str, said: str):
    with pytest.raises(EvidenceError, match=said):
        read_known(written(text))


def test_counts_lie_where_they_lie(written: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(against, "RUNS", 20)
    path = written("quarter,served,working,starts\nQ1,67,24,9\nQ2,67,24,9\nQ3,300,299,0\n")
    rows = set_against(load_scenario("open_programme"), path)
    by = {(row.where, row.what): row for row in rows}
    assert by["Q1", "served"].verdict == "inside"
    assert by["Q1", SHARE_WORKING].known == pytest.approx(24 / 67)
    assert by["Q3", "served"].verdict == "above"
    assert by["all quarters", "served"].known == pytest.approx(434 / 3)
    assert all(row.low <= row.high for row in rows)
    assert any("outside the range" in line for line in difference_lines(rows))


def test_a_budget_beside_a_year(written: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(against, "RUNS", 10)
    path = written("item,usd_per_year\nspecialists,1000\nsheltered,0\n")
    specialists, sheltered, together, *people = set_against(load_scenario("open_programme"), path)
    assert specialists.verdict == "below"
    assert 200_000 < specialists.simulated < 260_000
    assert (sheltered.simulated, sheltered.verdict) == (0.0, "inside")
    assert together.simulated == specialists.simulated
    assert all(row.verdict == "below" for row in people)


def test_a_sheet_beside_a_review(written: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(against, "AGENCIES", 2)
    scenario = load_scenario("ips", {"design.people": 40})
    rows = set_against(scenario, written(SHEET), how=How(jobs=1))
    assert len(rows) == 26
    assert (rows[-1].where, rows[-1].known) == ("total", 75.0)
    assert rows[-1].verdict == "below"


def test_from_python(written: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(against, "RUNS", 10)
    found = ips_sim.against("open_programme", written("served,working\n67,24\n"))
    assert list(found["what"]) == ["served", "working", SHARE_WORKING]


def test_the_command_says_both(written: Write):
    bad = CliRunner().invoke(
        app, ["check", "ips", "--against", str(written("served,working\n5,6\n"))]
    )
    assert bad.exit_code == BAD_INPUT_EXIT_CODE
    assert "known.csv:2: working is 6" in bad.output
    path = written("item,usd_per_year\nspecialists,240000\n")
    found = CliRunner().invoke(app, ["check", "open_programme", "--against", str(path), "--json"])
    assert found.exit_code == 0
    assert json.loads(found.output)[0]["verdict"] == "inside"
