"""Virtual trials against published ones: what the model predicts, and how good that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration.statistics import ARMS, fitted_trials
from ips_sim.analysis.scores import (
    Prediction,
    Score,
    baseline_of_constants,
    baseline_of_means,
    score,
)
from ips_sim.analysis.virtual_trials import VirtualTrial, virtual_trial
from ips_sim.evidence.draws import left_out_draws, posterior_draws
from ips_sim.evidence.trials import TrialResult, trial_designs
from ips_sim.model import arrays
from ips_sim.model.arrays import Array
from ips_sim.model.compiled.execute import execute
from ips_sim.model.results import Runs

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Validation:
    """What comes of a validation.

    Attributes
    ----------
    predictions
        One for each arm of every trial that was simulated; ``published`` is NaN where no rate
        was given.
    cross_validated
        The same for the fitted trials, each by the fit that left it out.
    scores
        Model and baselines over the arms with a published rate; cross-validated where named so.
    """

    predictions: tuple[Prediction, ...]
    cross_validated: tuple[Prediction, ...]
    scores: tuple[Score, ...]


def draw_records(draws: Sequence[dict[str, float]]) -> Array:
    """Turn draws into parameter records; without any, the values of the data."""
    return np.concatenate(
        [
            arrays.as_record(arrays.default_parameters(dict(draw)), arrays.PARAMETERS)
            for draw in draws or [{}]
        ]
    )


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
    worked = people["jobs_held"] > 0
    if trial.design.simulated_outcome == "paid_ever":
        worked = worked | people["paid_other_ever"]
    return np.asarray(100 * worked.reshape(samples, -1).mean(axis=1))


def validate(
    results: Sequence[TrialResult],
    *,
    samples: int = 500,
    seed: int = 1,
    threads: int = 1,
    variant: str = "",
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Validation:
    """Run every design and compare with every published rate that is given.

    Parameters
    ----------
    results
        Published rates; designs without one are predicted all the same.
    samples
        Virtual trials for each design.
    seed, threads
        As for `execute`.
    variant
        Structural variant whose draws are used.
    progress
        Told what is done, how far, and how much there is.
    """
    published = {result.trial_id: result for result in results}
    parameters = draw_records([dict(draw) for draw in posterior_draws(variant)])
    predictions = []
    for count, trial_id in enumerate(trial_designs()):
        progress("virtual trials", count, len(trial_designs()))
        predictions += _predict(
            trial_id, published.get(trial_id), parameters, samples, seed, threads
        )
    crossed = []
    for count, (trial_id, draws) in enumerate(left_out_draws().items()):
        progress("each trial by the fit without it", count, len(left_out_draws()))
        fitted = next(result for result in fitted_trials() if result.trial_id == trial_id)
        crossed += _predict(trial_id, fitted, draw_records(draws), samples, seed, threads)
    return Validation(
        tuple(predictions), tuple(crossed), tuple(_scores(predictions, crossed, published))
    )


def _predict(
    trial_id: str,
    result: TrialResult | None,
    parameters: Array,
    samples: int,
    seed: int,
    threads: int,
) -> list[Prediction]:
    trial = virtual_trial(trial_id)
    design = trial.design
    return [
        Prediction(
            trial_id=trial_id,
            arm=arm,
            n=design.n_ips if arm == "ips" else design.n_control,
            months=design.months,
            published=_rate(result, arm),
            sample=predict_arm(trial, arm, parameters, samples, seed, threads),
        )
        for arm in ARMS
    ]


def _rate(result: TrialResult | None, arm: str) -> float:
    if result is None:
        return float("nan")
    return result.ips_rate if arm == "ips" else result.control_rate


def _scores(
    predictions: Sequence[Prediction],
    crossed: Sequence[Prediction],
    published: dict[str, TrialResult],
) -> list[Score]:
    """Score model and baselines on the trials that count, and on new ones apart."""
    fitted = {result.trial_id for result in fitted_trials()}
    counted = {
        trial_id
        for trial_id, result in published.items()
        if result.in_error_summary or trial_id not in fitted
    }
    counted -= {trial for trial, result in published.items() if not result.in_error_summary}
    groups = {
        "fitted": [each for each in predictions if each.trial_id in counted & fitted],
        "cross-validated": [each for each in crossed if each.trial_id in counted],
        "new": [each for each in predictions if each.trial_id in counted - fitted],
    }
    scores = []
    for group, chosen in groups.items():
        if not chosen:
            continue
        scores += score(f"model, {group}", chosen)
        if group == "fitted":
            continue
        for name, baseline in (
            ("means of the other trials", baseline_of_means),
            ("constants of the seed", baseline_of_constants),
        ):
            rivals = [
                baseline(trial_designs()[each.trial_id], each.arm, fitted_trials(), each.published)
                for each in chosen
            ]
            scores += score(f"{name}, {group}", rivals)
    return scores
