"""What each principle brings, how sure that is, how far data moved it, and who is ahead of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ips_sim.analysis.principles.plan import STRUCTURAL, Basis, PrinciplesPlan
from ips_sim.analysis.principles.shapley import interactions, sampled_shares, shapley_shares
from ips_sim.analysis.principles.totals import SHARED_OUTCOMES, WorldTotals
from ips_sim.model.outcomes import FloatArray
from ips_sim.runs.ranges import HIGH, LOW, NORMAL_90

Learned = Literal["learned", "partly", "assumed"]

LEARNED_BELOW, PARTLY_BELOW = 0.5, 0.8
"""A share is *learned* if its posterior interval is less than half as wide as its prior one,
*partly* learned below four fifths, else *assumed*."""


@dataclass(frozen=True)
class Estimate:
    """A mean with its 90 % range; NaN where there is none."""

    value: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """From low to high."""
        return self.high - self.low


@dataclass(frozen=True)
class ShareRow:
    """A row of ``principles.csv``: what one principle brings to one outcome.

    ``dropped`` is what is lost when it alone is dropped, ``alone`` what it brings to a service
    without any other, ``shapley`` its share of the whole difference; all are above zero where the
    principle raises the outcome.
    """

    principle: str
    outcome: str
    unit: str
    dropped: float
    dropped_low: float
    dropped_high: float
    alone: float
    alone_low: float
    alone_high: float
    shapley: float
    shapley_low: float
    shapley_high: float
    prior_low: float
    prior_high: float
    learned: Learned


@dataclass(frozen=True)
class WholeRow:
    """A row of ``whole.csv``: an outcome with nothing, with everything, and the difference."""

    outcome: str
    unit: str
    nothing: float
    everything: float
    difference: float
    difference_low: float
    difference_high: float


@dataclass(frozen=True)
class InteractionRow:
    """A row of ``interactions.csv``: what two bring together beyond one by one."""

    first: str
    second: str
    outcome: str
    unit: str
    interaction: float
    low: float
    high: float


@dataclass(frozen=True)
class VariantRow:
    """A row of ``variants.csv``: a principle's share under the fit itself or a variant."""

    principle: str
    outcome: str
    unit: str
    variant: str
    shapley: float
    low: float
    high: float


THE_FIT = "the fit"
"""What `VariantRow` calls the model without a variant."""


def draw_means(values: FloatArray) -> tuple[FloatArray, float]:
    """Give the mean of each draw, freed of chance, and the chance error of their mean.

    With few replicates the means of draws spread by chance too.  Chance is known from the spread
    within draws; what it adds between them is taken out by drawing the means together.

    Parameters
    ----------
    values
        Shape (draws, replicates); NaN where a run has no value.

    Returns
    -------
    means : array of float64, shape (draws with a value,)
    error : float
        Standard error by chance; NaN for a single run, 0 where it can't be told from the draws.
    """
    finite = np.isfinite(values)
    values, finite = values[finite.any(axis=1)], finite[finite.any(axis=1)]
    counts = finite.sum(axis=1)
    if not counts.size:
        return np.empty(0), float("nan")
    means = np.where(finite, values, 0.0).sum(axis=1) / counts
    residual = np.where(finite, values - means[:, None], 0.0)
    freedom = int((counts - 1).sum())
    if freedom == 0:
        return means, float("nan") if means.size == 1 else 0.0
    chance = float((residual**2).sum()) / freedom * float((1 / counts).mean())
    error = float(np.sqrt(chance / means.size))
    if means.size > 1:
        between = float(means.var(ddof=1))
        kept = np.sqrt(max(0.0, 1 - chance / between)) if between > 0 else 0.0
        means = means.mean() + kept * (means - means.mean())
    return means, error


def estimate(values: FloatArray, more_error: float = 0.0) -> Estimate:
    """Give the mean over draws and its 90 % range: over parameters, with the error by chance.

    Parameters
    ----------
    values
        Shape (draws, replicates).
    more_error
        A further standard error, such as that of sampled orders.
    """
    means, error = draw_means(values)
    if not means.size:
        return Estimate(*[float("nan")] * 3)
    middle = float(means.mean())
    low, high = (float(one) for one in np.quantile(means, (LOW, HIGH)))
    if means.size == 1 and np.isnan(error):
        return Estimate(middle, float("nan"), float("nan"))
    spread = NORMAL_90 * float(np.hypot(error, more_error))
    return Estimate(
        middle,
        middle - float(np.hypot(max(0.0, middle - low), spread)),
        middle + float(np.hypot(max(0.0, high - middle), spread)),
    )


def learned_word(posterior: Estimate | None, prior: Estimate | None) -> Learned:
    """Say how far the data moved a share, by how much narrower its interval became."""
    if posterior is None or prior is None or not prior.width > 0:
        return "assumed"
    ratio = posterior.width / prior.width
    if ratio < LEARNED_BELOW:
        return "learned"
    return "partly" if ratio < PARTLY_BELOW else "assumed"


@dataclass(frozen=True)
class OutcomeShares:
    """Per draw and replicate: what each player brings to one outcome, and its sampling error."""

    dropped: FloatArray
    alone: FloatArray
    shapley: FloatArray
    errors: FloatArray
    nothing: FloatArray
    everything: FloatArray

    def share(self, place: int) -> Estimate:
        """A player's share of the whole difference, with the error of sampled orders."""
        return estimate(self.shapley[place], float(self.errors[place]))


def share_out(plan: PrinciplesPlan, worth: FloatArray) -> OutcomeShares:
    """Share out one outcome.

    Parameters
    ----------
    worth
        Its means, shape (coalitions, draws, replicates).  A run in which some world has no mean
        counts in none, so that shares still add up.
    """
    players = len(plan.names)
    worth = np.where(np.isfinite(worth).all(axis=0), worth, np.nan)
    everybody = (1 << players) - 1
    single = 1 << np.arange(players)
    at = np.searchsorted(plan.coalitions, np.concatenate([single, everybody - single]))
    everything, nothing = worth[-1], worth[0]
    errors = np.zeros(players)
    if plan.order_pairs:
        shapley, _ = sampled_shares(worth, plan.coalitions, plan.orders)
        # The error of the mean over runs is that of the mean worths.
        middle = _mean_over_runs(worth)
        errors = sampled_shares(middle, plan.coalitions, plan.orders)[1]
    else:
        shapley = shapley_shares(worth, players)
    return OutcomeShares(
        dropped=everything - worth[at[players:]],
        alone=worth[at[:players]] - nothing,
        shapley=shapley,
        errors=errors,
        nothing=nothing,
        everything=everything,
    )


def _mean_over_runs(worth: FloatArray) -> FloatArray:
    whole = worth.reshape(len(worth), -1)
    finite = np.isfinite(whole[0])
    means: FloatArray = whole[:, finite].mean(axis=1) if finite.any() else whole[:, 0]
    return means


@dataclass(frozen=True)
class Shares:
    """All that is said of the players of a plan."""

    rows: list[ShareRow]
    whole: list[WholeRow]
    interactions: list[InteractionRow]


def main_basis(plan: PrinciplesPlan) -> Basis:
    """Where the parameters of the shares come from: the fit, else the prior, else the centre."""
    return next(basis for basis in ("posterior", "prior", "centre") if basis in plan.bases)


def work_out(plan: PrinciplesPlan, totals: dict[Basis, WorldTotals]) -> Shares:
    """Work out every player's shares of every outcome, with intervals."""
    basis = main_basis(plan)
    means = totals[basis].means
    prior = totals["prior"].means if "prior" in totals and basis != "prior" else None
    found = Shares([], [], [])
    for number, outcome in enumerate(SHARED_OUTCOMES):
        mine = share_out(plan, means[number])
        before = share_out(plan, prior[number]) if prior is not None else None
        for place, name in enumerate(plan.names):
            dropped, alone = estimate(mine.dropped[place]), estimate(mine.alone[place])
            share = mine.share(place)
            believed = share if basis == "prior" else None
            if before is not None:
                believed = before.share(place)
            fitted = share if basis == "posterior" else None
            found.rows.append(
                ShareRow(
                    name,
                    outcome.name,
                    outcome.unit,
                    *(dropped.value, dropped.low, dropped.high),
                    *(alone.value, alone.low, alone.high),
                    *(share.value, share.low, share.high),
                    *((believed.low, believed.high) if believed else (float("nan"),) * 2),
                    learned_word(fitted, believed),
                )
            )
        difference = estimate(mine.everything - mine.nothing)
        found.whole.append(
            WholeRow(
                outcome.name,
                outcome.unit,
                estimate(mine.nothing).value,
                estimate(mine.everything).value,
                *(difference.value, difference.low, difference.high),
            )
        )
        if not plan.order_pairs:
            found.interactions.extend(
                _interaction_rows(plan, outcome.name, outcome.unit, means[number])
            )
    return found


def by_variant(
    plan: PrinciplesPlan, totals: dict[Basis, WorldTotals], fit: Sequence[ShareRow]
) -> list[VariantRow]:
    """Set every share of the fit itself beside those of each structural variant that was run."""
    variants = [basis for basis in STRUCTURAL if basis in totals]
    if not variants:
        return []
    rows = [
        VariantRow(
            row.principle,
            row.outcome,
            row.unit,
            THE_FIT,
            row.shapley,
            row.shapley_low,
            row.shapley_high,
        )
        for row in fit
    ]
    for variant in variants:
        means = totals[variant].means
        for number, outcome in enumerate(SHARED_OUTCOMES):
            found = share_out(plan, means[number])
            for place, player in enumerate(plan.names):
                one = found.share(place)
                about = (player, outcome.name, outcome.unit, variant)
                rows.append(VariantRow(*about, one.value, one.low, one.high))
    return rows


def _interaction_rows(
    plan: PrinciplesPlan, outcome: str, unit: str, worth: FloatArray
) -> list[InteractionRow]:
    worth = np.where(np.isfinite(worth).all(axis=0), worth, np.nan)
    index = interactions(worth, len(plan.names))
    rows = []
    for first, name in enumerate(plan.names):
        for second in range(first + 1, len(plan.names)):
            found = estimate(index[first, second])
            rows.append(
                InteractionRow(
                    name, plan.names[second], outcome, unit, found.value, found.low, found.high
                )
            )
    return rows


@dataclass(frozen=True)
class Ranked:
    """A principle's place for one outcome, the largest share first.

    Attributes
    ----------
    row
        Its shares.
    best, worst
        The places it may have: as many are clearly ahead, and as many clearly behind.
    tied
        Principles whose intervals reach into its own.
    """

    row: ShareRow
    best: int
    worst: int
    tied: tuple[str, ...]

    @property
    def place(self) -> str:
        """The place in words: one, or a range that says it is tied."""
        return str(self.best) if not self.tied else f"{self.best} to {self.worst}, tied"


def rank(rows: Sequence[ShareRow]) -> list[Ranked]:
    """Rank the principles for one outcome, as far as intervals separate; others are tied.

    Parameters
    ----------
    rows
        One for each principle, of one outcome.  Without an interval nothing separates.
    """
    ordered = sorted(rows, key=lambda row: (-row.shapley, row.principle))
    ranked = []
    for row in ordered:
        ahead = [one for one in rows if one.shapley_low > row.shapley_high]
        behind = [one for one in rows if one.shapley_high < row.shapley_low]
        tied = [one.principle for one in ordered if one not in (row, *ahead, *behind)]
        ranked.append(Ranked(row, len(ahead) + 1, len(rows) - len(behind), tuple(tied)))
    return ranked
