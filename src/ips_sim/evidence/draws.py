"""The calibrated draws of the parameters that ship as data."""

from __future__ import annotations

import csv
from functools import cache
from statistics import fmean, geometric_mean
from types import MappingProxyType

from ips_sim.evidence.parameters import load_parameters
from ips_sim.evidence.tables import package_data

VARIANTS = ("", "people_differ", "interest_fades")
"""The fit itself, and two structural variants that also fit."""

Draw = dict[str, float]


def draws_file(variant: str = "") -> str:
    """Name the file of a variant's posterior draws."""
    return f"posterior_draws{'_' + variant if variant else ''}.csv"


@cache
def posterior_draws(variant: str = "") -> tuple[MappingProxyType[str, float], ...]:
    """Read the posterior draws of the free parameters; all others keep their values.

    Parameters
    ----------
    variant
        One of `VARIANTS`.

    Returns
    -------
    tuple of mappings
        Value by parameter, one mapping per draw; empty if none ships.

    Raises
    ------
    ValueError
        If there is no such variant.
    """
    if variant not in VARIANTS:
        known = ", ".join(name or "(none)" for name in VARIANTS)
        msg = f"variant {variant!r}: allowed are {known}"
        raise ValueError(msg)
    return tuple(MappingProxyType(row) for _, row in _rows(draws_file(variant)))


@cache
def left_out_draws() -> dict[str, tuple[Draw, ...]]:
    """Read, for each fitted trial, the draws of the fit that left it out."""
    found: dict[str, list[Draw]] = {}
    for trial, row in _rows("left_out_draws.csv"):
        found.setdefault(trial, []).append(row)
    return {trial: tuple(rows) for trial, rows in found.items()}


@cache
def posterior_centre(variant: str) -> MappingProxyType[str, float]:
    """Give the centre of a variant's draws; empty for the fit itself, whose centre is the values.

    As for the fit itself it is the mean, on the log scale where the prior is lognormal.
    """
    draws = posterior_draws(variant) if variant else ()
    if not draws:
        return MappingProxyType({})
    known = load_parameters()
    return MappingProxyType(
        {
            name: geometric_mean([draw[name] for draw in draws])
            if known[name].distribution == "lognormal"
            else fmean(draw[name] for draw in draws)
            for name in draws[0]
        }
    )


def _rows(name: str) -> list[tuple[str, Draw]]:
    try:
        path = package_data(name)
    except FileNotFoundError:
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            (row.pop("left_out", ""), {key: float(value) for key, value in row.items()})
            for row in csv.DictReader(file)
        ]
