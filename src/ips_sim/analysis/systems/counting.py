"""What is counted at each site in each window, and the figures that are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ips_sim.economics.costs import health_cost, programme_cost
from ips_sim.economics.prices import default_prices
from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.arrays import Array, Floats
from ips_sim.model.outcomes import segment_sums

_ADDED = (
    "weeks_observed",
    "weeks_on_caseload",
    "weeks_waiting",
    "weeks_worked",
    "weeks_preparing",
    "weeks_sheltered",
    "weeks_transitional",
    "jobs_held",
    "hours_worked",
    "programme_hours",
    "staff_hours",
    "benefits_plans",
    "hospital_admissions",
    "hospital_days",
    "stays_ended",
    "stay_weeks_ended",
)
"""Counts of a person that only grow, so that a window's is the difference between two weeks."""

COUNTS = (
    *_ADDED,
    "people",
    "served",
    "employed",
    "employed_served",
    "served_weeks_worked",
    "not_served",
    "employed_not_served",
    "with_programme",
    "employed_with_programme",
    "without_programme",
    "employed_without_programme",
    "programme_cost_usd",
    "health_cost_usd",
    "posts_left",
    "posts",
    "others_hired",
)
"""What is counted of a site in a window."""


@dataclass(frozen=True)
class SiteFigure:
    """A figure of a site in a window: `per` × top / bottom; without a bottom, a count itself.

    Attributes
    ----------
    name, unit, meaning
        For tables.
    top, bottom
        Counts.
    per
        What the quotient is multiplied by; in figures per week or year, the window's length counts.
    """

    name: str
    unit: str
    meaning: str
    top: str
    bottom: str
    per: float = 1.0


_YEAR = float(WEEKS_PER_YEAR)
SITE_FIGURES = (
    SiteFigure(
        "employed_share",
        "share",
        "people present who worked competitively in the window",
        "employed",
        "people",
    ),
    SiteFigure(
        "employed_served_share",
        "share",
        "people served who worked competitively in the window",
        "employed_served",
        "served",
    ),
    SiteFigure(
        "employed_not_served_share",
        "share",
        "people present and not served who worked competitively in the window",
        "employed_not_served",
        "not_served",
    ),
    SiteFigure(
        "employed_with_programme_share",
        "share",
        "people present where there is a programme, in it or not, who worked competitively in the "
        "window",
        "employed_with_programme",
        "with_programme",
    ),
    SiteFigure(
        "employed_without_programme_share",
        "share",
        "people present where there is none who worked competitively in the window",
        "employed_without_programme",
        "without_programme",
    ),
    SiteFigure(
        "served_share",
        "share",
        "people present who had a place on a caseload in the window",
        "served",
        "people",
    ),
    SiteFigure("served", "people", "people on the caseload in the window", "served", "sites"),
    SiteFigure(
        "caseload",
        "people",
        "people on the caseload, mean of the weeks",
        "weeks_on_caseload",
        "site_weeks",
    ),
    SiteFigure(
        "waiting",
        "people",
        "people on the waiting list, mean of the weeks",
        "weeks_waiting",
        "site_weeks",
    ),
    SiteFigure(
        "job_starts",
        "jobs",
        "competitive jobs started in the window, by all present",
        "jobs_held",
        "sites",
    ),
    SiteFigure(
        "stay_weeks",
        "weeks",
        "length of the stays on a caseload that ended in the window",
        "stay_weeks_ended",
        "stays_ended",
    ),
    SiteFigure(
        "turnover_per_year",
        "times a year",
        "specialists who left, per post and year",
        "posts_left",
        "post_weeks",
        _YEAR,
    ),
    SiteFigure(
        "hours_worked_per_week",
        "hours a week",
        "hours in competitive work, over all present",
        "hours_worked",
        "weeks_observed",
    ),
    SiteFigure(
        "hours_in_community_per_week",
        "hours a week",
        "hours out in the community: those of somebody without work or programme, less what groups "
        "at the programme's own place take, and competitive work",
        "hours_in_community",
        "weeks_observed",
    ),
    SiteFigure(
        "programme_hours_per_week",
        "hours a week",
        "hours in groups at the programme's own place, over all present",
        "programme_hours",
        "weeks_observed",
    ),
    SiteFigure(
        "admissions_per_person_year",
        "admissions a year",
        "hospital admissions in a year",
        "hospital_admissions",
        "weeks_observed",
        _YEAR,
    ),
    SiteFigure(
        "programme_cost_usd_per_person_year",
        "US dollars a year",
        "cost of the programme for each person present, posts used or idle",
        "programme_cost_usd",
        "weeks_observed",
        _YEAR,
    ),
    SiteFigure(
        "health_cost_usd_per_person_year",
        "US dollars a year",
        "days in hospital of each person present, priced",
        "health_cost_usd",
        "weeks_observed",
        _YEAR,
    ),
    SiteFigure(
        "others_hired_per_person_year",
        "jobs a year",
        "vacancies that other people filled, for each person present",
        "others_hired",
        "weeks_observed",
        _YEAR,
    ),
)
"""Every figure, in the order in which tables show them."""


class WindowCounter:
    """Counts windows as runs go by: shown everybody at the end of each, it keeps what has grown.

    Attributes
    ----------
    counts
        Shape (`COUNTS`, windows, runs).
    """

    def __init__(self, runs: int, ends: list[int]) -> None:
        self.counts = np.zeros((len(COUNTS), len(ends) - 1, runs))
        self._ends = ends
        self._before: dict[str, Array] = {}

    def look(self, week: int, everything: Any, table: Array, weekly: Array) -> None:
        """Take in everything as it is at the end of a week."""
        now = {name: everything.seekers[name].astype(np.float64) for name in _ADDED}
        offsets = np.append(table["first_person_row"], len(everything.seekers))
        posts = np.append(table["first_post_row"], len(everything.specialists))
        left = segment_sums(everything.specialists["times_left"], posts)
        open_posts = segment_sums(everything.specialists["full_time_share"] > 0, posts)
        hired = _by_area(everything.employers["hired_others"], table)
        site = {"posts_left": left, "others_hired": hired}
        if self._before:
            window = self._ends.index(week) - 1
            grown = {name: now[name] - self._before[name] for name in _ADDED}
            self.counts[:, window] = _counted(grown, offsets, open_posts > 0)
            for name, values in site.items():
                self.counts[COUNTS.index(name), window] = values - self._before[name]
            self.counts[COUNTS.index("posts"), window] = open_posts
        self._before = now | site


def _by_area(hired: Array, table: Array) -> Array:
    """Share what employers of an area did equally among its sites."""
    firsts = np.flatnonzero(table["site"] % table["sites_in_area"] == 0)
    offsets = np.append(table["first_employer_row"][firsts], len(hired))
    shared = segment_sums(hired, offsets) / table["sites_in_area"][firsts]
    return np.repeat(shared, table["sites_in_area"][firsts])


def _counted(grown: Mapping[str, Array], offsets: Array, has_posts: Array) -> Floats:
    """Add up people's windows site by site; what needs nobody is left at zero."""
    present = grown["weeks_observed"] > 0
    served = grown["weeks_on_caseload"] > 0
    worked = grown["weeks_worked"] > 0
    prices = default_prices()
    there = np.repeat(has_posts, np.diff(offsets))
    values: dict[str, Array] = {
        **grown,
        "people": present,
        "served": served,
        "employed": worked,
        "employed_served": served & worked,
        "served_weeks_worked": served * grown["weeks_worked"],
        "not_served": present & ~served,
        "employed_not_served": present & ~served & worked,
        "with_programme": present & there,
        "employed_with_programme": there & worked,
        "without_programme": present & ~there,
        "employed_without_programme": ~there & worked,
        "programme_cost_usd": programme_cost(grown, prices),
        "health_cost_usd": health_cost(grown, prices),
    }
    nothing = np.zeros(len(offsets) - 1)
    rows = [segment_sums(values[name], offsets) if name in values else nothing for name in COUNTS]
    return np.array(rows)


@dataclass(frozen=True)
class TimeOut:
    """What time in the community is reckoned by.

    Attributes
    ----------
    hours_per_week
        Hours a week that somebody without work or a day programme is out in the community.
    lost_per_programme_hour
        How much of an hour in groups at the programme's own place is taken from it.
    """

    hours_per_week: float
    lost_per_programme_hour: float


def site_figures(
    counts: Floats, sites: Floats | float, window_weeks: int, time_out: TimeOut | None
) -> Floats:
    """Turn counts into figures.

    Parameters
    ----------
    counts
        Shape (`COUNTS`, ...), added up over sites, draws or replicates as one likes.
    sites
        How many were added up.
    window_weeks
        Weeks of a window.
    time_out
        What hours in the community are reckoned by; without it there are none.

    Returns
    -------
    array of float64, shape (`SITE_FIGURES`, ...)
        NaN where nobody is counted.
    """
    known = dict(zip(COUNTS, counts, strict=True))
    number = np.broadcast_to(np.asarray(sites, dtype=np.float64), counts.shape[1:])
    known |= {
        "sites": number,
        "site_weeks": number * window_weeks,
        "post_weeks": known["posts"] * window_weeks,
        "hours_in_community": np.full(counts.shape[1:], np.nan),
    }
    if time_out is not None:
        known["hours_in_community"] = (
            time_out.hours_per_week * known["weeks_observed"]
            - time_out.lost_per_programme_hour * known["programme_hours"]
            + known["hours_worked"]
        )
    made: Floats = np.full((len(SITE_FIGURES), *counts.shape[1:]), np.nan)
    for row, one in enumerate(SITE_FIGURES):
        bottom = known[one.bottom]
        np.divide(one.per * known[one.top], bottom, out=made[row, ...], where=bottom > 0)
    return made
