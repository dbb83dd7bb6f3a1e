"""How the service worked: ways out, and the figures a fidelity review asks about."""

from __future__ import annotations

from collections.abc import Callable

from ips_sim.report.figures.dot_figures import DotRow
from ips_sim.report.folder import Result, Told, WeeklyFigures
from ips_sim.report.hours import COUNTED, hours_by_use, paid_hours

_WAYS_OUT = (
    ("dropped_out", "Disengaged, left without agreement"),
    ("closed", "Closed without a job"),
    ("transferred", "Support ended while working"),
)

PERCENT = 100.0
LEAST_SHOWN = 0.005
"""What is smaller would be written as 0.00."""

_MEASURES: dict[str, tuple[str, float]] = {
    "days_to_first_contact": ("Days to the first employer contact", 1.0),
    "found_by_specialist_share": ("Jobs that a specialist found, %", PERCENT),
    "hidden_vacancies_share": ("Jobs never advertised, %", PERCENT),
    "applications": ("Applications a person made alone", 1.0),
    "refusals": ("Refusals a person met", 1.0),
    "problems_solved_share": ("Problems at work that were solved, %", PERCENT),
    "warnings_per_ending": ("Warnings for each job that ended", 1.0),
    "stay_on_caseload_weeks": ("Weeks of a stay that ended", 1.0),
    "caseload_employed_in_quarter_share": ("Caseload employed in a quarter, %", PERCENT),
    "left_benefits_per_year": ("Leaving a benefit with a limit, % a year", PERCENT),
}
"""Measures that are shown: label, and what they are multiplied by."""

_ENDINGS = (
    ("endings_quit_share", "Quit"),
    ("endings_dismissed_share", "Dismissed"),
    ("endings_temporary_share", "Temporary job over"),
    ("endings_laid_off_share", "Laid off"),
)


def ways_out_rows(result: Result) -> list[DotRow]:
    """Shares of people by how they left, empty where the tables do not say."""
    rows = []
    for outcome, label in _WAYS_OUT:
        found = [result.mean(one.name, outcome) for one in result.scenarios]
        if any(mean is not None and mean.value is not None for mean in found):
            rows.append(
                DotRow(
                    label,
                    tuple(mean.value if mean else None for mean in found),
                    tuple(mean.low if mean else None for mean in found),
                    tuple(mean.high if mean else None for mean in found),
                )
            )
    for column, label in (("not_admitted", "Not admitted"), ("gone", "Moved, died, prison")):
        values = tuple(
            float(result.weekly[one.name].per_person(column)[-1])
            if one.name in result.weekly
            else None
            for one in result.scenarios
        )
        if any(values):
            rows.append(DotRow(f"{label} (at the end)", values))
    return rows


def ending_rows(result: Result) -> list[DotRow]:
    """Shares of ended competitive jobs by how they ended, empty where the tables do not say."""
    rows = []
    for measure, label in _ENDINGS:
        values = tuple(
            mean.value if (mean := result.mean(one.name, measure)) else None
            for one in result.scenarios
        )
        if any(value is not None for value in values):
            rows.append(DotRow(label, values))
    return rows


def process_rows(result: Result) -> list[DotRow]:
    """Process figures, each with a value for every scenario that has one, if any would show."""
    rows = []
    for measure, (label, factor) in _MEASURES.items():
        values = tuple(
            mean.value * factor
            if (mean := result.mean(one.name, measure)) and mean.value is not None
            else None
            for one in result.scenarios
        )
        if any(value is not None and abs(value) >= LEAST_SHOWN for value in values):
            rows.append(DotRow(label, values))
    for label, compute in _FROM_WEEKS:
        values = tuple(
            compute(one, result.weekly[one.name]) if one.name in result.weekly else None
            for one in result.scenarios
        )
        if any(value is not None for value in values):
            rows.append(DotRow(label, values))
    return rows


def _sum(weekly: WeeklyFigures, *columns: str) -> float:
    return sum(float(weekly.totals[column].sum()) for column in columns)


def _specialist_weeks(told: Told, weekly: WeeklyFigures) -> float:
    """Full-time specialist weeks that were paid."""
    hours = float(told.values["programme"]["specialist_hours_per_week"])
    return paid_hours(weekly) / hours if hours else 0.0


def _contacts_per_specialist(told: Told, weekly: WeeklyFigures) -> float | None:
    weeks = _specialist_weeks(told, weekly)
    return _sum(weekly, "employer_contacts", "book_visits") / weeks if weeks else None


def caseload_of_post(told: Told, weekly: WeeklyFigures) -> float | None:
    """Give the mean caseload of a full-time post; None where nothing was paid."""
    weeks = _specialist_weeks(told, weekly)
    return _sum(weekly, "on_caseload") / weeks if weeks else None


def _hours_with_people(_: Told, weekly: WeeklyFigures) -> float | None:
    hours = hours_by_use(weekly)
    if not hours.total:
        return None
    return PERCENT * sum(hours.by_use[use] for use in COUNTED) / hours.total


def _hours_in_community(told: Told, weekly: WeeklyFigures) -> float | None:
    """Paid hours outside the office: with people and employers where they are, and travel."""
    hours = hours_by_use(weekly)
    if not hours.total:
        return None
    outside = float(told.values["programme"]["community_share"])
    with_people = sum(hours.by_use[use] for use in COUNTED)
    return PERCENT * (outside * with_people + hours.by_use["hours_travel"]) / hours.total


_FROM_WEEKS: tuple[tuple[str, Callable[[Told, WeeklyFigures], float | None]], ...] = (
    ("Employer contacts a week, per full post", _contacts_per_specialist),
    ("Caseload per full-time post", caseload_of_post),
    ("Hours with people and employers, %", _hours_with_people),
    ("Hours in the community, %", _hours_in_community),
)
