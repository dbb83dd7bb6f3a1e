"""How outcomes, numbers and spans of time are written for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ips_sim.evidence.units import MONTHS_PER_YEAR, WEEKS_PER_YEAR
from ips_sim.model.outcomes import OUTCOMES, Outcome
from ips_sim.runs.model_error import KNOWN
from ips_sim.shown.english import MINUS, NO_VALUE, counted, number

Kind = Literal["share", "number", "money"]


@dataclass(frozen=True)
class Wording:
    """How an outcome is shown.

    Attributes
    ----------
    name, label
        In the tables, and for people.
    kind
        Shares are written in percent, money in whole dollars.
    unit
        Of a mean.
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


_LABELS: dict[str, dict[str, str]] = {
    "Work": {
        "employed_ever": "Had a competitive job",
        "employed_at_end": "Competitive job at the end",
        "weeks_to_first_job": "Time to first job",
        "weeks_worked": "Time in competitive work",
        "jobs_held": "Competitive jobs held",
        "first_job_weeks": "Length of the first job",
        "longest_job_weeks": "Length of the longest job, 0 without one",
        "worked_20h_ever": "Ever worked 20 hours a week or more",
        "hours_worked": "Hours in competitive work",
        "paid_ever": "Any paid work, sheltered and transitional too",
    },
    "Service": {
        "weeks_waiting": "Time on the waiting list",
        "employer_contacts": "Employer contacts",
        "weeks_sheltered": "Time in sheltered work",
        "weeks_transitional": "Time in transitional jobs",
        "dropped_out": "Disengaged: left without agreement",
        "closed": "Closed without a job: by agreement, or at the programme's limit",
        "transferred": "Support ended while working: its limit was reached, or the treatment team "
        "took over",
    },
    "School": {
        "enrolled_ever": "Enrolled at school or in training",
        "weeks_enrolled": "Time in school terms",
        "credential_earned": "Earned a credential",
        "work_or_school_ever": "Had a competitive job or was enrolled",
    },
    "Health": {
        "hospital_days": "Psychiatric hospital",
        "qalys": "Quality-adjusted life years",
    },
    "Money": {
        "earnings_usd": "Earnings in competitive jobs",
        "programme_cost_usd": "Cost of the programme",
        "health_cost_usd": "Cost of hospital days",
        "benefits_usd": "Benefits received",
        "taxes_usd": "Taxes on wages",
    },
}
"""What the table shows, in order."""

_KINDS: dict[str, Kind] = {"share": "share", "US dollars": "money"}
_DECIMALS = {"jobs_held": 2, "hours_worked": 0, "qalys": 3}
"""Digits after the point where they are not one, or none for money."""


def _wording(counted: Outcome, label: str) -> Wording:
    kind = _KINDS.get(counted.unit, "number")
    among_finders = counted.among == "finders"
    unit = counted.unit if among_finders else f"{counted.unit} per person"
    return Wording(
        counted.name,
        label,
        kind,
        "% of people" if kind == "share" else unit,
        _DECIMALS.get(counted.name, 0 if kind == "money" else 1),
        among_finders,
    )


_COUNTED = {outcome.name: outcome for outcome in OUTCOMES}

GROUPS: dict[str, tuple[Wording, ...]] = {
    group: tuple(_wording(_COUNTED[name], label) for name, label in labels.items())
    for group, labels in _LABELS.items()
}
"""Outcomes in the order of the table; one that is not here goes to a last group, Other."""

WHY_CLOSED = (
    "Places are closed under any programme, since people without a job whose interest in work has "
    "faded agree, at a review, to give theirs up; some programmes also close them then after a "
    "limit of weeks without work. Who lost a job a short time ago is not asked."
)
"""What stands behind the outcome `closed`."""

NOT_KNOWN = "*"
"""Marks outcomes of which cross-validation can't tell how far the model misses them."""


NONE_SEEN = "none seen"
"""Stands for a part of a range where runs differ no more than the other parts explain."""


def mark(outcome: str) -> str:
    """Give the mark of an outcome whose range leaves out what the model itself misses."""
    return "" if outcome in KNOWN else NOT_KNOWN


WORDINGS = {one.name: one for group in GROUPS.values() for one in group}


def wording_of(name: str, unit: str = "") -> Wording:
    """How to show an outcome, also one that is not in `GROUPS`."""
    if name in WORDINGS:
        return WORDINGS[name]
    if unit == "share":
        return Wording(name, in_words(name), "share", "% of people")
    return Wording(name, in_words(name), unit=unit, decimals=2)


def in_words(name: str) -> str:
    """A name of the tables as words."""
    return name.replace("time_unlimited", "time-unlimited").replace("_", " ").capitalize()


def shown(value: float | None, outcome: Wording) -> str:
    """A mean of an outcome with its sign for percent or dollars."""
    if value is None:
        return NO_VALUE
    if outcome.kind == "share":
        return f"{number(100 * value, outcome.decimals)} %"
    if outcome.kind == "money":
        return _dollars(number(value, outcome.decimals))
    return number(value, outcome.decimals)


def shown_difference(value: float | None, outcome: Wording) -> str:
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


def difference_unit(outcome: Wording) -> str:
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
