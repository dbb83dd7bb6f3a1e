"""A validation as a folder of tables: every arm predicted, cross-validation, scores."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any

from ips_sim.analysis.calibration.shipping import write_table
from ips_sim.analysis.trials.scores import Prediction, Score
from ips_sim.analysis.trials.validation import Validation, gains, validate
from ips_sim.evidence.draws import posterior_draws
from ips_sim.evidence.tables import package_data
from ips_sim.evidence.trials import TrialResult, read_trial_results, trial_results
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import RunError
from ips_sim.runs.execution import Say, compile_rules, cores, silent
from ips_sim.runs.manifest import MANIFEST, make_manifest, now, read_manifest, write_json
from ips_sim.runs.plan import SEED_LIMIT
from ips_sim.runs.tables import checksum
from ips_sim.scenario import load_scenario
from ips_sim.sources import source_hash

KIND = "validation"
TABLES = ("validation.csv", "cross_validation.csv", "scores.csv")
COLUMNS = ("trial_id", "arm", "n", "months", "published", "predicted", "low90", "high90")
"""Of the first two; rates in per cent."""
MOST_SAMPLES = 100_000

Finish = Callable[[Validation, Path], object]
"""Adds files, such as figures, to a folder that has all its tables."""


@dataclass(frozen=True)
class ValidationPlan:
    """What a validation does.

    Attributes
    ----------
    results
        Published rates to compare with.
    samples
        Virtual trials for each design.
    seed
        Of all chance.
    variant
        Structural variant whose draws are used; empty for the fit itself.
    """

    results: tuple[TrialResult, ...]
    samples: int
    seed: int
    variant: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the plan as JSON can hold it."""
        return {"kind": KIND, **asdict(self), "replicates": 1, "source_hash": source_hash()}


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
    if not 1 <= samples <= MOST_SAMPLES:
        raise RunError(f"samples must be from 1 to {MOST_SAMPLES:,}, found {samples}")
    if not 0 <= seed < SEED_LIMIT:
        raise RunError(f"the seed must be a whole number from 0 to {SEED_LIMIT - 1}, found {seed}")
    try:
        is_missing = bool(variant) and not posterior_draws(variant)
    except ValueError as error:
        raise RunError(str(error)) from None
    if is_missing:
        raise RunError(f"no draws of the variant {variant} ship with this version")
    return ValidationPlan(tuple(results), samples, seed, variant)


def validation_plan_from_json(said: Mapping[str, Any]) -> ValidationPlan:
    """Read a plan back, to run it with the sources as they are now."""
    results = tuple(TrialResult(**one) for one in said["results"])
    return ValidationPlan(results, said["samples"], said["seed"], said["variant"])


def validate_to_folder(
    plan: ValidationPlan,
    folder: Path,
    *,
    jobs: int | None = None,
    command: Sequence[str] = (),
    finish: Finish | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    say: Say = silent,
) -> Validation:
    """Run every design, compare, and write the tables; an earlier validation is replaced.

    Raises
    ------
    RunError
        If the folder can't be written to, or holds another result.
    """
    if (folder / MANIFEST).exists() and read_manifest(folder).get("kind") != KIND:
        raise RunError(f"{folder} holds a result that is no validation: choose another (--out)")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"{folder} can't be a folder for results: {error.strerror}") from None
    began, begun = time.monotonic(), now()
    ips = load_scenario("ips")
    compile_rules(ips, parameter_draws(ips, 1), plan.seed, say=say)
    validation = validate(
        plan.results,
        samples=plan.samples,
        seed=plan.seed,
        threads=jobs or cores(),
        variant=plan.variant,
        progress=progress,
    )
    written = write_validation(validation, folder)
    if finish:
        finish(validation, folder)
    tables = {path.name: checksum(path) for path in written}
    taken = round(time.monotonic() - began, 3)
    times = {"begun": begun, "finished": now(), "seconds": taken}
    write_json(folder / MANIFEST, make_manifest(plan, 1, command, tables, times))
    return validation


def write_validation(validation: Validation, folder: Path) -> list[Path]:
    """Write the tables of a validation.

    Returns
    -------
    list of Path
        `TABLES` there.
    """
    predicted, cross_validated, scores = (folder / name for name in TABLES)
    return [
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
    for name in TABLES:
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
    """Say in words how the cross-validated model compares with the baselines."""
    if not validation.cross_validated:
        return []
    return [
        f"Cross-validated, the mean error over both arms is {abs(one.points):.1f} points "
        f"(standard error {one.se:.1f}), or {abs(one.share):.0%}, "
        f"{'below' if one.points > 0 else 'above'} that of the {one.who}."
        for one in gains(validation.cross_validated)
    ]
