"""Principles, sweeps and sensitivity from Python: the tables of the commands, as frames."""

import re
from pathlib import Path

import pandas as pd
import pytest

import ips_sim
from ips_sim.analysis.experiments.files import load_experiment
from ips_sim.analysis.experiments.sensitivity import run_sensitivity
from ips_sim.runs.errors import InterruptedRunError, RunError
from ips_sim.scenario import ScenarioError
from tests.analysis.experiments import SENSITIVITY, SWEEP, tables, written

SMALL = {"design.people": 12, "design.weeks": 26, "place.vacancies_per_employer_per_year": 12.0}
CASELOADS = {
    "title": "Caseloads",
    "base": "ips",
    "set": SMALL,
    "factors": {"programme.caseload_limit": [6, 24]},
    "outcomes": ["weeks_worked"],
    "replicates": 3,
}


LEAN = """\
title: Lean
base: ips.yaml
principles: [rapid_search, preferences, employer_relationships]
"""


@pytest.fixture
def lean(tmp_path: Path) -> Path:
    """Three principles, of which there are eight combinations and not 256."""
    return written(tmp_path, LEAN, "lean.yaml")


def test_principles_share_the_whole_difference(lean: Path):
    found = ips_sim.principles(lean, draws=1, replicates=2, overrides=SMALL)
    assert len(found.combinations) == 8 * 2
    shares = found.shares.groupby("outcome")["shapley"].sum()
    whole = found.whole.set_index("outcome")["difference"]
    pd.testing.assert_series_equal(
        shares.sort_index(), whole.sort_index(), check_names=False, atol=1e-9
    )


def test_a_player_beside_the_principles(lean: Path):
    found = ips_sim.principles(
        lean,
        players={"programme.caseload_limit": 12},
        draws=1,
        replicates=1,
        overrides={**SMALL, "programme.caseload_limit": 6},
    )
    assert "caseload_limit" in set(found.shares["principle"])
    assert len(found.combinations) == 16


def test_a_sweep_of_a_mapping():
    made = ips_sim.sweep(CASELOADS)
    assert made.design["programme.caseload_limit"].tolist() == [6, 24]
    assert len(made.runs) == 6
    assert made.points["mean"].tolist() == pytest.approx(
        made.runs.groupby("point")["weeks_worked"].mean().tolist()
    )
    with pytest.raises(AttributeError, match="has no region"):
        _ = made.region


def test_a_sweep_of_a_file_is_the_commands(tmp_path: Path):
    path = written(tmp_path, SWEEP)
    made = ips_sim.sweep(path, out=tmp_path / "kept", jobs=1)
    again = ips_sim.sweep(str(path), jobs=2)
    assert made.folder == tmp_path / "kept"
    assert tables(made.folder) == tables(again.folder)
    with pytest.raises(RunError, match="is there already"):
        ips_sim.sweep(path, out=tmp_path / "kept")


def test_sensitivity_is_the_commands(tmp_path: Path):
    path = written(tmp_path, SENSITIVITY)
    run_sensitivity(load_experiment(path, "sensitivity"), tmp_path / "there")
    made = ips_sim.sensitivity(path)
    stored = pd.read_csv(tmp_path / "there" / "indices.csv")
    pd.testing.assert_frame_equal(made.indices.iloc[:, :4], stored.iloc[:, :4])
    numbers = made.indices["value"].notna()
    assert made.indices["value"].dtype == float
    assert 0 < numbers.sum() < len(numbers)
    assert set(made.indices.loc[numbers, "word"]) == {""}
    # Nobody is in a sheltered workshop under IPS.
    assert "constant" in set(made.indices.loc[~numbers, "word"])
    assert len(made.settling)


def test_a_system_is_the_commands(tmp_path: Path):
    made = ips_sim.system("day_treatment", sites=1, draws=1, out=tmp_path / "kept", jobs=1)
    assert set(made.windows["group"]) == {"Converting sites", "Continuing sites"}
    assert len(made.programmes) == 2
    assert set(made.sites["window"]) == {1, 2, 3}
    assert made.folder == tmp_path / "kept"
    with pytest.raises(ScenarioError, match="sites: found 7"):
        ips_sim.system("region", sites=7)


def test_a_result_without_a_place_goes_with_its_object():
    made = ips_sim.sweep(CASELOADS, replicates=1)
    folder = made.folder
    assert folder.exists()
    del made
    assert not folder.exists()


def test_ctrl_c_says_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ips_sim.runs.work.do_blocks", interrupt)
    with pytest.raises(KeyboardInterrupt):
        ips_sim.sweep(CASELOADS)
    with pytest.raises(InterruptedRunError, match="kept"):
        ips_sim.sweep(CASELOADS, out=tmp_path / "kept")


def test_mistakes_name_the_key():
    with pytest.raises(ScenarioError, match="experiment: factors.programme.caselod_limit"):
        ips_sim.sweep({**CASELOADS, "factors": {"programme.caselod_limit": [6, 24]}})
    with pytest.raises(RunError, match="replicates must be 1 or more"):
        ips_sim.sweep(CASELOADS, replicates=0)


def test_results_print_as_the_commands_do(lean: Path):
    lines = str(ips_sim.sweep(CASELOADS)).splitlines()
    (header,) = (line for line in lines if line.startswith("point"))
    assert re.split("  +", header) == [
        "point",
        "caseload limit",
        "Time in competitive work",
    ]
    shown = str(ips_sim.principles(lean, draws=1, replicates=1, overrides=SMALL))
    assert shown.startswith("People who have a competitive job at some time, of 100\n")
    assert "employer relationships" in shown


def test_mistakes_can_be_caught_by_public_names():
    with pytest.raises(ips_sim.ScenarioError):
        ips_sim.sweep({**CASELOADS, "base": "nothing"})
    with pytest.raises(ips_sim.RunError):
        ips_sim.simulate("ips", replicates=0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"players": 3}, "players must be a mapping of dotted names to values, found 3"),
        ({"variants": "no"}, "variants must be True or False, found 'no'"),
        ({"cluster": 3}, "cluster must be the address of a scheduler or 'local', found 3"),
        ({"force": 3}, "force must be True or False, found 3"),
        ({"out": 3}, "out must be the name of a folder, found 3"),
        ({"overrides": "x"}, "overrides must be a mapping of dotted names to values, found 'x'"),
    ],
    ids=str,
)
def test_what_is_of_another_kind_is_refused_in_a_sentence(wrong: dict[str, object], said: str):
    with pytest.raises(RunError) as refused:
        ips_sim.principles("ips", draws=1, **wrong)  # type: ignore[arg-type]
    assert str(refused.value) == said


NO_FILE = "a" * 300


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("system", {"file": None}, "experiment: found nothing; allowed: a file, or a name"),
        ("system", {"file": NO_FILE}, "can't be read"),
        ("sweep", {"experiment": NO_FILE}, "can't be read"),
        ("validate", {"trials": 0.5}, "trials must be a path, found 0.5"),
        ("validate", {"variant": {}}, "must be the name of a structural variant"),
        ("against", {"scenario": "ips", "file": None}, "file must be a path, found None"),
        ("plan", {"scenario": "ips", "budget_usd": "x"}, "the budget must be a positive number"),
        ("plan", {"scenario": "ips", "people": 5, "fidelity": []}, "fidelity must be one of"),
    ],
)
def test_what_can_be_no_file_or_amount_is_refused_in_a_sentence(
    name: str, given: dict[str, object], said: str
):
    with pytest.raises((RunError, ScenarioError)) as refused:
        getattr(ips_sim, name)(**given)
    assert said in str(refused.value)
