"""What a specialist and an employer build between them: the book of those whom a team knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ips_sim.model.entities import EmployerFields, Ending, RelationshipFields, SiteFields
from ips_sim.model.luck import StaffLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import bounded, row_of
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import NOBODY
from ips_sim.scenario.schema import Levers

if TYPE_CHECKING:
    from collections.abc import Sequence


@rule
def gain_trust(relationship: RelationshipFields, share: float) -> None:
    """Let trust go a share of the way that is left to full trust."""
    relationship.trust = relationship.trust + share * (1.0 - relationship.trust)


@rule
def visit(
    employer: EmployerFields,
    relationship: RelationshipFields,
    site: SiteFields,
    parameters: Parameters,
) -> None:
    """See an employer: introduce oneself, then learn about the business, then come back.

    What the visit built stands in the team's log too, where colleagues find it.
    """
    relationship.visits = relationship.visits + 1
    relationship.last_week = site.week
    if relationship.visits == 1:
        gain_trust(relationship, parameters.trust_by_introduction)
    elif is_known(relationship, parameters):
        gain_trust(relationship, parameters.trust_by_return)
    else:
        gain_trust(relationship, parameters.trust_by_appointment)
    employer.team_trust = max(employer.team_trust, relationship.trust)


@rule
def is_known(relationship: RelationshipFields, parameters: Parameters) -> bool:
    """Say whether an employer trusts a specialist enough for more than a caller."""
    return relationship.trust >= parameters.trust_to_be_known


@rule
def speaks_for(relationship: RelationshipFields, levers: Levers) -> bool:
    """Say whether the specialist speaks of a person at this visit: as the programme has it."""
    return relationship.visits >= levers.visits_before_asking


@rule
def ask_early(relationship: RelationshipFields, parameters: Parameters) -> None:
    """Let speaking for a person before the employer is known cost goodwill, and close a door.

    Who asks at every call may never become more than a caller.
    """
    if not is_known(relationship, parameters):
        relationship.last_asked_week = relationship.last_asked_week + int(
            parameters.weeks_closed_by_asking_early
        )
        relationship.trust = relationship.trust * (1.0 - parameters.goodwill_lost_by_asking_early)


@rule
def hears_of_opening(
    employer: EmployerFields, relationship: RelationshipFields, parameters: Parameters
) -> bool:
    """Say whether a specialist knows of an opening: advertised, or told of by who trusts the team.

    A colleague's trust helps as far as the team shares its leads.
    """
    if employer.vacancies > 0:
        return True
    if employer.hidden_vacancies == 0:
        return False
    shared = parameters.leads_shared_share * employer.team_trust
    return employer.reticence < max(relationship.trust, shared)


@rule
def book_size(site: SiteFields, parameters: Parameters) -> int:
    """Say how many employers a specialist's book holds: no more than can be tended."""
    return min(site.employers, int(parameters.employers_in_book))


@rule
def start_of_book(post: int, book: int, employers: int) -> int:
    """Give the row at which a specialist's book begins: each begins where the last one ended.

    In a small town colleagues share employers; in a bigger one each has others.
    """
    return post * book % employers


@rule
def end_of_mind(first: int, book: int, parameters: Parameters) -> int:
    """Give the place in a book behind the last employer of whom a specialist thinks at once."""
    return first + min(book, int(parameters.employers_in_mind))


@rule
def row_in_book(start: int, place: int, book: int, employers: int) -> int:
    """Give the row of the employer at a place in a book, on from its end to its beginning."""
    if place >= book:
        place = place - book
    row = start + place
    if row >= employers:
        row = row - employers
    return row


@rule
def visit_for_the_book(
    employers: Sequence[EmployerFields],
    relationships: Sequence[RelationshipFields],
    post: int,
    site: SiteFields,
    parameters: Parameters,
    luck: StaffLuck,
) -> None:
    """Call on an employer though no one is to be placed: go on with what is begun, or begin."""
    row = employer_for_the_book(employers, relationships, post, site, parameters, luck)
    visit(employers[row], relationships[post * site.employers + row], site, parameters)


@rule
def employer_for_the_book(
    employers: Sequence[EmployerFields],
    relationships: Sequence[RelationshipFields],
    post: int,
    site: SiteFields,
    parameters: Parameters,
    luck: StaffLuck,
) -> int:
    """Choose whom to call on: one begun with, else a new one, else one of those known by turn.

    Nobody is called on twice in a week while others are not.  Who asks for a credential is seen
    only for somebody who has one.
    """
    book = book_size(site, parameters)
    start = start_of_book(site.first_post + post, book, site.employers)
    first = row_of(luck.first_call, book)
    new = NOBODY
    known = NOBODY
    for place in range(first, end_of_mind(first, book, parameters)):
        row = row_in_book(start, place, book, site.employers)
        relationship = relationships[post * site.employers + row]
        if relationship.last_week < site.week and not employers[row].asks_credential:
            if relationship.visits == 0:
                if new < 0:
                    new = row
            elif not is_known(relationship, parameters):
                return row
            elif known < 0:
                known = row
    if new >= 0:
        return new
    if known >= 0:
        return known
    return row_in_book(start, first, book, site.employers)


@rule
def leave_relationship(relationship: RelationshipFields, parameters: Parameters) -> None:
    """Let what a specialist built leave with the specialist, but for what the team's log keeps."""
    relationship.visits = int(parameters.log_kept_share * relationship.visits)
    relationship.trust = parameters.log_kept_share * relationship.trust


@rule
def forget(relationship: RelationshipFields) -> None:
    """Let an employer know nobody of a team that begins anew."""
    relationship.visits = 0
    relationship.trust = 0.0


@rule
def remember_ending(
    employer: EmployerFields, relationship: RelationshipFields, ending: int, parameters: Parameters
) -> None:
    """Let a placement that went badly cost the employer's trust, in the specialist and the team."""
    if ending == Ending.DISMISSED or ending == Ending.QUIT:
        kept = bounded(1.0 - parameters.trust_lost_by_bad_ending, 0.0, 1.0)
        relationship.trust = relationship.trust * kept
        employer.team_trust = employer.team_trust * kept
