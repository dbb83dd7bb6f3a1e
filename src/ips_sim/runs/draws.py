"""Realisations of the uncertain parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from ips_sim.evidence.draws import posterior_centre, posterior_draws
from ips_sim.model import arrays
from ips_sim.model.arrays import Array
from ips_sim.runs.errors import RunError
from ips_sim.scenario.schema import Scenario


def parameter_draws(scenario: Scenario, draws: int) -> Array:
    """Give the parameters of each draw, with the scenario's own set on top in all of them.

    Parameters
    ----------
    scenario
        Its ``variant`` says which draws, and its ``parameters`` hold in every one.
    draws
        How many, spread evenly over the calibrated draws; a single one is their centre.

    Returns
    -------
    array of records of type ``arrays.PARAMETERS``, shape (draws,)

    Raises
    ------
    RunError
        If more draws are asked for than there are, or its variant has none.
    """
    # A page that redraws asks for the same ones with every lever that is moved.
    own = tuple(sorted(scenario.parameters.items()))
    return _records(scenario.fitted_variant, draws, own).copy()


@lru_cache(maxsize=16)
def _records(variant: str, draws: int, own: tuple[tuple[str, float], ...]) -> Array:
    if variant and not posterior_draws(variant):
        raise RunError(f"no draws of the variant {variant} ship with this version")
    chosen: list[dict[str, float]] = [dict(posterior_centre(variant))]
    if draws > 1:
        known = posterior_draws(variant)
        if draws > len(known):
            msg = f"{draws} draws of the parameters were asked for; there are {len(known)}"
            raise RunError(msg)
        chosen = [dict(known[row * len(known) // draws]) for row in range(draws)]
    return records([{**one, **dict(own)} for one in chosen])


def records(draws: Sequence[Mapping[str, float]]) -> Array:
    """Make parameter records from what each draw changes of the values in the data.

    Parameters
    ----------
    draws
        Values by the name of the parameter, each draw with the same names or others.

    Returns
    -------
    array of records of type ``arrays.PARAMETERS``, shape (draws,)

    Raises
    ------
    KeyError
        If a name is of no parameter.
    """
    usual = arrays.default_parameters()
    made = np.repeat(arrays.as_record(usual, arrays.PARAMETERS), len(draws))
    changed = {name for draw in draws for name in draw}
    if unknown := changed.difference(made.dtype.names or ()):
        raise KeyError(*sorted(unknown))
    for name in changed:
        value = getattr(usual, name)
        made[name] = [draw.get(name, value) for draw in draws]
    return made
