"""Symptoms drift, relapses come and go, and some of them end in hospital."""

from __future__ import annotations

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.entities import JobSeekerFields
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import HALF, TWICE, bounded
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import COMPETITIVE, SERVED, TRANSFERRED
from ips_sim.scenario.schema import Levers, People

DAYS_IN_WEEK = 7


@rule
def shared_care(seeker: JobSeekerFields, levers: Levers) -> float:
    """Say how far the mental health team works together with a specialist for this person."""
    if seeker.service == SERVED or seeker.service == TRANSFERRED:
        return levers.team_contact_share
    return 0.0


@rule
def live_with_illness(
    seeker: JobSeekerFields, people: People, levers: Levers, parameters: Parameters, luck: Luck
) -> None:
    """Let symptoms drift around their lasting level, with relapses and hospital stays."""
    # Illness may grow too: not beyond what is extreme.
    seeker.lasting_symptoms = min(
        1.0, seeker.lasting_symptoms * (1.0 - parameters.recovery_per_year / WEEKS_PER_YEAR)
    )
    level = seeker.lasting_symptoms
    if seeker.in_relapse:
        level = min(1.0, level + parameters.symptoms_in_relapse)
    seeker.symptoms = bounded(
        seeker.symptoms
        + parameters.symptoms_return_per_week * (level - seeker.symptoms)
        + parameters.symptoms_noise * (luck.symptoms - HALF),
        0.0,
        1.0,
    )
    if seeker.hospital_weeks_left > 0:
        seeker.hospital_weeks_left = seeker.hospital_weeks_left - 1
    early_response = 1.0 - parameters.early_response * max(
        levers.early_care_share, shared_care(seeker, levers)
    )
    if seeker.in_relapse:
        if luck.relapse < parameters.recovery_per_week:
            seeker.in_relapse = False
        elif seeker.hospital_weeks_left == 0 and (
            luck.admission < parameters.admission_per_relapse_week * early_response
        ):
            seeker.hospital_admissions = seeker.hospital_admissions + 1
            if seeker.work == COMPETITIVE:
                seeker.hospital_admissions_in_work = seeker.hospital_admissions_in_work + 1
            seeker.hospital_weeks_left = 1 + int(
                luck.hospital_stay * TWICE * parameters.hospital_stay_mean_weeks
            )
    elif luck.relapse < relapse_chance(seeker, people, parameters):
        seeker.in_relapse = True
    if seeker.in_relapse:
        seeker.weeks_in_relapse = seeker.weeks_in_relapse + 1
    if seeker.hospital_weeks_left > 0:
        seeker.hospital_days = seeker.hospital_days + DAYS_IN_WEEK


@rule
def relapse_chance(seeker: JobSeekerFields, people: People, parameters: Parameters) -> float:
    """Say how likely a relapse is this week: more so with symptoms and substance use."""
    chance = (
        people.relapses_per_year
        / WEEKS_PER_YEAR
        * max(0.0, 1.0 + parameters.symptoms_on_relapse * (seeker.symptoms - people.symptoms_mean))
    )
    if seeker.substance_use and not seeker.in_remission:
        chance = chance * parameters.substance_use_on_relapse
    return chance
