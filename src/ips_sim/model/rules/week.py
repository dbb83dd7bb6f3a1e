"""What a person does in a week: search alone or with a specialist, and live at work.

Both drivers call these.  Nothing here starts a job: the row of the employer who takes the person on
is given back, or `NOBODY`, and the driver starts it, so that a subclass of Mesa's agents may still
do so in another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ips_sim.model.entities import (
    EmployerFields,
    JobSeekerFields,
    RelationshipFields,
    SiteFields,
    SpecialistFields,
)
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import row_of
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.relationships import (
    ask_early,
    book_size,
    end_of_mind,
    gain_trust,
    hears_of_opening,
    remember_ending,
    row_in_book,
    speaks_for,
    start_of_book,
)
from ips_sim.model.rules.search import (
    accepts,
    be_refused,
    carves_job,
    employer_to_visit,
    gets_offer_alone,
    gets_offer_through_contact,
    is_closed_to,
    is_open_to,
    looks_for_work,
    make_contact,
    make_job,
    may_be_asked,
    next_opening,
    opening_seen,
    share_of_preferences_met,
    way_back,
)
from ips_sim.model.rules.staff import working_skill
from ips_sim.model.rules.standing import (
    DISMISSED,
    NO_ENDING,
    NO_PROBLEM,
    NOBODY,
    QUIT,
    SOMETHING_BETTER,
)
from ips_sim.model.rules.work import (
    begin_problem,
    end_job,
    ending_by_others,
    ending_by_problem,
    is_liked,
    learn_from_job,
    lose_heart,
    meets_problem,
    moves_to,
    problem_ends_job,
    solves_problem,
    warn,
)
from ips_sim.scenario.schema import Levers, Place

if TYPE_CHECKING:
    from collections.abc import Sequence


@rule
def search_alone(
    seeker: JobSeekerFields,
    employers: Sequence[EmployerFields],
    site: SiteFields,
    levers: Levers,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> int:
    """Search without a specialist at one's side; give the row of the employer found, if any.

    Who is on leave from a job goes back to it or waits.
    """
    if seeker.leave_weeks_left > 0:
        return way_back(seeker, parameters, luck)
    if not looks_for_work(seeker, site, parameters, luck):
        return NOBODY
    row = opening_seen(seeker, employers, site, levers, parameters, luck)
    if row < 0:
        return NOBODY
    seeker.applications = seeker.applications + 1
    if not gets_offer_alone(seeker, employers[row], place, parameters, luck):
        be_refused(seeker, levers, parameters)
        return NOBODY
    return row if accepts(seeker, employers[row], place, parameters, luck) else NOBODY


@rule
def search_with_specialist(
    seeker: JobSeekerFields,
    specialist: SpecialistFields,
    employers: Sequence[EmployerFields],
    relationships: Sequence[RelationshipFields],
    site: SiteFields,
    levers: Levers,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> int:
    """Have the specialist see an employer; give that employer's row if a job comes of it."""
    ties = seeker.specialist_row * site.employers
    row = employer_to_visit(seeker, employers, relationships, site, levers, parameters, luck)
    relationship = relationships[ties + row]
    employer = employers[row]
    make_contact(seeker, employer, relationship, site, parameters)
    if not (speaks_for(relationship, levers) and may_be_asked(relationship, site, parameters)):
        return NOBODY
    # An employer who would make a job for this person would as soon give one that is open.
    offered = carves_job(seeker, employer, relationship, place, parameters, luck)
    if not offered:
        if not is_open_to(seeker, employer, relationship, levers, parameters):
            return NOBODY
        offered = gets_offer_through_contact(
            seeker, specialist, employer, relationship, levers, place, parameters, luck
        )
    relationship.last_asked_week = site.week
    ask_early(relationship, parameters)
    if not offered:
        be_refused(seeker, levers, parameters)
        return NOBODY
    if not accepts(seeker, employer, place, parameters, luck):
        return NOBODY
    if employer.vacancies + employer.hidden_vacancies == 0:
        make_job(seeker, employer, row)
    return row


@rule
def better_employer_seen(
    seeker: JobSeekerFields,
    employers: Sequence[EmployerFields],
    relationships: Sequence[RelationshipFields],
    site: SiteFields,
    parameters: Parameters,
    luck: Luck,
) -> int:
    """Find where a person might move to: an advert, or the best liked that the specialist knows."""
    if not is_on_caseload(seeker):
        start = row_of(luck.better_employer, site.employers)
        return next_opening(seeker, employers, site, start, False, parameters)
    post = seeker.specialist_row
    book = book_size(site, parameters)
    start = start_of_book(site.first_post + post, book, site.employers)
    first = row_of(luck.better_employer, book)
    best = NOBODY
    most = seeker.preferences_met
    for place in range(first, end_of_mind(first, book, parameters)):
        row = row_in_book(start, place, book, site.employers)
        hears = hears_of_opening(
            employers[row], relationships[post * site.employers + row], parameters
        )
        if hears and not is_closed_to(seeker, employers[row]):
            met = share_of_preferences_met(seeker, employers[row], parameters)
            if met > most:
                best = row
                most = met
    return best


@rule
def live_at_work(
    seeker: JobSeekerFields,
    specialists: Sequence[SpecialistFields],
    employers: Sequence[EmployerFields],
    relationships: Sequence[RelationshipFields],
    site: SiteFields,
    levers: Levers,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> int:
    """Meet problems at work, and keep the job or lose it; give the row of a better job's employer.

    The better job has been won and the old one is over, so the new one only needs to be started.
    """
    skill = 0.0
    trust = 0.0
    ties = NOBODY
    if is_on_caseload(seeker):
        skill = working_skill(specialists[seeker.specialist_row], parameters)
        ties = seeker.specialist_row * site.employers
        tie = relationships[ties + seeker.employer_row]
        trust = tie.trust
        if seeker.job_found_by_specialist and seeker.tenure_weeks == int(
            parameters.good_placement_weeks
        ):
            gain_trust(tie, parameters.trust_by_good_placement)
    ending = ending_by_others(seeker, parameters, luck)
    if ending == NO_ENDING:
        if seeker.problem == NO_PROBLEM:
            if meets_problem(seeker, levers, parameters, luck):
                begin_problem(seeker, levers, parameters, luck)
            return NOBODY
        if seeker.problem == SOMETHING_BETTER:
            row = better_employer_seen(seeker, employers, relationships, site, parameters, luck)
            if row >= 0 and moves_to(seeker, employers[row], skill, parameters, luck):
                end_job(seeker, QUIT)
                return row
        if solves_problem(seeker, skill, trust, levers, parameters, luck):
            seeker.problem = NO_PROBLEM
            seeker.warned = False
            seeker.problems_solved = seeker.problems_solved + 1
            return NOBODY
        if not problem_ends_job(seeker, parameters, luck):
            return NOBODY
        ending = ending_by_problem(seeker, place, parameters, luck)
        if ending == DISMISSED and not seeker.warned:
            warn(seeker)
            return NOBODY
    if ties >= 0:
        last = employers[seeker.employer_row]
        remember_ending(last, relationships[ties + seeker.employer_row], ending, parameters)
        learn_from_job(
            seeker,
            last.kind,
            seeker.job_hours,
            is_liked(seeker, parameters),
            parameters,
        )
    end_job(seeker, ending)
    lose_heart(seeker, ending, parameters)
    return NOBODY
