"""Fits and validations that simulate few people, where nothing rests on how many there are."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from ips_sim.analysis.calibration import fit, posterior, simulated, statistics
from ips_sim.analysis.trials import targets, through_layer, validation
from ips_sim.analysis.trials.virtual_trials import Trial, VirtualTrial, virtual_trial
from ips_sim.scenario.schema import Scenario

PEOPLE_IN_ARM = 20
"""In each arm of a trial, where the trial had more."""
PEOPLE_WITHOUT_A_TRIAL = 200
"""In each of the other designs that are fitted to."""


@cache
def small_trial(trial: Trial | str) -> VirtualTrial:
    """A trial with few people."""
    whole = virtual_trial(trial)
    most = max(PEOPLE_IN_ARM, whole.design.n_sites)
    return replace(whole, ips=of_people(whole.ips, most), control=of_people(whole.control, most))


def of_people(world: Scenario, most: int) -> Scenario:
    """A scenario with so many people, where it had more."""
    people = min(world.design.people, most)
    return world.model_copy(update={"design": world.design.model_copy(update={"people": people})})


def sample_little(*arguments: Any, steps: int, **named: Any) -> posterior.Posterior:
    """Sample a posterior in a fifth of the steps, of which as many are kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "THINNING", posterior.THINNING // 5)
        return posterior.sample_posterior(*arguments, steps=steps // 5, **named)


def simulate_little(patch: pytest.MonkeyPatch) -> None:
    """Take few replicates, few people without a programme, and few draws of a finished fit."""
    for name in ("TRIAL_REPLICATES", "UNFITTED_REPLICATES"):
        patch.setattr(statistics, name, 1)
    patch.setattr(statistics, "SPREAD_REPLICATES", 3)
    for module in (statistics, simulated, through_layer, validation):
        patch.setattr(module, "virtual_trial", small_trial)
    patch.setattr(fit, "sample_posterior", sample_little)
    patch.setattr(fit, "AGAIN", 2)
    patch.setattr(posterior, "WALKERS_PER_PARAMETER", 2)
    patch.setattr(simulated, "SIMULATED_DRAWS", 2)
    patch.setattr(through_layer, "DRAWS", 2)
    patch.setattr(through_layer, "PEOPLE", 40)
    small = {
        name: replace(
            one,
            scenario=of_people(one.scenario, PEOPLE_WITHOUT_A_TRIAL),
            replicates=1,
            person_offset=min(one.person_offset, PEOPLE_WITHOUT_A_TRIAL),
        )
        for name, one in targets.target_designs().items()
    }
    for module in (targets, statistics):
        patch.setattr(module, "target_designs", lambda: small)
