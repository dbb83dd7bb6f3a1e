"""How outcomes, numbers and spans of time are written for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ips_sim.evidence.units import MONTHS_PER_YEAR, WEEKS_PER_YEAR
from ips_sim.shown.english import MINUS, NO_VALUE, counted, number

Kind = Literal["share", "number", "money"]


@dataclass(frozen=True)
class Outcome:
    """How an outcome is shown.

    Attributes
    ----------
    name, label
        In the tables, and for people.
    kind
        Shares are written in percent, money in whole dollars.
    decimals
        Digits after the point.
    finders_only
        Whether it has a value only for people who found a job.
    """

    name: str
    label: str
    kind: Kind = "number"
    unit: str = ""
    decimals: int = 1
    finders_only: bool = False


def _share(name: str, label: str) -> Outcome:
    return Outcome(name, label, "share", "% of people")


def _money(name: str, label: str) -> Outcome:
    return Outcome(name, label, "money", "US dollars per person", 0)


GROUPS: dict[str, tuple[Outcome, ...]] = {
    "Work": (
        _share("employed_ever", "Had a competitive job"),
        _share("employed_at_end", "In a competitive job at the end"),
        Outcome("weeks_to_first_job", "Time to first job", unit="weeks", finders_only=True),
        Outcome("weeks_worked", "Time in competitive work", unit="weeks per person"),
        Outcome("jobs_held", "Competitive jobs held", unit="jobs per person", decimals=2),
        Outcome("first_job_weeks", "Length of the first job", unit="weeks", finders_only=True),
        Outcome("longest_job_weeks", "Length of the longest job", unit="weeks per person"),
        _share("worked_20h_ever", "Ever worked 20 hours a week or more"),
        Outcome("hours_worked", "Hours in competitive work", unit="hours per person", decimals=0),
        _share("paid_ever", "Any paid work, sheltered and transitional too"),
    ),
    "Service": (
        Outcome("weeks_waiting", "Time on the waiting list", unit="weeks per person"),
        Outcome("employer_contacts", "Employer contacts", unit="contacts per person"),
        Outcome("weeks_sheltered", "Time in sheltered work", unit="weeks per person"),
        Outcome("weeks_transitional", "Time in transitional jobs", unit="weeks per person"),
        _share("dropped_out", "Disengaged: left without agreement"),
        _share("closed", "Closed without a job: by agreement, or at the programme's limit"),
        _share(
            "transferred",
            "Support ended while working: its limit was reached, or the treatment team took over",
        ),
    ),
    "Health": (
        Outcome("hospital_days", "Psychiatric hospital", unit="days per person"),
        Outcome("qalys", "Quality-adjusted life years", unit="QALYs per person", decimals=3),
    ),
    "Money": (
        _money("earnings_usd", "Earnings from competitive work"),
        _money("programme_cost_usd", "Cost of the programme"),
        _money("health_cost_usd", "Cost of hospital days"),
        _money("benefits_usd", "Benefits received"),
        _money("taxes_usd", "Taxes on wages"),
    ),
}
"""What the table shows, in order; an outcome that is not here goes to a last group, Other."""

WHY_CLOSED = (
    "Places are closed under any programme, since people without a job whose interest in work has "
    "faded agree, in time, to give theirs up; some programmes also close them after a limit of "
    "weeks without work."
)
"""What stands behind the outcome `closed`."""

OUTCOMES = {outcome.name: outcome for group in GROUPS.values() for outcome in group}


def outcome_of(name: str, unit: str = "") -> Outcome:
    """How to show an outcome, also one that is not in `GROUPS`."""
    if name in OUTCOMES:
        return OUTCOMES[name]
    if unit == "share":
        return _share(name, in_words(name))
    return Outcome(name, in_words(name), unit=unit, decimals=2)


def in_words(name: str) -> str:
    """A name of the tables as words."""
    return name.replace("_", " ").capitalize()


def shown(value: float | None, outcome: Outcome) -> str:
    """A mean of an outcome with its sign for percent or dollars."""
    if value is None:
        return NO_VALUE
    if outcome.kind == "share":
        return f"{number(100 * value, outcome.decimals)} %"
    if outcome.kind == "money":
        return _dollars(number(value, outcome.decimals))
    return number(value, outcome.decimals)


def shown_difference(value: float | None, outcome: Outcome) -> str:
    """A difference of an outcome; shares differ by percentage points."""
    if value is None:
        return NO_VALUE
    if outcome.kind == "share":
        return number(100 * value, outcome.decimals, sign=True)
    if outcome.kind == "money":
        return _dollars(number(value, outcome.decimals, sign=True))
    return number(value, outcome.decimals, sign=True)


def _dollars(text: str) -> str:
    sign = text[:1] if text[:1] in {"+", MINUS} else ""
    return f"{sign}${text.removeprefix(sign)}"


def difference_unit(outcome: Outcome) -> str:
    """The unit of a difference."""
    return "percentage points" if outcome.kind == "share" else outcome.unit


def span(weeks: int) -> str:
    """A number of weeks as people say it: years, months, or weeks where neither is whole."""
    if weeks and weeks % WEEKS_PER_YEAR == 0:
        return counted(weeks // WEEKS_PER_YEAR, "year")
    months = weeks * MONTHS_PER_YEAR / WEEKS_PER_YEAR
    if weeks and months == int(months):
        return counted(int(months), "month")
    return counted(weeks, "week")
