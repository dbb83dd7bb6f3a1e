"""A whole run inside one call: the rules over arrays, and the loops of the week.

The loops here and those of :mod:`ips_sim.model.agents` say the same thing twice, once over rows
and once over agents; a test compares every field of everything after every week.
"""

from __future__ import annotations

from typing import Any

from numba import njit
from numba.extending import register_jitable

from ips_sim.model import rules
from ips_sim.model.compiled.philox import fill_uniforms
from ips_sim.model.entities import Benefit, Service, Work
from ips_sim.model.philox import Kind
from ips_sim.model.rules.arithmetic import row_of
from ips_sim.model.rules.beginnings import (
    begin_at_work,
    begin_employer,
    begin_relationship,
    begin_seeker,
    begin_site,
)
from ips_sim.model.rules.benefits import settle_benefits
from ips_sim.model.rules.caseload import is_on_caseload, is_searching, receive_hours, state_need
from ips_sim.model.rules.counting import (
    add_post,
    begin_posts,
    count_contact,
    count_hours,
    count_person,
    count_posts,
    count_standing,
    count_work,
    is_observed,
    pay_for_posts,
    turn_calendar,
)
from ips_sim.model.rules.health import live_with_illness
from ips_sim.model.rules.interest import keep_interest
from ips_sim.model.rules.labour_market import turn_over_vacancies
from ips_sim.model.rules.leaving import keep_or_leave
from ips_sim.model.rules.preparation import prepare
from ips_sim.model.rules.referral import admit, enter, has_place
from ips_sim.model.rules.relationships import leave_relationship, visit_for_the_book
from ips_sim.model.rules.search import is_helped_to_employer, start_job
from ips_sim.model.rules.staff import (
    begin_specialist,
    begin_staff_week,
    lose_specialist,
    plan_hours,
    supervision,
)
from ips_sim.model.rules.week import live_at_work, search_alone, search_with_specialist
from ips_sim.model.rules.work import (
    work_a_week,
)
from ips_sim.model.world import MOST_SPECIALISTS, REGION, entry_week, visiting_order

for _function in (*rules.RULES, visiting_order, entry_week):
    inline = "always" if _function.__module__.endswith(".week") else "never"
    register_jitable(inline=inline)(_function)

_SEEKER, _SEEKER_START = int(Kind.SEEKER), int(Kind.SEEKER_START)
_EMPLOYER, _EMPLOYER_START = int(Kind.EMPLOYER), int(Kind.EMPLOYER_START)
_SPECIALIST, _SITE = int(Kind.SPECIALIST), int(Kind.SITE)
_MOST_SPECIALISTS = MOST_SPECIALISTS

compiled = njit(nogil=True, cache=True, error_model="python")
# Numba counts references to every array that a function is given, each time; so what is called for
# every person is put into the week itself, which saves up to a tenth.
inlined = njit(inline="always", error_model="python")


@compiled
def begin_world(
    seekers: Any,
    specialists: Any,
    employers: Any,
    relationships: Any,
    site: Any,
    luck: Any,
    start: Any,
    settings: Any,
    size: Any,
) -> None:
    """Draw the world of week 0."""
    levers, staff, people, place, parameters, screening, entry_weeks, _, _, _, given = settings
    work_goal_required, jobless_at_entry, free_places_refilled = screening
    seed, replicate, number, first_person, first_employer, full_time_share = size
    site_uniforms, site_luck = luck[6], luck[7]
    fill_uniforms(site_uniforms, seed, replicate, 0, _SITE, number, 1)
    fill_uniforms(site_uniforms[1:], seed, replicate, 0, _SITE, REGION, 1)
    begin_site(site, parameters, site_luck[0], site_luck[1])
    site.employers = employers.shape[0]
    site.free_places_refilled = free_places_refilled
    if employers.shape[0] > 0:
        fill_uniforms(
            start[2], seed, replicate, 0, _EMPLOYER_START, first_employer, employers.shape[0]
        )
    for row in range(employers.shape[0]):
        begin_employer(employers[row], place, parameters, start[3][row])
    if specialists.shape[0] > 0:
        first_post = number * _MOST_SPECIALISTS
        fill_uniforms(luck[4], seed, replicate, 0, _SPECIALIST, first_post, specialists.shape[0])
    for row in range(specialists.shape[0]):
        begin_specialist(specialists[row], site, staff, levers, full_time_share, luck[5][row])
        for other in range(employers.shape[0]):
            begin_relationship(
                employers[other],
                relationships[row * employers.shape[0] + other],
                levers,
                staff,
                employers.shape[0],
                parameters,
            )
    fill_uniforms(start[0], seed, replicate, 0, _SEEKER_START, first_person, seekers.shape[0])
    for row in range(seekers.shape[0]):
        seeker = seekers[row]
        known = given[(first_person + row) % given.shape[0]]
        begin_seeker(
            seeker,
            site,
            people,
            parameters,
            work_goal_required,
            jobless_at_entry,
            known,
            start[1][row],
        )
        seeker.entry_week = entry_week(row, seekers.shape[0], entry_weeks)
        if not jobless_at_entry:
            begin_at_work(seeker, employers, site, place, parameters, start[1][row])


@compiled
def live_week(
    week: int,
    seekers: Any,
    specialists: Any,
    employers: Any,
    relationships: Any,
    site: Any,
    weekly: Any,
    luck: Any,
    settings: Any,
    size: Any,
) -> None:
    """Live one week at one site."""
    levers, staff, people, place, parameters, _, _, follow_up, is_cohort, warm_up, _ = settings
    seed, replicate, number, first_person, first_employer, _ = size
    employer_count = employers.shape[0]
    turn_calendar(site, week, warm_up)

    if employer_count > 0:
        fill_uniforms(luck[2], seed, replicate, week, _EMPLOYER, first_employer, employer_count)
    for row in range(employer_count):
        turn_over_vacancies(employers[row], site, place, parameters, luck[3][row])
    if specialists.shape[0] > 0:
        first_post = number * _MOST_SPECIALISTS
        fill_uniforms(luck[4], seed, replicate, week, _SPECIALIST, first_post, specialists.shape[0])
    supervised = supervision(specialists.shape[0], levers)
    begin_posts(site)
    for row in range(specialists.shape[0]):
        begin_staff_week(specialists[row], row, site, staff, supervised, parameters, luck[5][row])
        if specialists[row].just_left:
            for other in range(employer_count):
                leave_relationship(relationships[row * employer_count + other], parameters)

    entered = 0
    while entered < seekers.shape[0] and seekers[entered].entry_week <= week:
        entered += 1
    fill_uniforms(luck[0], seed, replicate, week, _SEEKER, first_person, entered)
    person_luck = luck[1]
    for row in range(entered):
        seeker = seekers[row]
        if not is_observed(seeker, site, follow_up):
            continue
        seeker.weeks_since_entry += 1
        site.people += 1
        if seeker.service == Service.GONE:
            continue
        if seeker.service == Service.NOT_YET_REFERRED:
            enter(seeker, site, levers, person_luck[row])
        live_with_illness(seeker, people, levers, parameters, person_luck[row])
        if is_on_caseload(seeker):
            specialist = specialists[seeker.specialist_row]
            if specialist.just_left:
                lose_specialist(seeker)
            state_need(seeker, specialist, levers, parameters)

    _admit_from_waiting_list(
        seekers, entered, specialists, site, follow_up, levers, parameters, person_luck
    )
    for row in range(specialists.shape[0]):
        plan_hours(specialists[row], levers, parameters, luck[5][row])
        add_post(site, specialists[row])
        if employer_count > 0:
            first_call = row_of(luck[5][row].first_call, employer_count)
            for _ in range(specialists[row].book_visits):
                visit_for_the_book(
                    employers, relationships, row * employer_count, site, first_call, parameters
                )

    if entered > 0:
        row, stride = visiting_order(week, entered)
        for _ in range(entered):
            seeker = seekers[row]
            if is_observed(seeker, site, follow_up):
                line = seeker.weeks_since_entry if is_cohort else week - 1 - warm_up
                share = pay_for_posts(seeker, site)
                if line >= 0:
                    count_posts(weekly[line], site, share)
                if seeker.service != Service.GONE:
                    _live_person_week(
                        seeker,
                        specialists,
                        employers,
                        relationships,
                        site,
                        weekly,
                        line,
                        levers,
                        place,
                        parameters,
                        person_luck[row],
                    )
                if line >= 0:
                    count_standing(weekly[line], seeker)
            row = (row + stride) % entered


@inlined
def _admit_from_waiting_list(
    seekers: Any,
    entered: int,
    specialists: Any,
    site: Any,
    follow_up: int,
    levers: Any,
    parameters: Any,
    luck: Any,
) -> None:
    """Give free places to those who wait, by ticket."""
    while True:
        free = -1
        for row in range(specialists.shape[0]):
            if has_place(specialists[row]) and (
                free < 0 or specialists[row].caseload < specialists[free].caseload
            ):
                free = row
        if free < 0:
            return
        first = -1
        for row in range(entered):
            seeker = seekers[row]
            if (
                seeker.service == Service.WAITING
                and (first < 0 or seeker.ticket < seekers[first].ticket)
                and is_observed(seeker, site, follow_up)
            ):
                first = row
        if first < 0:
            return
        admit(seekers[first], specialists[free], free, levers, parameters, luck[first])


@inlined
def _live_person_week(
    seeker: Any,
    specialists: Any,
    employers: Any,
    relationships: Any,
    site: Any,
    weekly: Any,
    line: int,
    levers: Any,
    place: Any,
    parameters: Any,
    luck: Any,
) -> None:
    """Live one person's week, from the specialist's hours to staying or leaving."""
    if is_on_caseload(seeker):
        specialist = specialists[seeker.specialist_row]
        receive_hours(seeker, specialist, parameters)
        if line >= 0:
            count_hours(weekly[line], seeker, specialist, levers)
        prepare(seeker, levers, parameters, luck)
    contacted = False
    if site.employers > 0 and seeker.work != Work.COMPETITIVE:
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
                    seeker,
                    specialist,
                    employers,
                    relationships,
                    site,
                    levers,
                    place,
                    parameters,
                    luck,
                )
                if found >= 0:
                    start_job(
                        seeker, employers[found], found, True, levers, place, parameters, luck
                    )
    if seeker.work == Work.COMPETITIVE:
        work_a_week(seeker, place, parameters)
        if line >= 0:
            count_work(weekly[line], seeker)
        better = live_at_work(
            seeker, specialists, employers, relationships, site, levers, place, parameters, luck
        )
        if better >= 0:
            start_job(seeker, employers[better], better, False, levers, place, parameters, luck)
    if site.month_ends and seeker.benefit != Benefit.NONE:
        settle_benefits(seeker, levers, place, parameters, luck)
    keep_interest(seeker, contacted, levers, parameters)
    keep_or_leave(seeker, site, levers, parameters, luck)
    count_person(seeker, site)


@compiled
def run_sites(
    seekers: Any,
    weekly: Any,
    workspace: Any,
    blanks: Any,
    luck: Any,
    start: Any,
    sections: Any,
    parameters: Any,
    draws: Any,
    replicates: Any,
    sizes: Any,
    shares: Any,
    seed: Any,
    design: Any,
) -> None:
    """Run many sites one after another; `ips_sim.model.compiled.execute` says what goes in."""
    specialists, employers, relationships, sites = workspace
    levers, staff, people, place = sections
    screening, entry_weeks, follow_up, is_cohort, warm_up, weeks, given = design
    for run in range(sizes.shape[0]):
        posts = specialists[: sizes[run, 3]]
        firms = employers[: sizes[run, 4]]
        ties = relationships[: sizes[run, 3] * sizes[run, 4]]
        mine = seekers[sizes[run, 6] : sizes[run, 6] + sizes[run, 2]]
        for row in range(posts.shape[0]):
            posts[row] = blanks[0][0]
        for row in range(firms.shape[0]):
            firms[row] = blanks[1][0]
        for row in range(ties.shape[0]):
            ties[row] = blanks[2][0]
        sites[0] = blanks[3][0]
        for row in range(mine.shape[0]):
            mine[row] = blanks[4][0]
        which = sizes[run, 7]
        settings = (
            levers[which],
            staff[which],
            people[which],
            place[which],
            parameters[draws[run]],
            screening,
            entry_weeks,
            follow_up,
            is_cohort,
            warm_up,
            given,
        )
        size = (seed, replicates[run], sizes[run, 0], sizes[run, 1], sizes[run, 5], shares[run])
        begin_world(mine, posts, firms, ties, sites[0], luck, start, settings, size)
        for week in range(1, weeks + 1):
            live_week(week, mine, posts, firms, ties, sites[0], weekly[run], luck, settings, size)
