"""Open programmes by quarters, with cost and ranges: the rows of ``quarters.csv``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ips_sim.economics.costs import places_cost, posts_cost
from ips_sim.economics.prices import Prices
from ips_sim.model.outcomes import TOTALS, FloatArray
from ips_sim.model.quarters import QUARTERLY, QuarterFigure, by_quarter, quarter_figures
from ips_sim.model.rules.counting import Weekly
from ips_sim.runs.model_error import factors, log_odds, missed
from ips_sim.runs.ranges import ScenarioRuns, predictive_range

if TYPE_CHECKING:
    from ips_sim.model.arrays import Array

ALL_QUARTERS = 0
"""Number of the row that tells a quarter on average over all of them."""

_NAMES = [one.name for one in QUARTERLY]
SERVED, SHARE = _NAMES.index("served"), _NAMES.index("employed_in_quarter_share")


@dataclass(frozen=True)
class PricedFigure:
    """A figure of a quarter that needs prices."""

    name: str
    unit: str
    meaning: str
    through_work: bool = False
    most: float = float("inf")


PRICED_QUARTERLY = (
    PricedFigure(
        "programme_cost_usd",
        "US dollars",
        "what the programme cost in the quarter: posts, used or idle, and places in training and "
        "set-aside work; benefits plans belong to no quarter",
    ),
    PricedFigure(
        "programme_cost_usd_per_served",
        "US dollars a person",
        "the same for each person served in the quarter",
    ),
)

QUARTER_FIGURES: tuple[QuarterFigure | PricedFigure, ...] = (*QUARTERLY, *PRICED_QUARTERLY)
_MOST = np.array([one.most for one in QUARTER_FIGURES])
"""Every figure, in the order of rows."""


@dataclass(frozen=True)
class QuarterRow:
    """A row of ``quarters.csv``."""

    scenario: str
    quarter: int
    figure: str
    unit: str
    mean: float
    low: float
    high: float


def quarter_rows(
    runs: ScenarioRuns,
    weekly: Sequence[tuple[Array, Array]],
    seed: int,
    prices: Prices,
) -> list[QuarterRow]:
    """Tell an open programme quarter by quarter, each figure with its predictive range.

    Parameters
    ----------
    runs
        All runs of the scenario.
    weekly
        Replicates and weekly figures of the same runs, sites added up, in pieces.
    seed
        Key of all chance, by which is drawn what the model misses.
    prices
        Unit costs.

    Returns
    -------
    list of QuarterRow
        First those of all quarters together, then quarter by quarter; none where the programme was
        observed for less than a quarter.
    """
    replicate, weeks = (np.concatenate(parts) for parts in zip(*weekly, strict=True))
    quarters = by_quarter(weeks)
    count = quarters.shape[1]
    if not count:
        return []
    sheltered, transitional = (
        float(runs.totals[TOTALS.index(f"sum_weeks_{kind}")].sum())
        for kind in ("sheltered", "transitional")
    )

    def figures_of(weeks: FloatArray, over: float) -> FloatArray:
        """Give every figure of a quarter, of sums over so many quarters, shape (figures, ...)."""
        plain = quarter_figures(weeks)
        for row, one in enumerate(QUARTERLY):
            if not one.bottom:
                plain[row] /= over
        cost = posts_cost(weeks[..., Weekly.STAFF_HOURS], prices) + places_cost(
            weeks[..., Weekly.PREPARING],
            weeks[..., Weekly.SET_ASIDE_WORK],
            sheltered,
            transitional,
            prices,
        )
        each: FloatArray = np.full(cost.shape, np.nan)
        np.divide(cost / over, plain[SERVED], out=each, where=plain[SERVED] > 0)
        return np.concatenate((plain, (cost / over)[None], each[None]))

    total = quarters.sum(axis=(0, 1))
    served = float(total[Weekly.SERVED_IN_QUARTER])
    share = float(total[Weekly.EMPLOYED_IN_QUARTER]) / max(served, 1.0)
    moved = missed(seed, replicate).log_odds(log_odds(share, served))
    rows = []
    for quarter in range(count + 1):
        if quarter == ALL_QUARTERS:
            mine, over = quarters.sum(axis=1), float(count)
        else:
            mine, over = quarters[:, quarter - 1], 1.0
        values = figures_of(mine, over)
        mean = figures_of(mine.sum(axis=0), over * len(mine))
        # The model misses how many work: so their share is moved, and the rest in proportion.
        more = factors(values[SHARE], values[SERVED], moved)
        for row, one in enumerate(QUARTER_FIGURES):
            if one.through_work:
                values[row] = np.minimum(values[row] * more, one.most)
        low, high = predictive_range(values, 0.0, _MOST)
        rows += [
            QuarterRow(
                runs.name,
                quarter,
                one.name,
                one.unit,
                float(mean[row]),
                float(low[row]),
                float(high[row]),
            )
            for row, one in enumerate(QUARTER_FIGURES)
        ]
    return rows
