"""A whole run inside one call: the rules over arrays, and the order of the week.

The order of the week here is that of :mod:`ips_sim.model.agents`, over rows instead of agents; a
test compares every field of everything after every week.  What is annotated as a sequence of
things is an array of records with the same fields, so that types are checked as in the rules.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit
from numba.core.cpu import CPUTargetOptions
from numba.extending import register_jitable

from ips_sim.model import rules
from ips_sim.model.compiled.cache import KeptCode
from ips_sim.model.compiled.philox import Scratch, fill_columns, fill_uniforms
from ips_sim.model.entities import (
    EmployerFields,
    GivenFields,
    JobSeekerFields,
    RelationshipFields,
    SiteFields,
    SpecialistFields,
)
from ips_sim.model.luck import Luck, PlaceLuck, PlaceStartLuck, SiteLuck, StaffLuck, StartLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.philox import Kind
from ips_sim.model.rules.beginnings import (
    begin_at_work,
    begin_employer,
    begin_relationship,
    begin_seeker,
    begin_site,
)
from ips_sim.model.rules.benefits import look_at_money, settle_month
from ips_sim.model.rules.caseload import is_on_caseload, is_searching, receive_hours, state_need
from ips_sim.model.rules.counting import (
    Row,
    add_post,
    begin_posts,
    count_arrival,
    count_contact,
    count_hours,
    count_leaving,
    count_person,
    count_posts,
    count_quarter,
    count_standing,
    count_work,
    end_quarter,
    is_observed,
    pay_for_posts,
    turn_calendar,
)
from ips_sim.model.rules.health import live_with_illness
from ips_sim.model.rules.interest import keep_interest
from ips_sim.model.rules.labour_market import openings, turn_over_vacancies
from ips_sim.model.rules.leaving import keep_or_leave
from ips_sim.model.rules.life import live_outside_work
from ips_sim.model.rules.preparation import prepare
from ips_sim.model.rules.referral import admit, enter, first_in_line, freest_post
from ips_sim.model.rules.relationships import leave_relationship, visit_for_the_book
from ips_sim.model.rules.search import is_helped_to_employer, reason_for_visit, start_job
from ips_sim.model.rules.staff import (
    begin_specialist,
    begin_staff_week,
    lose_specialist,
    plan_hours,
    supervision,
)
from ips_sim.model.rules.standing import COMPETITIVE, GONE, NOT_YET_REFERRED
from ips_sim.model.rules.week import live_at_work, search_alone, search_with_specialist
from ips_sim.model.rules.work import work_a_week
from ips_sim.model.world import MOST_SPECIALISTS, REGION, SiteSize, entry_week, visiting_order
from ips_sim.scenario.schema import Levers, People, Place, Staff

if TYPE_CHECKING:
    from ips_sim.model.arrays import Floats

# Of a type with a width: for plain numbers the filling of chance would be compiled one by one.
_SEEKER, _SEEKER_START = np.int64(Kind.SEEKER), np.int64(Kind.SEEKER_START)
_EMPLOYER, _EMPLOYER_START = np.int64(Kind.EMPLOYER), np.int64(Kind.EMPLOYER_START)
_SPECIALIST, _SITE = np.int64(Kind.SPECIALIST), np.int64(Kind.SITE)
_REGION = np.int64(REGION)


class Stage(NamedTuple):
    """Everything there is at a site, or at many; of a site itself one row."""

    seekers: MutableSequence[JobSeekerFields]
    specialists: MutableSequence[SpecialistFields]
    employers: MutableSequence[EmployerFields]
    relationships: MutableSequence[RelationshipFields]
    sites: MutableSequence[SiteFields]


class Chance(NamedTuple):
    """Room for the uniform numbers of a week, twice: as a table to fill, and as luck by name."""

    people: Floats
    of_person: Sequence[Luck]
    employers: Floats
    of_employer: Sequence[PlaceLuck]
    posts: Floats
    of_post: Sequence[StaffLuck]
    sites: Floats
    of_site: Sequence[SiteLuck]
    people_at_start: Floats
    of_person_at_start: Sequence[StartLuck]
    employers_at_start: Floats
    of_employer_at_start: Sequence[PlaceStartLuck]
    scratch: Scratch


class Design(NamedTuple):
    """What is asked of people at entry, how the weeks are laid out, and how much chance they need.

    Attributes
    ----------
    decisions
        How many fields of `Luck`, from the first, anything can come of.
    """

    work_goal_required: bool
    jobless_at_entry: bool
    free_places_refilled: bool
    entry_weeks: int
    follow_up_weeks: int
    is_cohort: bool
    warm_up_weeks: int
    decisions: int


class World(NamedTuple):
    """What the runs of a call choose from, a row for each scenario or draw, and what they share."""

    design: Design
    seed: np.uint64
    levers: Sequence[Levers]
    staff: Sequence[Staff]
    people: Sequence[People]
    place: Sequence[Place]
    parameters: Sequence[Parameters]
    given: Sequence[GivenFields]


@dataclass(frozen=True)
class SiteRun(SiteSize):
    """One run of one site: its size, its rows of a `World`, and where its things begin.

    Attributes
    ----------
    scenario, draw
        Rows of the world.
    replicate
        Which stochastic run.
    first_person_row, first_post_row, first_employer_row, first_tie_row
        Where its people, specialists, employers and relationships begin among those of all runs.
    """

    scenario: int
    draw: int
    replicate: int
    first_person_row: int
    first_post_row: int
    first_employer_row: int
    first_tie_row: int


# Numba would count references to every array at every call, which takes a quarter of the time;
# nothing here makes or keeps an array.  The option is numba's own, but not promised.
_UNCOUNTED = {"_nrt": False} if hasattr(CPUTargetOptions, "_nrt") else {}
_WITHOUT_WRAPPERS = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

for _function in (*rules.RULES, visiting_order, entry_week):
    # What takes whole arrays, or is asked of one employer after another, is put into its caller,
    # which is faster.
    _is_put_in = _function.__module__ == search_alone.__module__ or _function is reason_for_visit
    _inline = "always" if _is_put_in else "never"
    register_jitable(inline=_inline, **_WITHOUT_WRAPPERS)(_function)

part = njit(error_model="python", **_UNCOUNTED, **_WITHOUT_WRAPPERS)
inlined = njit(inline="always", error_model="python", **_UNCOUNTED, **_WITHOUT_WRAPPERS)


@part
def begin_world(stage: Stage, chance: Chance, world: World, run: SiteRun) -> None:
    """Draw the world of week 0."""
    levers, staff = world.levers[run.scenario], world.staff[run.scenario]
    people, place = world.people[run.scenario], world.place[run.scenario]
    parameters, design = world.parameters[run.draw], world.design
    site, scratch = stage.sites[0], chance.scratch
    seed, replicate = world.seed, run.replicate
    week, employers, posts = site.week, len(stage.employers), len(stage.specialists)
    fill_uniforms(chance.sites, scratch, seed, replicate, week, _SITE, run.site, len(stage.sites))
    fill_uniforms(
        chance.sites[1:], scratch, seed, replicate, week, _SITE, _REGION, len(stage.sites)
    )
    begin_site(site, parameters, chance.of_site[0], chance.of_site[1])
    site.employers = employers
    site.free_places_refilled = design.free_places_refilled
    fill_uniforms(
        chance.employers_at_start,
        scratch,
        seed,
        replicate,
        week,
        _EMPLOYER_START,
        run.first_employer,
        employers,
    )
    for row in range(employers):
        begin_employer(stage.employers[row], place, parameters, chance.of_employer_at_start[row])
    first_post = run.site * MOST_SPECIALISTS
    fill_uniforms(chance.posts, scratch, seed, replicate, week, _SPECIALIST, first_post, posts)
    for row in range(posts):
        specialist = stage.specialists[row]
        begin_specialist(specialist, site, staff, levers, run.full_time_share, chance.of_post[row])
    for row in range(len(stage.relationships)):
        begin_relationship(
            stage.employers[row % employers],
            stage.relationships[row],
            row % employers,
            row // employers,
            site,
            levers,
            staff,
            parameters,
        )
    fill_uniforms(
        chance.people_at_start,
        scratch,
        seed,
        replicate,
        week,
        _SEEKER_START,
        run.first_person,
        run.people,
    )
    for row in range(run.people):
        begin_seeker(
            stage.seekers[row],
            site,
            people,
            parameters,
            design.work_goal_required,
            design.jobless_at_entry,
            world.given[(run.first_person + row) % len(world.given)],
            chance.of_person_at_start[row],
        )
        stage.seekers[row].entry_week = entry_week(row, run.people, design.entry_weeks)
        look_at_money(stage.seekers[row], place, parameters)
        if not design.jobless_at_entry:
            begin_at_work(
                stage.seekers[row],
                stage.employers,
                site,
                place,
                parameters,
                chance.of_person_at_start[row],
            )


@inlined
def live_week(
    week: int, stage: Stage, chance: Chance, world: World, run: SiteRun, weekly: Sequence[Row]
) -> None:
    """Live one week at one site."""
    open_week(week, stage, chance, world, run)
    first, end = who_is_there(week, stage, world, run)
    draw_luck(week, end, chance, world, run)
    state_needs(first, end, stage, chance, world, run)
    give_places(first, end, stage, chance, world, run)
    plan_all_hours(stage, chance, world, run)
    if first < end:
        live_people(week, first, end, stage, chance, world, run, weekly)


@part
def open_week(week: int, stage: Stage, chance: Chance, world: World, run: SiteRun) -> None:
    """Turn the calendar; vacancies open and close, specialists learn and leave."""
    place, staff = world.place[run.scenario], world.staff[run.scenario]
    parameters, seed, replicate = world.parameters[run.draw], world.seed, run.replicate
    site, specialists, employers = stage.sites[0], stage.specialists, stage.employers
    turn_calendar(site, week, world.design.warm_up_weeks)
    fill_uniforms(
        chance.employers,
        chance.scratch,
        seed,
        replicate,
        week,
        _EMPLOYER,
        run.first_employer,
        len(employers),
    )
    opened = openings(site, place, parameters)
    for row in range(len(employers)):
        turn_over_vacancies(employers[row], opened, place, chance.of_employer[row])
    fill_uniforms(
        chance.posts,
        chance.scratch,
        seed,
        replicate,
        week,
        _SPECIALIST,
        run.site * MOST_SPECIALISTS,
        len(specialists),
    )
    supervised = supervision(len(specialists), world.levers[run.scenario])
    begin_posts(site)
    for row in range(len(specialists)):
        begin_staff_week(
            specialists[row], row, site, staff, supervised, parameters, chance.of_post[row]
        )
        if specialists[row].just_left:
            for other in range(len(employers)):
                leave_relationship(stage.relationships[row * len(employers) + other], parameters)


@part
def who_is_there(week: int, stage: Stage, world: World, run: SiteRun) -> tuple[int, int]:
    """Give the first row of those whose time has come and is not over, and the row after them.

    People enter in the order of their rows, so the first are the first whose time is over.
    """
    seekers, site, follow_up = stage.seekers, stage.sites[0], world.design.follow_up_weeks
    first = 0
    while first < run.people and seekers[first].entry_week + follow_up <= week:
        first += 1
    end = first
    while end < run.people and is_observed(seekers[end], site, follow_up):
        end += 1
    return first, end


@part
def draw_luck(week: int, end: int, chance: Chance, world: World, run: SiteRun) -> None:
    """Draw everybody's luck of the week, as far as something can come of it."""
    fill_columns(
        chance.people,
        chance.scratch,
        world.seed,
        run.replicate,
        week,
        _SEEKER,
        run.first_person,
        end,
        world.design.decisions,
    )


@part
def state_needs(
    first: int, end: int, stage: Stage, chance: Chance, world: World, run: SiteRun
) -> None:
    """Refer people, let them live with their illness, and ask for a specialist's hours."""
    people, levers = world.people[run.scenario], world.levers[run.scenario]
    parameters, luck = world.parameters[run.draw], chance.of_person
    for row in range(first, end):
        seeker = stage.seekers[row]
        seeker.weeks_since_entry += 1
        stage.sites[0].people += 1
        if seeker.service == GONE:
            continue
        if seeker.service == NOT_YET_REFERRED:
            enter(seeker, stage.sites[0], levers, luck[row])
        live_with_illness(seeker, people, levers, parameters, luck[row])
        live_outside_work(seeker, people, levers, parameters, luck[row])
        if is_on_caseload(seeker):
            specialist = stage.specialists[seeker.specialist_row]
            if specialist.just_left:
                lose_specialist(seeker)
            state_need(seeker, specialist, levers, parameters)


@part
def give_places(
    first: int, end: int, stage: Stage, chance: Chance, world: World, run: SiteRun
) -> None:
    """Give free places to those who wait, by ticket."""
    levers, parameters = world.levers[run.scenario], world.parameters[run.draw]
    post = freest_post(stage.specialists)
    while post >= 0:
        row = first_in_line(stage.seekers, first, end)
        if row < 0:
            return
        specialist = stage.specialists[post]
        admit(stage.seekers[row], specialist, post, levers, parameters, chance.of_person[row])
        post = freest_post(stage.specialists)


@part
def plan_all_hours(stage: Stage, chance: Chance, world: World, run: SiteRun) -> None:
    """Hand out every specialist's hours, and call on employers for the book."""
    levers, parameters = world.levers[run.scenario], world.parameters[run.draw]
    site, employers = stage.sites[0], stage.employers
    for row in range(len(stage.specialists)):
        luck = chance.of_post[row]
        plan_hours(stage.specialists[row], levers, parameters, luck)
        add_post(site, stage.specialists[row])
        if len(employers) > 0:
            for _ in range(stage.specialists[row].book_visits):
                visit_for_the_book(employers, stage.relationships, row, site, parameters, luck)


@inlined
def live_people(
    week: int,
    first: int,
    end: int,
    stage: Stage,
    chance: Chance,
    world: World,
    run: SiteRun,
    weekly: Sequence[Row],
) -> None:
    """Let people live their week, starting with another one each week."""
    levers, place = world.levers[run.scenario], world.place[run.scenario]
    parameters, design, luck = world.parameters[run.draw], world.design, chance.of_person
    row, stride = visiting_order(week, end)
    for _ in range(end):
        if row >= first:
            seeker = stage.seekers[row]
            line = seeker.weeks_since_entry if design.is_cohort else week - 1 - design.warm_up_weeks
            share = pay_for_posts(seeker, stage.sites[0])
            if line >= 0:
                count_posts(weekly[line], stage.sites[0], share)
                count_arrival(weekly[line], seeker)
            if seeker.service != GONE:
                live_person_week(seeker, stage, weekly, line, levers, place, parameters, luck[row])
            if line >= 0:
                count_standing(weekly[line], seeker)
        row += stride
        if row >= end:
            row -= end


@inlined
def live_person_week(
    seeker: JobSeekerFields,
    stage: Stage,
    weekly: Sequence[Row],
    line: int,
    levers: Levers,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> None:
    """Live one person's week, from the specialist's hours to staying or leaving."""
    specialists, employers, ties = stage.specialists, stage.employers, stage.relationships
    site = stage.sites[0]
    if is_on_caseload(seeker):
        specialist = specialists[seeker.specialist_row]
        receive_hours(seeker, specialist, parameters)
        if line >= 0:
            count_hours(weekly[line], seeker, specialist, levers)
        prepare(seeker, levers, parameters, luck)
    contacted = False
    if site.employers > 0 and seeker.work != COMPETITIVE:
        found = search_alone(seeker, employers, site, levers, place, parameters, luck)
        if found >= 0:
            start_job(seeker, employers[found], found, False, levers, place, parameters, luck)
        if is_searching(seeker):
            specialist = specialists[seeker.specialist_row]
            if is_helped_to_employer(seeker, specialist, luck):
                contacted = True
                if line >= 0:
                    count_contact(weekly[line])
                found = search_with_specialist(
                    seeker, specialist, employers, ties, site, levers, place, parameters, luck
                )
                if found >= 0:
                    start_job(
                        seeker, employers[found], found, True, levers, place, parameters, luck
                    )
    if seeker.work == COMPETITIVE:
        work_a_week(seeker, place, parameters)
        if line >= 0:
            count_work(weekly[line], seeker)
        better = live_at_work(
            seeker, specialists, employers, ties, site, levers, place, parameters, luck
        )
        if better >= 0:
            start_job(seeker, employers[better], better, False, levers, place, parameters, luck)
    if site.month_ends:
        settle_month(seeker, levers, place, parameters, luck)
    keep_interest(seeker, contacted, levers, parameters)
    was_served, stay_weeks = is_on_caseload(seeker), seeker.stay_weeks
    keep_or_leave(seeker, site, levers, parameters, luck)
    if was_served and line >= 0 and not is_on_caseload(seeker):
        count_leaving(weekly[line], stay_weeks)
    count_person(seeker)
    if site.quarter_ends:
        if line >= 0:
            count_quarter(weekly[line], seeker)
        end_quarter(seeker, site)


@njit(nogil=True, error_model="python", **_UNCOUNTED)
def run_sites(
    runs: Sequence[SiteRun],
    everything: Stage,
    chance: Chance,
    world: World,
    weekly: Sequence[Sequence[Row]],
    first_week: int,
    last_week: int,
) -> None:
    """Live some weeks at many sites, one after another; week 0 is the world's beginning.

    The one entry to compiled code, so that everything is compiled once.

    Parameters
    ----------
    runs
        What to run.
    everything
        All that there is at the sites of all runs, as it was after the week before the first.
    chance
        Room for the largest site.
    world
        What the runs choose from.
    weekly
        Weekly figures, for each run a table of week by column.
    first_week, last_week
        Which weeks.
    """
    for number in range(len(runs)):
        run = runs[number]
        ties, first_tie = run.specialists * run.employers, run.first_tie_row
        stage = Stage(
            everything.seekers[run.first_person_row : run.first_person_row + run.people],
            everything.specialists[run.first_post_row : run.first_post_row + run.specialists],
            everything.employers[run.first_employer_row : run.first_employer_row + run.employers],
            everything.relationships[first_tie : first_tie + ties],
            everything.sites[number : number + 1],
        )
        for week in range(first_week, last_week + 1):
            if week == 0:
                begin_world(stage, chance, world, run)
            else:
                live_week(week, stage, chance, world, run, weekly[number])


KeptCode().keep(run_sites)
