"""Dose-responses: what is moved exists, every field of people is, and signs are read right."""

import numpy as np
import pytest

from ips_sim.scenario.catalogue import keys
from tools.pages.doses import OUTCOMES, Dose, Measured, doses, measure, scenarios_of
from tools.pages.sources import source_of


def made_up(expected, rows, **more):
    dose = Dose("Made up", "Part", expected, "judgement", vary={"a": range(len(rows))}, **more)
    values = np.array(rows, dtype=float)
    return Measured(dose, dict.fromkeys(OUTCOMES, values))


@pytest.mark.parametrize("dose", doses(), ids=lambda one: one.dose)
def test_every_scenario_and_key_exists_and_takes_the_value(dose):
    assert len(scenarios_of(dose)) == len(dose.labels) >= 2
    first, last = dose.ends
    assert first < last
    for values in dose.before.values():
        assert len(values) == len(dose.labels)
    assert set(dose.before) in (set(), set(OUTCOMES))


def test_every_field_of_people_is_moved():
    moved = {key for dose in doses() for key in dose.vary}
    assert {one.dotted for one in keys().values() if one.section == "people"} <= moved


def test_what_looks_like_a_key_of_the_evidence_is_one():
    for dose in doses():
        if "_" in dose.rests_on and " " not in dose.rests_on:
            assert source_of(dose.rests_on).grade


def test_doses_are_told_apart_by_name():
    assert len({one.dose for one in doses()}) == len(doses())


@pytest.mark.parametrize(
    ("expected", "rows", "agrees"),
    [
        ("+", [[0.1, 0.2], [0.3, 0.5]], "yes"),
        ("-", [[0.1, 0.2], [0.3, 0.5]], "**no**"),
        ("+", [[0.1, 0.2], [0.2, 0.1]], "no difference seen"),
        ("+", [[0.1, 0.2], [0.5, 0.9], [0.45, 0.5]], "yes"),
        ("+", [[0.1, 0.2], [0.5, 0.71], [0.3, 0.5]], "yes, but not from 1 to 2"),
        ("0", [[0.1, 0.2], [0.101, 0.202]], "yes"),
        ("0", [[0.1, 0.2], [0.4, 0.5]], "**no**"),
        ("bends", [[0.1, 0.2], [0.5, 0.6], [0.2, 0.3]], "yes"),
        ("bends", [[0.1, 0.2], [0.2, 0.3], [0.5, 0.6]], "**no**"),
        ("unknown", [[0.1, 0.2], [0.4, 0.5]], "rises"),
        ("unknown", [[0.4, 0.5], [0.1, 0.2]], "falls"),
    ],
)
def test_a_sign_agrees_beyond_monte_carlo_error_only(expected, rows, agrees):
    assert made_up(expected, rows).agrees == agrees


def test_the_sign_may_be_about_some_of_the_values():
    rows = [[0.1, 0.2], [0.3, 0.5], [0.0, 0.1]]
    assert made_up("+", rows, between=[0, 1]).agrees == "yes"
    assert made_up("+", rows).agrees != "yes"


def test_points_share_their_chance():
    caseloads = {"programme.caseload_limit": [20, 20]}
    same = measure(Dose("Same", "Part", "0", "judgement", vary=caseloads), replicates=2)
    assert same.difference == (0.0, 0.0)
