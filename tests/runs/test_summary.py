"""Means, errors and ranges against plain arithmetic on the same people."""

import dataclasses

import numpy as np
import pytest

from ips_sim.model.outcomes import FIGURES, OUTCOMES, TOTALS
from ips_sim.runs.rounds import collect
from ips_sim.runs.summary import (
    ScenarioRuns,
    contrast,
    monte_carlo_errors,
    summarise,
)
from ips_sim.runs.work import MemoryStore


def runs_of(values: list[list[float]], *, draw: list[int] | None = None) -> ScenarioRuns:
    """One run for each list, of people with these weeks worked and no other outcome."""
    people = np.full((len(OUTCOMES), sum(map(len, values))), np.nan)
    people[position("weeks_worked")] = np.concatenate(values)
    totals = np.zeros((len(TOTALS), len(values)))
    totals[TOTALS.index("people")] = [len(one) for one in values]
    totals[TOTALS.index("sum_weeks_worked")] = [sum(one) for one in values]
    count = np.arange(len(values))
    return ScenarioRuns(
        name="here",
        draw=np.array(draw or [0] * len(values)),
        replicate=count if draw is None else np.array([draw[:n].count(draw[n]) for n in count]),
        site=np.zeros(len(values), dtype=np.int64),
        totals=totals,
        person=np.concatenate([np.arange(len(one)) for one in values]),
        read_people=lambda rows: people[list(rows)],
    )


def position(name: str) -> int:
    return [one.name for one in FIGURES].index(name)


def rows_of(rows: list, outcome: str = "weeks_worked") -> dict:
    return {row.interval: row for row in rows if row.outcome == outcome}


def test_mean_error_and_ranges_of_runs_of_equal_size():
    values = [[0.0, 10.0], [20.0, 2.0], [4.0, 6.0]]
    rows = rows_of(summarise(runs_of(values)))
    means = np.mean(values, axis=1)
    chance, people = rows["chance"], rows["people"]
    assert set(rows) == {"chance", "people"}
    assert chance.mean == people.mean == np.mean(values)
    assert chance.n == 6
    assert chance.mc_error == pytest.approx(np.std(means, ddof=1) / np.sqrt(3), rel=1e-12)
    assert (chance.low, chance.high) == tuple(np.quantile(means, (0.05, 0.95)))
    assert (people.low, people.high) == tuple(np.quantile(np.ravel(values), (0.05, 0.95)))


def test_error_of_a_quotient_does_not_count_how_many_there_are():
    """Runs differ in how many people count, and each of them worked alike: there is no error."""
    runs = runs_of([[7.0], [7.0, 7.0], [7.0, 7.0, 7.0]])
    assert monte_carlo_errors(runs)[position("weeks_worked")] == 0.0


def test_a_single_run_has_no_error_and_no_range_by_chance():
    rows = rows_of(summarise(runs_of([[1.0, 3.0]])))
    assert rows["chance"].mean == 2.0
    assert np.isnan([rows["chance"].mc_error, rows["chance"].low, rows["chance"].high]).all()
    assert rows["people"].low == pytest.approx(1.1)


def test_sites_of_a_replicate_are_runs_of_their_own_for_the_error_but_not_for_the_range():
    runs = runs_of([[1.0, 3.0], [5.0, 7.0]])
    sites = dataclasses.replace(
        runs, replicate=np.zeros(2, dtype=np.int64), site=np.arange(2, dtype=np.int64)
    )
    rows = rows_of(summarise(sites))
    assert rows["chance"].mc_error == rows_of(summarise(runs))["chance"].mc_error == 2.0
    assert np.isnan(rows["chance"].low)


def test_draws_bring_a_range_of_their_own():
    values = [[0.0], [10.0], [2.0], [12.0]]
    rows = rows_of(summarise(runs_of(values, draw=[0, 1, 0, 1])))
    assert set(rows) == {"parameters", "chance", "people"}
    # Draws have means 1 and 11, replicates 5 and 7.
    assert rows["parameters"].low == pytest.approx(1.5)
    assert rows["parameters"].high == pytest.approx(10.5)
    assert rows["chance"].low == pytest.approx(5.1)
    assert rows["chance"].high == pytest.approx(6.9)


def test_contrasts_are_paired():
    """Every run gains exactly one week: a range of unpaired differences would be wide."""
    base = runs_of([[0.0, 10.0], [20.0, 2.0], [4.0, 6.0]])
    more = runs_of([[1.0, 11.0], [21.0, 3.0], [5.0, 7.0]])
    rows = rows_of(contrast(dataclasses.replace(more, name="there"), base))
    assert rows["chance"].difference == 1.0
    assert (rows["chance"].low, rows["chance"].high) == (1.0, 1.0)
    assert (rows["people"].low, rows["people"].high) == (1.0, 1.0)
    assert (rows["chance"].n, rows["people"].n) == (3, 6)
    assert rows["chance"].ratio == 48 / 42
    ratios = np.array([12, 24, 12]) / np.array([10, 22, 10])
    assert rows["chance"].ratio_low == pytest.approx(np.quantile(ratios, 0.05), rel=1e-12)
    assert np.isnan(rows["people"].ratio_low)


def test_a_ratio_to_nothing_is_empty():
    rows = rows_of(contrast(runs_of([[1.0], [2.0]]), runs_of([[0.0], [0.0]])))
    assert rows["chance"].difference == 1.5
    assert np.isnan([rows["chance"].ratio, rows["chance"].ratio_low]).all()


def test_a_ratio_has_no_range_if_some_pairs_have_none():
    rows = rows_of(contrast(runs_of([[1.0], [2.0]]), runs_of([[0.0], [4.0]])))
    assert rows["chance"].ratio == 0.75
    assert np.isnan(rows["chance"].ratio_low)


def test_other_people_have_no_range_between_people():
    other = runs_of([[1.0, 2.0, 3.0]])
    assert set(rows_of(contrast(runs_of([[1.0, 2.0]]), other))) == {"chance"}


def test_a_scenario_against_itself_differs_by_exactly_nothing(small_plan):
    collected = collect(small_plan("ips", "ips"), MemoryStore())
    rows = collected.contrasts
    assert {row.interval for row in rows} == {"chance", "people"}
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
        assert found["chance"].n == values.size
        assert found["chance"].mean == pytest.approx(values.mean(), rel=1e-12, abs=1e-12)
        assert found["people"].low == np.quantile(values, 0.05)


def test_columns_read_in_parts_give_the_same(small_plan, monkeypatch: pytest.MonkeyPatch):
    plan = small_plan()
    whole = collect(plan, MemoryStore())
    expected = [whole.summary, whole.contrasts]
    monkeypatch.setattr("ips_sim.runs.summary.COLUMNS_AT_ONCE_BYTES", 1)
    parts = collect(plan, MemoryStore())
    assert repr([parts.summary, parts.contrasts]) == repr(expected)
