"""Interest in work fades where a service lets nothing happen, and comes back in time."""

from __future__ import annotations

from ips_sim.model.entities import JobSeekerFields
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import saturating
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.model.rules.health import shared_care
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import COMPETITIVE, WAITING
from ips_sim.scenario.schema import Levers


@rule
def keep_interest(
    seeker: JobSeekerFields, contacted: bool, levers: Levers, parameters: Parameters
) -> None:
    """Let interest return at work, at school and with help, and fade where nothing happens.

    People who ask for help and get none lose hope; those who asked for none, or no longer wait
    for any, find back to what interest they had.  A visit to an employer counts as an act in
    full, hours with a specialist as far as they go.  A team that shares care raises the wish to
    work beyond what a person came with.
    """
    if seeker.work == COMPETITIVE or seeker.in_school:
        come_back(seeker, parameters.interest_returns_per_week)
        return
    if not (seeker.service == WAITING or is_on_caseload(seeker)):
        come_back(seeker, parameters.interest_returns_alone_per_week)
        return
    seeker.interest = seeker.interest + parameters.team_on_interest_per_week * shared_care(
        seeker, levers
    ) * (1.0 - seeker.interest)
    helped = saturating(seeker.hours_received + seeker.school_hours, parameters.half_hours)
    if contacted:
        helped = 1.0
    come_back(seeker, parameters.interest_returns_with_help_per_week * helped)
    floor = parameters.interest_floor_share * seeker.interest_at_entry
    if seeker.interest > floor:
        seeker.interest = seeker.interest - parameters.interest_fades_per_week * (1.0 - helped) * (
            seeker.interest - floor
        )


@rule
def come_back(seeker: JobSeekerFields, share: float) -> None:
    """Let a share of the interest that was lost since entry come back."""
    if seeker.interest < seeker.interest_at_entry:
        seeker.interest = seeker.interest + share * (seeker.interest_at_entry - seeker.interest)
