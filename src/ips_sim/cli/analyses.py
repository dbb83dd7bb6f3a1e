"""Commands that analyse many runs: principles, sweep, sensitivity."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ips_sim.cli.options import (
    OUTPUTS,
    AsJson,
    Cluster,
    ExperimentFile,
    Force,
    Jobs,
    NoReport,
    Out,
    OwnReplicates,
    OwnSeed,
    Seed,
)
from ips_sim.cli.terminal import How, echo_columns, echo_json, echo_places, json_row, watch

if TYPE_CHECKING:
    from typing import Unpack

    from ips_sim.analysis.experiments.experiment import Experiment
    from ips_sim.analysis.experiments.sensitivity import Sensitivity
    from ips_sim.analysis.experiments.sweep import Sweep
    from ips_sim.analysis.principles.folder import PrinciplesResult
    from ips_sim.analysis.principles.plan import PrinciplesPlan


def principles(
    scenario: Annotated[
        str, typer.Argument(help="A scenario, or an experiment that names one and its players.")
    ],
    players: Annotated[
        list[str] | None,
        typer.Option(
            "--player",
            metavar="KEY=VALUE",
            help="One more player: without it the key has this value "
            "(programme.caseload_limit=40).",
        ),
    ] = None,
    variants: Annotated[
        bool, typer.Option("--variants", help="Show both structural variants beside the fit.")
    ] = False,
    out: Out = None,
    seed: Seed = 1,
    replicates: Annotated[int, typer.Option(help="Stochastic runs of each draw.")] = 3,
    draws: Annotated[
        int, typer.Option(help="Realisations of the uncertain parameters; 1 for their centre.")
    ] = 40,
    orders: Annotated[
        int, typer.Option(help="Pairs of orders of entry to sample above ten players.")
    ] = 64,
    trial_sizes: Annotated[
        str, typer.Option(help="People in each arm of the virtual factorial trial.")
    ] = "50,100,200,400,800,1600,3200",
    jobs: Jobs = None,
    cluster: Cluster = None,
    force: Force = False,
    no_report: NoReport = False,
    as_json: AsJson = False,
) -> None:
    """Say what each principle brings: dropped, alone, and as its share of the difference."""
    from ips_sim.analysis.principles.plan import make_principles_plan, sizes_of_text
    from ips_sim.analysis.principles.players import player_of_text

    plan = make_principles_plan(
        scenario,
        extra=[player_of_text(one) for one in players or ()],
        seed=seed,
        replicates=replicates,
        draws=draws,
        order_pairs=orders,
        trial_sizes=sizes_of_text(trial_sizes),
        variants=variants,
    )
    folder = out or OUTPUTS / f"principles-{Path(scenario).stem}"
    result = watch_principles(
        plan, folder, jobs=jobs, cluster=cluster, force=force, no_report=no_report
    )
    _echo_principles(result, folder, as_json)


def sweep(
    file: ExperimentFile,
    out: Out = None,
    seed: OwnSeed = None,
    replicates: OwnReplicates = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    force: Force = False,
    no_report: NoReport = False,
    as_json: AsJson = False,
) -> None:
    """Vary levers, settings and parameters, and say where outcomes are best."""
    from ips_sim.analysis.experiments.files import load_experiment
    from ips_sim.report.sweep_words import sweep_json, sweep_table

    experiment = load_experiment(file, "sweep").with_runs(seed, replicates)
    folder = out or OUTPUTS / file.stem
    done = watch_sweep(
        experiment, folder, jobs=jobs, cluster=cluster, force=force, no_report=no_report
    )
    _echo_analysis(folder, sweep_json(done) if as_json else sweep_table(done), as_json)


def sensitivity(
    file: ExperimentFile,
    out: Out = None,
    seed: OwnSeed = None,
    replicates: OwnReplicates = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    force: Force = False,
    no_report: NoReport = False,
    as_json: AsJson = False,
) -> None:
    """Say which levers and uncertainties drive which outcome, and how much is mere chance."""
    from ips_sim.analysis.experiments.files import load_experiment
    from ips_sim.report.sensitivity_words import sensitivity_json, sensitivity_table

    experiment = load_experiment(file, "sensitivity").with_runs(seed, replicates)
    folder = out or OUTPUTS / file.stem
    done = watch_sensitivity(
        experiment, folder, jobs=jobs, cluster=cluster, force=force, no_report=no_report
    )
    _echo_analysis(folder, sensitivity_json(done) if as_json else sensitivity_table(done), as_json)


def watch_principles(plan: PrinciplesPlan, folder: Path, **how: Unpack[How]) -> PrinciplesResult:
    """Run worlds with every combination of principles, with what a person sees of it."""
    from ips_sim.analysis.principles.folder import principles_to_folder

    def draw(result: PrinciplesResult, partial: Path) -> None:
        from ips_sim.report.principles_figures import write_principles_figures

        write_principles_figures(result, partial)

    return watch(principles_to_folder, plan, folder, draw, **how)


def watch_sweep(experiment: Experiment, folder: Path, **how: Unpack[How]) -> Sweep:
    """Run a sweep, with what a person sees of it."""
    from ips_sim.analysis.experiments.sweep import run_sweep

    def draw(result: Sweep, partial: Path) -> None:
        from ips_sim.report.sweep_figures import write_sweep_figures

        write_sweep_figures(result, partial / "figures")

    return watch(run_sweep, experiment, folder, draw, **how)


def watch_sensitivity(experiment: Experiment, folder: Path, **how: Unpack[How]) -> Sensitivity:
    """Run a sensitivity analysis, with what a person sees of it."""
    from ips_sim.analysis.experiments.sensitivity import run_sensitivity

    def draw(result: Sensitivity, partial: Path) -> None:
        from ips_sim.report.sensitivity_figures import write_sensitivity_figures

        write_sensitivity_figures(result, partial / "figures")

    return watch(run_sensitivity, experiment, folder, draw, **how)


def _echo_principles(result: PrinciplesResult, folder: Path, as_json: bool) -> None:
    """Print who shares what, or all shares as JSON."""
    from dataclasses import asdict

    from ips_sim.analysis.principles.shown import shown_lines

    if as_json:
        rows = [json_row(asdict(row)) for row in result.shares.rows]
        by_variant = [json_row(asdict(row)) for row in result.variants]
        echo_json({"folder": str(folder), "principles": rows, "variants": by_variant})
        return
    for part in shown_lines(result):
        if isinstance(part, str):
            typer.echo(part)
        else:
            echo_columns(part)
    echo_places(folder, "figures")


def _echo_analysis(folder: Path, said: Any, as_json: bool) -> None:
    """Print what came out and where the rest is, or everything as JSON."""
    if as_json:
        echo_json({"folder": str(folder), **said})
        return
    echo_columns(said)
    echo_places(folder, "figures")
