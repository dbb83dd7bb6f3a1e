"""Prevocational training, sheltered work and transitional jobs: before the open market."""

from __future__ import annotations

from ips_sim.model.entities import JobSeekerFields, Work
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.life import is_stable_enough
from ips_sim.model.rules.referral import begin_search
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import PREPARING, SHELTERED, TRANSITIONAL
from ips_sim.scenario.schema import Levers


@rule
def prepare(seeker: JobSeekerFields, levers: Levers, parameters: Parameters, luck: Luck) -> None:
    """Spend a week in training or in a set-aside job, which may raise skill and hope."""
    if seeker.service == PREPARING:
        learn(seeker, parameters)
        seeker.programme_hours = seeker.programme_hours + levers.day_programme_hours_per_week
        seeker.stage_weeks = seeker.stage_weeks + 1
        if seeker.stage_weeks >= levers.preparation_weeks and is_stable_enough(seeker, levers):
            begin_search(seeker, levers, luck)
    elif seeker.work == SHELTERED or seeker.work == TRANSITIONAL:
        learn(seeker, parameters)
        if seeker.work == SHELTERED:
            seeker.weeks_sheltered = seeker.weeks_sheltered + 1
        else:
            seeker.weeks_transitional = seeker.weeks_transitional + 1
        seeker.paid_other_ever = True
        seeker.stage_job_weeks_left = seeker.stage_job_weeks_left - 1
        if seeker.stage_job_weeks_left <= 0:
            seeker.work = Work.NONE


@rule
def learn(seeker: JobSeekerFields, parameters: Parameters) -> None:
    """Gain skill and hope from training: by how much starts at nothing and may be something."""
    # Training may also take: not more than there is.
    seeker.work_skill = max(
        0.0,
        seeker.work_skill + parameters.skill_per_training_week * (1.0 - seeker.work_skill),
    )
    seeker.interest = max(
        0.0, seeker.interest + parameters.hope_per_training_week * (1.0 - seeker.interest)
    )
