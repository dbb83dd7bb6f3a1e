"""Interest in work fades while nothing happens, and comes back when something does."""

from __future__ import annotations

from ips_sim.model.entities import JobSeekerFields, Work
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import saturating
from ips_sim.model.rules.registry import rule


@rule
def keep_interest(seeker: JobSeekerFields, contacted: bool, parameters: Parameters) -> None:
    """Let interest fade or return, by what happened for this person this week.

    Work and a visit to an employer count in full, hours with a specialist as far as they go.
    """
    happening = saturating(seeker.hours_received, parameters.half_hours)
    if contacted or seeker.work == Work.COMPETITIVE:
        happening = 1.0
    if seeker.interest < seeker.interest_at_entry:
        seeker.interest = seeker.interest + parameters.interest_returns_per_week * happening * (
            seeker.interest_at_entry - seeker.interest
        )
    floor = parameters.interest_floor_share * seeker.interest_at_entry
    if seeker.interest > floor:
        seeker.interest = seeker.interest - parameters.interest_fades_per_week * (
            1.0 - happening
        ) * (seeker.interest - floor)
