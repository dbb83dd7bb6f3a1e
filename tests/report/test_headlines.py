"""Sentences: what is said of given numbers, whichever scenario is the reference."""

import pytest

from ips_sim.report.folder import Estimate, Result, Told
from ips_sim.report.headlines import headlines


def estimate(value, low=None, high=None, n=100):
    return Estimate(n, value, low, high, "", "predictive")


def result(means, contrasts=None, weeks=78):
    """A result of these numbers: {scenario: {outcome: (value, low, high)}}."""
    values = {"design": {"weeks": weeks, "kind": "cohort"}}
    names = list(means)
    return Result(
        manifest={},
        scenarios=tuple(Told(name, values) for name in names),
        reference=names[0],
        means=_table(means),
        contrasts=_table(contrasts or {}),
        outcomes=(),
        measures=(),
        weekly={},
        people={},
    )


def _table(of):
    return {
        (name, outcome): {"predictive": estimate(*numbers)}
        for name, outcomes in of.items()
        for outcome, numbers in outcomes.items()
    }


def first(*args, **kwargs):
    return headlines(result(*args, **kwargs))[0]


def test_two_scenarios_are_told_from_the_side_that_has_more():
    better = {"employed_ever": (0.55, 0.45, 0.65)}
    worse = {"employed_ever": (0.25, 0.18, 0.33)}
    said = (
        "Of 100 people, about 55 found a competitive job within 18 months under IPS and 25 under "
        "Old: 30 more under IPS (24 to 36)."
    )
    down = first({"IPS": better, "Old": worse}, {"Old": {"employed_ever": (-0.30, -0.36, -0.24)}})
    assert down.sentence == said
    up = first({"Old": worse, "IPS": better}, {"IPS": {"employed_ever": (0.30, 0.24, 0.36)}})
    assert up.sentence == (
        "Of 100 people, about 25 found a competitive job within 18 months under Old and 55 under "
        "IPS: 30 more under IPS (24 to 36)."
    )


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        ((0.03, -0.01, 0.08), "3 more under B (from 1 fewer to 8 more)."),
        ((-0.03, -0.08, 0.01), "3 more under A (from 1 fewer to 8 more)."),
        ((0.001, -0.02, 0.03), "about the same (from 2 fewer to 3 more under B)."),
        ((0.0, 0.0, 0.0), "about the same."),
        ((0.03, None, None), "3 more under B."),
        ((0.03, 0.001, 0.08), "3 more under B (0 to 8)."),
        ((0.03, 0.0, 0.08), "3 more under B (0 to 8)."),
    ],
)
def test_ranges(difference, said):
    means = {
        "A": {"employed_ever": (0.30, 0.2, 0.4)},
        "B": {"employed_ever": (0.30 + difference[0], 0.2, 0.4)},
    }
    assert first(means, {"B": {"employed_ever": difference}}).sentence.endswith(f": {said}")


def test_numbers_add_up_in_the_readers_head():
    means = {"A": {"employed_ever": (0.254, 0.2, 0.3)}, "B": {"employed_ever": (0.546, 0.5, 0.6)}}
    told = first(means, {"B": {"employed_ever": (0.292, 0.2, 0.4)}}).sentence
    assert "about 25 found" in told
    assert "55 under B: 30 more under B (20 to 40)" in told


def test_one_scenario_has_its_own_range():
    told = first({"IPS": {"employed_ever": (0.55, 0.45, 0.65)}}, weeks=104)
    assert told.sentence == (
        "Of 100 people, about 55 found a competitive job within 2 years under IPS (45 to 65)."
    )
    assert told.lines == ()


def test_units_are_named_once():
    told = first({"IPS": {"weeks_worked": (21.3, 18.0, 25.0)}})
    assert "spent 21.3 weeks on average in competitive work under IPS (18.0 to 25.0 weeks)" in (
        told.sentence
    )


def test_three_scenarios_are_lines_against_the_reference():
    means = {
        name: {"employed_ever": (value, 0, 1)}
        for name, value in zip("ABC", (0.5, 0.4, 0.5), strict=True)
    }
    contrasts = {
        "B": {"employed_ever": (-0.1, -0.15, -0.05)},
        "C": {"employed_ever": (0.0, -0.05, 0.05)},
    }
    told = first(means, contrasts)
    assert told.sentence == (
        "Of 100 people, about 50 found a competitive job within 18 months under A."
    )
    assert told.lines == (
        "B: 40, 10 fewer (5 to 15)",
        "C: 50, about the same (from 5 fewer to 5 more)",
    )


def test_many_scenarios_keep_to_the_first_findings():
    one = {
        "employed_ever": (0.5, 0.4, 0.6),
        "employed_at_end": (0.4, 0.3, 0.5),
        "weeks_worked": (20.0, 10.0, 30.0),
        "weeks_to_first_job": (20.0, 10.0, 30.0),
        "first_job_weeks": (20.0, 10.0, 30.0),
        "earnings_usd": (4000.0, 3000.0, 5000.0),
        "programme_cost_usd": (6000.0, 5000.0, 7000.0),
    }
    few = [told.topic for told in headlines(result({"A": one, "B": one}))]
    about_work = ["Finding work", "Time in work", "Still in work"]
    assert few == [*about_work, "Those who found a job", "Earnings", "Cost"]
    many = [told.topic for told in headlines(result(dict.fromkeys("ABCD", one)))]
    assert many == ["Finding work", "Time in work", "Cost"]


def test_finders_come_with_their_number():
    told = headlines(
        result(
            {
                "IPS": {
                    "employed_ever": (0.55, 0.4, 0.6),
                    "weeks_to_first_job": (20.4, 15.0, 25.0, 1100),
                    "first_job_weeks": (22.0, 15.0, 25.0, 1100),
                }
            }
        )
    )[-1]
    assert told.sentence == (
        "IPS: first job after 20.4 weeks, lasting 22.0 weeks within the follow-up "
        "(55 % of all; n = 1,100 in all runs)."
    )


def test_different_follow_ups_are_said():
    told = result(
        {"A": {"employed_ever": (0.5, 0.4, 0.6)}, "B": {"employed_ever": (0.5, 0.4, 0.6)}}
    )
    other = Told("B", {"design": {"weeks": 52, "kind": "cohort"}})
    object.__setattr__(told, "scenarios", (told.scenarios[0], other))
    assert "within each scenario's own follow-up" in headlines(told)[0].sentence


def test_nothing_is_said_without_numbers():
    assert headlines(result({"A": {"employed_ever": (None, None, None)}})) == []
