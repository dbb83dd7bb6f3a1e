"""What a specialist and an employer build between them: the book of those whom a team knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ips_sim.model.entities import EmployerFields, Ending, RelationshipFields, SiteFields
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import bounded
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
    elif relationship.visits < parameters.visits_to_be_known:
        gain_trust(relationship, parameters.trust_by_appointment)
    else:
        gain_trust(relationship, parameters.trust_by_return)
    employer.team_trust = max(employer.team_trust, relationship.trust)


@rule
def is_known(relationship: RelationshipFields, parameters: Parameters) -> bool:
    """Say whether a specialist has learned enough of a business to be more than a caller."""
    return relationship.visits >= parameters.visits_to_be_known


@rule
def speaks_for(relationship: RelationshipFields, levers: Levers) -> bool:
    """Say whether the specialist speaks of a person at this visit: as the programme has it."""
    return relationship.visits >= levers.visits_before_asking


@rule
def ask_early(relationship: RelationshipFields, parameters: Parameters) -> None:
    """Let speaking for a person before the employer is known cost goodwill."""
    if relationship.visits < parameters.visits_to_be_known:
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
def visit_for_the_book(
    employers: Sequence[EmployerFields],
    relationships: Sequence[RelationshipFields],
    first_tie: int,
    site: SiteFields,
    first_call: int,
    parameters: Parameters,
) -> None:
    """Call on an employer though no one is to be placed: go on with what is begun, or begin."""
    row = employer_for_the_book(relationships, first_tie, site, first_call, parameters)
    visit(employers[row], relationships[first_tie + row], site, parameters)


@rule
def employer_for_the_book(
    relationships: Sequence[RelationshipFields],
    first_tie: int,
    site: SiteFields,
    first_call: int,
    parameters: Parameters,
) -> int:
    """Choose whom to call on: one begun with, else a new one, else one of those known by turn.

    Nobody is called on twice in a week while others are not.
    """
    row = first_call
    new = NOBODY
    known = NOBODY
    for _ in range(site.employers):
        relationship = relationships[first_tie + row]
        if relationship.last_week < site.week:
            if relationship.visits == 0:
                if new < 0:
                    new = row
            elif relationship.visits < parameters.visits_to_be_known:
                return row
            elif known < 0:
                known = row
        row = row + 1
        if row == site.employers:
            row = 0
    if new >= 0:
        return new
    if known >= 0:
        return known
    return first_call


@rule
def leave_relationship(relationship: RelationshipFields, parameters: Parameters) -> None:
    """Let what a specialist built leave with the specialist, but for what the team's log keeps."""
    relationship.visits = int(parameters.log_kept_share * relationship.visits)
    relationship.trust = parameters.log_kept_share * relationship.trust


@rule
def remember_ending(relationship: RelationshipFields, ending: int, parameters: Parameters) -> None:
    """Let a placement that went badly cost the employer's trust in the specialist."""
    if ending == Ending.DISMISSED or ending == Ending.QUIT:
        relationship.trust = relationship.trust * bounded(
            1.0 - parameters.trust_lost_by_bad_ending, 0.0, 1.0
        )
