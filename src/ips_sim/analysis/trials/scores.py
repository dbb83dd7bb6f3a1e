"""How good predictions are: error, coverage, width, CRPS and interval score, and two baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit  # type: ignore[import-untyped]

from ips_sim.evidence.reading import read_rows, stop_on_problems
from ips_sim.evidence.tables import columns_of, package_data
from ips_sim.evidence.trials import TrialDesign, TrialResult, trial_designs

Floats = NDArray[np.float64]

LEVEL = 0.9
MODEL, SIMULATION, CROSS_VALIDATED = "model", "simulation alone", "cross-validated"
"""Who predicts: through the layer between simulated and published trials, or without it."""
SCORES = "scores.csv"
QUANTILES = 999
"""Points that stand for a baseline's predictive distribution."""


@dataclass(frozen=True)
class Prediction:
    """What is predicted for one arm, in per cent, beside what was published.

    Attributes
    ----------
    sample
        Equally likely rates.
    is_counted
        Whether the trial is scored: one that published an upper bound is shown only.
    alone
        The same as `sample` by the simulation alone; empty where nothing else was asked.
    """

    trial_id: str
    arm: str
    n: int
    months: int
    published: float
    sample: Floats
    is_counted: bool = True
    alone: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def predicted(self) -> float:
        """The mean of the prediction."""
        return float(self.sample.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """The central 90 % interval."""
        low, high = np.quantile(self.sample, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(low), float(high)

    @property
    def error(self) -> float:
        """Distance of the mean from what was published, in points."""
        return abs(self.predicted - self.published)

    @property
    def is_covered(self) -> bool:
        """Whether the interval holds the published rate."""
        low, high = self.interval
        return low <= self.published <= high

    @property
    def crps(self) -> float:
        """Continuous ranked probability score of the sample, in points; small is good."""
        ordered = np.sort(self.sample)
        count = len(ordered)
        weights = 2 * np.arange(1, count + 1) - count - 1
        spread = float((weights * ordered).sum()) / count**2
        return float(np.abs(ordered - self.published).mean()) - spread

    @property
    def interval_score(self) -> float:
        """Width of the interval, and 2 / 0.1 for every point by which it misses."""
        low, high = self.interval
        missed = max(0.0, low - self.published) + max(0.0, self.published - high)
        return high - low + 2 / (1 - LEVEL) * missed


@dataclass(frozen=True)
class Score:
    """The figures of several predictions together."""

    who: str
    arm: str
    arms: int
    mean_absolute_error: float
    error_se: float
    covered: int
    mean_width: float
    crps: float
    interval_score: float


@cache
def shipped_scores() -> tuple[Score, ...]:
    """Read the scores that the last validation left with the package; empty if none did."""
    try:
        path = package_data(SCORES)
    except FileNotFoundError:
        return ()
    columns = columns_of(Score)
    rows = read_rows(path, columns=columns, required=columns)
    made = tuple(
        Score(
            who=row.text("who"),
            arm=row.text("arm"),
            arms=row.integer("arms"),
            mean_absolute_error=row.number("mean_absolute_error"),
            error_se=row.number("error_se"),
            covered=row.integer("covered"),
            mean_width=row.number("mean_width"),
            crps=row.number("crps"),
            interval_score=row.number("interval_score"),
        )
        for row in rows
    )
    stop_on_problems(rows)
    return made


def score(who: str, predictions: Sequence[Prediction]) -> list[Score]:
    """Score predictions of each arm, and of both together."""
    scores = []
    for arm in ("ips", "control", "both"):
        chosen = [each for each in predictions if arm in ("both", each.arm)]
        if not chosen:
            continue
        errors = np.array([each.error for each in chosen])
        scores.append(
            Score(
                who=who,
                arm=arm,
                arms=len(chosen),
                mean_absolute_error=float(errors.mean()),
                error_se=float(errors.std(ddof=1) / np.sqrt(len(errors))) if len(errors) > 1 else 0,
                covered=sum(each.is_covered for each in chosen),
                mean_width=float(np.mean([np.diff(each.interval)[0] for each in chosen])),
                crps=float(np.mean([each.crps for each in chosen])),
                interval_score=float(np.mean([each.interval_score for each in chosen])),
            )
        )
    return scores


SEED_CONSTANTS = {(True, "ips"): 61.0, (False, "ips"): 51.0, (True, "control"): 27.0}
SEED_CONSTANTS[False, "control"] = 23.0
"""Mean rates in and outside the US, by arm, of the overview in the project's seed, per cent."""


def baseline_of_means(
    design: TrialDesign, arm: str, results: Sequence[TrialResult], published: float
) -> Prediction:
    """Predict a trial by the other calibration trials of its region.

    The predictive distribution is Student's, around their mean, with their spread.
    """
    rates = np.array(
        [
            result.ips_rate if arm == "ips" else result.control_rate
            for result in results
            if result.trial_id != design.trial_id
            and trial_designs()[result.trial_id].us == design.us
        ]
    )
    spread = rates.std(ddof=1) * np.sqrt(1 + 1 / len(rates))
    points = stdtrit(len(rates) - 1, (np.arange(QUANTILES) + 0.5) / QUANTILES)
    sample = np.clip(rates.mean() + spread * points, 0, 100)
    return _prediction(design, arm, published, sample)


def baseline_of_constants(
    design: TrialDesign, arm: str, results: Sequence[TrialResult], published: float
) -> Prediction:
    """Predict a trial by the seed's constants, with the same spread as the means' baseline.

    A mean that holds a trial's own result tells of it, so that is taken out: with N trials in the
    mean, (N × mean − rate) / (N − 1).
    """
    means = baseline_of_means(design, arm, results, published)
    constant = SEED_CONSTANTS[design.us, arm]
    if design.trial_id in trial_designs() and np.isfinite(published):
        studies = {
            (one.first_author, one.year, one.site)
            for one in trial_designs().values()
            if one.us == design.us
        }
        constant = (len(studies) * constant - published) / (len(studies) - 1)
    moved = means.sample - np.median(means.sample) + constant
    return _prediction(design, arm, published, np.clip(moved, 0, 100))


def _prediction(design: TrialDesign, arm: str, published: float, sample: Floats) -> Prediction:
    people = design.n_ips if arm == "ips" else design.n_control
    return Prediction(design.trial_id, arm, people, design.months, published, np.asarray(sample))
