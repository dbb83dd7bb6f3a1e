"""Visits that touch nothing, and reviews from a plan to a folder."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ips_sim
from ips_sim.analysis.fidelity.folder import review_to_folder, shown_lines
from ips_sim.analysis.fidelity.measures import MEASURES
from ips_sim.analysis.fidelity.review import (
    OUTCOMES,
    changes,
    fidelity_plan_from_json,
    in_steady_state,
    make_fidelity_plan,
    review,
)
from ips_sim.analysis.fidelity.visit import Agency, visit
from ips_sim.evidence.fidelity import fidelity_remedies, visit_settings
from ips_sim.model.agents import IPSModel
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.counting import Weekly
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import How
from ips_sim.runs.work import MemoryStore
from ips_sim.scenario import Scenario, load_scenario
from tests import processes

SMALL = {"design.people": 40}
"""Two posts: twenty people more or less are in search."""


def parameters_of(scenario: Scenario) -> Parameters:
    return Parameters(*parameter_draws(scenario, 1)[0].tolist())


def test_a_reviewer_touches_nothing():
    steady = in_steady_state(load_scenario("ips", SMALL))
    parameters = parameters_of(steady)
    watched = Agency(steady, 1, parameters, 0)
    plain = IPSModel(steady, seed=1, parameters=parameters)
    watched.run()
    plain.run()
    for name, values in plain.snapshot().items():
        np.testing.assert_array_equal(watched.snapshot()[name], values, err_msg=name)


def test_what_is_noted_agrees_with_what_is_counted():
    steady = in_steady_state(load_scenario("ips", SMALL))
    agency = Agency(steady, 1, parameters_of(steady), 0)
    agency.run()
    seen = agency.look_around()
    weekly = np.array(agency.weekly)
    assert seen.tops["contacts_for_people"] == weekly[:, Weekly.EMPLOYER_CONTACTS].sum()
    weeks = visit_settings().reviewed_weeks
    assert seen.bottoms["caseload"] == pytest.approx(2 * weeks)
    assert seen.bottoms["seekers"] == weeks
    assert set(seen.tops) | {"won_back"} == set(MEASURES)
    for name, measure in MEASURES.items():
        if measure.unit == "share" and name != "won_back":
            assert 0 <= seen.tops[name] <= seen.bottoms[name] + 1e-9, name


def test_the_steady_state_of_a_cohort_and_of_an_open_programme():
    cohort = in_steady_state(load_scenario("ips"))
    assert cohort.design.kind == "open_programme"
    assert (cohort.design.weeks, cohort.design.warm_up_weeks) == (26, 104)
    assert cohort.design.specialists_per_site == 5
    assert cohort.design.people == 250
    own = load_scenario("open_programme")
    open_programme = in_steady_state(own)
    assert open_programme.design.warm_up_weeks == 182
    assert open_programme.design.people == own.design.people
    assert open_programme.design.specialists_per_site == own.design.specialists_per_site


def test_a_dropped_principle_shows_in_what_is_measured():
    def seen(name: str) -> dict[str, float]:
        steady = in_steady_state(load_scenario(name, SMALL))
        found = visit(steady, parameters_of(steady), 1, 0)
        return {
            one: MEASURES[one].per * found.tops.get(one, 0.0) / found.bottoms[one]
            for one in MEASURES
            if found.bottoms.get(one)
        }

    ips = seen("ips")
    assert seen("without_preferences")["contacts_by_wish"] < 0.5 < ips["contacts_by_wish"]
    assert seen("without_employer_relationships")["contacts_per_week"] < 2
    assert ips["contacts_per_week"] > 6
    assert seen("without_rapid_search")["days_to_first_contact"] > 100
    assert ips["days_to_first_contact"] < 30
    support = "monthly_after_four_months"
    assert seen("without_time_unlimited_support")[support] < 0.2 < ips[support]


def test_a_review_goes_to_a_folder_and_comes_back(tmp_path: Path):
    plan = make_fidelity_plan(
        "traditional", agencies=2, draws=2, replicates=1, overrides={"design.people": 60}
    )
    made = review_to_folder(plan, tmp_path / "kept", How(jobs=1))
    items = pd.read_csv(tmp_path / "kept" / "fidelity.csv")
    assert list(items.columns[:7]) == [
        *("item", "section", "name", "score", "basis", "value", "anchor")
    ]
    assert len(items) == 25
    assert items["score"].sum() == made.total
    assert made.low <= made.high
    agencies = pd.read_csv(tmp_path / "kept" / "agencies.csv")
    assert agencies["total"].tolist() == made.totals
    better = pd.read_csv(tmp_path / "kept" / "improvements.csv")
    assert "employer visits" in set(better["improvement"])
    first = better[better["outcome"] == "employed_ever"]["difference"]
    assert first.tolist() == sorted(first, reverse=True)
    again = review(fidelity_plan_from_json(plan.as_json()), MemoryStore(), How(jobs=1))
    assert again.rows == made.rows
    assert any("not IPS" in line for line in shown_lines(made) if isinstance(line, str))


def test_a_single_change_is_told_from_the_programme_as_it_is():
    plan = make_fidelity_plan(
        "ips",
        agencies=2,
        draws=2,
        replicates=1,
        overrides={"design.people": 40, "design.weeks": 30, "programme.vr_contact_share": 0.0},
    )
    made = review(plan, MemoryStore(), How(jobs=1))
    assert {one.improvement for one in made.improvements} == {"the rehabilitation counsellor"}
    assert len(made.improvements) == len(OUTCOMES)
    cost = made.improvements[-1]
    assert cost.low <= cost.difference <= cost.high


def test_blocks_are_the_same_whoever_does_them():
    plan = make_fidelity_plan("ips", agencies=2, draws=0, overrides=SMALL)
    (block,) = plan.blocks()
    apart = [plan.do(one, 1) for one in (replace(block, end=1), replace(block, first=1))]
    for name, values in plan.do(block, 1).items():
        np.testing.assert_array_equal(np.concatenate([one[name] for one in apart], axis=1), values)


def test_remedies_lead_to_ips():
    traditional, ips = load_scenario("traditional"), load_scenario("ips")
    for remedy in fidelity_remedies().values():
        assert changes(ips, remedy) == {}
    moved = {key for remedy in fidelity_remedies().values() for key in changes(traditional, remedy)}
    differing = {
        f"programme.{name}"
        for name in type(ips.programme).model_fields
        if getattr(ips.programme, name) != getattr(traditional.programme, name)
    }
    assert moved == differing


def test_what_can_not_be_reviewed_is_told():
    with pytest.raises(RunError, match="no specialist"):
        make_fidelity_plan("services/no_additional_services")
    with pytest.raises(RunError, match="10 or more"):
        ips_sim.fidelity("ips", agencies=2, draws=0, overrides={"design.people": 6})
    with pytest.raises(RunError, match="agencies"):
        make_fidelity_plan("ips", agencies=1)


def test_from_python(tmp_path: Path):
    found = ips_sim.fidelity("ips", agencies=2, draws=0, overrides=SMALL, out=tmp_path / "out")
    assert len(found.items) == 25
    assert "of 125" in str(found)
    with pytest.raises(AttributeError, match="no improvements"):
        _ = found.improvements


def test_the_command_writes_a_page_and_runs_again(tmp_path: Path):
    (tmp_path / "small.yaml").write_text(
        "title: Small\nbased_on: traditional.yaml\ndesign: {people: 60}\n", encoding="utf-8"
    )
    asked = ["fidelity", "small.yaml", "--agencies", "2", "--draws", "2", "--replicates", "1"]
    code, output, errors = processes.done(
        processes.command(*asked, "--jobs", "1", "--out", "out"), tmp_path
    )
    assert code == 0, errors
    assert "What to improve" in output
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "What fell" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert {one.stem for one in (tmp_path / "out" / "figures").iterdir()} == {"scores", "gains"}
    code, output, errors = processes.done(
        processes.command("rerun", "out", "--jobs", "1", "--no-report"), tmp_path
    )
    assert code == 0, errors
    assert "same" in output
