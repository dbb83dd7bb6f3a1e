"""How big a scenario's world is: sites, people, posts, employers, weeks, in both drivers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.scenario.changes import phases
from ips_sim.scenario.schema import Scenario

MOST_SPECIALISTS = 8
"""Posts at one site at most; the number of a specialist across sites is counted by it."""
MOST_EMPLOYERS = 1_000
"""Employers at one site at most, by the limits of people and of employers per 100 people."""
REGION = 2**28 - 1
"""Number of the luck that all sites of a scenario share, beyond that of any site."""
LAST_WEEK = 1_000_000
"""Ends the last phase of a site: later than any week."""
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
    specialists
        Posts, those that are closed for a time too.
    employers, first_employer
        How many employers, shared with the other sites of the area, and the number of the first
        across sites.
    """

    site: int
    people: int
    first_person: int
    specialists: int
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


@dataclass(frozen=True)
class SitePhase:
    """What changes at a site beside levers, staff and place.

    Attributes
    ----------
    last_week
        Its last week by the calendar of the run, from 1.
    specialists, full_time_share
        Posts that are not closed, and how much of a full-time post each is.
    referred_anew, staff_begin_anew
        What happens as it begins.
    """

    last_week: int
    specialists: int
    full_time_share: float
    referred_anew: bool
    staff_begin_anew: bool


def site_phases(scenario: Scenario, site: int) -> list[SitePhase]:
    """Lay out the phases of one site: staff by the caseload limit or the design, week by week."""
    weeks, people, found = calendar(scenario), _people_at(scenario, site), []
    stretches = phases(scenario)
    for one, following in zip(stretches, [*stretches[1:], None], strict=True):
        posts = one.specialists_per_site
        if weeks.is_cohort:
            limit = one.programme.caseload_limit
            posts = people * scenario.design.staffed_share / limit if limit else 0.0
            if limit and scenario.budget.posts is not None:
                posts = scenario.budget.posts / scenario.design.sites
        specialists = math.ceil(posts)
        found.append(
            SitePhase(
                following.first_week + weeks.warm_up_weeks - 1 if following else LAST_WEEK,
                specialists,
                posts / specialists if specialists else 0.0,
                one.referred_anew,
                one.staff_begin_anew,
            )
        )
    return found


def _people_at(scenario: Scenario, site: int) -> int:
    share, extra = divmod(scenario.design.people, scenario.design.sites)
    return share + (1 if site < extra else 0)


def site_size(scenario: Scenario, site: int) -> SiteSize:
    """Size one site: people are spread evenly, staff by the caseload limit, employers by people."""
    design = scenario.design
    share, extra = divmod(design.people, design.sites)
    people = _people_at(scenario, site)
    # Of the largest site, so that all sites of an area agree on its employers.
    people_of_one = people if design.sites_per_area == 1 else share + (extra > 0)
    if design.kind == "cohort":
        people_at_a_time = float(people_of_one)
    else:
        people_at_a_time = people_of_one * WEEKS_PER_YEAR / calendar(scenario).weeks_to_run
    over_time = site_phases(scenario, site)
    per_person = scenario.place.employers_per_100_people / PEOPLE_PER_MEASURE
    return SiteSize(
        site=site,
        people=people,
        first_person=site * share + min(site, extra),
        specialists=max(one.specialists for one in over_time),
        employers=math.ceil(people_at_a_time * per_person * design.sites_per_area),
        first_employer=site // design.sites_per_area * design.sites_per_area * MOST_EMPLOYERS,
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
    """Full-time posts that are simulated, at all sites together, before anything changes."""
    first = (site_phases(scenario, site)[0] for site in range(scenario.design.sites))
    return math.fsum(one.specialists * one.full_time_share for one in first)
