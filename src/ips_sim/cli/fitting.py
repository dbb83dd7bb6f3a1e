"""Commands that hold the model against the evidence: calibrate, validate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ips_sim.cli.options import OUTPUTS, Seed, makes_a_result
from ips_sim.cli.terminal import watch_and_echo


@makes_a_result
def calibrate(
    experiment: Annotated[
        Path, typer.Argument(help="A calibration file, or the name of one that ships.")
    ],
    points: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Fit to what an earlier calibration simulated, and simulate nothing again.",
        ),
    ] = None,
    ship: Annotated[
        bool, typer.Option("--ship", help="Put draws and centre into the package's data.")
    ] = False,
    **making: Any,
) -> None:
    """Fit the free parameters to the evidence, and say what the evidence taught."""
    from ips_sim.analysis.calibration.folder import points_of
    from ips_sim.analysis.calibration.plan_files import load_calibration
    from ips_sim.analysis.calibration.shipping import ship as put_into_package
    from ips_sim.runs.kinds import kind_named

    calibration, place = load_calibration(experiment), OUTPUTS / "calibration"

    def after(made: Any) -> dict[str, list[str]]:
        files = put_into_package(made.fit, making["out"] or place) if ship else []
        return {"shipped": [str(one) for one in files]}

    watch_and_echo(
        kind_named("calibration"),
        calibration,
        place,
        after=after,
        points=points_of(points, calibration) if points else None,
        **making,
    )


@makes_a_result
def validate(
    trials: Annotated[
        Path | None,
        typer.Option(
            help="Trials of one's own, or rates of the 28 (CSV). [default: the rates that ship]"
        ),
    ] = None,
    others: Annotated[
        bool,
        typer.Option(
            "--others", help="Predict trials of IPS outside severe mental illness instead."
        ),
    ] = False,
    seed: Seed = 1,
    samples: Annotated[int, typer.Option(help="Virtual trials of each design.")] = 500,
    variant: Annotated[
        str, typer.Option(help="Structural variant: people_differ or interest_fades.")
    ] = "",
    ship: Annotated[bool, typer.Option("--ship", help="Put tables into the package's data.")] = (
        False
    ),
    **making: Any,
) -> None:
    """Run the 28 trials as virtual ones and compare with what was published."""
    from ips_sim.analysis.trials.validation_folder import make_validation_plan, ship_validation
    from ips_sim.runs.kinds import kind_named

    if ship and (trials is not None or others or variant):
        raise typer.BadParameter("only the fit itself against the rates that ship can be shipped")
    place = OUTPUTS / "validation"

    def after(made: Any) -> dict[str, list[str]]:
        shipped = ship_validation(making["out"] or place) if ship else []
        return {"shipped": [str(one) for one in shipped]}

    watch_and_echo(
        kind_named("validation"),
        make_validation_plan(trials, samples=samples, seed=seed, variant=variant, others=others),
        place,
        after=after,
        **making,
    )
