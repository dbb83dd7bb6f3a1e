"""What each principle brings, how sure that is, how far data moved it, and who is ahead of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np

from ips_sim.analysis.principles.narrowing import narrowed
from ips_sim.analysis.principles.plan import STRUCTURAL, Basis, PrinciplesPlan, luck_groups
from ips_sim.analysis.principles.shapley import (
    IntArray,
    interactions,
    sampled_shares,
    shapley_shares,
)
from ips_sim.analysis.principles.totals import SHARED_OUTCOMES, WorldTotals
from ips_sim.model.outcomes import FloatArray
from ips_sim.runs.ranges import HIGH, LOW, NORMAL_90
from ips_sim.scenario.principles import principles

Learned = Literal["learned", "assumed"]

LEARNED_BELOW = 1 / 2
"""A share is *learned* if the fit took at least half of its spread, else *assumed*.  More words
would need more thresholds, and two seeds would often stand on both sides of one: what is left of
the spread stands beside the word, with its range."""

FAR_BELOW = 6.0
"""Standard errors below zero from where on the tail of a normal is told by its limit."""


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


UNKNOWN = Estimate(*[float("nan")] * 3)


@dataclass(frozen=True)
class ShareRow:
    """A row of ``principles.csv``: what one principle brings to one outcome.

    ``kept`` is the part of the share's spread that the fit left, ``split_kept`` the same for its
    part of the whole: a fit that knows only what all bring together narrows the one and not the
    other.  ``dropped`` is what is lost when it alone is dropped, ``alone`` what it brings to a
    service without any other, ``shapley`` its share of the whole difference; all are above zero
    where the principle raises the outcome.
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
    prior: float
    prior_low: float
    prior_high: float
    kept: float
    kept_low: float
    kept_high: float
    split_kept: float
    learned: Learned
    tried_alone: str


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

    With few replicates the means of draws spread by chance too.  What chance adds is known from
    replicates, and the means are drawn together until only the spread of the parameters is left:

        y(draw, replicate) = mean + parameters(draw) + luck(replicate) + rest(draw, replicate)

    Draws of a group (`luck_groups`) share their replicates, so luck cancels between them.  With
    ``R`` replicates, ``var(rest) / R`` is the chance left in the mean of a draw, estimated within
    groups from what remains when means of draws and of replicates are taken out.  The moment
    estimate of the parameters' variance is the variance of the draws' means around those of their
    groups less that chance; each deviation is then multiplied by

        sqrt(variance of parameters / variance of means)

    A moment estimate may fall below zero by chance, which would say that parameters don't matter
    at all.  It is therefore replaced by the mean of a normal around it, with its standard error,
    that is cut off at zero; where chance is small the two are the same.

    Parameters
    ----------
    values
        Shape (draws, replicates), all draws of a plan; NaN where a run has no value.

    Returns
    -------
    means : array of float64, shape (draws with a value,)
    error : float
        Standard error by chance; NaN for a single run, 0 where it can't be told from the draws.
    """
    some = np.isfinite(values).any(axis=1)
    values, group = values[some], luck_groups(len(values))[some]
    if not len(values):
        return np.empty(0), float("nan")
    means: FloatArray = np.nanmean(values, axis=1)
    if len(means) == 1:
        return means, _error_of_one(values[0])
    whole = np.isfinite(values).all(axis=1)
    spread, error, middles = _spread(values[whole], group[whole])
    if np.isnan(spread):
        return means, error
    apart = means - np.array([middles.get(one, means.mean()) for one in group])
    now = float(np.square(apart - apart.mean()).sum()) / (len(means) - 1)
    kept = np.sqrt(spread / now) if now > 0 else 0.0
    return means.mean() + kept * (apart - apart.mean()), error


def _error_of_one(values: FloatArray) -> float:
    found = values[np.isfinite(values)]
    return float(found.std(ddof=1) / np.sqrt(found.size)) if found.size > 1 else float("nan")


def _spread(values: FloatArray, group: IntArray) -> tuple[float, float, dict[int, float]]:
    """Split the variance of draws: that of parameters, the error by chance, means of groups.

    The first is NaN where chance can't be told, with a single replicate.
    """
    groups, member = np.unique(group, return_inverse=True)
    replicates = values.shape[1]
    cells = np.array([values[member == one].mean(axis=0) for one in range(len(groups))])
    between_freedom = len(values) - len(groups)
    if replicates < 2 or between_freedom < 1:
        return float("nan"), 0.0, {}
    middles = cells.mean(axis=1)
    error = float(np.sqrt(cells.var(axis=1, ddof=1).mean() / (replicates * len(groups))))
    means = values.mean(axis=1)
    rest = values - means[:, None] - cells[member] + middles[member][:, None]
    rest_freedom = between_freedom * (replicates - 1)
    chance = float(np.square(rest).sum()) / rest_freedom / replicates
    between = float(np.square(means - middles[member]).sum()) / between_freedom
    uncertain = float(
        np.hypot(between * np.sqrt(2 / between_freedom), chance * np.sqrt(2 / rest_freedom))
    )
    spread = min(between, _above_zero(between - chance, uncertain))
    return spread, error, dict(zip(groups.tolist(), middles.tolist(), strict=True))


def _above_zero(value: float, error: float) -> float:
    """Give the mean of a normal that is cut off at zero."""
    if error <= 0:
        return max(0.0, value)
    ratio = value / error
    if ratio < -FAR_BELOW:
        return error / -ratio
    normal = NormalDist()
    return value + error * normal.pdf(ratio) / normal.cdf(ratio)


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


def learned_word(kept: float) -> Learned:
    """Say whether the data moved a share, by what they left of its spread; NaN if not known."""
    return "learned" if kept < LEARNED_BELOW else "assumed"


@dataclass(frozen=True)
class OutcomeShares:
    """Per draw and replicate: what each player brings to one outcome, and its sampling error."""

    dropped: FloatArray
    alone: FloatArray
    shapley: FloatArray
    errors: FloatArray
    nothing: FloatArray
    everything: FloatArray

    @property
    def split(self) -> FloatArray:
        """How each share of the whole differs from its middle: to first order, without dividing.

        Shape as `shapley`.  A share that is always the same part of the whole has zeros.
        """
        whole = self.everything - self.nothing
        size = float(np.nanmean(whole)) if np.isfinite(whole).any() else float("nan")
        middle = np.array(
            [np.nanmean(one) if np.isfinite(one).any() else np.nan for one in self.shapley]
        )
        parts: FloatArray = np.full(self.shapley.shape, np.nan)
        if size:
            parts = (self.shapley - (middle / size)[:, None, None] * whole) / size
        return parts

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
    mine = [share_out(plan, one) for one in means]
    before = mine
    if basis == "posterior":
        before = [share_out(plan, one) for one in totals["prior"].means]
    left = _what_is_left(plan, before, mine) if basis == "posterior" else {}
    found = Shares([], [], [])
    for number, outcome in enumerate(SHARED_OUTCOMES):
        one = mine[number]
        for place, name in enumerate(plan.names):
            dropped, alone = estimate(one.dropped[place]), estimate(one.alone[place])
            share = one.share(place)
            believed = before[number].share(place) if basis != "centre" else UNKNOWN
            kept = left.get((number, place), Left(*[float("nan")] * 4))
            known = principles().get(name)
            found.rows.append(
                ShareRow(
                    name,
                    outcome.name,
                    outcome.unit,
                    *(dropped.value, dropped.low, dropped.high),
                    *(alone.value, alone.low, alone.high),
                    *(share.value, share.low, share.high),
                    *(believed.value, believed.low, believed.high),
                    *(kept.kept, kept.low, kept.high, kept.split),
                    learned_word(kept.kept),
                    known.tried_alone if known else "",
                )
            )
        difference = estimate(one.everything - one.nothing)
        found.whole.append(
            WholeRow(
                outcome.name,
                outcome.unit,
                estimate(one.nothing).value,
                estimate(one.everything).value,
                *(difference.value, difference.low, difference.high),
            )
        )
        if not plan.order_pairs:
            found.interactions.extend(
                _interaction_rows(plan, outcome.name, outcome.unit, means[number])
            )
    return found


class Left(NamedTuple):
    """The part of a share's spread that the fit left, its range, and the same for its split."""

    kept: float
    low: float
    high: float
    split: float


def _what_is_left(
    plan: PrinciplesPlan, before: Sequence[OutcomeShares], after: Sequence[OutcomeShares]
) -> dict[tuple[int, int], Left]:
    """By outcome and player."""
    shares = narrowed(
        plan, *(np.concatenate([one.shapley for one in all_]) for all_ in (before, after))
    )
    splits = narrowed(
        plan, *(np.concatenate([one.split for one in all_]) for all_ in (before, after))
    )
    rows = np.stack([shares.kept, shares.low, shares.high, splits.kept], axis=1).tolist()
    return {divmod(number, len(plan.names)): Left(*row) for number, row in enumerate(rows)}


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


def overlap(one: ShareRow, other: ShareRow) -> bool:
    """Whether the ranges of two shares reach into each other; without a range they do."""
    return not (one.shapley_low > other.shapley_high or one.shapley_high < other.shapley_low)


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
