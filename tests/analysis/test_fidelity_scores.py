"""Scores from values: limits, parts that cap, bands, and the tables they stand in."""

import math

import pytest

from ips_sim.analysis.fidelity.measures import MEASURES
from ips_sim.analysis.fidelity.scoring import band_of, score_all, score_of, total_of, values_of
from ips_sim.evidence.fidelity import (
    PARTS,
    fidelity_parts,
    fidelity_readings,
    fidelity_remedies,
)
from ips_sim.evidence.tables import fidelity_scale
from ips_sim.scenario import load_scenario
from ips_sim.scenario.catalogue import keys

GOOD = {
    "caseload": 20.0,
    "days_to_first_contact": 20.0 / 7.0,
    "set_aside": 0.0,
    "contacts_per_week": 6.0,
    "jobs_at_end": 10.0,
    "hours_with_problem": 2.0,
    "meeting_hours": 2.0,
    "specialists": 5.0,
}
"""What a team does that has everything; all else is a share, and 1."""


def scored(programme: str = "ips", changed: dict[str, float] | None = None) -> dict[int, int]:
    tops = {name: GOOD.get(name, 1.0) for name in MEASURES} | (changed or {})
    values = values_of(tops, dict.fromkeys(MEASURES, 1.0), load_scenario(programme))
    return {row.item: row.score for row in score_all(values)}


def test_a_team_that_has_everything_scores_125():
    assert set(scored().values()) == {5}


@pytest.mark.parametrize(
    ("item", "measure", "value", "score"),
    [
        (1, "caseload", 20.6, 4),
        (1, "caseload", 41.0, 1),
        (2, "employment_service_hours", 0.8, 3),
        (4, "shared_care", 0.3, 2),
        (9, "interested_with_access", 0.4, 2),
        (15, "days_to_first_contact", 31.0 / 7.0, 4),
        (15, "days_to_first_contact", 271.0 / 7.0, 1),
        (16, "contacts_by_wish", 0.6, 3),
        (17, "contacts_per_week", 5.9, 4),
        (17, "contacts_per_week", 1.9, 1),
        (18, "contacts_per_week", 1.9, 2),
        (21, "jobs_at_end", 9.0, 1),
        (22, "hours_with_problem", 0.5, 3),
        (23, "monthly_after_a_year", 0.4, 3),
        (23, "seen_after_loss", 0.5, 4),
        (24, "community_hours", 0.31, 2),
        (25, "won_back", 0.0, 4),
    ],
)
def test_one_finding_moves_its_item(item: int, measure: str, value: float, score: int):
    assert scored(changed={measure: value})[item] == score


def test_each_dropped_principle_costs_its_own_items():
    for principle, items in {
        "zero_exclusion": {9},
        "benefits_planning": {12},
        "integration": {5, 6, 8, 9, 22, 25},
        "rapid_search": {14},
        "time_unlimited_support": {9, 25},
        "preferences": {14},
    }.items():
        fell = {item for item, score in scored(f"without_{principle}").items() if score < 5}
        assert fell == items, principle


def test_what_the_model_has_no_word_for_says_so():
    rows = score_all(values_of({}, {}, load_scenario("ips")))
    assert [row.item for row in rows if row.basis == "stand-in"] == [10, 11, 13, 14]


def test_what_is_not_known_scores_lowest():
    assert score_of(math.nan, (0.2, 0.4, 0.6, 0.8)) == 1
    assert score_of(math.nan, (40.0, 30.0, 20.0, 10.0)) == 1


@pytest.mark.parametrize(
    ("total", "band"),
    [(125, "exemplary"), (115, "exemplary"), (114, "good"), (100, "good"), (99, "fair")]
    + [(74, "fair"), (73, "not IPS"), (25, "not IPS"), (20, "not IPS")],
)
def test_bands(total: int, band: str):
    assert band_of(total) == band


def test_rows_hold_the_anchor_of_their_score():
    values = values_of({}, {}, load_scenario("ips"))
    rows = score_all(values)
    for row, item in zip(rows, fidelity_scale(), strict=True):
        assert row.anchor == item.anchors[row.score - 1]
    assert total_of(rows) == sum(row.score for row in rows) < 60


def test_tables_name_only_what_there_is():
    known = {*MEASURES, *keys(), PARTS}
    for reading in fidelity_readings():
        assert reading.measure in known
        assert list(reading.limits) in (sorted(reading.limits), sorted(reading.limits)[::-1])
        parts = [one for one in fidelity_parts() if one.item == reading.item]
        assert (reading.measure == PARTS) == any(one.otherwise is None for one in parts)
    assert {one.measure for one in fidelity_parts()} <= known
    moved = [key for remedy in fidelity_remedies().values() for key in remedy.keys]
    assert len(moved) == len(set(moved))
    assert set(moved) <= set(keys())
    used = {name for reading in fidelity_readings() for name in reading.remedies}
    assert used == set(fidelity_remedies())


def test_every_measure_counts_for_an_item():
    used = {one.measure for one in fidelity_readings()}
    used |= {one.measure for one in fidelity_parts()}
    assert set(MEASURES) - used == {"seekers", "contacts_for_people"}
