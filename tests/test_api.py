"""The Python API: tidy tables, the same as in result folders."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ips_sim
from ips_sim.api import Comparison
from ips_sim.runs.errors import RunError
from ips_sim.runs.folder import run_to_folder
from ips_sim.runs.kinds import plan_again
from ips_sim.runs.plan import make_plan

SMALL = {"design.people": 12, "design.weeks": 26, "place.vacancies_per_employer_per_year": 12.0}


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return ips_sim.compare("ips", "traditional", draws=1, replicates=6, overrides=SMALL)


def test_simulate_gives_tidy_tables():
    result = ips_sim.simulate("ips", draws=1, replicates=3, overrides=SMALL)
    assert len(result.runs) == result.replicates == 3
    assert len(result.people) == 3 * 12
    assert len(result.weekly) == 3 * 26
    assert set(result.summary["interval"]) == {"predictive", "luck", "sites", "model", "people"}
    assert not hasattr(result, "contrasts")


def test_tables_are_those_of_a_result_folder(comparison, tmp_path: Path):
    plan = make_plan(["ips", "traditional"], draws=1, replicates=6, overrides=SMALL)
    folder = run_to_folder(plan, tmp_path / "run").folder
    for name in ("runs", "people", "weekly"):
        stored = pd.read_parquet(folder / f"{name}.parquet")
        pd.testing.assert_frame_equal(getattr(comparison, name), stored, check_exact=True)
    for name in ("summary", "contrasts"):
        stored = pd.read_csv(folder / f"{name}.csv", float_precision="round_trip")
        pd.testing.assert_frame_equal(getattr(comparison, name), stored, check_exact=True)
    saved = comparison.save(tmp_path / "saved")
    for path in saved.iterdir():
        if path.name != "manifest.json":
            assert path.read_bytes() == (folder / path.name).read_bytes()


def test_a_saved_result_is_not_overwritten(comparison, tmp_path: Path):
    comparison.save(tmp_path / "saved")
    with pytest.raises(RunError, match="is there already"):
        comparison.save(tmp_path / "saved")
    comparison.save(tmp_path / "saved", force=True)


def test_contrasts_are_paired_differences_from_the_reference(comparison):
    runs = comparison.runs.pivot(index="replicate", columns="scenario", values="weeks_worked")
    gain = runs["IPS"] - runs["Traditional services"]
    rows = comparison.contrasts.set_index(["outcome", "interval"])
    row = rows.loc["weeks_worked", "people"]
    assert row["scenario"] == "IPS"
    assert row["reference"] == "Traditional services"
    assert row["difference"] == pytest.approx(gain.mean(), rel=1e-12)
    assert rows.loc["weeks_worked", "predictive"]["n"] == len(gain) == 6


def test_several_scenarios_and_a_reference_by_name():
    comparison = ips_sim.compare(
        "ips",
        "traditional",
        {"title": "Large caseloads", "based_on": "ips.yaml", "programme": {"caseload_limit": 40}},
        reference="Traditional services",
        draws=1,
        replicates=2,
        overrides=SMALL,
    )
    assert list(dict.fromkeys(comparison.contrasts["scenario"])) == ["IPS", "Large caseloads"]
    assert set(comparison.contrasts["reference"]) == {"Traditional services"}


def test_a_scenario_has_the_same_headline_at_every_door():
    def rows(result):
        return result.summary.query("scenario == 'IPS'").reset_index(drop=True)

    few: dict[str, Any] = {"draws": 3, "replicates": 2, "overrides": SMALL}
    alone = rows(ips_sim.simulate("ips", **few))
    for order in (("ips", "traditional"), ("traditional", "ips")):
        together = rows(ips_sim.compare(*order, **few))
        pd.testing.assert_frame_equal(alone, together, check_exact=True)


def test_compare_takes_at_least_two():
    with pytest.raises(TypeError, match="two or more scenarios, found 1"):
        ips_sim.compare("ips")


def test_a_comparison_shows_its_headlines(comparison):
    lines = str(comparison).splitlines()
    assert lines[0].split("  ")[0] == "outcome"
    assert re.split("  +", lines[0])[1:] == [
        "IPS",
        "Traditional services",
        "first less second (90 %)",
    ]
    assert lines[1].startswith("Had a competitive job")
    assert "points" in lines[1]


def test_events_come_only_when_asked_for(comparison):
    with pytest.raises(AttributeError, match="events=True"):
        _ = comparison.events
    watched = ips_sim.simulate("ips", draws=1, replicates=1, overrides=SMALL, events=True)
    assert (watched.events["event"] == "entered").sum() == 12


class Eager(ips_sim.JobSeeker):
    """Somebody who never leaves the service."""

    def keep_or_leave(self) -> None:
        pass


def test_custom_agents_run_on_mesa_and_are_refused_by_name_otherwise(tmp_path: Path):
    agents = {"job_seeker": Eager}
    with pytest.raises(RunError, match=r"can't run .*Eager: use driver=\"mesa\""):
        ips_sim.simulate("ips", draws=1, replicates=2, overrides=SMALL, agents=agents)
    result = ips_sim.simulate(
        "ips", driver="mesa", draws=1, replicates=2, overrides=SMALL, agents=agents
    )
    plain = ips_sim.simulate("ips", driver="mesa", draws=1, replicates=2, overrides=SMALL)
    assert not result.people["dropped_out"].any()
    assert plain.people["dropped_out"].any()
    # What is saved says so, and can't be taken for a run that anyone can repeat.
    folder = result.save(tmp_path / "eager")
    with pytest.raises(RunError, match="Eager"):
        plan_again(folder)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reference": 3}, "reference must be the title or source of a scenario, found 3"),
        ({"agents": {"x": int}}, "agents has 'x'; allowed are job_seeker, specialist, employer"),
        ({"agents": {"employer": int}}, "must be a subclass of Employer, found <class 'int'>"),
        ({"agents": {"employer": "int"}}, "must be a subclass of Employer, found 'int'"),
        ({"agents": 3}, "agents must be a mapping of names to classes, found 3"),
        ({"events": "no"}, "events must be True or False, found 'no'"),
        ({"jobs": "two"}, "jobs must be 1 or more, found 'two'"),
        ({"driver": 3}, "driver 3 is not known; allowed are compiled, mesa"),
        ({"precision": [1]}, "precision must be a positive number"),
        ({"seed": None}, "the seed must be"),
    ],
    ids=str,
)
def test_what_is_of_another_kind_is_refused_in_a_sentence(wrong: dict[str, object], said: str):
    with pytest.raises(RunError) as refused:
        ips_sim.compare("ips", "traditional", **wrong)  # type: ignore[arg-type]
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("scenario", [3, None, ["ips"], b"ips"], ids=repr)
def test_what_is_no_scenario_is_refused_in_a_sentence(scenario: object):
    with pytest.raises(ips_sim.ScenarioError, match="allowed"):
        ips_sim.simulate(scenario)  # type: ignore[arg-type]


def test_overrides_are_values_by_name():
    with pytest.raises(ips_sim.ScenarioError, match="a mapping of dotted names to values"):
        ips_sim.simulate("ips", overrides=3)  # type: ignore[arg-type]
