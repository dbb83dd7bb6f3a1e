"""The ledger: what was counted by year, priced, and shared out over those who pay."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ips_sim.economics.inventory import PROGRAMME, cost_for, paid_by, qalys_for
from ips_sim.economics.ledger import (
    QUANTITIES,
    Facts,
    Seen,
    amounts,
    clock,
    count,
    facts_of,
    full_time_years,
)
from ips_sim.economics.prices import uprated_unit_costs
from ips_sim.evidence import PAYERS, impact_inventory
from ips_sim.model.compiled.execute import execute_many
from ips_sim.model.outcomes import count_outcomes
from ips_sim.model.results import Runs
from ips_sim.runs.draws import parameter_draws
from ips_sim.scenario import load_scenario
from ips_sim.scenario.schema import Scenario

PRICES = {key: cost.value for key, cost in uprated_unit_costs().items()}
ONE_YEAR = Facts(
    year_weeks=np.array([52.0]),
    posts=2.0,
    sites=1,
    paid_hours_per_week=37.5,
    turnover_per_year=0.5,
    is_new=True,
    supervision_share=1.0,
    vr_contact_share=0.5,
)


def counted(**given: float) -> dict[str, np.ndarray]:
    return {name: np.array([given.get(name, 0.0)]) for name in QUANTITIES}


def run(scenario: Scenario, runs: int = 3) -> tuple:
    which = np.arange(runs)
    parameters = parameter_draws(scenario, 1)
    laid_out = clock(scenario)
    seen = Seen()
    result = execute_many(
        [scenario],
        np.zeros(runs, dtype=np.int64),
        parameters,
        Runs(np.zeros(runs, dtype=np.int64), which, np.zeros(runs, dtype=np.int64)),
        7,
        looks=laid_out.weeks,
        look=seen.look,
    )
    of_runs = parameters[np.zeros(runs, dtype=np.int64)]
    return result, laid_out, count(scenario, result, seen, laid_out, of_runs)


@pytest.fixture(scope="module")
def cohort() -> tuple:
    return run(load_scenario("ips", {"design.people": 30, "design.weeks": 78}))


def test_years_add_up_to_what_people_have_in_the_end(cohort: tuple) -> None:
    result, _, found = cohort
    outcomes = count_outcomes(result.people)
    for name in ("staff_hours", "earnings_usd", "hospital_days", "jobs_held", "weeks_worked"):
        total = [outcomes[name][a:b].sum() for a, b in pairwise(result.offsets)]
        np.testing.assert_allclose(found[name].sum(axis=1), total, rtol=1e-12)
    ever = outcomes["employed_ever"]
    total = [ever[a:b].sum() for a, b in pairwise(result.offsets)]
    np.testing.assert_array_equal(found["first_employed"].sum(axis=1), total)
    assert (found["milestones"].sum(axis=1) <= total).all()
    assert (found["people_served"] >= found["served_employed"]).all()


def test_looking_changes_nothing(cohort: tuple) -> None:
    scenario = load_scenario("ips", {"design.people": 30, "design.weeks": 78})
    runs = Runs(np.zeros(3, np.int64), np.arange(3), np.zeros(3, np.int64))
    blind = execute_many([scenario], np.zeros(3, np.int64), parameter_draws(scenario, 1), runs, 7)
    for name in blind.people.dtype.names or ():
        np.testing.assert_array_equal(blind.people[name], cohort[0].people[name], name)
    assert blind.weekly.tobytes() == cohort[0].weekly.tobytes()


def test_benefits_are_due_by_month_and_fall_with_earnings(cohort: tuple) -> None:
    result, laid_out, found = cohort
    place = load_scenario("ips").place
    on_taper = (result.people["benefit_at_entry"] == 1).sum()
    most = on_taper * len(laid_out.months) * place.tapered_benefit_usd_per_month
    assert 0 < found["ssi_full"].sum() <= most
    assert 0 < found["ssi_withdrawn"].sum() < found["ssi_full"].sum()
    assert 0 < found["recovered"].sum() < found["overpaid"].sum()


def test_the_clock_has_months_and_years() -> None:
    laid_out = clock(load_scenario("ips", {"design.weeks": 78, "design.entry_weeks": 4}))
    assert laid_out.year_weeks.tolist() == [52, 29]
    assert np.bincount(laid_out.year_of_month).tolist() == [12, 6]
    opened = clock(load_scenario("open_programme"))
    assert (opened.first, opened.year_weeks.tolist()) == (104, [52, 52])
    assert np.bincount(opened.year_of_month + 1).tolist() == [24, 12, 12]


def test_an_open_programme_is_counted_after_its_warm_up() -> None:
    scenario = load_scenario(
        "open_programme", {"design.people": 60, "design.specialists_per_site": 1.0}
    )
    _, _, found = run(scenario, 2)
    posts = full_time_years({name: found[name] for name in found}, facts_of(scenario))
    np.testing.assert_allclose(posts, np.ones((2, 2)), rtol=0.25)


def test_a_post_and_what_goes_with_it_are_priced() -> None:
    items = amounts(counted(staff_hours=2 * 37.5 * 52), ONE_YEAR, PRICES)
    post = PRICES["specialist_year_usd"]
    assert items["specialists"] == pytest.approx(2 * post)
    assert items["supervisors"] == pytest.approx(2 * post * 0.1 * 1.25)
    assert items["overhead"] == pytest.approx(0.25 * 2 * post * 1.125)
    # Two begin because the programme is new, and one because somebody left.
    assert items["training"] == pytest.approx(3 * PRICES["training_usd_per_specialist"])
    assert items["hiring"] == pytest.approx(PRICES["hiring_usd_per_specialist"])
    assert items["start_up"] == pytest.approx(PRICES["start_up_usd_per_site"])
    assert items["reviews"] == pytest.approx(PRICES["programme_review_usd"])
    assert all((items[name] >= 0).all() for name in PROGRAMME)


def test_meetings_with_the_care_team_are_not_free() -> None:
    items = amounts(counted(hours_team=10), ONE_YEAR, PRICES)
    assert items["care_team"] == pytest.approx(10 * PRICES["care_team_hour_usd"])
    assert cost_for("programme", items) == 0
    assert cost_for("society", items) == items["care_team"]


def test_day_treatment_costs_what_its_hours_cost() -> None:
    items = amounts(counted(programme_hours=10), ONE_YEAR, PRICES)
    assert items["day_programme"] == pytest.approx(10 * PRICES["day_programme_hour_usd"])
    assert cost_for("programme", items) == items["day_programme"]


def test_a_programme_is_new_in_its_first_year_and_not_after_a_warm_up() -> None:
    def is_new(name: str) -> bool:
        return facts_of(load_scenario(name)).is_new

    assert is_new("policy/first_year")
    assert is_new("routine")
    assert not is_new("policy/third_year")


def test_vocational_rehabilitation_pays_by_milestone() -> None:
    items = amounts(counted(milestones=10), ONE_YEAR, PRICES)
    expected = 10 * 0.3 * 0.5 * PRICES["vr_milestone_usd"]
    assert items["vr_milestones"] == pytest.approx(expected)
    assert cost_for("programme", items) == pytest.approx(-expected)
    assert cost_for("government", items) == 0


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5])
def test_for_society_transfers_cancel_and_work_is_worth_what_is_not_displaced(
    share: float,
) -> None:
    prices = PRICES | {"displacement_share": share}
    work = counted(
        earnings_usd=1000, taxes_usd=80, ssi_full=900, ssi_withdrawn=400, food_withdrawn=50
    )
    items = amounts(work, ONE_YEAR, prices)
    worth = 1000 * (1 + PRICES["employer_tax_share"])
    assert cost_for("society", items) == pytest.approx(-worth * (1 - share))
    taxes = (80 + 1000 * PRICES["employer_tax_share"]) * (1 - share)
    food = 50 * PRICES["food_support_share"]
    assert cost_for("government", items) == pytest.approx(500 - food - taxes)
    assert cost_for("participant", items) == pytest.approx(-1000 + 80 - 500 + food)


def test_every_transfer_has_two_sides_and_every_resource_one_payer() -> None:
    everything = counted(**dict.fromkeys(QUANTITIES, 100.0))
    items = amounts(everything, ONE_YEAR, PRICES)
    shares = paid_by(items, PRICES)
    for name, one in impact_inventory().items():
        paid = sum(float(shares[payer].get(name, np.zeros(1))[0]) for payer in PAYERS)
        if one.counts["society"] > 0 and one.unit == "US dollars" and "displaced" not in name:
            assert paid == pytest.approx(float(items[name][0])), name
        elif "displaced" not in name and name != "employer_tax":
            assert paid == pytest.approx(0), name


def test_earnings_and_the_health_of_being_employed_are_not_both_counted() -> None:
    items = amounts(counted(weeks_in_liked_jobs=52), ONE_YEAR, PRICES)
    gain = PRICES["utility_gain_employment"]
    for name, one in impact_inventory()["qalys_liked_work"].counts.items():
        assert not (one and impact_inventory()["earnings"].counts[name])
        assert qalys_for(name, items) == pytest.approx(one * gain)
    with pytest.raises(ValueError, match="allowed are participant, programme"):
        cost_for("everybody", items)


def test_every_item_of_the_inventory_is_reckoned() -> None:
    assert set(amounts(counted(), ONE_YEAR, PRICES)) == set(impact_inventory())
