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
from ips_sim.model.rules.relationships import remember_ending
from ips_sim.model.rules.search import (
    accepts,
    applies_alone,
    gets_offer_alone,
    gets_offer_through_contact,
    lose_hope,
    make_contact,
    promise,
    speaks_for,
)
from ips_sim.model.rules.staff import working_skill
from ips_sim.model.rules.standing import NO_ENDING, NO_PROBLEM, NOBODY, QUIT, SOMETHING_BETTER
from ips_sim.model.rules.work import (
    begin_problem,
    end_job,
    ending_by_others,
    ending_by_problem,
    lose_heart,
    meets_problem,
    moves_to,
    problem_ends_job,
    solves_problem,
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
    """Search without a specialist at one's side; give the row of the employer found, if any."""
    if not applies_alone(seeker, site, parameters, luck):
        return NOBODY
    row = row_of(luck.own_employer, site.employers)
    if not gets_offer_alone(seeker, employers[row], place, parameters, luck):
        lose_hope(seeker, levers, parameters)
        return NOBODY
    return row if accepts(seeker, employers[row], parameters, luck) else NOBODY


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
    row = employer_to_visit(seeker, employers, relationships, ties, site, levers, parameters, luck)
    relationship = relationships[ties + row]
    make_contact(seeker, relationship, parameters)
    if not speaks_for(relationship, levers):
        return NOBODY
    if not gets_offer_through_contact(
        seeker, specialist, employers[row], relationship, place, parameters, luck
    ):
        lose_hope(seeker, levers, parameters)
        return NOBODY
    return row if accepts(seeker, employers[row], parameters, luck) else NOBODY


@rule
def employer_to_visit(
    seeker: JobSeekerFields,
    employers: Sequence[EmployerFields],
    relationships: Sequence[RelationshipFields],
    ties: int,
    site: SiteFields,
    levers: Levers,
    parameters: Parameters,
    luck: Luck,
) -> int:
    """Choose the most promising of three employers who come to the specialist's mind."""
    best = row_of(luck.contact_first, site.employers)
    most = promise(seeker, employers[best], relationships[ties + best], levers, parameters)
    row = row_of(luck.contact_second, site.employers)
    promised = promise(seeker, employers[row], relationships[ties + row], levers, parameters)
    if promised > most:
        best = row
        most = promised
    row = row_of(luck.contact_third, site.employers)
    promised = promise(seeker, employers[row], relationships[ties + row], levers, parameters)
    return row if promised > most else best


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
    tie = NOBODY
    if is_on_caseload(seeker):
        skill = working_skill(specialists[seeker.specialist_row], parameters)
        tie = seeker.specialist_row * site.employers + seeker.employer_row
        trust = relationships[tie].trust
    ending = ending_by_others(seeker, parameters, luck)
    if ending == NO_ENDING:
        if seeker.problem == NO_PROBLEM:
            if meets_problem(seeker, parameters, luck):
                begin_problem(seeker, parameters, luck)
            return NOBODY
        if seeker.problem == SOMETHING_BETTER:
            row = row_of(luck.better_employer, site.employers)
            if moves_to(seeker, employers[row], skill, parameters, luck):
                end_job(seeker, QUIT)
                return row
        if solves_problem(seeker, skill, trust, levers, parameters, luck):
            seeker.problem = NO_PROBLEM
            seeker.problems_solved = seeker.problems_solved + 1
            return NOBODY
        if not problem_ends_job(seeker, parameters, luck):
            return NOBODY
        ending = ending_by_problem(seeker, place, parameters, luck)
    if tie >= 0:
        remember_ending(relationships[tie], ending, parameters)
    end_job(seeker, ending)
    lose_heart(seeker, ending, parameters)
    return NOBODY
