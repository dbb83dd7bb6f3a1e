"""Interest in work fades while nothing happens, and comes back with a job."""

from __future__ import annotations

from ips_sim.model.entities import JobSeekerFields, Work
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import saturating
from ips_sim.model.rules.registry import rule


@rule
def keep_interest(seeker: JobSeekerFields, contacted: bool, parameters: Parameters) -> None:
    """Let interest return at work, and fade without, unless something happens this week.

    A visit to an employer counts in full, hours with a specialist as far as they go.
    """
    if seeker.work == Work.COMPETITIVE:
        if seeker.interest < seeker.interest_at_entry:
            seeker.interest = seeker.interest + parameters.interest_returns_per_week * (
                seeker.interest_at_entry - seeker.interest
            )
        return
    if contacted:
        return
    nothing = 1.0 - saturating(seeker.hours_received, parameters.half_hours)
    floor = parameters.interest_floor_share * seeker.interest_at_entry
    if seeker.interest > floor:
        seeker.interest = seeker.interest - parameters.interest_fades_per_week * nothing * (
            seeker.interest - floor
        )
