"""What a specialist and an employer build between them, and how it is lost."""

from __future__ import annotations

from ips_sim.model.entities import Ending, RelationshipFields
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import bounded
from ips_sim.model.rules.registry import rule


@rule
def gain_trust(relationship: RelationshipFields, parameters: Parameters) -> None:
    """Let a visit bring the employer's trust a part of the way to full trust."""
    relationship.trust = relationship.trust + parameters.trust_gained_per_visit * (
        1.0 - relationship.trust
    )


@rule
def lose_relationship(relationship: RelationshipFields) -> None:
    """Let what a specialist built with an employer leave with the specialist."""
    relationship.visits = 0
    relationship.trust = 0.0


@rule
def remember_ending(relationship: RelationshipFields, ending: int, parameters: Parameters) -> None:
    """Let a placement that went badly cost the employer's trust in the specialist."""
    if ending == Ending.DISMISSED or ending == Ending.QUIT:
        relationship.trust = relationship.trust * bounded(
            1.0 - parameters.trust_lost_by_bad_ending, 0.0, 1.0
        )
