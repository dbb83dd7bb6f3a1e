"""A validation as a folder of tables: every arm predicted, cross-validation, scores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from ips_sim.analysis.calibration.shipping import write_table
from ips_sim.analysis.trials.model_error import (
    MODEL_ERROR,
    find_model_error,
    sentence,
    write_model_error,
)
from ips_sim.analysis.trials.scores import Prediction, Score
from ips_sim.analysis.trials.validation import Validation, ValidationPlan, gains, validate
from ips_sim.evidence.draws import posterior_draws
from ips_sim.evidence.tables import package_data
from ips_sim.evidence.trials import read_trial_results, trial_results
from ips_sim.runs.counts import checked, seed_of, whole
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.partial import fill
from ips_sim.shown.aligned import json_rows
from ips_sim.sources import source_hash

TABLES = ("validation.csv", "cross_validation.csv", "scores.csv")
COLUMNS = ("trial_id", "arm", "n", "months", "published", "predicted", "low90", "high90")
"""Of the first two; rates in per cent."""
MOST_SAMPLES = 100_000


def make_validation_plan(
    trials: Path | None, *, samples: int, seed: int, variant: str = ""
) -> ValidationPlan:
    """Plan a validation.

    Parameters
    ----------
    trials
        A file in the format of ``trial_results.csv``; None for the rates that ship.

    Raises
    ------
    EvidenceError
        If the file has mistakes.
    RunError
        If something asked for is not possible.
    """
    results = trial_results().values() if trials is None else read_trial_results(trials)
    samples, seed = whole("samples", samples, 1, MOST_SAMPLES + 1), seed_of(seed)
    try:
        is_missing = bool(variant) and not posterior_draws(variant)
    except ValueError as error:
        raise RunError(str(error)) from None
    if is_missing:
        raise RunError(f"no draws of the variant {variant} ship with this version")
    return ValidationPlan(tuple(results), samples, seed, variant, source_hash())


def validation_plan_from_json(said: Mapping[str, Any]) -> ValidationPlan:
    """Read a plan back, to run it with the sources as they are now."""
    return checked(ValidationPlan, {**said, "source_hash": source_hash()})


def validate_to_folder(plan: ValidationPlan, folder: Path, how: How = PLAIN) -> Validation:
    """Run every design into a folder, or go on with it where it was stopped.

    Raises
    ------
    RunError
        If there is a finished result already, or something begun with another plan.
    InterruptedRunError
        After Ctrl-C.
    """
    return fill(plan, folder, lambda store: validate(plan, store, how), write_validation, how)


def write_validation(validation: Validation, folder: Path) -> list[Path]:
    """Write the tables of a validation.

    Returns
    -------
    list of Path
        `TABLES` there, and what the model misses where cross-validation can be asked.
    """
    predicted, cross_validated, scores = (folder / name for name in TABLES)
    missed = find_model_error(validation.cross_validated)
    return [
        *([write_model_error(missed, folder / MODEL_ERROR)] if missed else []),
        write_table(predicted, COLUMNS, map(_row, validation.predictions)),
        write_table(cross_validated, COLUMNS, map(_row, validation.cross_validated)),
        write_table(
            scores,
            [one.name for one in fields(Score)],
            (
                [f"{value:.3f}" if isinstance(value, float) else value for value in astuple(one)]
                for one in validation.scores
            ),
        ),
    ]


def ship_validation(folder: Path) -> list[Path]:
    """Put the tables of a validation into the package's data, and give their paths there."""
    written = []
    for name in (*TABLES, MODEL_ERROR):
        if not (folder / name).is_file():
            continue
        written.append(package_data(name))
        written[-1].write_bytes((folder / name).read_bytes())
    return written


def _row(each: Prediction) -> list[object]:
    published = "" if math.isnan(each.published) else f"{each.published:g}"
    rates = [f"{rate:.2f}" for rate in (each.predicted, *each.interval)]
    return [each.trial_id, each.arm, each.n, each.months, published, *rates]


def summary_rows(validation: Validation) -> list[tuple[str, ...]]:
    """Give the scores as a table of texts, its header first."""
    header = ("", "arm", "arms", "mean error", "covered", "width", "CRPS", "interval score")
    rows = [
        (
            one.who,
            one.arm,
            str(one.arms),
            f"{one.mean_absolute_error:.1f} ± {one.error_se:.1f}",
            f"{one.covered} of {one.arms}",
            f"{one.mean_width:.0f}",
            f"{one.crps:.1f}",
            f"{one.interval_score:.0f}",
        )
        for one in validation.scores
    ]
    return [header, *rows]


def summary_sentences(validation: Validation) -> list[str]:
    """Say in words how the cross-validated model compares with the baselines and what it misses."""
    if not validation.cross_validated:
        return []
    missed = find_model_error(validation.cross_validated)
    return [
        f"Cross-validated, the mean error over both arms is {abs(one.points):.1f} points "
        f"(standard error {one.se:.1f}), or {abs(one.share):.0%}, "
        f"{'below' if one.points > 0 else 'above'} that of the {one.who}."
        for one in gains(validation.cross_validated)
    ] + ([sentence(missed)] if missed else [])


def shown_lines(validation: Validation) -> list[tuple[str, ...] | str]:
    """Give the scores as a table, and what they say in words."""
    return [*summary_rows(validation), "", *summary_sentences(validation)]


def shown_json(validation: Validation) -> dict[str, Any]:
    """Give the scores as JSON can hold them."""
    return {"scores": json_rows(validation.scores)}


KIND = Kind(
    name="validation",
    plan_from_json=validation_plan_from_json,
    run=validate_to_folder,
    tables={},
    lines=shown_lines,
    json=shown_json,
    draw="ips_sim.report.validation_figures:write_validation_figures",
)
