"""Means, errors and ranges against plain arithmetic on the same people."""

import dataclasses

import numpy as np
import pytest

from ips_sim.model.outcomes import FIGURES, OUTCOMES, TOTALS
from ips_sim.runs.model_error import Missed
from ips_sim.runs.ranges import NORMAL_90, ScenarioRuns
from ips_sim.runs.rounds import collect
from ips_sim.runs.summary import contrast, monte_carlo_errors, summarise
from ips_sim.runs.work import MemoryStore


def runs_of(values: list[list[float]], *, draw: list[int] | None = None) -> ScenarioRuns:
    """One run for each list, of people with these weeks worked and no other outcome."""
    people = np.full((len(OUTCOMES), sum(map(len, values))), np.nan)
    people[position("weeks_worked")] = np.concatenate(values)
    totals = np.zeros((len(TOTALS), len(values)))
    totals[TOTALS.index("people")] = [len(one) for one in values]
    totals[TOTALS.index("sum_weeks_worked")] = [sum(one) for one in values]
    # Half of them work, so that the model's error is known and none is drawn.
    totals[TOTALS.index("sum_employed_ever")] = totals[TOTALS.index("people")] / 2
    count = np.arange(len(values))
    return ScenarioRuns(
        name="here",
        draw=np.array(draw or [0] * len(values)),
        replicate=count if draw is None else np.array([draw[:n].count(draw[n]) for n in count]),
        site=np.zeros(len(values), dtype=np.int64),
        totals=totals,
        person=np.concatenate([np.arange(len(one)) for one in values]),
        read_people=lambda rows: people[list(rows)],
        missed=Missed(np.zeros(len(values)), np.zeros(len(values))),
    )


def position(name: str) -> int:
    return [one.name for one in FIGURES].index(name)


def rows_of(rows: list, outcome: str = "weeks_worked") -> dict:
    return {row.interval: row for row in rows if row.outcome == outcome}


def test_mean_error_and_people_of_runs_of_equal_size():
    values = [[0.0, 10.0], [20.0, 2.0], [4.0, 6.0]]
    rows = rows_of(summarise(runs_of(values)))
    means = np.mean(values, axis=1)
    whole, people = rows["predictive"], rows["people"]
    assert list(rows) == ["predictive", "luck", "sites", "model", "people"]
    assert whole.mean == people.mean == np.mean(values)
    assert whole.n == 6
    assert whole.mc_error == pytest.approx(np.std(means, ddof=1) / np.sqrt(3), rel=1e-12)
    assert (people.low, people.high) == tuple(np.quantile(np.ravel(values), (0.05, 0.95)))


def test_error_of_a_quotient_does_not_count_how_many_there_are():
    """Runs differ in how many people count, and each of them worked alike: there is no error."""
    runs = runs_of([[7.0], [7.0, 7.0], [7.0, 7.0, 7.0]])
    assert monte_carlo_errors(runs)[position("weeks_worked")] == 0.0


def test_error_takes_draws_as_they_are():
    """Draws have means 1 and 11; only what replicates of each differ by is an error."""
    runs = runs_of([[0.0], [10.0], [2.0], [12.0]], draw=[0, 1, 0, 1])
    assert monte_carlo_errors(runs)[position("weeks_worked")] == pytest.approx(np.sqrt(2.0 / 4))
    alone = runs_of([[0.0], [10.0]], draw=[0, 1])
    assert np.isnan(monte_carlo_errors(alone)[position("weeks_worked")])


def test_a_single_run_has_no_error_and_no_range_but_between_people_and_by_luck():
    rows = rows_of(summarise(runs_of([[1.0, 3.0]])))
    whole, luck = rows["predictive"], rows["luck"]
    assert whole.mean == 2.0
    assert np.isnan([whole.mc_error, whole.low, whole.high, rows["sites"].low]).all()
    assert rows["people"].low == pytest.approx(1.1)
    # Two people with a variance of 2: their mean has one of 1.
    assert (luck.low, luck.high) == pytest.approx((2.0 - NORMAL_90, 2.0 + NORMAL_90))


def test_sites_of_a_replicate_are_runs_of_their_own_for_the_error_but_not_for_the_range():
    runs = runs_of([[1.0, 3.0], [5.0, 7.0]])
    sites = dataclasses.replace(
        runs, replicate=np.zeros(2, dtype=np.int64), site=np.arange(2, dtype=np.int64)
    )
    rows = rows_of(summarise(sites))
    assert rows["predictive"].mc_error == rows_of(summarise(runs))["predictive"].mc_error == 2.0
    assert np.isnan(rows["predictive"].low)
    # Four people in one result; what the sites differ by is no luck.
    assert rows["luck"].high == pytest.approx(4.0 + NORMAL_90 * np.sqrt(2.0 / 4))


def test_contrasts_are_paired():
    """Every run gains exactly one week: a range of unpaired differences would be wide."""
    base = runs_of([[0.0, 10.0], [20.0, 2.0], [4.0, 6.0]])
    more = runs_of([[1.0, 11.0], [21.0, 3.0], [5.0, 7.0]])
    rows = rows_of(contrast(dataclasses.replace(more, name="there"), base))
    for kind in ("predictive", "luck", "sites", "people"):
        assert rows[kind].difference == 1.0
        assert (rows[kind].low, rows[kind].high) == pytest.approx((1.0, 1.0))
    assert (rows["predictive"].n, rows["people"].n) == (3, 6)
    assert rows["predictive"].ratio == 48 / 42
    ratios = np.array([12, 24, 12]) / np.array([10, 22, 10])
    # Student's quantile for two degrees of freedom.
    half = 2.91999 * ratios.std(ddof=1) * np.sqrt(4 / 3)
    assert rows["predictive"].ratio_low == pytest.approx(ratios.mean() - half, rel=1e-5)
    assert np.isnan(rows["people"].ratio_low)


def test_a_ratio_to_nothing_is_empty():
    rows = rows_of(contrast(runs_of([[1.0], [2.0]]), runs_of([[0.0], [0.0]])))
    assert rows["predictive"].difference == 1.5
    assert np.isnan([rows["predictive"].ratio, rows["predictive"].ratio_low]).all()


def test_a_ratio_has_no_range_if_some_pairs_have_none():
    rows = rows_of(contrast(runs_of([[1.0], [2.0]]), runs_of([[0.0], [4.0]])))
    assert rows["predictive"].ratio == 0.75
    assert np.isnan(rows["predictive"].ratio_low)


def test_other_people_have_no_range_between_people():
    other = runs_of([[1.0, 2.0, 3.0]])
    assert "people" not in rows_of(contrast(runs_of([[1.0, 2.0]]), other))


def test_a_scenario_against_itself_differs_by_exactly_nothing(small_plan):
    collected = collect(small_plan("ips", "ips"), MemoryStore())
    rows = collected.contrasts
    assert all(row.difference == 0 for row in rows if not np.isnan(row.difference))
    known = [row for row in rows if not np.isnan(row.low)]
    assert known
    assert all(row.low == row.high == 0 for row in known)
    assert all(row.ratio == 1 for row in rows if not np.isnan(row.ratio))


def test_the_summary_of_real_runs_agrees_with_their_people(small_plan):
    collected = collect(small_plan("ips"), MemoryStore())
    people = np.concatenate([block["people"] for _, block in collected.blocks()], axis=1)
    for row, outcome in enumerate(OUTCOMES):
        found = rows_of(collected.summary, outcome.name)
        values = people[row][~np.isnan(people[row])]
        assert found["predictive"].n == values.size
        assert found["predictive"].mean == pytest.approx(values.mean(), rel=1e-12, abs=1e-12)
        assert found["people"].low == np.quantile(values, 0.05)


def test_columns_read_in_parts_give_the_same(small_plan, monkeypatch: pytest.MonkeyPatch):
    plan = small_plan()
    whole = collect(plan, MemoryStore())
    expected = [whole.summary, whole.contrasts]
    monkeypatch.setattr("ips_sim.runs.ranges.COLUMNS_AT_ONCE_BYTES", 1)
    parts = collect(plan, MemoryStore())
    assert repr([parts.summary, parts.contrasts]) == repr(expected)
