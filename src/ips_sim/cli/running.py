"""Commands that run scenarios: run, compare, rerun, story."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
    makes_a_result,
    place_of,
)
from ips_sim.cli.terminal import DIFFERENT_EXIT_CODE, echo_json, watch, watch_and_echo
from ips_sim.runs.counts import DEFAULT_DRAWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ips_sim.runs.plan import Plan
    from ips_sim.scenario import ScenarioSource


@makes_a_result
def run(
    scenario: OneScenario,
    seed: Seed = 1,
    replicates: Replicates = None,
    draws: Draws = DEFAULT_DRAWS,
    driver: Driver = "compiled",
    events: Events = False,
    table_format: Format = "parquet",
    precision: Precision = None,
    **making: Any,
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
    _run_plan(plan, [scenario], **making)


@makes_a_result
def compare(
    scenarios: Annotated[
        list[str], typer.Argument(help="Two or more scenario files or shipped scenarios.")
    ],
    reference: Annotated[
        str | None,
        typer.Option(
            help="The scenario that others are compared with. "
            "[default: the first; of two the second]"
        ),
    ] = None,
    seed: Seed = 1,
    replicates: Replicates = None,
    draws: Draws = DEFAULT_DRAWS,
    driver: Driver = "compiled",
    events: Events = False,
    table_format: Format = "parquet",
    precision: Precision = None,
    **making: Any,
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
    _run_plan(plan, scenarios, **making)


def _run_plan(plan: Plan, sources: Sequence[str], **making: Any) -> None:
    from ips_sim.runs.kinds import kind_named
    from ips_sim.runs.places import name_of

    watch_and_echo(kind_named("run"), plan, OUTPUTS / name_of(sources), **making)


def rerun(
    folder: Annotated[Path, typer.Argument(help="A finished result.")],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            parser=place_of,
            help="Folder for the new result. [default: FOLDER-rerun]",
        ),
    ] = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    force: Force = False,
    no_report: NoReport = False,
    as_json: AsJson = False,
) -> None:
    """Make the tables of a result again and say whether they are the same to the byte."""
    from ips_sim.runs.errors import DrawingError, RunError
    from ips_sim.runs.kinds import plan_again
    from ips_sim.runs.manifest import altered, compare_manifests, read_manifest

    kind, plan = plan_again(folder)
    changed = altered(folder, read_manifest(folder))
    for name, why in changed.items():
        typer.echo(f"{folder}: {name} {why}", err=True)
    named = folder if folder.name and folder.name != ".." else folder.resolve()
    target = out or named.with_name(f"{folder.resolve().name}-rerun")
    if target.exists() and target.samefile(folder):
        raise RunError(f"{target} is what is compared with: choose another place (--out)")
    failed = None
    try:
        watch(kind, plan, target, jobs=jobs, cluster=cluster, force=force, no_report=no_report)
    except DrawingError as error:
        failed = error
    differing, notes = compare_manifests(target, folder)
    if as_json:
        echo_json(
            {
                "folder": str(target),
                "differing": differing,
                "notes": notes,
                "changed": changed,
            }
        )
    elif differing:
        typer.echo(f"{target} differs from {folder} in {', '.join(differing)}")
    elif changed:
        typer.echo(
            f"{target} has the tables that {folder} had when it was made; "
            f"{', '.join(changed)} there can't be vouched for"
        )
    else:
        typer.echo(f"{target} has the same tables as {folder}, byte for byte")
    for note in [*notes, *([str(failed)] if failed else [])]:
        typer.echo(note, err=True)
    if differing or changed or failed:
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
    differs: Annotated[
        str | None,
        typer.Option(
            metavar="PRINCIPLE",
            help="Find the people to whom a principle of the scenario matters most, such as "
            "rapid_search, and tell their lives with it and without it.",
        ),
    ] = None,
    site: Annotated[
        int | None, typer.Option(help="Where to look for such a person. [default: 0]")
    ] = None,
    replicate: Annotated[
        int | None,
        typer.Option(
            help="Which stochastic run, from 0. [default: 0; with --differs the first 20]"
        ),
    ] = None,
    seed: Seed = 1,
    lots: Annotated[
        bool,
        typer.Option("--lots", help="Tell the chances and the lots drawn too."),
    ] = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Tell what happens to one person in one or two worlds, week by week, and why."""
    from ips_sim.shown.aligned import columns
    from ips_sim.story import StoryError
    from ips_sim.story.exchange import as_json as story_as_json
    from ips_sim.story.exchange import matters_as_json
    from ips_sim.story.finding import find
    from ips_sim.story.telling import outline, tell_story
    from ips_sim.story.text import matters_as_lines
    from ips_sim.story.writing import check_folder, write_story

    if out is not None:
        check_folder(out)
    sources: list[ScenarioSource] = [*scenarios]
    matters = None
    if differs is not None:
        if len(sources) > 1 or any(each is not None for each in (person, like, site)):
            raise StoryError(
                "--differs finds the people by itself in one scenario: leave out the second, "
                "--person, --like and --site"
            )
        matters = find(sources[0], differs, replicate=replicate, seed=seed, lots=lots)
        told, lines = matters.found[0], matters_as_lines(matters)
    else:
        told = tell_story(
            *sources,
            person=person,
            like=like,
            site=site,
            replicate=replicate or 0,
            seed=seed,
            lots=lots,
        )
        lines = outline(told)
    files = write_story(told, out or OUTPUTS / f"story-person-{told.person}")
    if as_json:
        found = {"differs": matters_as_json(matters)} if matters else {}
        echo_json({**story_as_json(told), **found, "files": [str(file) for file in files]})
        return
    for line in [*columns(lines), "", *(f"wrote {file}" for file in files)]:
        typer.echo(line)
