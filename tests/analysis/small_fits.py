"""Fits and validations that simulate few people, where nothing rests on how many there are."""

from dataclasses import replace

import pytest

from ips_sim.analysis.calibration import fit, posterior, simulated, statistics
from ips_sim.analysis.trials import targets, through_layer


def simulate_little(patch: pytest.MonkeyPatch) -> None:
    """Take few replicates, few people without a programme, and few draws of a finished fit."""
    for name in ("TRIAL_REPLICATES", "UNFITTED_REPLICATES"):
        patch.setattr(statistics, name, 1)
    patch.setattr(statistics, "SPREAD_REPLICATES", 3)
    patch.setattr(fit, "AGAIN", 2)
    patch.setattr(posterior, "WALKERS_PER_PARAMETER", 2)
    patch.setattr(simulated, "SIMULATED_DRAWS", 2)
    patch.setattr(through_layer, "DRAWS", 2)
    patch.setattr(through_layer, "PEOPLE", 40)
    designs = targets.target_designs()
    everybody = designs["background"].scenario
    few = everybody.design.model_copy(update={"people": 200})
    small = {name: replace(one, replicates=1) for name, one in designs.items()}
    small["background"] = replace(
        small["background"], scenario=everybody.model_copy(update={"design": few})
    )
    for module in (targets, statistics):
        patch.setattr(module, "target_designs", lambda: small)
