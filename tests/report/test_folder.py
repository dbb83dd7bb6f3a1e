"""Reading a result: sums and counts are those of the people in it."""

from dataclasses import replace

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from pyarrow import parquet

from ips_sim.economics.prices import default_prices
from ips_sim.model.rules.counting import Weekly
from ips_sim.report.costs import cost_parts, weekly_costs, who_pays, why_hospital
from ips_sim.report.figures.all_figures import figures_of
from ips_sim.report.folder import read_result
from ips_sim.report.hours import COUNTED, hours_by_use, paid_hours
from ips_sim.report.survival import counted_by_week, kaplan_meier
from tests.report.made_up import PEOPLE, REPLICATES, WEEKS, scenario, write_folder, write_manifest


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("folder") / "made"


@pytest.fixture(scope="module")
def lives(folder):
    return write_folder(folder)


@pytest.fixture(scope="module")
def result(folder, lives):
    return read_result(folder)


def test_scenarios_reference_and_outcomes(result):
    assert [one.name for one in result.scenarios] == ["IPS", "Traditional services"]
    assert result.reference == "IPS"
    assert [one.name for one in result.others] == ["Traditional services"]
    assert result.scenarios[0].weeks == WEEKS
    assert result.outcomes[0] == "employed_ever"
    assert "qalys" in result.outcomes
    assert "days_to_first_contact" in result.measures
    assert not set(result.outcomes) & set(result.measures)


def test_the_range_of_a_mean_is_predictive(result):
    assert result.mean("IPS", "employed_ever").interval == "predictive"
    assert result.difference("Traditional services", "jobs_held").interval == "predictive"
    assert result.mean("IPS", "no_such_outcome") is None


@pytest.mark.parametrize("title", ["IPS", "Traditional services"])
def test_weekly_shares_and_bands(result, lives, title):
    _, weekly = lives[title]
    mine = result.weekly[title]
    assert mine.runs == REPLICATES
    assert mine.people.tolist() == [PEOPLE * REPLICATES] * WEEKS
    working = weekly[..., [Weekly.EMPLOYED_SUPPORTED, Weekly.EMPLOYED_ALONE]].sum(axis=-1)
    assert mine.employed == pytest.approx(working.sum(axis=0) / (PEOPLE * REPLICATES), rel=1e-15)
    factors = result.people[title].factors
    assert len(set(factors)) == REPLICATES
    # Six runs have no twentieth; Student's quantile for five degrees of freedom is 2.015.
    shares = working / PEOPLE * factors[:, None]
    half = 2.015048 * shares.std(axis=0, ddof=1) * np.sqrt(7 / 6)
    assert mine.low == pytest.approx(np.maximum(shares.mean(axis=0) - half, 0.0), abs=1e-6)
    assert mine.high == pytest.approx(np.minimum(shares.mean(axis=0) + half, 1.0), abs=1e-6)


def test_the_last_week_is_what_the_table_says_of_the_end(result):
    for title, mine in result.weekly.items():
        at_end = result.mean(title, "employed_at_end").value
        assert mine.employed[-1] == pytest.approx(at_end, rel=1e-12)
        assert mine.per_person("in_competitive_work")[-1] > at_end


def test_rows_of_a_week_that_several_blocks_wrote_are_added_up(result, folder, tmp_path):
    write_manifest(tmp_path, {one.name: dict(one.values) for one in result.scenarios})
    for name in ("summary.csv", "people.parquet"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    table = parquet.read_table(folder / "weekly.parquet")
    parquet.write_table(pa.concat_tables([table, table]), tmp_path / "weekly.parquet")
    twice = read_result(tmp_path).weekly["IPS"]
    assert np.array_equal(twice.people, 2 * result.weekly["IPS"].people)
    assert np.array_equal(twice.low, result.weekly["IPS"].low)
    assert twice.runs == REPLICATES


@pytest.mark.parametrize("title", ["IPS", "Traditional services"])
def test_people_are_counted_by_week(result, lives, title):
    people, _ = lives[title]
    counts = result.people[title]
    assert counts.people == PEOPLE * REPLICATES
    found = np.isfinite(people["weeks_to_first_job"])
    for run in range(REPLICATES):
        weeks = np.where(found, people["weeks_to_first_job"], WEEKS)[run]
        events, censored = counted_by_week(weeks, found[run], WEEKS)
        assert np.array_equal(counts.first_job[run], events)
        assert np.array_equal(counts.without_job[run], censored)
    pooled = kaplan_meier(counts.first_job.sum(axis=0), counts.without_job.sum(axis=0))
    # Nobody is lost before the end here, so the curve ends at the share without a job.
    assert pooled.surviving[-1] == pytest.approx(1 - found.mean(), rel=1e-14)
    assert counts.weeks_worked.sum() == PEOPLE * REPLICATES
    assert counts.weeks_worked @ np.arange(WEEKS + 1) == people["weeks_worked"].sum()


def test_first_jobs_still_held_are_not_counted_as_ended(result, lives):
    people, _ = lives["IPS"]
    counts = result.people["IPS"]
    still = (people["jobs_held"] == 1) & people["employed_at_end"]
    assert still.any()
    assert counts.tenure_censored.sum() == still.sum()
    assert counts.tenure_ended.sum() == np.isfinite(people["first_job_weeks"]).sum() - still.sum()
    lasted = people["first_job_weeks"][still]
    assert counts.tenure_censored @ np.arange(WEEKS + 1) == lasted.sum()


def test_weekly_costs_add_up_to_the_outcome(result, lives):
    prices = default_prices()
    for title, (people, _) in lives.items():
        costs = weekly_costs(result.weekly[title], result.people[title], prices)
        plans = prices.benefits_plan_usd * people["benefits_plans"].mean()
        assert costs.not_by_week == pytest.approx(plans, rel=1e-9)
        assert costs.programme.sum() + plans == pytest.approx(
            people["programme_cost_usd"].mean(), rel=1e-12
        )
        assert costs.hospital.sum() == pytest.approx(people["health_cost_usd"].mean(), rel=1e-12)


def test_costs_without_a_table_of_people_say_nothing_of_the_rest(result):
    assert weekly_costs(result.weekly["IPS"], None, default_prices()).not_by_week is None


def test_parts_of_the_cost_add_up_to_it(result, lives):
    parts = {one.label: [usd or 0.0 for usd in one.usd] for one in cost_parts(result)}
    for number, (people, _) in enumerate(lives.values()):
        cost = sum(usd[number] for usd in parts.values())
        assert cost == pytest.approx(people["programme_cost_usd"].mean(), rel=1e-12)
    assert {"Specialists", "Sheltered places", "Benefits plans"} <= set(parts)
    assert "Transitional jobs" not in parts


def paid_for_these_alone(result, *names):
    """The result as if posts of some scenarios were not shared with others."""
    design = {one.name: one.values["design"] for one in result.scenarios}
    design |= {name: design[name] | {"free_places_refilled": False} for name in names}
    told = [
        replace(one, values=one.values | {"design": design[one.name]}) for one in result.scenarios
    ]
    return replace(result, scenarios=told)


def test_idle_hours_are_told_where_no_place_is_free_for_others(result):
    def by_label(of):
        return {one.label: np.array(one.usd, dtype=float) for one in cost_parts(of)}

    together = by_label(result)["Specialists"]
    parts = by_label(paid_for_these_alone(result, *(one.name for one in result.scenarios)))
    used, idle = parts["Specialists, hours that had a use"], parts["Specialists, idle hours"]
    assert used + idle == pytest.approx(together, rel=1e-12)
    assert idle == pytest.approx(0.25 * used, rel=1e-12)
    assert "Specialists" not in parts


def test_the_cost_says_for_whom_posts_are_paid_and_why_hospital_days_differ(result):
    assert "free places go to others" in who_pays(result)
    assert "assumed" in why_hospital()


def test_the_figure_of_hours_says_whose_free_places_are_paid(result):
    def said(of):
        (note,) = (one.note for one in figures_of(of) if one.name == "hours_by_use")
        assert callable(note)
        return note()

    ours, theirs = (one.name for one in result.scenarios)
    assert "paid too" not in said(result)
    assert "; in the cost they are for others" in said(result)
    mixed = said(paid_for_these_alone(result, theirs))
    assert f"in the cost of {ours} they are for others" in mixed
    assert f"Under {theirs}, hours that nobody needed are paid too." in mixed
    alone = said(paid_for_these_alone(result, ours, theirs))
    assert "for others" not in alone
    assert "Hours that nobody needed are paid too." in alone
    # Where nobody is employed, nothing is idle.
    none_employed = replace(result, weekly={ours: result.weekly[ours]})
    assert theirs not in said(none_employed)
    assert "paid too" not in said(paid_for_these_alone(none_employed, theirs))


def test_hours_by_use_are_the_paid_hours(result):
    hours = hours_by_use(result.weekly["IPS"])
    assert hours.total == pytest.approx(1.5, rel=1e-12)
    assert hours.by_use["hours_search"] == pytest.approx(0.4, rel=1e-12)
    assert hours.by_use["hours_office"] == pytest.approx(0.3, rel=1e-12)
    assert hours.by_use["hours_team"] == pytest.approx(0.1, rel=1e-12)
    assert hours.by_use["not_used"] == pytest.approx(0.3, rel=1e-12)
    weeks_served = PEOPLE * REPLICATES * WEEKS
    assert paid_hours(result.weekly["IPS"]) == pytest.approx(1.5 * weeks_served, rel=1e-12)
    assert sum(hours.by_use[name] for name in COUNTED) == pytest.approx(0.7, rel=1e-12)


def test_tables_that_are_missing_are_empty(folder, lives, tmp_path):
    for name in ("manifest.json", "summary.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    bare = read_result(tmp_path)
    assert (bare.weekly, bare.people, bare.contrasts) == ({}, {}, {})
    assert bare.reference == "IPS"


@pytest.mark.parametrize("missing", ["manifest.json", "summary.csv"])
def test_an_unfinished_folder_is_refused(folder, lives, tmp_path, missing):
    for name in {"manifest.json", "summary.csv"} - {missing}:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(FileNotFoundError, match=f"not a finished result: it has no {missing}"):
        read_result(tmp_path)


def test_rows_of_an_unknown_scenario_are_refused(folder, lives, tmp_path):
    for name in ("summary.csv", "weekly.parquet"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    write_manifest(tmp_path, {"IPS": scenario("IPS")})
    with pytest.raises(ValueError, match="names no scenario Traditional services"):
        read_result(tmp_path)
