"""Life outside work and illness: custody, treatment and supervision, use, a home, a kept job."""

from __future__ import annotations

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.entities import JobSeekerFields, Problem
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import TWICE, bounded
from ips_sim.model.rules.health import shared_care
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import COMPETITIVE, NO_PROBLEM
from ips_sim.scenario.schema import Levers, People


@rule
def is_free(seeker: JobSeekerFields) -> bool:
    """Say whether a person can look for work: not in hospital, and not held anywhere else."""
    return seeker.hospital_weeks_left == 0 and seeker.held_weeks_left == 0


@rule
def is_stable_enough(seeker: JobSeekerFields, levers: Levers) -> bool:
    """Say whether tests were negative for as long as the programme asks before a search."""
    return not seeker.substance_use or seeker.stable_weeks >= levers.stable_weeks_before_search


@rule
def unfitted(seeker: JobSeekerFields, levers: Levers, parameters: Parameters) -> float:
    """Say how far treatment and supervision are not fitted to work: shared care fits some."""
    return bounded(1.0 - parameters.team_on_duties * shared_care(seeker, levers), 0.0, 1.0)


@rule
def live_outside_work(
    seeker: JobSeekerFields, people: People, levers: Levers, parameters: Parameters, luck: Luck
) -> None:
    """Let a week pass in custody, under duties, with or without use, a home, a job on leave."""
    if seeker.held_weeks_left > 0:
        seeker.held_weeks_left = seeker.held_weeks_left - 1
    if seeker.duty_weeks_left > 0:
        do_duties(seeker, people, levers, parameters, luck)
    if seeker.held_weeks_left > 0:
        seeker.weeks_held = seeker.weeks_held + 1
    if seeker.substance_use:
        use_or_abstain(seeker, people, luck)
    if seeker.housed:
        seeker.housed = luck.home >= people.homes_lost_per_year / WEEKS_PER_YEAR
    else:
        seeker.weeks_homeless = seeker.weeks_homeless + 1
        seeker.housed = luck.home < people.homes_found_per_year / WEEKS_PER_YEAR
    if seeker.leave_weeks_left > 0:
        seeker.leave_weeks_left = seeker.leave_weeks_left - 1


@rule
def do_duties(
    seeker: JobSeekerFields, people: People, levers: Levers, parameters: Parameters, luck: Luck
) -> None:
    """Go to treatment or supervision for a week: a positive test or a breach may hold one up.

    Who is held up can't look for work, and at work is missed.
    """
    seeker.duty_weeks_left = seeker.duty_weeks_left - 1
    if seeker.held_weeks_left > 0:
        return
    chance = people.hold_ups_per_year / WEEKS_PER_YEAR * unfitted(seeker, levers, parameters)
    if seeker.substance_use and not seeker.in_remission:
        chance = chance * parameters.use_on_hold_ups
    if luck.hold_up < chance:
        # Given that it happens, the same luck is even once more.
        even = luck.hold_up / chance
        seeker.held_weeks_left = 1 + int(TWICE * even * people.hold_up_weeks_mean)
        if seeker.work == COMPETITIVE and seeker.problem == NO_PROBLEM:
            seeker.problem = Problem.GETTING_THERE
            seeker.problems_met = seeker.problems_met + 1


@rule
def use_or_abstain(seeker: JobSeekerFields, people: People, luck: Luck) -> None:
    """Let a substance use disorder come back, or go into remission, and count stable weeks."""
    if seeker.in_remission:
        seeker.stable_weeks = seeker.stable_weeks + 1
        if luck.use < people.use_relapses_per_year / WEEKS_PER_YEAR:
            seeker.in_remission = False
            seeker.stable_weeks = 0
    elif luck.use < people.use_remissions_per_year / WEEKS_PER_YEAR:
        seeker.in_remission = True
