"""Who gains and who pays: items added up for a perspective, or by whose money it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ips_sim.economics.ledger import Amounts, FloatArray
from ips_sim.evidence import PAYERS, PERSPECTIVES, impact_inventory

DOLLARS = "US dollars"
PROGRAMME = tuple(
    name
    for name, one in impact_inventory().items()
    if one.counts["programme"] > 0 and one.unit == DOLLARS
)
"""Items that a programme spends money on."""
INCOME = tuple(
    name
    for name, one in impact_inventory().items()
    if one.counts["programme"] < 0 and one.unit == DOLLARS
)
"""Items by which others pay a programme."""


def cost_for(perspective: str, items: Amounts) -> FloatArray:
    """Add up what counts as cost for a perspective; gains of money are below zero.

    Raises
    ------
    ValueError
        If there is no such perspective.
    """
    return _counted(perspective, items, DOLLARS)


def qalys_for(perspective: str, items: Amounts) -> FloatArray:
    """Add up the QALYs that count for a perspective: those of work not beside its earnings."""
    return _counted(perspective, items, "QALYs")


def _counted(perspective: str, items: Amounts, unit: str) -> FloatArray:
    if perspective not in PERSPECTIVES:
        raise ValueError(f"perspective {perspective!r}: allowed are {', '.join(PERSPECTIVES)}")
    total: FloatArray = np.zeros(())
    for name, one in impact_inventory().items():
        if one.unit == unit and one.counts[perspective]:
            total = total + one.counts[perspective] * items[name]
    return total


def paid_by(
    items: Amounts, prices: Mapping[str, float | FloatArray]
) -> dict[str, dict[str, FloatArray]]:
    """Share out every item over those whose money it is.

    Returns
    -------
    dict
        By payer, then by item: above zero what they pay, below zero what they get.
    """
    found: dict[str, dict[str, FloatArray]] = {payer: {} for payer in PAYERS}
    for name, one in impact_inventory().items():
        for payer, share in one.payers.items():
            if share != "0":
                found[payer][name] = items[name] * _share(share, prices)
    return found


def _share(text: str, prices: Mapping[str, float | FloatArray]) -> float | FloatArray:
    key = text.removeprefix("1 - ")
    if key not in prices:
        return float(text)
    return 1.0 - prices[key] if key != text else prices[key]
