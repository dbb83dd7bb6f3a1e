import pytest

from ips_sim.model.outcomes import OUTCOMES as COUNTED
from ips_sim.report.words import (
    GROUPS,
    WORDINGS,
    shown,
    shown_difference,
    span,
    wording_of,
)
from ips_sim.shown.english import MINUS


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        (78, "18 months"),
        (52, "1 year"),
        (104, "2 years"),
        (13, "3 months"),
        (26, "6 months"),
        (10, "10 weeks"),
        (1, "1 week"),
        (79, "79 weeks"),
        (0, "0 weeks"),
    ],
)
def test_span(weeks, said):
    assert span(weeks) == said


@pytest.mark.parametrize(
    ("outcome", "value", "mean", "difference"),
    [
        ("employed_ever", 0.5512, "55.1 %", "+55.1"),
        ("earnings_usd", -1234.5, f"{MINUS}$1,234", f"{MINUS}$1,234"),
        ("earnings_usd", 99.6, "$100", "+$100"),
        ("weeks_worked", 12.34, "12.3", "+12.3"),
        ("qalys", 1.2345, "1.234", "+1.234"),
    ],
)
def test_outcomes(outcome, value, mean, difference):
    assert shown(value, WORDINGS[outcome]) == mean
    assert shown_difference(value, WORDINGS[outcome]) == difference


def test_every_outcome_of_the_model_has_words():
    assert {one.name for one in COUNTED} == set(WORDINGS)
    assert sum(map(len, GROUPS.values())) == len(WORDINGS)


def test_finders_are_those_of_the_model():
    finders = {one.name for one in COUNTED if one.among == "finders"}
    assert {name for name, one in WORDINGS.items() if one.finders_only} == finders


def test_shares_are_those_of_the_model():
    shares = {one.name for one in COUNTED if one.unit == "share"}
    assert {name for name, one in WORDINGS.items() if one.kind == "share"} == shares


def test_an_unknown_outcome_is_shown_by_its_name():
    assert wording_of("days_gardened", "days").label == "Days gardened"
    assert wording_of("happy_ever", "share").kind == "share"
