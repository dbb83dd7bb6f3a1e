"""What specialists' paid hours went to."""

from __future__ import annotations

from dataclasses import dataclass

from ips_sim.report.folder import WeeklyFigures

COUNTED = (
    "hours_trouble",
    "hours_new_job",
    "hours_search",
    "hours_employer_contact",
    "hours_keep_in_touch",
    "hours_school",
)
"""Uses that the weekly table counts."""

BESIDES = ("hours_team", "hours_travel", "hours_office")
"""What is paid besides, and counted too: meetings, travel, records and supervision."""

USES = (*COUNTED, *BESIDES, "not_used")
"""Every use, in the order in which it is shown."""


@dataclass(frozen=True)
class HoursByUse:
    """Paid hours per person on the caseload and week, by use, over the whole time."""

    by_use: dict[str, float]

    @property
    def total(self) -> float:
        """All paid hours."""
        return sum(self.by_use.values())


def idle_share(weekly: WeeklyFigures) -> float:
    """Give the share of the posts' paid hours that nobody had a use for."""
    paid = float(weekly.totals["staff_hours"].sum())
    return float(weekly.totals["hours_idle"].sum()) / paid if paid else 0.0


def hours_by_use(weekly: WeeklyFigures) -> HoursByUse:
    """Split the hours that the posts give the people on their caseloads.

    These are whole posts, whoever pays for them: where free places go to others, the cost of a
    person is the share of one place.
    """
    served = float(weekly.totals["on_caseload"].sum())
    if not served:
        return HoursByUse(dict.fromkeys(USES, 0.0))
    parts = {name: float(weekly.totals[name].sum()) / served for name in (*COUNTED, *BESIDES)}
    idle = idle_share(weekly)
    parts["not_used"] = sum(parts.values()) * idle / (1.0 - idle) if idle < 1.0 else 0.0
    return HoursByUse(parts)


def paid_hours(weekly: WeeklyFigures) -> float:
    """Give all hours paid for the posts of people on a caseload, over the whole time."""
    return hours_by_use(weekly).total * float(weekly.totals["on_caseload"].sum())
