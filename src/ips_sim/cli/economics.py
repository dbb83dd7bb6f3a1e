"""Commands about money: value, budget."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ips_sim.cli.options import OUTPUTS, AsJson, Cluster, Force, Jobs, NoReport, Out, Seed
from ips_sim.cli.terminal import watch_and_echo

Sources = Annotated[
    list[str],
    typer.Argument(
        help="Scenario files or shipped scenarios; or the folder of a finished result, to put "
        "other prices on it without another run."
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Set a value in every scenario (prices.specialist_year_usd=61000).",
    ),
]
Variants = Annotated[
    bool, typer.Option("--variants/--no-variants", help="Run both structural variants too.")
]


def value(
    scenarios: Sources,
    reference: Annotated[
        str | None,
        typer.Option(help="The scenario that others are compared with. [default: the last]"),
    ] = None,
    perspective: Annotated[
        str, typer.Option(help="Whose costs: participant, programme, government or society.")
    ] = "government",
    effect: Annotated[
        str, typer.Option(help="What is bought: weeks_worked, people_employed or qalys.")
    ] = "weeks_worked",
    set_values: Set = None,
    people_per_year: Annotated[
        int, typer.Option(help="People referred in a region in a year, for its budget.")
    ] = 100,
    variants: Variants = True,
    extrapolate: Annotated[
        bool, typer.Option("--extrapolate", help="Let follow-up exceed that of trials; marked.")
    ] = False,
    out: Out = None,
    seed: Seed = 1,
    draws: Annotated[
        int, typer.Option(help="Realisations of the uncertain parameters and prices.")
    ] = 100,
    replicates: Annotated[
        int | None,
        typer.Option(
            help="Stochastic runs of each draw. [default: as many as keep chance below 5 % of "
            "the variance between draws]"
        ),
    ] = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    force: Force = False,
    no_report: NoReport = False,
    as_json: AsJson = False,
) -> None:
    """Say what strategies cost and bring, to whom, and how sure that is."""
    _economics(
        "value",
        scenarios,
        out,
        as_json,
        set_values,
        {
            "reference": reference,
            "perspective": perspective,
            "effect": effect,
            "people_per_year": people_per_year,
            "variants": variants,
            "extrapolate": extrapolate,
            "seed": seed,
            "draws": draws,
            "replicates": replicates,
        },
        jobs=jobs,
        cluster=cluster,
        force=force,
        no_report=no_report,
    )


def budget(
    scenarios: Sources,
    set_values: Set = None,
    extrapolate: Annotated[
        bool, typer.Option("--extrapolate", help="Let follow-up exceed that of trials; marked.")
    ] = False,
    out: Out = None,
    seed: Seed = 1,
    draws: Annotated[
        int, typer.Option(help="Realisations of the uncertain parameters and prices.")
    ] = 50,
    replicates: Annotated[int, typer.Option(help="Stochastic runs of each draw.")] = 4,
    jobs: Jobs = None,
    cluster: Cluster = None,
    force: Force = False,
    no_report: NoReport = False,
    as_json: AsJson = False,
) -> None:
    """Give dollars, posts and people of each year, who pays, and what a job costs: on a sheet."""
    _economics(
        "budget",
        scenarios,
        out,
        as_json,
        set_values,
        {
            "variants": False,
            "extrapolate": extrapolate,
            "seed": seed,
            "draws": draws,
            "replicates": replicates,
        },
        jobs=jobs,
        cluster=cluster,
        force=force,
        no_report=no_report,
    )


def _economics(
    name: str,
    sources: list[str],
    out: Path | None,
    as_json: bool,
    set_values: list[str] | None,
    asked: dict[str, Any],
    **options: Any,
) -> None:
    from ips_sim.analysis.value.folder import priced_again, reprice_to_folder
    from ips_sim.analysis.value.plan import make_value_plan
    from ips_sim.runs.kinds import kind_named
    from ips_sim.runs.manifest import MANIFEST
    from ips_sim.runs.places import name_of

    overrides, kind = _overrides(set_values or []), kind_named("value")
    folder = Path(sources[0])
    if len(sources) == 1 and (folder / MANIFEST).is_file():
        plan, made = priced_again(folder, overrides)
        kind = replace(kind, run=lambda plan, place, how: reprice_to_folder(plan, made, place, how))
        place = out or folder.with_name(f"{folder.name}-repriced")
    else:
        plan = make_value_plan(sources, overrides=overrides, **asked)
        place = out or OUTPUTS / f"{name}-{name_of(sources)}"
    watch_and_echo(kind, plan, place, as_json, **options)


def _overrides(said: list[str]) -> dict[str, object]:
    from ips_sim.scenario.reader import plain_value

    found: dict[str, object] = {}
    for text in said:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"--set takes KEY=VALUE, found {text!r}")
        found[key.strip()] = plain_value(value.strip())
    return found
