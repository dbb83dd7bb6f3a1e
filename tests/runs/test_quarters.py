"""``quarters.csv``: open programmes alone, with cost and ranges."""

import csv

import numpy as np
import pytest

from ips_sim.economics.prices import default_prices
from ips_sim.model.rules.counting import Weekly
from ips_sim.runs.collected import Collected
from ips_sim.runs.folder import run_to_folder
from ips_sim.runs.quarters import ALL_QUARTERS, QUARTER_FIGURES
from ips_sim.runs.rounds import collect
from ips_sim.runs.work import MemoryStore

OPEN = {
    "design.people": 30,
    "design.weeks": 30,
    "design.warm_up_weeks": 13,
    "design.specialists_per_site": 0.5,
}


@pytest.fixture
def collected(small_plan):
    return collect(small_plan("open_programme", overrides=OPEN), MemoryStore())


def test_a_row_for_each_figure_of_each_whole_quarter(collected):
    assert [row.quarter for row in collected.quarters] == [
        quarter for quarter in (ALL_QUARTERS, 1, 2) for _ in QUARTER_FIGURES
    ]
    assert [row.figure for row in collected.quarters[: len(QUARTER_FIGURES)]] == [
        one.name for one in QUARTER_FIGURES
    ]


def test_means_are_over_runs_and_the_mean_quarter_over_quarters(collected):
    mean = {(row.quarter, row.figure): row.mean for row in collected.quarters}
    weekly = np.concatenate([block["weekly"] for _, block in collected.weekly()])
    hours = weekly[:, :26, Weekly.STAFF_HOURS].sum() / len(weekly) / 2
    served = [weekly[:, week, Weekly.SERVED_IN_QUARTER].mean() for week in (12, 25)]
    prices = default_prices()
    cost = hours * prices.specialist_hour_usd
    assert mean[ALL_QUARTERS, "staff_hours"] == pytest.approx(hours)
    assert (mean[1, "served"], mean[2, "served"]) == pytest.approx(tuple(served))
    assert mean[ALL_QUARTERS, "served"] == pytest.approx(np.mean(served))
    assert mean[ALL_QUARTERS, "programme_cost_usd"] == pytest.approx(cost)
    assert mean[ALL_QUARTERS, "programme_cost_usd_per_served"] == pytest.approx(
        cost / np.mean(served)
    )


def test_ranges_hold_what_the_model_misses_of_work_and_of_nothing_else(collected, monkeypatch):
    from ips_sim.runs import quarters as module

    before = {(row.quarter, row.figure): row for row in collected.quarters}
    again = Collected(collected.plan, collected.replicates, collected.holders)
    monkeypatch.setattr(module, "factors", lambda share, people, moved: np.ones(share.shape))
    through_work = {one.name for one in QUARTER_FIGURES if one.through_work}
    moved = set()
    for row in again.quarters:
        was = before[row.quarter, row.figure]
        if (was.low, was.high) != (row.low, row.high):
            moved.add(row.figure)
    assert moved
    assert moved <= through_work


def test_the_file_is_there_for_open_programmes_alone(small_plan, tmp_path):
    cohort = run_to_folder(small_plan(), tmp_path / "cohort").folder
    assert not (cohort / "quarters.csv").exists()
    both = small_plan("ips", "open_programme", overrides={"design.people": 12})
    folder = run_to_folder(both, tmp_path / "both").folder
    with (folder / "quarters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["scenario"] for row in rows} == {"IPS, open programme"}
