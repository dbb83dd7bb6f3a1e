"""Values that are right each by itself and can't go together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ips_sim.scenario.changes import CHANGES, phases
from ips_sim.scenario.schema import Scenario

LARGEST_SITE_PEOPLE = 500
LARGEST_SITE_SPECIALISTS = 8
CONTRADICTORY = frozenset(
    f"{section}.{name}"
    for section, names in {
        "programme": (
            "sheltered_share",
            "sheltered_weeks",
            "transitional_share",
            "transitional_weeks",
            "team_meeting_hours_per_week",
            "specialist_hours_per_week",
            "office_share",
            "caseload_limit",
        ),
        "people": ("tapered_benefit_share", "cliff_benefit_share"),
        "design": ("kind", "people", "sites", "sites_per_area"),
        "budget": ("posts",),
    }.items()
    for name in names
)
"""The keys on which it depends whether a scenario contradicts itself."""
KIND = "design.kind"
READ_BY = {
    "design.specialists_per_site": "open_programme",
    "design.warm_up_weeks": "open_programme",
    "design.entry_weeks": "cohort",
    "budget.posts": "cohort",
    "design.staffed_share": "cohort",
}
"""Keys that only one kind of design reads."""
_INSTEAD = {
    "design.specialists_per_site": "staffed to its size by programme.caseload_limit",
    "design.warm_up_weeks": "counted from its first week",
    "design.entry_weeks": "entered week by week all along",
    "budget.posts": "staffed by design.specialists_per_site",
    "design.staffed_share": "staffed by design.specialists_per_site",
}
# Shares written with two decimals may add up to a hair more than one.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Contradiction:
    """Keys that do not go together, what was found and what is allowed."""

    keys: tuple[str, ...]
    found: str
    allowed: str


def contradictions(scenario: Scenario) -> Iterator[Contradiction]:
    """Everything in a complete scenario that contradicts something else in it."""
    yield from _shares(scenario)
    yield from _steered_for_no_time(scenario)
    yield from _meetings(scenario)
    yield from _rows(scenario)
    yield from _sites(scenario)
    if scenario.changes:
        yield from _later(scenario)


def _later(scenario: Scenario) -> Iterator[Contradiction]:
    """What contradicts itself once something has changed, and posts that nobody reads."""
    if scenario.design.kind == "cohort" and any(
        one.specialists_per_site is not None for one in scenario.changes
    ):
        yield Contradiction(
            (CHANGES,),
            "specialists_per_site in a cohort, which is staffed to its size by caseload_limit",
            f"no specialists_per_site, or {KIND} open_programme",
        )
    for phase in phases(scenario)[1:]:
        then = scenario.model_copy(
            update={
                "programme": phase.programme,
                "staff": phase.staff,
                "place": phase.place,
                "changes": (),
            }
        )
        for one in contradictions(then):
            found = f"{one.found}, from week {phase.first_week} on"
            yield Contradiction((CHANGES,), found, one.allowed)


def unread(dotted: str, scenario: Scenario) -> Contradiction:
    """Say that a key is not read by the design of a scenario."""
    kind = "a cohort" if scenario.design.kind == "cohort" else "an open programme"
    return Contradiction(
        (dotted, KIND),
        f"a key that is not read by {kind}, which is {_INSTEAD[dotted]}",
        f"no {dotted.rpartition('.')[2]}, or {KIND} {READ_BY[dotted]}",
    )


def _shares(scenario: Scenario) -> Iterator[Contradiction]:
    levers, people = scenario.programme, scenario.people
    pairs = [
        ("programme", "sheltered_share", "transitional_share", levers),
        ("people", "tapered_benefit_share", "cliff_benefit_share", people),
    ]
    for section, first, second, holder in pairs:
        total = getattr(holder, first) + getattr(holder, second)
        if total > 1 + _ROUNDING:
            yield Contradiction(
                (f"{section}.{first}", f"{section}.{second}"),
                f"{first} and {second} that add up to {total:g}",
                "at most 1 together",
            )


def _steered_for_no_time(scenario: Scenario) -> Iterator[Contradiction]:
    for kind in ("sheltered", "transitional"):
        share = getattr(scenario.programme, f"{kind}_share")
        weeks = getattr(scenario.programme, f"{kind}_weeks")
        if share > 0 and weeks == 0:
            yield Contradiction(
                (f"programme.{kind}_share", f"programme.{kind}_weeks"),
                f"{kind}_share {share:g} with {kind}_weeks 0",
                f"{kind}_weeks of at least 1, or {kind}_share 0",
            )


def _meetings(scenario: Scenario) -> Iterator[Contradiction]:
    levers = scenario.programme
    left = levers.specialist_hours_per_week * (1 - levers.office_share)
    if levers.team_meeting_hours_per_week > left + _ROUNDING:
        yield Contradiction(
            (
                "programme.team_meeting_hours_per_week",
                "programme.specialist_hours_per_week",
                "programme.office_share",
            ),
            f"{levers.team_meeting_hours_per_week:g} hours of team meetings a week",
            f"no more than the {left:g} hours that office_share leaves of "
            "specialist_hours_per_week",
        )


def _rows(scenario: Scenario) -> Iterator[Contradiction]:
    rows, people = len(scenario.people_rows), scenario.design.people
    if rows > people:
        yield Contradiction(
            ("people.rows", "design.people"),
            f"{rows:,} rows of people for {people:,} people",
            f"at most a row for each; raise design.people to at least {rows:,}",
        )


def _sites(scenario: Scenario) -> Iterator[Contradiction]:
    design = scenario.design
    if design.sites > design.people:
        yield Contradiction(
            ("design.sites", "design.people"),
            f"{design.sites:,} sites for {design.people:,} people",
            f"at most {design.people:,} sites, one for each person",
        )
        return
    if design.sites % design.sites_per_area:
        yield Contradiction(
            ("design.sites_per_area", "design.sites"),
            f"{design.sites:,} sites in areas of {design.sites_per_area}",
            "as many sites as make whole areas: a multiple of sites_per_area",
        )
    if design.kind != "cohort":
        return
    people = math.ceil(design.people / design.sites)
    if people > LARGEST_SITE_PEOPLE:
        yield Contradiction(
            ("design.people", "design.sites"),
            f"{people:,} people at a site",
            f"at most {LARGEST_SITE_PEOPLE}; raise design.sites to at least "
            f"{math.ceil(design.people / LARGEST_SITE_PEOPLE):,}",
        )
        return
    caseload = scenario.programme.caseload_limit
    if scenario.budget.posts is not None:
        yield from _own_posts(scenario.budget.posts, design.sites)
        return
    specialists = math.ceil(people / caseload) if caseload else 0
    if specialists > LARGEST_SITE_SPECIALISTS:
        per_site = LARGEST_SITE_SPECIALISTS * caseload
        yield Contradiction(
            ("design.sites", "design.people", "programme.caseload_limit"),
            f"{people} people at a site with a caseload of {caseload}, so {specialists} "
            "specialists",
            f"at most {LARGEST_SITE_SPECIALISTS} specialists at a site; raise design.sites to at "
            f"least {math.ceil(design.people / per_site):,}",
        )


def _own_posts(posts: float, sites: int) -> Iterator[Contradiction]:
    if math.ceil(posts / sites) > LARGEST_SITE_SPECIALISTS:
        yield Contradiction(
            ("budget.posts", "design.sites"),
            f"{posts:g} posts at {sites:,} site{'' if sites == 1 else 's'}",
            f"at most {LARGEST_SITE_SPECIALISTS} specialists at a site; raise design.sites to at "
            f"least {math.ceil(posts / LARGEST_SITE_SPECIALISTS):,}",
        )
