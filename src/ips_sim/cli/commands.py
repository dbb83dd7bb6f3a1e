"""The command line: one short function per command.

Each imports what it needs when it runs, so that ``--help`` and ``check`` stay light.
"""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ips_sim import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ips_sim.analysis.calibration.fit import Progress as StageProgress
    from ips_sim.analysis.calibration.folder import Calibrated
    from ips_sim.analysis.calibration.plan_files import Calibration
    from ips_sim.analysis.experiment import Experiment
    from ips_sim.analysis.principles.folder import PrinciplesResult
    from ips_sim.analysis.principles.plan import PrinciplesPlan
    from ips_sim.analysis.sensitivity import Sensitivity
    from ips_sim.analysis.sweep import Sweep
    from ips_sim.analysis.validation import Validation
    from ips_sim.analysis.validation_folder import ValidationPlan
    from ips_sim.runs.folder import Finished
    from ips_sim.runs.plan import Plan
    from ips_sim.runs.rounds import Progress
    from ips_sim.scenario import Resolved

DIFFERENT_EXIT_CODE = 1
BAD_INPUT_EXIT_CODE = 2
INTERRUPTED_EXIT_CODE = 130

OUTPUTS = Path("outputs")
"""Where results go unless ``--out`` says otherwise."""


class _Commands(TyperGroup):
    """Says what is wrong in plain words, for every command alike, and stops cleanly."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED_EXIT_CODE) from None
        except Exception as error:
            from ips_sim.evidence.reading import EvidenceError
            from ips_sim.runs.errors import InterruptedRunError, RunError
            from ips_sim.scenario import ScenarioError

            if isinstance(error, InterruptedRunError):
                typer.echo(str(error), err=True)
                raise typer.Exit(INTERRUPTED_EXIT_CODE) from None
            if not isinstance(error, ScenarioError | RunError | EvidenceError):
                raise
            typer.echo(str(error), err=True)
            raise typer.Exit(BAD_INPUT_EXIT_CODE) from None


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Individual Placement and Support against traditional vocational services, simulated.",
)
show_app = typer.Typer(
    no_args_is_help=True, help="Show scenarios, their keys, principles and parameters."
)
app.add_typer(show_app, name="show")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Out = Annotated[
    Path | None, typer.Option(help="Folder for the result; by default one in outputs/.")
]
Seed = Annotated[int, typer.Option(help="Key of all chance.")]
Replicates = Annotated[int, typer.Option(help="Stochastic runs of each draw.")]
Draws = Annotated[int, typer.Option(help="Realisations of the uncertain parameters.")]
Jobs = Annotated[
    int | None,
    typer.Option(min=1, help="Threads or processes; results don't depend on it. [default: cores]"),
]
Driver = Annotated[str, typer.Option(help="compiled, or mesa for the same results from agents.")]
Events = Annotated[bool, typer.Option("--events", help="Keep what happens to everyone.")]
Format = Annotated[str, typer.Option("--format", help="parquet or csv.")]
Precision = Annotated[
    str | None,
    typer.Option(
        metavar="[OUTCOME=]VALUE",
        help="Add replicates until the Monte Carlo error of the outcome (by default "
        "employed_ever) is as small.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there.")]
NoReport = Annotated[bool, typer.Option("--no-report", help="Leave out report and figures.")]
ExperimentFile = Annotated[Path, typer.Argument(help="An experiment file.")]
OwnSeed = Annotated[int | None, typer.Option(help="Key of all chance. [default: the file's]")]
OwnReplicates = Annotated[
    int | None, typer.Option(min=1, help="Stochastic runs of each point. [default: the file's]")
]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Run on a Dask cluster: tcp://HOST:PORT of its scheduler, or local to start one.",
    ),
]


def main() -> None:
    """Run the command line."""
    app()


def _print_version(wanted: bool) -> None:
    if wanted:
        from ips_sim.model.compiled.cache import source_hash, stored_state

        state = {
            "ready": "compiled and kept",
            "empty": "to be compiled at the first run, which takes about a minute",
            "damaged": "kept code is damaged and will be compiled again",
        }
        typer.echo(f"ips-sim {__version__}")
        typer.echo(f"drivers: compiled ({state[stored_state()]}), mesa")
        typer.echo(f"source hash: {source_hash()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print version, drivers and source hash.",
        ),
    ] = False,
) -> None:
    """Take the options that belong to no command."""


@app.command()
def check(
    scenario: Annotated[str, typer.Argument(help="A scenario file or a shipped scenario.")],
    as_json: AsJson = False,
) -> None:
    """Print a scenario with everything inherited, and where each value comes from."""
    from ips_sim.scenario import resolve_scenario

    resolved = resolve_scenario(scenario)
    if as_json:
        _echo_json(_resolved_values(resolved))
        return
    for line in _resolved_lines(resolved):
        typer.echo(_fitted(line))


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help="A scenario file or a shipped scenario.")],
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
    _echo_finished(_run_plan(plan, folder, jobs, force, no_report, cluster), as_json)


@app.command()
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
    named = OUTPUTS / "-vs-".join(Path(one).stem for one in scenarios)
    _echo_finished(_run_plan(plan, out or named, jobs, force, no_report, cluster), as_json)


@app.command()
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
    from ips_sim.runs.manifest import plan_of, read_manifest

    manifest = read_manifest(folder)
    target = out or folder.with_name(f"{folder.resolve().name}-rerun")
    if manifest.get("kind") == "principles":
        from ips_sim.analysis.principles.plan import plan_from_json

        _run_principles(plan_from_json(manifest), target, jobs, force, no_report)
    elif manifest.get("kind") == "calibration":
        from ips_sim.analysis.calibration.folder import calibration_from_json

        _run_calibration(calibration_from_json(manifest), target, jobs, no_report)
    elif manifest.get("kind") == "validation":
        from ips_sim.analysis.validation_folder import validation_plan_from_json

        _run_validation(validation_plan_from_json(manifest), target, jobs, no_report)
    elif manifest.get("kind") == "sweep":
        from ips_sim.analysis.experiment_files import experiment_of

        _run_sweep(experiment_of(manifest), target, jobs, force, no_report)
    elif manifest.get("kind") == "sensitivity":
        from ips_sim.analysis.experiment_files import experiment_of

        _run_sensitivity(experiment_of(manifest), target, jobs, force, no_report)
    else:
        _run_plan(plan_of(manifest), target, jobs, force, no_report)
    differing, notes = compare_manifests(target, folder)
    if as_json:
        _echo_json({"folder": str(target), "differing": differing, "notes": notes})
    elif differing:
        typer.echo(f"{target} differs from {folder} in {', '.join(differing)}")
    else:
        typer.echo(f"{target} has the same tables as {folder}, byte for byte")
    for note in notes:
        typer.echo(note, err=True)
    if differing:
        raise typer.Exit(DIFFERENT_EXIT_CODE)


@app.command()
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
        _echo_json({**story_as_json(told), "files": [str(file) for file in files]})
        return
    for line in [*outline(told), "", *(f"wrote {file}" for file in files)]:
        typer.echo(line)


@app.command()
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
    )
    folder = out or OUTPUTS / f"principles-{Path(scenario).stem}"
    result = _run_principles(plan, folder, jobs, force, no_report, cluster)
    _echo_principles(result, folder, as_json)


@app.command()
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
    from ips_sim.analysis.experiment_files import load_experiment
    from ips_sim.report.sweep_words import sweep_json, sweep_table

    experiment = load_experiment(file, "sweep").with_runs(seed, replicates)
    folder = out or OUTPUTS / file.stem
    done = _run_sweep(experiment, folder, jobs, force, no_report, cluster)
    _echo_analysis(folder, sweep_json(done) if as_json else sweep_table(done), as_json)


@app.command()
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
    from ips_sim.analysis.experiment_files import load_experiment
    from ips_sim.report.sensitivity_words import sensitivity_json, sensitivity_table

    experiment = load_experiment(file, "sensitivity").with_runs(seed, replicates)
    folder = out or OUTPUTS / file.stem
    done = _run_sensitivity(experiment, folder, jobs, force, no_report, cluster)
    _echo_analysis(folder, sensitivity_json(done) if as_json else sensitivity_table(done), as_json)


@app.command()
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
    no_report: Annotated[bool, typer.Option("--no-report", help="Leave out figures.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fit the free parameters to the evidence, and say what the evidence taught."""
    from ips_sim.analysis.calibration.folder import shown_fit
    from ips_sim.analysis.calibration.plan_files import load_calibration
    from ips_sim.analysis.calibration.shipping import ship as put_into_package

    calibrated = _run_calibration(load_calibration(experiment), out, jobs, no_report)
    shipped = put_into_package(calibrated.fit, out) if ship else []
    said = shown_fit(calibrated)
    if as_json:
        _echo_json({"folder": str(out), "shipped": [str(one) for one in shipped], **said})
        return
    _echo_columns(said["table"])
    for line in ["", *said["sentences"], "", f"tables: {out}", *(f"shipped {x}" for x in shipped)]:
        typer.echo(line)


@app.command()
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
    no_report: Annotated[bool, typer.Option("--no-report", help="Leave out figures.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run the 28 trials as virtual ones and compare with what was published."""
    from dataclasses import asdict

    from ips_sim.analysis.validation_folder import (
        make_validation_plan,
        ship_validation,
        summary_rows,
        summary_sentences,
    )

    if ship and (trials is not None or variant):
        raise typer.BadParameter("only the fit itself against the rates that ship can be shipped")
    plan = make_validation_plan(trials, samples=samples, seed=seed, variant=variant)
    validation = _run_validation(plan, out, jobs, no_report)
    shipped = [str(one) for one in ship_validation(out)] if ship else []
    if as_json:
        scores = [_plain(asdict(one)) for one in validation.scores]
        _echo_json({"folder": str(out), "shipped": shipped, "scores": scores})
        return
    _echo_columns(summary_rows(validation))
    said = summary_sentences(validation)
    for line in ["", *said, "", f"tables: {out}", *(f"shipped {one}" for one in shipped)]:
        typer.echo(line)
    if (out / "figures").exists():
        typer.echo(f"figures: {out / 'figures'}")


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")],
    based_on: Annotated[
        str, typer.Option("--based-on", help="The scenario to inherit from.")
    ] = "ips.yaml",
) -> None:
    """Write a commented scenario to start from."""
    from ips_sim.scenario.template import write_template

    for written in write_template(file, based_on):
        typer.echo(f"wrote {written}")


@show_app.command("scenarios")
def show_scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that ship."""
    from ips_sim.scenario import load_scenario, shipped

    loaded = {name: load_scenario(name) for name in shipped()}
    if as_json:
        _echo_json(
            {name: {"title": one.title, "summary": one.summary} for name, one in loaded.items()}
        )
        return
    _echo_columns([(name, one.title, one.summary) for name, one in loaded.items()])


@show_app.command("scenario")
def show_scenario(
    name: Annotated[str, typer.Argument(help="A shipped scenario, as `show scenarios` names it.")],
) -> None:
    """Print the file of a shipped scenario, to read or to copy."""
    from ips_sim.scenario.library import shipped_text

    typer.echo(shipped_text(name), nl=False)


@show_app.command("principles")
def show_principles(as_json: AsJson = False) -> None:
    """Print what each principle owns and what traditional services do instead."""
    from ips_sim.scenario import principles
    from ips_sim.scenario.catalogue import show_value

    if as_json:
        _echo_json(
            {
                name: {
                    "levers": dict(one.levers),
                    "why": one.why,
                    "status": one.status,
                    "rests_on": one.rests_on,
                }
                for name, one in principles().items()
            }
        )
        return
    for name, one in principles().items():
        typer.echo(f"{name}\n  {one.why}")
        _echo_columns([(f"  {lever}", show_value(value)) for lever, value in one.levers.items()])
        typer.echo(f"  {one.status}; {one.rests_on}\n")


@show_app.command("parameters")
def show_parameters(as_json: AsJson = False) -> None:
    """Print the parameters of the model with range, unit, origin and meaning."""
    from dataclasses import asdict

    from ips_sim.evidence.parameters import load_parameters

    known = load_parameters()
    if as_json:
        _echo_json({name: asdict(one) for name, one in known.items()})
        return
    _echo_columns(
        [
            (
                name,
                f"{one.value:g}",
                f"{one.low:g} to {one.high:g}",
                one.unit,
                one.origin,
                one.meaning,
            )
            for name, one in known.items()
        ]
    )


@show_app.command("schema")
def show_schema(as_json: AsJson = False) -> None:
    """Print what a scenario file may say; with --json, the JSON Schema."""
    from ips_sim.scenario.catalogue import keys_of, sections
    from ips_sim.scenario.published import schema_text

    if as_json:
        typer.echo(schema_text(), nl=False)
        return
    for section in sections():
        typer.echo(section)
        _echo_columns([(f"  {key.name}", key.allowed, key.meaning) for key in keys_of(section)])
        typer.echo()


def _run_plan(
    plan: Plan,
    folder: Path,
    jobs: int | None,
    force: bool,
    no_report: bool,
    cluster: str | None = None,
) -> Finished:
    """Run a plan with everything that a person at a terminal sees of it."""
    from ips_sim.runs.folder import run_to_folder

    def report(partial: Path) -> None:
        from ips_sim.report import write_report

        write_report(partial)

    with _progress() as progress:
        return run_to_folder(
            plan,
            folder,
            jobs=jobs,
            cluster=cluster,
            force=force,
            command=["ips-sim", *sys.argv[1:]],
            finish=None if no_report else report,
            progress=progress,
            say=lambda line: typer.echo(line, err=True),
        )


def _run_principles(
    plan: PrinciplesPlan,
    folder: Path,
    jobs: int | None,
    force: bool,
    no_report: bool,
    cluster: str | None = None,
) -> PrinciplesResult:
    """Run worlds with every combination of principles, with what a person sees of it."""
    from ips_sim.analysis.principles.folder import principles_to_folder

    def draw(result: PrinciplesResult, partial: Path) -> None:
        from ips_sim.report.principles_figures import write_principles_figures

        write_principles_figures(result, partial)

    with _progress() as progress:
        return principles_to_folder(
            plan,
            folder,
            jobs=jobs,
            cluster=cluster,
            force=force,
            command=["ips-sim", *sys.argv[1:]],
            finish=None if no_report else draw,
            progress=progress,
            say=lambda line: typer.echo(line, err=True),
        )


def _run_calibration(
    calibration: Calibration, folder: Path, jobs: int | None, no_report: bool
) -> Calibrated:
    """Fit, with what a person at a terminal sees of it."""
    from ips_sim.analysis.calibration.folder import calibrate_to_folder

    def draw(calibrated: Calibrated, where: Path) -> None:
        from ips_sim.report.calibration_figures import write_calibration_figures

        write_calibration_figures(calibrated, where)

    with _stages() as progress:
        return calibrate_to_folder(
            calibration,
            folder,
            jobs=jobs,
            command=["ips-sim", *sys.argv[1:]],
            finish=None if no_report else draw,
            progress=progress,
            say=lambda line: typer.echo(line, err=True),
        )


def _run_validation(
    plan: ValidationPlan, folder: Path, jobs: int | None, no_report: bool
) -> Validation:
    """Run virtual trials, with what a person at a terminal sees of it."""
    from ips_sim.analysis.validation_folder import validate_to_folder

    def draw(validation: Validation, where: Path) -> None:
        from ips_sim.report.validation_figures import write_validation_figures

        write_validation_figures(validation, where)

    with _stages() as progress:
        return validate_to_folder(
            plan,
            folder,
            jobs=jobs,
            command=["ips-sim", *sys.argv[1:]],
            finish=None if no_report else draw,
            progress=progress,
            say=lambda line: typer.echo(line, err=True),
        )


def _echo_principles(result: PrinciplesResult, folder: Path, as_json: bool) -> None:
    """Print who shares what, or all shares as JSON."""
    from dataclasses import asdict

    from ips_sim.analysis.principles.shown import shown_lines

    if as_json:
        rows = [_plain(asdict(row)) for row in result.shares.rows]
        _echo_json({"folder": str(folder), "principles": rows})
        return
    for part in shown_lines(result):
        if isinstance(part, str):
            typer.echo(part)
        else:
            _echo_columns(part)
    typer.echo()
    typer.echo(f"tables: {folder}")
    if (folder / "figures").exists():
        typer.echo(f"figures: {folder / 'figures'}")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON can hold it; a number that is not known is null."""
    return {name: None if value != value else value for name, value in row.items()}


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show on a terminal how far a run is."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@contextmanager
def _stages() -> Iterator[StageProgress]:
    """Show on a terminal how far long work of several stages is, with the time left of each."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


def _echo_finished(finished: Finished, as_json: bool) -> None:
    """Print the short table and where the rest is, or everything as JSON."""
    from ips_sim.runs.shown import as_json_values, short_table

    report = finished.folder / "report.html"
    if as_json:
        _echo_json(
            {
                "folder": str(finished.folder),
                "report": str(report) if report.exists() else None,
                "replicates": finished.replicates,
                "summary": as_json_values(finished.summary),
                "contrasts": as_json_values(finished.contrasts),
            }
        )
        return
    _echo_columns(short_table(finished.summary, finished.contrasts))
    typer.echo()
    typer.echo(f"tables: {finished.folder}")
    if report.exists():
        typer.echo(f"report: {report}")


def _run_sweep(
    experiment: Experiment,
    folder: Path,
    jobs: int | None,
    force: bool,
    no_report: bool,
    cluster: str | None = None,
) -> Sweep:
    from ips_sim.analysis.sweep import run_sweep

    def draw(result: Sweep, partial: Path) -> None:
        from ips_sim.report.sweep_figures import write_sweep_figures

        write_sweep_figures(result, partial / "figures")

    with _progress() as progress:
        return run_sweep(
            experiment,
            folder,
            jobs=jobs,
            cluster=cluster,
            force=force,
            finish=None if no_report else draw,
            command=["ips-sim", *sys.argv[1:]],
            progress=progress,
            say=lambda line: typer.echo(line, err=True),
        )


def _run_sensitivity(
    experiment: Experiment,
    folder: Path,
    jobs: int | None,
    force: bool,
    no_report: bool,
    cluster: str | None = None,
) -> Sensitivity:
    from ips_sim.analysis.sensitivity import run_sensitivity

    def draw(result: Sensitivity, partial: Path) -> None:
        from ips_sim.report.sensitivity_figures import write_sensitivity_figures

        write_sensitivity_figures(result, partial / "figures")

    with _progress() as progress:
        return run_sensitivity(
            experiment,
            folder,
            jobs=jobs,
            cluster=cluster,
            force=force,
            finish=None if no_report else draw,
            command=["ips-sim", *sys.argv[1:]],
            progress=progress,
            say=lambda line: typer.echo(line, err=True),
        )


def _echo_analysis(folder: Path, said: Any, as_json: bool) -> None:
    """Print what came out and where the rest is, or everything as JSON."""
    if as_json:
        _echo_json({"folder": str(folder), **said})
        return
    _echo_columns(said)
    typer.echo()
    typer.echo(f"tables: {folder}")
    if (folder / "figures").is_dir():
        typer.echo(f"figures: {folder / 'figures'}")


def _resolved_values(resolved: Resolved) -> dict[str, Any]:
    """A resolved scenario with units and origins, for ``--json``."""
    from ips_sim.scenario import as_mapping
    from ips_sim.scenario.catalogue import keys

    written = as_mapping(resolved.scenario)
    values = {}
    for dotted, origin in resolved.origins.items():
        section, _, name = dotted.partition(".")
        key = keys().get(dotted)
        values[dotted] = {
            "value": written[section][name] if name else written[section],
            "unit": key.unit if key else "",
            "meaning": key.meaning if key else "",
            "where": origin.where,
            "line": origin.line,
            "dropped": origin.dropped,
            "reads": origin.reads,
        }
    return {"chain": resolved.chain, "dropped": resolved.dropped, "values": values}


def _resolved_lines(resolved: Resolved) -> list[str]:
    """A resolved scenario line by line: key, value, unit, origin, meaning."""
    from ips_sim.scenario.catalogue import keys_of, sections
    from ips_sim.scenario.layer import PEOPLE_ROWS
    from ips_sim.scenario.schema import PEOPLE_ROWS_MEANING

    scenario = resolved.scenario
    width = shutil.get_terminal_size().columns
    lines = [scenario.title, *textwrap.wrap(scenario.summary, width)]
    own, *beneath = resolved.chain
    lines.append(f"from {own}" + (f", based on {', '.join(beneath)}" if beneath else ""))
    if resolved.dropped:
        lines.append("drops " + ", ".join(resolved.dropped))
    rows: list[tuple[str, ...]] = []
    for section in sections():
        rows += [(), (section,)]
        for key in keys_of(section):
            value = key.shown(getattr(getattr(scenario, section), key.name))
            origin = str(resolved.origins[key.dotted])
            rows.append((f"  {key.name}", value, key.unit, origin, key.meaning))
        if section == "people" and scenario.people_rows:
            count, origin = str(len(scenario.people_rows)), str(resolved.origins[PEOPLE_ROWS])
            rows.append(("  rows", count, "people", origin, PEOPLE_ROWS_MEANING))
    if "variant" in resolved.origins:
        rows += [(), ("variant", scenario.variant, "", str(resolved.origins["variant"]))]
    if scenario.parameters:
        rows += [(), ("parameters",)]
        for name, number in scenario.parameters.items():
            rows.append(
                (f"  {name}", f"{number:g}", "", str(resolved.origins[f"parameters.{name}"]))
            )
    return lines + _columns(rows)


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows of texts as lines with aligned columns; a single text stands by itself."""
    tables = [row for row in rows if len(row) > 1]
    widest = max((len(row) for row in tables), default=0)
    widths = [max(len(row[i]) for row in tables if len(row) > i) for i in range(widest)]
    return [
        "  ".join(
            text.ljust(widths[i]) if len(row) > 1 else text for i, text in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def _echo_columns(rows: list[tuple[str, ...]]) -> None:
    for line in _columns(rows):
        typer.echo(_fitted(line))


def _fitted(line: str) -> str:
    """A line as wide as the terminal at most; whole where it goes to a file or a pipe."""
    if not sys.stdout.isatty():
        return line
    width = shutil.get_terminal_size().columns
    return line if len(line) <= width else line[: width - 3] + "..."


def _echo_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
