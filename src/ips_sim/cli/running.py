"""Commands that run scenarios: run, compare, rerun, story."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ips_sim.cli.analyses import watch_principles, watch_sensitivity, watch_sweep
from ips_sim.cli.fitting import watch_calibration, watch_validation
from ips_sim.cli.options import (
    OUTPUTS,
    AsJson,
    Cluster,
    Draws,
    Driver,
    Events,
    Force,
    Format,
    Jobs,
    NoReport,
    OneScenario,
    Out,
    Precision,
    Replicates,
    Seed,
)
from ips_sim.cli.terminal import (
    DIFFERENT_EXIT_CODE,
    How,
    echo_columns,
    echo_json,
    echo_places,
    watch,
)

if TYPE_CHECKING:
    from typing import Unpack

    from ips_sim.runs.folder import Finished
    from ips_sim.runs.plan import Plan


def run(
    scenario: OneScenario,
    out: Out = None,
    seed: Seed = 1,
    replicates: Replicates = 200,
    draws: Draws = 1,
    jobs: Jobs = None,
    cluster: Cluster = None,
    driver: Driver = "compiled",
    events: Events = False,
    table_format: Format = "parquet",
    precision: Precision = None,
    force: Force = False,
    no_report: NoReport = False,
    as_json: AsJson = False,
) -> None:
    """Run one scenario and write tables and a report."""
    from ips_sim.runs.plan import make_plan

    plan = make_plan(
        [scenario],
        seed=seed,
        replicates=replicates,
        draws=draws,
        driver=driver,
        events=events,
        table_format=table_format,
        precision=precision,
    )
    folder = out or OUTPUTS / Path(scenario).stem
    done = _watch_plan(plan, folder, jobs=jobs, cluster=cluster, force=force, no_report=no_report)
    _echo_finished(done, as_json)


def compare(
    scenarios: Annotated[
        list[str], typer.Argument(help="Two or more scenario files or shipped scenarios.")
    ],
    reference: Annotated[
        str | None,
        typer.Option(help="The scenario that others are compared with. [default: the first]"),
    ] = None,
    out: Out = None,
    seed: Seed = 1,
    replicates: Replicates = 200,
    draws: Draws = 1,
    jobs: Jobs = None,
    cluster: Cluster = None,
    driver: Driver = "compiled",
    events: Events = False,
    table_format: Format = "parquet",
    precision: Precision = None,
    force: Force = False,
    no_report: NoReport = False,
    as_json: AsJson = False,
) -> None:
    """Run scenarios with the same people and the same chance, and say how they differ."""
    from ips_sim.runs.plan import make_plan

    if len(scenarios) < 2:
        raise typer.BadParameter("name two or more scenarios; `run` takes one")
    plan = make_plan(
        scenarios,
        reference=reference,
        seed=seed,
        replicates=replicates,
        draws=draws,
        driver=driver,
        events=events,
        table_format=table_format,
        precision=precision,
    )
    folder = out or OUTPUTS / "-vs-".join(Path(one).stem for one in scenarios)
    done = _watch_plan(plan, folder, jobs=jobs, cluster=cluster, force=force, no_report=no_report)
    _echo_finished(done, as_json)


def rerun(
    folder: Annotated[Path, typer.Argument(help="A finished result.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the new result. [default: FOLDER-rerun]")
    ] = None,
    jobs: Jobs = None,
    force: Force = False,
    no_report: NoReport = False,
    as_json: AsJson = False,
) -> None:
    """Make the tables of a result again and say whether they are the same to the byte."""
    from ips_sim.runs.folder import compare_manifests
    from ips_sim.runs.manifest import read_manifest

    manifest = read_manifest(folder)
    target = out or folder.with_name(f"{folder.resolve().name}-rerun")
    _watch_again(manifest, target, jobs=jobs, force=force, no_report=no_report)
    differing, notes = compare_manifests(target, folder)
    if as_json:
        echo_json({"folder": str(target), "differing": differing, "notes": notes})
    elif differing:
        typer.echo(f"{target} differs from {folder} in {', '.join(differing)}")
    else:
        typer.echo(f"{target} has the same tables as {folder}, byte for byte")
    for note in notes:
        typer.echo(note, err=True)
    if differing:
        raise typer.Exit(DIFFERENT_EXIT_CODE)


def story(
    scenarios: Annotated[
        list[str], typer.Argument(help="One or two scenario files or shipped scenarios.")
    ],
    person: Annotated[
        int | None, typer.Option(help="The person's number, as in people.parquet.")
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(
            metavar="TRAIT=VALUE,...",
            help="Choose a person by traits, such as age=35,benefit=cliff,interest=0.4-0.7.",
        ),
    ] = None,
    site: Annotated[
        int | None, typer.Option(help="Where to look for such a person. [default: 0]")
    ] = None,
    replicate: Annotated[int, typer.Option(help="Which stochastic run, from 0.")] = 0,
    seed: Seed = 1,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Tell what happens to one person in one or two worlds, week by week, and why."""
    from ips_sim.story.exchange import as_json as story_as_json
    from ips_sim.story.telling import outline, tell_story
    from ips_sim.story.writing import check_folder, write_story

    if out is not None:
        check_folder(out)
    told = tell_story(
        *scenarios, person=person, like=like, site=site, replicate=replicate, seed=seed
    )
    files = write_story(told, out or OUTPUTS / f"story-person-{told.person}")
    if as_json:
        echo_json({**story_as_json(told), "files": [str(file) for file in files]})
        return
    for line in [*outline(told), "", *(f"wrote {file}" for file in files)]:
        typer.echo(line)


def _watch_again(manifest: dict[str, Any], folder: Path, **how: Unpack[How]) -> None:
    """Do again what a manifest tells of, whatever kind of result it made."""
    match manifest.get("kind"):
        case "principles":
            from ips_sim.analysis.principles.plan import plan_from_json

            watch_principles(plan_from_json(manifest), folder, **how)
        case "sweep":
            from ips_sim.analysis.experiments.files import experiment_of

            watch_sweep(experiment_of(manifest), folder, **how)
        case "sensitivity":
            from ips_sim.analysis.experiments.files import experiment_of

            watch_sensitivity(experiment_of(manifest), folder, **how)
        case "calibration":
            from ips_sim.analysis.calibration.folder import calibration_from_json

            calibration = calibration_from_json(manifest)
            watch_calibration(calibration, folder, how["jobs"], how["no_report"])
        case "validation":
            from ips_sim.analysis.trials.validation_folder import validation_plan_from_json

            plan = validation_plan_from_json(manifest)
            watch_validation(plan, folder, how["jobs"], how["no_report"])
        case _:
            from ips_sim.runs.manifest import plan_of

            _watch_plan(plan_of(manifest), folder, **how)


def _watch_plan(plan: Plan, folder: Path, **how: Unpack[How]) -> Finished:
    from ips_sim.runs.folder import run_to_folder

    def report(partial: Path) -> None:
        from ips_sim.report import write_report

        write_report(partial)

    return watch(run_to_folder, plan, folder, report, **how)


def _echo_finished(finished: Finished, as_json: bool) -> None:
    """Print the short table and where the rest is, or everything as JSON."""
    from ips_sim.report.alike import unlike
    from ips_sim.report.short_table import as_json_values, short_table
    from ips_sim.runs.manifest import read_manifest

    if as_json:
        report = finished.folder / "report.html"
        echo_json(
            {
                "folder": str(finished.folder),
                "report": str(report) if report.exists() else None,
                "replicates": finished.replicates,
                "summary": as_json_values(finished.summary),
                "contrasts": as_json_values(finished.contrasts),
            }
        )
        return
    echo_columns(short_table(finished.summary, finished.contrasts))
    if said := unlike(read_manifest(finished.folder)["scenarios"]):
        typer.echo(f"\n{said}")
    echo_places(finished.folder, "report.html")
