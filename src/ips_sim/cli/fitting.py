"""Commands that hold the model against the evidence: calibrate, validate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ips_sim.cli.options import OUTPUTS, AsJson, Jobs, NoFigures, Seed
from ips_sim.cli.terminal import (
    echo_columns,
    echo_drawn,
    echo_json,
    json_row,
    stage_bars,
    watch,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ips_sim.analysis.calibration.folder import Calibrated
    from ips_sim.analysis.calibration.plan_files import Calibration
    from ips_sim.analysis.trials.validation import Validation
    from ips_sim.analysis.trials.validation_folder import ValidationPlan


def calibrate(
    experiment: Annotated[Path, typer.Argument(help="A calibration file (YAML).")],
    out: Annotated[
        Path,
        typer.Option(help="Folder for points and results; a fit that was stopped goes on there."),
    ] = OUTPUTS / "calibration",
    jobs: Jobs = None,
    ship: Annotated[
        bool, typer.Option("--ship", help="Put draws and centre into the package's data.")
    ] = False,
    no_report: NoFigures = False,
    as_json: AsJson = False,
) -> None:
    """Fit the free parameters to the evidence, and say what the evidence taught."""
    from ips_sim.analysis.calibration.folder import shown_fit
    from ips_sim.analysis.calibration.plan_files import load_calibration
    from ips_sim.analysis.calibration.shipping import ship as put_into_package

    calibrated = watch_calibration(load_calibration(experiment), out, jobs, no_report)
    shipped = [str(one) for one in put_into_package(calibrated.fit, out)] if ship else []
    said = shown_fit(calibrated)
    if as_json:
        echo_json({"folder": str(out), "shipped": shipped, **said})
        return
    _echo_said(said["table"], said["sentences"], out, shipped)


def validate(
    trials: Annotated[
        Path | None,
        typer.Option(
            help="Published rates in the format of trial_results.csv. [default: those that ship]"
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Folder for the result; an earlier one is replaced.")
    ] = OUTPUTS / "validation",
    seed: Seed = 1,
    samples: Annotated[int, typer.Option(help="Virtual trials of each design.")] = 500,
    jobs: Jobs = None,
    variant: Annotated[
        str, typer.Option(help="Structural variant: people_differ or interest_fades.")
    ] = "",
    ship: Annotated[bool, typer.Option("--ship", help="Put tables into the package's data.")] = (
        False
    ),
    no_report: NoFigures = False,
    as_json: AsJson = False,
) -> None:
    """Run the 28 trials as virtual ones and compare with what was published."""
    from dataclasses import asdict

    from ips_sim.analysis.trials.validation_folder import (
        make_validation_plan,
        ship_validation,
        summary_rows,
        summary_sentences,
    )

    if ship and (trials is not None or variant):
        raise typer.BadParameter("only the fit itself against the rates that ship can be shipped")
    plan = make_validation_plan(trials, samples=samples, seed=seed, variant=variant)
    validation = watch_validation(plan, out, jobs, no_report)
    shipped = [str(one) for one in ship_validation(out)] if ship else []
    if as_json:
        scores = [json_row(asdict(one)) for one in validation.scores]
        echo_json({"folder": str(out), "shipped": shipped, "scores": scores})
        return
    _echo_said(summary_rows(validation), summary_sentences(validation), out, shipped)
    echo_drawn(out / "figures")


def watch_calibration(
    calibration: Calibration, folder: Path, jobs: int | None, no_report: bool
) -> Calibrated:
    """Fit, with what a person at a terminal sees of it."""
    from ips_sim.analysis.calibration.folder import calibrate_to_folder

    def draw(calibrated: Calibrated, where: Path) -> None:
        from ips_sim.report.calibration_figures import write_calibration_figures

        write_calibration_figures(calibrated, where)

    return watch(
        calibrate_to_folder, calibration, folder, draw, stage_bars, jobs=jobs, no_report=no_report
    )


def watch_validation(
    plan: ValidationPlan, folder: Path, jobs: int | None, no_report: bool
) -> Validation:
    """Run virtual trials, with what a person at a terminal sees of it."""
    from ips_sim.analysis.trials.validation_folder import validate_to_folder

    def draw(validation: Validation, where: Path) -> None:
        from ips_sim.report.validation_figures import write_validation_figures

        write_validation_figures(validation, where)

    return watch(validate_to_folder, plan, folder, draw, stage_bars, jobs=jobs, no_report=no_report)


def _echo_said(
    table: Sequence[tuple[str, ...]], sentences: Sequence[str], folder: Path, shipped: Sequence[str]
) -> None:
    """Print a table, what it says in words, and what was written where."""
    echo_columns(table)
    for line in ["", *sentences, "", f"tables: {folder}", *(f"shipped {one}" for one in shipped)]:
        typer.echo(line)
