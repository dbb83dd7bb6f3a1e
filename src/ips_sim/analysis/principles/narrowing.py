"""How far a fit narrowed what each principle brings, freed of chance.

A share's spread over the draws of a fit, over its spread over draws from before, says how far data
narrowed it.  Both spreads hold chance, and taking it out of each leaves a quotient that swings by
a factor of two between seeds.  The share is therefore written as a linear function of the uncertain
parameters, the same before and after, fitted by ridge regression to all runs of both:

    share = a + slopes · parameters + rest

Its spread is then sqrt(slopes' C slopes), where the covariance ``C`` of the parameters is that of
all draws of the fit or of the prior, in which there is no chance of simulated people.  What remains
is the error of the slopes, which mostly cancels in the quotient.  The price: what bends is told by
a straight line, and where a share hardly depends on any parameter the quotient tends to that of
all parameters together, which is near one.  So a share counts as learned only if the data show it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ips_sim.analysis.calibration.space import space_of
from ips_sim.analysis.principles.plan import PrinciplesPlan, fitted_names, luck_groups
from ips_sim.evidence.draws import posterior_draws
from ips_sim.model.outcomes import FloatArray
from ips_sim.runs.ranges import NORMAL_90

LEAST_DRAWS = 32
"""With fewer draws of each kind no slope can be told."""
PRIOR_DRAWS = 4000
"""Draws from before the fit, of parameters alone, for their covariance."""
PENALTIES = np.geomspace(1.0, 1e5, 31)
"""Ridge penalties that are tried; cross-validation chooses one for all shares together, since a
choice for each would differ between seeds."""


@dataclass(frozen=True)
class Narrowed:
    """What is left of the spread of some shares: quotients with a 90 % range; NaN if not known."""

    kept: FloatArray
    low: FloatArray
    high: FloatArray


def narrowed(plan: PrinciplesPlan, before: FloatArray, after: FloatArray) -> Narrowed:
    """Say what part of the spread of shares the fit has left.

    Parameters
    ----------
    plan
        With draws from before the fit and from the fit.
    before, after
        Shape (shares, draws, replicates).

    Returns
    -------
    Narrowed
        Each of shape (shares,); the range is over groups of draws left out one by one, which
        share no people (`luck_groups`).
    """
    unknown = np.full(len(before), np.nan)
    names = fitted_names(plan)
    if plan.draws < LEAST_DRAWS or not names:
        return Narrowed(unknown, unknown, unknown)
    space = space_of(names)
    group = luck_groups(plan.draws)
    along = [
        space.coordinates(np.stack([plan.parameters[basis][name] for name in names], axis=1))
        for basis in ("prior", "posterior")
    ]
    drawn = posterior_draws(plan.asked.scenario.fitted_variant)
    fitted = space.coordinates(np.array([[one[name] for name in names] for one in drawn]))
    believed = space.draw_prior(PRIOR_DRAWS, np.random.default_rng(0))
    covariances = np.cov(fitted.T), np.cov(believed.T)

    def quotient(left_out: int | None) -> FloatArray:
        kept = group != left_out
        slopes = _slopes(
            np.concatenate([_centred(one[kept], group[kept]) for one in along]),
            np.concatenate([_centred(_means(one)[kept], group[kept]) for one in (before, after)]),
            2 * len(np.unique(group[kept])),
        )
        now, then = (
            np.einsum("ps,pq,qs->s", slopes, covariance, slopes) for covariance in covariances
        )
        found: FloatArray = np.full(then.shape, np.nan)
        np.divide(now, then, out=found, where=then > 0)
        return np.log(found) / 2

    whole = quotient(None)
    count = int(group.max()) + 1
    each = np.array([quotient(one) for one in range(count)]) if count > 1 else whole[None]
    error = np.sqrt((count - 1) / count * np.square(each - each.mean(axis=0)).sum(axis=0))
    half = NORMAL_90 * error if count > 1 else unknown
    return Narrowed(np.exp(whole), np.exp(whole - half), np.exp(whole + half))


def _means(values: FloatArray) -> FloatArray:
    """Means of draws, shape (draws, shares); a draw without a value has that of all."""
    finite = np.isfinite(values)
    counts = finite.sum(axis=2)
    means: FloatArray = np.full(counts.shape, np.nan)
    np.divide(np.where(finite, values, 0.0).sum(axis=2), counts, out=means, where=counts > 0)
    known = np.isfinite(means)
    middle = np.where(known, means, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(known, means, middle[:, None]).T


def _centred(values: FloatArray, group: FloatArray) -> FloatArray:
    """Take from each row the mean of its group, and with it the luck that the group shares."""
    _, member = np.unique(group, return_inverse=True)
    sums = np.zeros((int(member.max()) + 1, values.shape[1]))
    np.add.at(sums, member, values)
    return values - (sums / np.bincount(member)[:, None])[member]


def _slopes(along: FloatArray, shares: FloatArray, lost: int) -> FloatArray:
    """Fit ridge regressions with the penalty of least generalised cross-validation error.

    Parameters
    ----------
    along
        Shape (points, parameters), centred.
    shares
        Shape (points, shares), centred.
    lost
        Degrees of freedom that centring took.

    Returns
    -------
    array of float64, shape (parameters, shares)
    """
    left, sizes, right = np.linalg.svd(along, full_matrices=False)
    projected = left.T @ shares
    total = np.square(shares).sum(axis=0)
    varies = total > 0
    errors = []
    for penalty in PENALTIES:
        kept = sizes**2 / (sizes**2 + penalty)
        squares = total - ((2 * kept - kept**2)[:, None] * projected**2).sum(axis=0)
        part = squares[varies] / total[varies]
        errors.append(float(part.sum()) / (1 - (kept.sum() + lost) / len(along)) ** 2)
    penalty = PENALTIES[int(np.argmin(errors))]
    slopes: FloatArray = right.T @ ((sizes / (sizes**2 + penalty))[:, None] * projected)
    return slopes
