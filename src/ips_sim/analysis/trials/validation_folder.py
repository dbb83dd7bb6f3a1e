"""A validation as a folder of tables: every arm predicted, cross-validation, scores, trials."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ips_sim.analysis.calibration.shipping import write_table
from ips_sim.analysis.calibration.statistics import ARMS
from ips_sim.analysis.trials.model_error import (
    MODEL_ERROR,
    find_model_error,
    sentence,
    write_model_error,
)
from ips_sim.analysis.trials.scores import SCORES, Prediction, Score
from ips_sim.analysis.trials.trial_files import (
    beyond_the_fit,
    how_far,
    other_trials,
    read_trials,
)
from ips_sim.analysis.trials.validation import (
    Source,
    Validation,
    ValidationPlan,
    by_simulation,
    gains,
    validate,
)
from ips_sim.analysis.trials.virtual_trials import Trial
from ips_sim.evidence.draws import posterior_draws
from ips_sim.evidence.tables import package_data
from ips_sim.runs.counts import checked, of_kind, seed_of, whole
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.partial import fill
from ips_sim.runs.tables import values_of
from ips_sim.shown.aligned import json_rows
from ips_sim.sources import source_hash

TABLES = ("validation.csv", "cross_validation.csv", SCORES)
COLUMNS = ("trial_id", "arm", "n", "months", "published", "predicted", "low90", "high90")
ALONE = tuple(f"simulation_{what}" for what in ("predicted", "low90", "high90"))
"""Of the first two; rates in per cent, in the end those of the simulation without the layer."""
TRIALS = "trials.csv"
"""Only where a file or the others were asked for: a row for each trial there."""
TRIAL_COLUMNS = (
    "trial_id",
    "population",
    "control_condition",
    "months",
    "n_ips",
    "n_control",
    "outcome_counted",
    *(f"{arm}_{what}" for arm in ARMS for what in ("published", "predicted", "low90", "high90")),
    "how_far",
    "outside",
    "grade",
    "basis",
)
SHORT = 44
"""Letters of a population at a terminal."""
MOST_SAMPLES = 100_000


def make_validation_plan(
    trials: Path | None = None,
    *,
    samples: int,
    seed: int,
    variant: str = "",
    others: bool = False,
) -> ValidationPlan:
    """Plan a validation.

    Parameters
    ----------
    trials
        A file of trials as `read_trials` takes it, predicted beside the 28; None for the 28 against
        the rates that ship.
    others
        Predict the trials of `other_trials` instead, and no others.

    Raises
    ------
    EvidenceError
        If the file has mistakes.
    RunError
        If something asked for is not possible.
    """
    if others and trials is not None:
        raise RunError("either a file of trials or the others can be asked for, not both")
    source: Source = "others" if others else "shipped" if trials is None else "file"
    given: tuple[Trial, ...] = () if trials is None else read_trials(trials)
    if others:
        given = tuple(one.trial for one in other_trials().values() if one.trial is not None)
    of_kind("variant", variant, str, "the name of a structural variant")
    samples, seed = whole("samples", samples, 1, MOST_SAMPLES + 1), seed_of(seed)
    try:
        is_missing = bool(variant) and not posterior_draws(variant)
    except ValueError as error:
        raise RunError(str(error)) from None
    if is_missing:
        raise RunError(f"no draws of the variant {variant} ship with this version")
    return ValidationPlan(given, source, samples, seed, variant, source_hash())


def validation_plan_from_json(said: Mapping[str, Any]) -> ValidationPlan:
    """Read a plan back, to run it with the sources as they are now."""
    return checked(ValidationPlan, {**said, "source_hash": source_hash()})


def validate_to_folder(plan: ValidationPlan, folder: Path, how: How = PLAIN) -> Validation:
    """Run every design into a folder, or go on with it where it was stopped; raises as `fill`."""
    return fill(plan, folder, lambda store: validate(plan, store, how), write_validation, how)


def write_validation(validation: Validation, folder: Path) -> list[Path]:
    """Write the tables of a validation.

    Returns
    -------
    list of Path
        `TABLES` there, and what the model misses where cross-validation can be asked.
    """
    predicted, cross_validated, scores = (folder / name for name in TABLES)
    written = [write_table(predicted, COLUMNS + ALONE, map(_both, validation.predictions))]
    if validation.source != "others":
        written += [
            write_table(cross_validated, COLUMNS + ALONE, map(_both, validation.cross_validated)),
            write_table(
                scores,
                [one.name for one in fields(Score)],
                (
                    [
                        f"{value:.3f}" if isinstance(value, float) else value
                        for value in values_of(one)
                    ]
                    for one in validation.scores
                ),
            ),
        ]
        missed = find_model_error(by_simulation(validation.cross_validated))
        if missed:
            written.append(write_model_error(missed, folder / MODEL_ERROR))
    if validation.source != "shipped":
        written.append(write_table(folder / TRIALS, TRIAL_COLUMNS, trial_rows(validation)))
    return written


def trial_rows(validation: Validation) -> list[list[object]]:
    """Give a row with `TRIAL_COLUMNS` for each trial of the file, or for each of the others.

    Of the others, those that the model can't tell yet have their reason and no prediction.
    """
    predicted = {(each.trial_id, each.arm): each for each in validation.predictions}
    others = other_trials() if validation.source == "others" else {}
    rows: list[list[object]] = []
    given = {one.trial_id: one for one in validation.trials}
    for trial_id in others or given:
        trial, other = given.get(trial_id), others.get(trial_id)
        last = [other.grade, other.basis] if other else ["", ""]
        if trial is None and other is not None:
            size = [other.months or "", other.n_ips or "", other.n_control or ""]
            rows.append([trial_id, other.population, "", *size, *[""] * 11, *last])
        elif trial is not None:
            design, outside = trial.design, beyond_the_fit(trial)
            rates = [cell for arm in ARMS for cell in _row(predicted[trial_id, arm])[4:]]
            rows.append(
                [
                    trial_id,
                    design.population,
                    design.control_condition,
                    *[design.months, design.n_ips, design.n_control, design.outcome_counted],
                    *rates,
                    how_far(outside),
                    "; ".join(outside),
                    *last,
                ]
            )
    return rows


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


def _both(each: Prediction) -> list[object]:
    (alone,) = by_simulation([each])
    return [*_row(each), *_row(alone)[-len(ALONE) :]]


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


def trial_lines(validation: Validation) -> list[tuple[str, ...] | str]:
    """Give each trial of a file, or of the others, as a line, and why some are not there."""
    rows = [dict(zip(TRIAL_COLUMNS, map(str, row), strict=True)) for row in trial_rows(validation)]
    if not rows:
        return []
    header = ("", "who", "months", "people", "IPS, %", "control, %", "outside the fit")
    lines: list[tuple[str, ...] | str] = [header]
    lines += [
        (
            row["trial_id"],
            textwrap.shorten(row["population"], SHORT, placeholder=" …"),
            row["months"],
            f"{row['n_ips']} + {row['n_control']}",
            *(_told(row, arm) for arm in ARMS),
            row["how_far"] + (f": {row['outside']}" if row["outside"] else ""),
        )
        for row in rows
        if row["ips_predicted"]
    ]
    lines += ["", "Predicted mean, with the range that holds 90 % of trials like it."]
    why_not = [f"{row['trial_id']}: {row['basis']}." for row in rows if not row["ips_predicted"]]
    return [*lines, *(["", "Not as scenarios yet:", *why_not] if why_not else []), ""]


def _told(row: Mapping[str, str], arm: str) -> str:
    mean, low, high = (float(row[f"{arm}_{name}"]) for name in ("predicted", "low90", "high90"))
    published = row[f"{arm}_published"]
    said = f"{mean:.0f} ({low:.0f} to {high:.0f})"
    return f"{said}, published {published}" if published else said


def summary_sentences(validation: Validation) -> list[str]:
    """Say in words how the cross-validated model compares with the baselines and what it misses."""
    if not validation.cross_validated:
        return []
    missed = find_model_error(by_simulation(validation.cross_validated))
    return [
        f"Cross-validated, the mean error over both arms is {abs(one.points):.1f} points "
        f"(standard error {one.se:.1f}), or {abs(one.share):.0%}, "
        f"{'below' if one.points > 0 else 'above'} that of the {one.who}."
        for one in gains(validation.cross_validated)
    ] + ([sentence(missed)] if missed else [])


def shown_lines(validation: Validation) -> list[tuple[str, ...] | str]:
    """Give trials of one's own or the others, the scores, and what they say in words."""
    trials = trial_lines(validation)
    if not validation.scores:
        return trials[:-1]
    return [*trials, *summary_rows(validation), "", *summary_sentences(validation)]


def shown_json(validation: Validation) -> dict[str, Any]:
    """Give the scores as JSON can hold them, and each trial of a file or of the others."""
    rows = [dict(zip(TRIAL_COLUMNS, row, strict=True)) for row in trial_rows(validation)]
    return {"scores": json_rows(validation.scores), **({"trials": rows} if rows else {})}


KIND = Kind(
    name="validation",
    plan_from_json=validation_plan_from_json,
    run=validate_to_folder,
    tables={
        "predictions": TABLES[0],
        "cross_validation": TABLES[1],
        "scores": TABLES[2],
        "trials": TRIALS,
    },
    lines=shown_lines,
    json=shown_json,
    draw="ips_sim.report.validation_figures:validation_figures",
)
