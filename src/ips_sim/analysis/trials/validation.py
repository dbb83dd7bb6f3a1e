"""Virtual trials against published ones: what the model predicts, and how good that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration.statistics import ARMS, fitted_trials
from ips_sim.analysis.trials.scores import (
    CROSS_VALIDATED,
    MODEL,
    SIMULATION,
    Prediction,
    Score,
    baseline_of_constants,
    baseline_of_means,
    score,
)
from ips_sim.analysis.trials.through_layer import predict_arms
from ips_sim.analysis.trials.virtual_trials import (
    Trial,
    VirtualTrial,
    shipped_trial,
    virtual_trial,
    with_outcome,
)
from ips_sim.evidence.draws import left_out_draws, posterior_draws
from ips_sim.evidence.trial_layer import layer_draws
from ips_sim.evidence.trials import TrialDesign, TrialResult, trial_designs, trial_results
from ips_sim.model.arrays import Array
from ips_sim.model.compiled.execute import execute
from ips_sim.model.results import Runs
from ips_sim.runs.counts import seed_of, whole
from ips_sim.runs.draws import records
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.work import Content, Store, Task, complete

Floats = NDArray[np.float64]
Baseline = Callable[[TrialDesign, str, Sequence[TrialResult], float], Prediction]

Source = Literal["shipped", "file", "others"]
"""Which trials: the 28 against the rates that ship, a file's beside them, or others alone."""

BASELINES: dict[str, Baseline] = {
    "means of the other trials": baseline_of_means,
    "constants of the overview": baseline_of_constants,
}
"""Plain predictions that the model must beat."""


@dataclass(frozen=True)
class Validation:
    """What comes of a validation.

    Attributes
    ----------
    predictions
        One for each arm of every trial that was simulated, through the layer that was fitted with
        the parameters; ``published`` is NaN where no rate was given.
    cross_validated
        The same for the fitted trials, each by the fit that left it out.
    scores
        Model and baselines over the arms with a published rate; cross-validated where named so.
    trials
        Those of a file, or the others, in their order.
    source
        Which trials were asked for.
    """

    predictions: tuple[Prediction, ...]
    cross_validated: tuple[Prediction, ...]
    scores: tuple[Score, ...]
    trials: tuple[Trial, ...] = ()
    source: Source = "shipped"


def predict_arm(
    trial: VirtualTrial, arm: str, parameters: Array, samples: int, seed: int, threads: int
) -> Floats:
    """Sample the rate that a trial of this size and design would publish, in per cent.

    Each sample takes the next draw, and people, staff and sites of its own, so that the spread
    holds what is not known of the parameters, the site and the sampling of people.
    """
    scenario = trial.ips if arm == "ips" else trial.control
    offset = 0 if arm == "ips" else trial.design.n_ips
    sites = scenario.design.sites
    runs = Runs(
        draw=np.repeat(np.arange(samples) % len(parameters), sites),
        replicate=np.repeat(np.arange(samples), sites),
        site=np.tile(np.arange(sites), samples),
    )
    people = execute(scenario, parameters, runs, seed, threads, offset).people
    worked = with_outcome(people, trial.design)
    return np.asarray(100 * worked.reshape(samples, -1).mean(axis=1))


@dataclass(frozen=True)
class TrialBlock:
    """One virtual trial, by the fit to all trials or by the one that left it out."""

    trial_id: str
    is_left_out: bool

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"{'left-out' if self.is_left_out else 'trial'}-{self.trial_id}"

    def __len__(self) -> int:
        return 1


@dataclass(frozen=True)
class ValidationPlan(Task[TrialBlock]):
    """What a validation does.

    Attributes
    ----------
    trials
        Those of a file, or the others; none where the 28 and the rates that ship are asked for.
    source
        Which trials. The 28 are predicted beside a file's, whether they have a rate there or not.
    samples
        Virtual trials for each design.
    seed
        Of all chance.
    variant
        Structural variant whose draws are used; empty for the fit itself.
    source_hash
        Of the package that runs it.
    """

    trials: tuple[Trial, ...]
    source: Source
    samples: int
    seed: int
    variant: str
    source_hash: str

    stage = "virtual trials"

    def __post_init__(self) -> None:
        seed_of(self.seed)
        whole("samples", self.samples)

    def as_json(self) -> dict[str, Any]:
        """Give the plan as JSON can hold it."""
        return {"kind": "validation", **asdict(self), "replicates": 1}

    @cached_property
    def parameters(self) -> Array:
        """Records of all draws of the fit."""
        return records(posterior_draws(self.variant) or [{}])

    @cached_property
    def all_trials(self) -> Mapping[str, Trial]:
        """Every trial to predict, by its id."""
        given = {one.trial_id: one for one in self.trials}
        if self.source == "others":
            return given
        rates = trial_results() if self.source == "shipped" else {}
        return {
            one: shipped_trial(one, rates.get(one), with_school=True) for one in trial_designs()
        } | given

    def blocks(self) -> list[TrialBlock]:
        """Every trial, and every one that a fit has left out."""
        # A variant is fitted to all trials at once; only the fit itself leaves trials out.
        is_alone = bool(self.variant) or self.source == "others"
        return [
            *(TrialBlock(one, is_left_out=False) for one in self.all_trials),
            *(TrialBlock(one, is_left_out=True) for one in ({} if is_alone else left_out_draws())),
        ]

    def do(self, block: TrialBlock, threads: int) -> Content:
        """Sample the rates of a trial's arms, through the layer and by simulation alone."""
        if block.is_left_out:
            trial = shipped_trial(block.trial_id)
            drawn = records(left_out_draws()[block.trial_id])
            layer = layer_draws(left_out=block.trial_id)
        else:
            trial, drawn = self.all_trials[block.trial_id], self.parameters
            layer = layer_draws(self.variant)
        how_many, seed = self.samples, self.seed
        virtual = virtual_trial(trial)
        alone = {arm: predict_arm(virtual, arm, drawn, how_many, seed, threads) for arm in ARMS}
        through = alone
        if layer:
            through = predict_arms(
                trial, drawn, layer, how_many, seed, threads, is_left_out=block.is_left_out
            )
        return {**through, **{f"{arm}_alone": rates for arm, rates in alone.items()}}


def validate(plan: ValidationPlan, store: Store, how: How = PLAIN) -> Validation:
    """Run every design and compare with every published rate that is given."""
    found = complete(plan, store, how)
    trials = plan.all_trials
    fitted = {result.trial_id: result for result in fitted_trials()}
    predictions: list[Prediction] = []
    crossed: list[Prediction] = []
    for block in plan.blocks():
        sampled = dict(found[block.name].load())
        if block.is_left_out:
            left_out = shipped_trial(block.trial_id, fitted[block.trial_id])
            crossed += _predicted(left_out, sampled)
            continue
        predictions += _predicted(trials[block.trial_id], sampled)
    return Validation(
        tuple(predictions),
        tuple(crossed),
        tuple(_scores(predictions, crossed, trials)),
        plan.trials,
        plan.source,
    )


def _predicted(trial: Trial, sampled: Mapping[str, Floats]) -> list[Prediction]:
    design = trial.design
    return [
        Prediction(
            trial_id=design.trial_id,
            arm=arm,
            n=design.n_ips if arm == "ips" else design.n_control,
            months=design.months,
            published=trial.rate(arm),
            sample=sampled[arm],
            alone=sampled[f"{arm}_alone"],
            is_counted=trial.is_counted,
        )
        for arm in ARMS
    ]


@cache
def _shipped_trials() -> Mapping[str, Trial]:
    return {one: shipped_trial(one) for one in trial_designs()}


def ips_arm_of(trial_id: str, trials: Mapping[str, Trial] | None = None) -> str:
    """Name the first design with the same IPS arm: a trial with two control arms is two designs.

    Without `trials` it is looked for among the 28; any other trial has an arm of its own there.
    """
    among = _shipped_trials() if trials is None else trials
    mine = among.get(trial_id)
    if mine is None:
        return trial_id
    return next(other.trial_id for other in among.values() if other.of_ips == mine.of_ips)


def each_arm_once(
    predictions: Sequence[Prediction], trials: Mapping[str, Trial] | None = None
) -> list[Prediction]:
    """Leave out IPS arms that an earlier prediction stands for."""
    found: dict[tuple[str, str], Prediction] = {}
    for each in predictions:
        name = ips_arm_of(each.trial_id, trials) if each.arm == "ips" else each.trial_id
        found.setdefault((name, each.arm), each)
    return list(found.values())


def _scores(
    predictions: Sequence[Prediction],
    crossed: Sequence[Prediction],
    trials: Mapping[str, Trial],
) -> list[Score]:
    """Score model and baselines on the trials that count, and on new ones apart."""
    fitted = {result.trial_id for result in fitted_trials()}
    counted = [each for each in predictions if each.is_counted and np.isfinite(each.published)]
    groups = {
        "fitted": [each for each in counted if each.trial_id in fitted],
        CROSS_VALIDATED: list(crossed),
        "new": [each for each in counted if each.trial_id not in fitted],
    }
    scores = []
    for group, arms in groups.items():
        chosen = each_arm_once(arms, trials)
        if not chosen:
            continue
        scores += score(f"{MODEL}, {group}", chosen)
        scores += score(f"{SIMULATION}, {group}", by_simulation(chosen))
        if group == "fitted":
            continue
        for name, baseline in BASELINES.items():
            scores += score(f"{name}, {group}", _rivals(baseline, chosen, trials))
    return scores


def by_simulation(predictions: Sequence[Prediction]) -> list[Prediction]:
    """Give what the simulation alone predicts, without the layer."""
    return [replace(each, sample=each.alone) for each in predictions]


def _rivals(
    baseline: Baseline, predictions: Sequence[Prediction], trials: Mapping[str, Trial]
) -> list[Prediction]:
    return [
        baseline(trials[each.trial_id].design, each.arm, fitted_trials(), each.published)
        for each in predictions
    ]


@dataclass(frozen=True)
class Gain:
    """How much smaller the model's error is than a baseline's, over the same arms.

    Attributes
    ----------
    who
        The baseline.
    points
        Mean difference of the errors over both arms, in points; positive where the model is
        better.
    se
        Its standard error; a trial's arms go together, so that trials are what is counted.
    share
        The difference as a share of the baseline's error.
    """

    who: str
    points: float
    se: float
    share: float


def gains(predictions: Sequence[Prediction]) -> list[Gain]:
    """Compare the errors of predictions with those of each baseline, trial by trial."""
    chosen = [each for each in each_arm_once(predictions) if np.isfinite(each.published)]
    found = []
    for name, baseline in BASELINES.items():
        rivals = _rivals(baseline, chosen, _shipped_trials())
        by_trial: dict[str, list[float]] = {}
        for mine, rival in zip(chosen, rivals, strict=True):
            trial = ips_arm_of(mine.trial_id)
            by_trial.setdefault(trial, []).append(rival.error - mine.error)
        sums = np.array([sum(each) for each in by_trial.values()])
        points = float(sums.sum() / len(chosen))
        # The mean over arms is a ratio of sums over trials; its error follows from their spread.
        own = np.array([len(each) for each in by_trial.values()])
        strays, trials = sums - points * own, len(sums)
        spread = float(np.sqrt((strays**2).sum() * trials / max(1, trials - 1))) / len(chosen)
        theirs = float(np.mean([rival.error for rival in rivals]))
        found.append(Gain(name, points, spread, points / theirs))
    return found
