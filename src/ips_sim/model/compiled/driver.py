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
from numba.extending import register_jitable

from ips_sim.model import rules
from ips_sim.model.compiled.cache import KeptCode
from ips_sim.model.compiled.compiling import AS_RULE, UNCOUNTED, Whole
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
    count_turnover,
    count_work,
    end_quarter,
    is_observed,
    pay_for_posts,
    turn_calendar,
)
from ips_sim.model.rules.health import live_with_illness
from ips_sim.model.rules.interest import keep_interest
from ips_sim.model.rules.labour_market import openings, turn_over_vacancies
from ips_sim.model.rules.leaving import keep_or_leave, meet_change
from ips_sim.model.rules.life import live_outside_work
from ips_sim.model.rules.preparation import prepare
from ips_sim.model.rules.referral import admit, enter, first_in_line, freest_post
from ips_sim.model.rules.relationships import forget, leave_relationship, visit_for_the_book
from ips_sim.model.rules.school import live_at_school
from ips_sim.model.rules.search import (
    is_helped_to_employer,
    is_open_to,
    leave_made_job,
    start_job,
)
from ips_sim.model.rules.staff import (
    assign_post,
    begin_specialist,
    begin_staff_week,
    begin_work_anew,
    lose_specialist,
    plan_hours,
    supervision,
)
from ips_sim.model.rules.standing import COMPETITIVE, GONE, NOT_YET_REFERRED
from ips_sim.model.rules.week import live_at_work, search_alone, search_with_specialist
from ips_sim.model.rules.work import work_a_week
from ips_sim.model.world import (
    MOST_SPECIALISTS,
    REGION,
    SitePhase,
    SiteSize,
    entry_week,
    visiting_order,
)
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
    """What the runs of a call choose from, and what they share.

    Levers, staff, people and places have a row for each phase of each scenario; phases have one for
    each phase of each kind of site; parameters one for each draw.
    """

    design: Design
    seed: np.uint64
    levers: Sequence[Levers]
    staff: Sequence[Staff]
    people: Sequence[People]
    place: Sequence[Place]
    phases: Sequence[SitePhase]
    parameters: Sequence[Parameters]
    given: Sequence[GivenFields]


@dataclass(frozen=True)
class SiteRun(SiteSize):
    """One run of one site: its size, its rows of a `World`, and where its things begin.

    Attributes
    ----------
    scenario, phase, draw
        Rows of the world: of its first phase, for levers and the like and for phases, and its draw.
    replicate
        Which stochastic run.
    sites_in_area, first_post_in_area
        How many sites share its employers, and how many of their posts come before its own.
    first_person_row, first_post_row, first_employer_row, first_tie_row
        Where its people, specialists, employers and relationships begin among those of all runs.
    """

    scenario: int
    phase: int
    draw: int
    replicate: int
    sites_in_area: int
    first_post_in_area: int
    first_person_row: int
    first_post_row: int
    first_employer_row: int
    first_tie_row: int


for _function in (*rules.RULES, visiting_order, entry_week):
    # What takes whole arrays is put into its caller, and what is asked of every employer of whom a
    # specialist thinks: that is faster.
    _inline = _function.__module__ == search_alone.__module__ or _function is is_open_to
    register_jitable(forceinline=_inline, **AS_RULE)(_function)

part = njit(error_model="python", **UNCOUNTED, **AS_RULE)
inlined = njit(forceinline=True, error_model="python", **UNCOUNTED, **AS_RULE)


@part
def begin_world(stage: Stage, chance: Chance, world: World, run: SiteRun, is_first: bool) -> None:
    """Draw the world of week 0; the first site of an area brings the employers."""
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
    begin_site(site, place, parameters, chance.of_site[0], chance.of_site[1])
    site.employers = employers
    site.first_post = run.first_post_in_area
    site.free_places_refilled = design.free_places_refilled
    if is_first:
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
            begin_employer(
                stage.employers[row], place, parameters, chance.of_employer_at_start[row]
            )
    first_post = run.site * MOST_SPECIALISTS
    fill_uniforms(chance.posts, scratch, seed, replicate, week, _SPECIALIST, first_post, posts)
    phase = world.phases[run.phase]
    for row in range(posts):
        specialist = stage.specialists[row]
        share = phase.full_time_share if row < phase.specialists else 0.0
        begin_specialist(specialist, site, staff, levers, share, chance.of_post[row])
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
    """Live one week at one site, after its labour market was opened."""
    site, design, luck = stage.sites[0], world.design, chance.of_person
    here = run.scenario + site.phase
    levers, staff, people = world.levers[here], world.staff[here], world.people[here]
    place, parameters = world.place[here], world.parameters[run.draw]
    phase = world.phases[run.phase + site.phase]
    fill_uniforms(
        chance.posts,
        chance.scratch,
        world.seed,
        run.replicate,
        week,
        _SPECIALIST,
        run.site * MOST_SPECIALISTS,
        len(stage.specialists),
    )
    open_week(week, stage, design.warm_up_weeks, phase, staff, levers, parameters, chance.of_post)
    first, end = who_is_there(week, stage, run.people, design.follow_up_weeks)
    fill_columns(
        chance.people,
        chance.scratch,
        world.seed,
        run.replicate,
        week,
        _SEEKER,
        run.first_person,
        end,
        design.decisions,
    )
    if site.phase_begins:
        meet_phase(first, end, stage, phase, levers, parameters, luck)
    state_needs(first, end, stage, people, levers, parameters, luck)
    give_places(first, end, stage, levers, parameters, luck)
    plan_all_hours(stage, levers, parameters, chance.of_post)
    line = week - 1 - design.warm_up_weeks
    if 0 <= line < len(weekly):
        count_turnover(weekly[line], site)
    if first < end:
        live_people(week, first, end, stage, design, levers, place, parameters, luck, weekly)


@part
def turn_phase(week: int, stage: Stage, world: World, run: SiteRun) -> None:
    """Begin a site's next phase when the last is over: posts open, close or begin anew."""
    site = stage.sites[0]
    site.phase_begins = week > world.phases[run.phase + site.phase].last_week
    if not site.phase_begins:
        return
    site.phase += 1
    phase, levers = world.phases[run.phase + site.phase], world.levers[run.scenario + site.phase]
    for row in range(len(stage.specialists)):
        share = phase.full_time_share if row < phase.specialists else 0.0
        assign_post(stage.specialists[row], levers, share)
        if phase.staff_begin_anew:
            begin_work_anew(stage.specialists[row])
    if phase.staff_begin_anew:
        for row in range(len(stage.relationships)):
            forget(stage.relationships[row])


@part
def meet_phase(
    first: int,
    end: int,
    stage: Stage,
    phase: SitePhase,
    levers: Levers,
    parameters: Parameters,
    luck: Sequence[Luck],
) -> None:
    """Let everybody meet the change with which a phase begins."""
    for row in range(first, end):
        meet_change(
            stage.seekers[row],
            stage.sites[0],
            phase.specialists,
            phase.referred_anew,
            levers,
            parameters,
            luck[row],
        )


@part
def open_market(week: int, stage: Stage, chance: Chance, world: World, run: SiteRun) -> None:
    """Let vacancies open and close, once a week for all sites that share the employers."""
    site, employers = stage.sites[0], stage.employers
    place, parameters = world.place[run.scenario + site.phase], world.parameters[run.draw]
    fill_uniforms(
        chance.employers,
        chance.scratch,
        world.seed,
        run.replicate,
        week,
        _EMPLOYER,
        run.first_employer,
        len(employers),
    )
    opened = openings(site, place, parameters)
    for row in range(len(employers)):
        turn_over_vacancies(employers[row], opened, place, chance.of_employer[row])


@part
def open_week(
    week: int,
    stage: Stage,
    warm_up_weeks: int,
    phase: SitePhase,
    staff: Staff,
    levers: Levers,
    parameters: Parameters,
    luck: Sequence[StaffLuck],
) -> None:
    """Turn the calendar; specialists learn and leave."""
    site, specialists, employers = stage.sites[0], stage.specialists, stage.employers
    turn_calendar(site, week, warm_up_weeks)
    supervised = supervision(phase.specialists, levers)
    begin_posts(site)
    for row in range(len(specialists)):
        begin_staff_week(specialists[row], row, site, staff, supervised, parameters, luck[row])
        if specialists[row].just_left:
            for other in range(len(employers)):
                leave_relationship(stage.relationships[row * len(employers) + other], parameters)


@part
def who_is_there(week: int, stage: Stage, people: int, follow_up_weeks: int) -> tuple[int, int]:
    """Give the first row of those whose time has come and is not over, and the row after them.

    People enter in the order of their rows, so the first are the first whose time is over.
    """
    seekers, site = stage.seekers, stage.sites[0]
    first = 0
    while first < people and seekers[first].entry_week + follow_up_weeks <= week:
        first += 1
    end = first
    while end < people and is_observed(seekers[end], site, follow_up_weeks):
        end += 1
    return first, end


@part
def state_needs(
    first: int,
    end: int,
    stage: Stage,
    people: People,
    levers: Levers,
    parameters: Parameters,
    luck: Sequence[Luck],
) -> None:
    """Refer people, let them live with their illness, and ask for a specialist's hours."""
    for row in range(first, end):
        seeker = stage.seekers[row]
        seeker.weeks_since_entry += 1
        stage.sites[0].people += 1
        if seeker.service == GONE:
            continue
        if seeker.service == NOT_YET_REFERRED:
            enter(seeker, stage.sites[0], levers, parameters, luck[row])
        live_with_illness(seeker, people, levers, parameters, luck[row])
        live_outside_work(seeker, people, levers, parameters, luck[row])
        if is_on_caseload(seeker):
            specialist = stage.specialists[seeker.specialist_row]
            if specialist.just_left:
                lose_specialist(seeker)
            state_need(seeker, specialist, levers, parameters)


@part
def give_places(
    first: int,
    end: int,
    stage: Stage,
    levers: Levers,
    parameters: Parameters,
    luck: Sequence[Luck],
) -> None:
    """Give free places to those who wait, by ticket."""
    post = freest_post(stage.specialists)
    while post >= 0:
        row = first_in_line(stage.seekers, first, end)
        if row < 0:
            return
        specialist = stage.specialists[post]
        admit(stage.seekers[row], specialist, post, levers, parameters, luck[row])
        post = freest_post(stage.specialists)


@part
def plan_all_hours(
    stage: Stage, levers: Levers, parameters: Parameters, luck: Sequence[StaffLuck]
) -> None:
    """Hand out every specialist's hours, and call on employers for the book."""
    site, employers = stage.sites[0], stage.employers
    for row in range(len(stage.specialists)):
        plan_hours(stage.specialists[row], levers, parameters, luck[row])
        add_post(site, stage.specialists[row])
        if len(employers) > 0:
            for _ in range(stage.specialists[row].book_visits):
                visit_for_the_book(employers, stage.relationships, row, site, parameters, luck[row])


@inlined
def live_people(
    week: int,
    first: int,
    end: int,
    stage: Stage,
    design: Design,
    levers: Levers,
    place: Place,
    parameters: Parameters,
    luck: Sequence[Luck],
    weekly: Sequence[Row],
) -> None:
    """Let people live their week, starting with another one each week."""
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
    if seeker.wants_school:
        live_at_school(seeker, site, place, parameters, luck)
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
    if seeker.made_job_row >= 0:
        leave_made_job(seeker, employers)
    if was_served and line >= 0 and not is_on_caseload(seeker):
        count_leaving(weekly[line], stay_weeks)
    count_person(seeker)
    if site.quarter_ends:
        if line >= 0:
            count_quarter(weekly[line], seeker)
        end_quarter(seeker, site)


@inlined
def stage_of(number: int, runs: Sequence[SiteRun], everything: Stage) -> Stage:
    """Give what there is at the site of one run."""
    run = runs[number]
    ties, first_tie = run.specialists * run.employers, run.first_tie_row
    return Stage(
        everything.seekers[run.first_person_row : run.first_person_row + run.people],
        everything.specialists[run.first_post_row : run.first_post_row + run.specialists],
        everything.employers[run.first_employer_row : run.first_employer_row + run.employers],
        everything.relationships[first_tie : first_tie + ties],
        everything.sites[number : number + 1],
    )


@njit(
    nogil=True,
    error_model="python",
    pipeline_class=Whole,
    no_cfunc_wrapper=True,
    **UNCOUNTED,
)
def run_sites(
    runs: Sequence[SiteRun],
    everything: Stage,
    chance: Chance,
    world: World,
    weekly: Sequence[Sequence[Row]],
    first_week: int,
    last_week: int,
) -> None:
    """Live some weeks at many sites, area after area; week 0 is the world's beginning.

    Sites that share employers live each week together, one after another.  The one entry to
    compiled code, so that everything is compiled once.

    Parameters
    ----------
    runs
        What to run, areas whole.
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
    first = 0
    while first < len(runs):
        sites = runs[first].sites_in_area
        for week in range(first_week, last_week + 1):
            if week > 0:
                for number in range(first, first + sites):
                    turn_phase(week, stage_of(number, runs, everything), world, runs[number])
                open_market(week, stage_of(first, runs, everything), chance, world, runs[first])
            for turn in range(sites):
                # Another site goes first each week, so that none always has the pick of vacancies.
                number = first + (week + turn) % sites
                stage = stage_of(number, runs, everything)
                if week == 0:
                    begin_world(stage, chance, world, runs[number], number == first)
                else:
                    live_week(week, stage, chance, world, runs[number], weekly[number])
        first += sites


KeptCode().keep(run_sites)
