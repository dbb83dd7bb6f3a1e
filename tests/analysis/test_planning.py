"""Options of a planner, how they are ranked, and a small search from a plan to a folder."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ips_sim
from ips_sim.analysis.planning import choices, search
from ips_sim.analysis.planning.choices import Option, groups, options
from ips_sim.analysis.planning.folder import KIND, plan_to_folder, shown_lines
from ips_sim.analysis.planning.search import (
    ADDED,
    COST,
    FIGURES,
    WAITING,
    StaffingPlan,
    make_staffing_plan,
    post_cost,
    referred_in_year,
    run_numbers,
    staffing_plan_from_json,
)
from ips_sim.model.outcomes import FloatArray
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import How
from ips_sim.runs.work import MemoryStore
from ips_sim.scenario import load_scenario
from ips_sim.scenario.schema import UNLIMITED_WEEKS


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few options and few runs."""
    two = {"caseload": groups()["caseload"], "closing": groups()["closing"]}
    few = {name: dict(list(some.items())[:2]) for name, some in two.items()}
    for module in (choices, search):
        if hasattr(module, "groups"):
            monkeypatch.setattr(module, "groups", lambda *_: few)
    monkeypatch.setattr(search, "STAGES", (2, 4))
    monkeypatch.setattr(search, "FIDELITY_AGENCIES", 1)
    monkeypatch.setattr(search, "MOST_AT_LAST", 4)


def test_every_choice_is_a_scenario():
    base = load_scenario("open_programme")
    found = options(1.0)
    assert len(found) == 2 * np.prod([len(some) for some in groups().values()])
    for one in found:
        assert one.of(base).design.specialists_per_site == one.posts
    unlimited = Option(2.0, ("20 people", "unlimited", "never for want of a job", "one team"))
    levers = unlimited.of(base).programme
    assert levers.transfer_after_weeks_worked == UNLIMITED_WEEKS
    assert (levers.caseload_limit, levers.team_contact_share) == (20, 1.0)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 0, -1, True, "many", 10**400])
@pytest.mark.parametrize("asked", ["budget_usd", "most_waiting_weeks"])
def test_what_is_no_amount_is_told(asked: str, number: object):
    with pytest.raises(RunError, match="must be a positive number, found"):
        make_staffing_plan("open_programme", people=60, **{asked: number})  # type: ignore[arg-type]


def test_stages_share_their_runs():
    shorter = {*run_numbers(search.STAGES[0])}
    assert shorter < {*run_numbers(search.STAGES[-1])}


def ranked(cost: list[float], added: list[float], waiting: list[float]) -> FloatArray:
    means = np.zeros((len(FIGURES), len(cost)))
    means[COST], means[ADDED], means[WAITING] = cost, added, waiting
    return means


def test_the_frontier_and_the_order_by_hand():
    means = ranked([100.0, 200.0, 150.0, 300.0], [10.0, 30.0, 9.0, 31.0], [1.0, 2.0, 1.0, 9.0])
    allowed = means[WAITING] <= 8
    assert search._frontier(means, allowed).tolist() == [True, True, False, False]
    by_cost = make_staffing_plan("open_programme", people=20)
    assert search._order(by_cost, means) == [1, 0, 2, 3]
    by_money = make_staffing_plan("open_programme", people=20, budget_usd=1e6)
    assert search._order(by_money, means) == [1, 0, 2, 3]
    assert search._order(by_money, ranked([1.0, 1.0], [5.0, 6.0], [9.0, 10.0])) == [0, 1]


def test_a_small_search_goes_to_a_folder(small: None, tmp_path: Path):
    plan = make_staffing_plan("open_programme", people=24, most_waiting_weeks=40.0)
    assert {one.posts for one in plan.options} == {0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0}
    made = plan_to_folder(plan, tmp_path / "kept", How(jobs=1, finish=KIND.finish))
    page = (tmp_path / "kept" / "report.html").read_text(encoding="utf-8")
    assert "The frontier" in page
    table = pd.read_csv(tmp_path / "kept" / "options.csv")
    assert set(table["phase"]) == {"first year", "routine"}
    routine = table[table["phase"] == "routine"]
    assert made.best is not None
    best = routine[routine["option"] == made.best].iloc[0]
    allowed = routine[routine["is_allowed"]]
    assert best["cost_per_added"] == pytest.approx(allowed["cost_per_added"].min())
    assert (allowed["waiting_weeks"] <= 40).all()
    assert (allowed["fidelity"] >= 100).all()
    more = pd.read_csv(tmp_path / "kept" / "next_specialist.csv")
    cost = more[(more["figure"] == "cost") & (more["phase"] == "routine")].iloc[0]
    assert cost["difference"] == pytest.approx(1.2 * post_cost(plan.scenario), rel=0.25)
    assert (routine["in_work"] > routine["added"]).all()
    at_terminal = [line for line in shown_lines(made) if isinstance(line, str)]
    assert any("leans towards large caseloads" in line for line in at_terminal)
    assert best["people_per_post"] == pytest.approx(best["caseload"] / best["posts"])
    assert 0 <= best["idle_share"] < 1
    assert any("next specialist" in line for line in at_terminal)
    again = search.search(staffing_plan_from_json(plan.as_json()), MemoryStore(), How(jobs=1))
    assert again.rows == made.rows


def test_a_budget_sets_the_posts():
    plan = make_staffing_plan("open_programme", people=60, budget_usd=170_000.0)
    assert max(one.posts for one in plan.options) == 2.0


def test_only_caseloads_that_programmes_had_are_searched_unless_asked_for():
    def searched(beyond_observed: bool) -> set[int]:
        plan = make_staffing_plan("open_programme", people=60, beyond_observed=beyond_observed)
        return {one.of(plan.scenario).programme.caseload_limit for one in plan.options}

    assert searched(False) == {15, 20, 25}
    assert searched(True) == {15, 20, 25, 30}


def test_people_of_a_scenario():
    assert referred_in_year(load_scenario("ips")) == 100
    assert referred_in_year(load_scenario("open_programme")) == 60


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "say how many people"),
        ({"people": 60, "fidelity": "best"}, "exemplary"),
        ({"people": 0}, "people"),
        ({"people": 60, "budget_usd": 10_000.0}, "full-time post costs"),
        ({"people": 60, "most_waiting_weeks": 0.0}, "waiting"),
    ],
)
def test_what_can_not_be_planned_is_told(asked: dict[str, float], said: str):
    with pytest.raises(RunError, match=said):
        make_staffing_plan("open_programme", **asked)  # type: ignore[arg-type]


def test_from_python(small: None):
    found = ips_sim.plan("open_programme", people=24, waiting=40.0)
    assert {"posts", "cost", "added"} <= set(found.options.columns)
    assert isinstance(make_staffing_plan("ips", people=10), StaffingPlan)
