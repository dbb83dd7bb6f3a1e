"""Writing a fit down: draws, what the data taught, and the values that runs without draws use."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration.fit import Fit
from ips_sim.analysis.calibration.likelihood import RANGE_IN_SD, over_all_sites
from ips_sim.analysis.calibration.posterior import Posterior
from ips_sim.analysis.calibration.space import Space
from ips_sim.analysis.calibration.statistics import (
    ARMS,
    back_from_scale,
    expit,
    fitted_targets,
    fitted_trials,
    pooled_means,
    scale_of,
    split_table,
)
from ips_sim.evidence.draws import draws_file
from ips_sim.evidence.tables import package_data
from ips_sim.evidence.trial_layer import DRAWS as LAYER_DRAWS
from ips_sim.evidence.trial_layer import LEVELS, SPREADS, strengths
from ips_sim.evidence.trials import trial_designs
from ips_sim.runs.tables import settle

Floats = NDArray[np.float64]

DIGITS = 5
CORRELATIONS_SHOWN = 20
PRIOR_SAMPLE = 20_000
SHIPPED = (
    "learned.csv",
    "correlations.csv",
    "predictive.csv",
    "simulated.csv",
    "sampling.csv",
    "emulator.csv",
)
"""Tables that go into the package's data beside the draws."""


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a CSV table in one step, so that it is never half there."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    settle(partial)
    partial.replace(path)
    return path


def short(value: float) -> str:
    """Write a number with as many digits as it is worth."""
    return f"{value:.{DIGITS}g}"


def write_draws(fit: Fit, folder: Path, variant: str = "") -> list[Path]:
    """Write the posterior draws, and those of the fits that leave a trial out."""
    names = fit.space.names
    values = fit.space.values(fit.posterior.coordinates)
    paths = [
        write_table(
            folder / draws_file(variant),
            names,
            ([short(value) for value in row] for row in values),
        )
    ]
    if fit.left_out:
        rows = [
            [trial, *(short(value) for value in row)]
            for trial, posterior in fit.left_out.items()
            for row in fit.space.values(posterior.coordinates)
        ]
        paths.append(write_table(folder / "left_out_draws.csv", ["left_out", *names], rows))
    return paths


def write_layer_draws(fits: Mapping[str, Fit], folder: Path) -> Path:
    """Write the draws of the trials' layer, one for each draw of the parameters of every fit.

    Parameters
    ----------
    fits
        By variant; the fit itself has an empty name.
    """
    every = [
        *((variant, "", fit, fit.posterior) for variant, fit in fits.items()),
        *(("", trial, fit, one) for fit in fits.values() for trial, one in fit.left_out.items()),
    ]
    rows = (
        [variant, left_out, *(short(float(value)) for value in row)]
        for variant, left_out, fit, one in every
        for row in np.concatenate([one.layer, _levels_and_spreads(fit, one)], axis=1)
    )
    header = ["variant", "left_out", *strengths(), *LEVELS, *SPREADS]
    return write_table(folder / LAYER_DRAWS, header, rows)


def _levels_and_spreads(fit: Fit, posterior: Posterior) -> Floats:
    """Give what the model says at draws of each region's mean, and of how sites differ."""
    simulated = split_table(fit.emulator(posterior.coordinates))
    column = {(one.studies[0][0].us, one.arm): one.target for one in pooled_means()}
    order = [column[us, arm] for us in (True, False) for arm in range(len(ARMS))]
    return np.concatenate([simulated.targets[:, order], simulated.spread], axis=1)


def write_learning(fit: Fit, folder: Path, seed: int) -> list[Path]:
    """Write what the data taught: prior against posterior, correlations, predictive checks."""
    return [
        write_table(
            folder / "learned.csv",
            [
                "parameter",
                "unit",
                "prior_mean",
                "prior_sd",
                "mean",
                "sd",
                "low90",
                "high90",
                "kept",
            ],
            _learned(fit.space, fit.posterior.coordinates, seed),
        ),
        write_table(
            folder / "correlations.csv", ["first", "second", "correlation"], _correlations(fit)
        ),
        write_table(
            folder / "predictive.csv",
            ["name", "arm", "published", "low", "high", "predicted", "low90", "high90", "inside"],
            _predictive(fit),
        ),
    ]


def _learned(space: Space, posterior: Floats, seed: int) -> Iterable[Sequence[object]]:
    """For each parameter, how much of the prior's spread is left: 1 if the data taught nothing."""
    prior = space.draw_prior(PRIOR_SAMPLE, np.random.default_rng(seed))
    before, after = space.values(prior), space.values(posterior)
    for column, info in enumerate(space.infos):
        low, high = np.quantile(after[:, column], [0.05, 0.95])
        kept = posterior[:, column].std() / prior[:, column].std()
        numbers = (
            before[:, column].mean(),
            before[:, column].std(),
            after[:, column].mean(),
            after[:, column].std(),
            low,
            high,
            kept,
        )
        yield [info.name, info.unit, *(short(float(number)) for number in numbers)]


def _correlations(fit: Fit) -> Iterable[Sequence[object]]:
    matrix = np.atleast_2d(np.corrcoef(fit.posterior.coordinates.T))
    first, second = np.triu_indices(len(matrix), 1)
    order = np.argsort(-np.abs(matrix[first, second]))[:CORRELATIONS_SHOWN]
    names = fit.space.names
    for pair in order:
        row, column = first[pair], second[pair]
        yield [names[row], names[column], short(float(matrix[row, column]))]


def _predictive(fit: Fit) -> Iterable[Sequence[object]]:
    simulated = split_table(fit.emulator(fit.posterior.coordinates))
    targets = over_all_sites(simulated)
    for column, target in enumerate(fitted_targets()):
        values = back_from_scale(target, targets[:, column])
        low, high = np.quantile(values, [0.05, 0.95])
        middle = float(np.median(values))
        yield [
            target.name,
            target.arm,
            target.value,
            target.low,
            target.high,
            *(short(float(number)) for number in (middle, low, high)),
            target.low <= middle <= target.high,
        ]
    for row, result in enumerate(fitted_trials()):
        for column, arm in enumerate(("ips", "control")):
            values = 100 * expit(simulated.arms[:, row, column])
            low, high = np.quantile(values, [0.05, 0.95])
            published = result.ips_rate if arm == "ips" else result.control_rate
            numbers = (np.median(values), low, high)
            yield [
                result.trial_id,
                arm,
                published,
                "",
                "",
                *(short(float(number)) for number in numbers),
                "",
            ]


def write_emulator(fit: Fit, folder: Path) -> Path:
    """Write how far the stand-in is from the simulator, beside what the evidence leaves open.

    Both are standard deviations on the scale of the fit: for a pooled figure that of its range, for
    a trial's arm that of sampling so many people.
    """
    rows: list[list[object]] = []
    error = dict(enumerate(fit.emulator.error))
    for column, target in enumerate(fitted_targets()):
        scale = scale_of(target)
        open_left = float(scale(target.high) - scale(target.low)) / RANGE_IN_SD
        rows.append([target.name, target.arm, short(error[column]), short(open_left)])
    for row, result in enumerate(fitted_trials()):
        design = trial_designs()[result.trial_id]
        arms = ((design.n_ips, result.ips_rate), (design.n_control, result.control_rate))
        for arm, (people, rate) in enumerate(arms):
            column = len(fitted_targets()) + len(ARMS) * row + arm
            sampling = (people * rate / 100 * (1 - rate / 100)) ** -0.5
            rows.append([result.trial_id, ARMS[arm], short(error[column]), short(sampling)])
    header = ["name", "arm", "stand_in_error_sd", "evidence_sd"]
    return write_table(folder / "emulator.csv", header, rows)


def write_sampling(fit: Fit, folder: Path) -> Path:
    """Write how well the chains of each fit mixed."""
    fits = {
        "all the evidence": fit.posterior,
        **{f"without {trial}": posterior for trial, posterior in fit.left_out.items()},
        **{name: variant.posterior for name, variant in fit.variants.items()},
    }
    return write_table(
        folder / "sampling.csv",
        ["fit", "draws", "acceptance", "largest_r_hat"],
        (
            [name, len(one.coordinates), short(one.acceptance), short(one.largest_r_hat)]
            for name, one in fits.items()
        ),
    )


def ship(fit: Fit, folder: Path) -> list[Path]:
    """Put draws, tables and the centre of the posterior into the package's data.

    The centre becomes the value of each free parameter, which runs without draws use.

    Returns
    -------
    list of Path
        The files that were written.
    """
    path = package_data("model_parameters.csv")
    centre = dict(
        zip(
            fit.space.names,
            fit.space.values(fit.posterior.coordinates.mean(axis=0)[None])[0],
            strict=True,
        )
    )
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        header, rows = list(reader.fieldnames or ()), list(reader)
    for row in rows:
        if row["name"] in centre:
            row["value"] = short(float(centre[row["name"]]))
    write_table(path, header, ([row[key] for key in header] for row in rows))
    written = [path]
    for source in sorted([*folder.glob("*_draws*.csv"), *(folder / name for name in SHIPPED)]):
        target = path.parent / source.name
        target.write_bytes(source.read_bytes())
        written.append(target)
    return written
