"""How big a scenario's world is: sites, people, posts, employers, weeks, in both drivers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.scenario.schema import Scenario

MOST_SPECIALISTS = 8
"""Posts at one site at most; the number of a specialist across sites is counted by it."""
MOST_EMPLOYERS = 1_000
"""Employers at one site at most, by the limits of people and of employers per 100 people."""
REGION = 2**28 - 1
"""Number of the luck that all sites of a scenario share, beyond that of any site."""
PEOPLE_PER_MEASURE = 100

# Each is prime and larger than any number of people at a site, so that the stride through the
# people is prime to their number whatever it is.
STRIDES = (1_000_003, 1_299_709, 2_750_159, 3_497_861, 5_800_079, 7_368_787, 15_485_863)


@dataclass(frozen=True)
class SiteSize:
    """What one site of a scenario holds.

    Attributes
    ----------
    site
        Number of the site, from 0.
    people, first_person
        How many people, and the number of the first across sites.
    specialists, full_time_share
        Posts, and how much of a full-time post each is.
    employers, first_employer
        How many employers, and the number of the first across sites.
    """

    site: int
    people: int
    first_person: int
    specialists: int
    full_time_share: float
    employers: int
    first_employer: int


@dataclass(frozen=True)
class Calendar:
    """How long a scenario runs, and how its weeks are counted.

    Attributes
    ----------
    weeks_to_run
        Weeks that are simulated.
    follow_up_weeks
        Weeks for which a person is followed from entry.
    is_cohort
        Whether weekly figures are counted by each person's own clock.
    warm_up_weeks
        Weeks at the start that are not counted.
    rows
        Weeks in the weekly figures.
    entry_weeks
        Weeks over which people enter.
    """

    weeks_to_run: int
    follow_up_weeks: int
    is_cohort: bool
    warm_up_weeks: int
    rows: int
    entry_weeks: int


def calendar(scenario: Scenario) -> Calendar:
    """Lay out the weeks of a scenario."""
    design = scenario.design
    if design.kind == "cohort":
        return Calendar(
            weeks_to_run=design.entry_weeks + design.weeks - 1,
            follow_up_weeks=design.weeks,
            is_cohort=True,
            warm_up_weeks=0,
            rows=design.weeks,
            entry_weeks=design.entry_weeks,
        )
    total = design.warm_up_weeks + design.weeks
    return Calendar(
        weeks_to_run=total,
        follow_up_weeks=total,
        is_cohort=False,
        warm_up_weeks=design.warm_up_weeks,
        rows=design.weeks,
        entry_weeks=total,
    )


def site_size(scenario: Scenario, site: int) -> SiteSize:
    """Size one site: people are spread evenly, staff by the caseload limit, employers by people."""
    design = scenario.design
    share, extra = divmod(design.people, design.sites)
    people = share + (1 if site < extra else 0)
    if design.kind == "cohort":
        limit = scenario.programme.caseload_limit
        posts = people / limit if limit else 0.0
        if limit and scenario.budget.posts is not None:
            posts = scenario.budget.posts / design.sites
        people_at_a_time = float(people)
    else:
        posts = design.specialists_per_site
        people_at_a_time = people * WEEKS_PER_YEAR / calendar(scenario).weeks_to_run
    specialists = math.ceil(posts)
    per_person = scenario.place.employers_per_100_people / PEOPLE_PER_MEASURE
    return SiteSize(
        site=site,
        people=people,
        first_person=site * share + min(site, extra),
        specialists=specialists,
        full_time_share=posts / specialists if specialists else 0.0,
        employers=math.ceil(people_at_a_time * per_person),
        first_employer=site * MOST_EMPLOYERS,
    )


def visiting_order(week: int, count: int) -> tuple[int, int]:
    """Say with whom a week starts and how far it steps, so that nobody always goes first.

    Returns
    -------
    tuple of int
        First row and stride; row number k of the week is (first + k × stride) modulo count.
    """
    stride = STRIDES[week % len(STRIDES)]
    return (week * STRIDES[0]) % count, stride % count


def entry_week(row: int, people: int, entry_weeks: int) -> int:
    """Say in which week a person enters: evenly spread, in the order of rows, from week 1."""
    return 1 + row * entry_weeks // people


def full_time_posts(scenario: Scenario) -> float:
    """Full-time posts that are simulated, at all sites together."""
    sites = (site_size(scenario, site) for site in range(scenario.design.sites))
    return math.fsum(one.specialists * one.full_time_share for one in sites)
