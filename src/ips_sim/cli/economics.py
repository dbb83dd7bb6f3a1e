"""Commands about money: value, budget."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ips_sim.cli.options import OUTPUTS, Seed, makes_a_result
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


@makes_a_result
def value(
    context: typer.Context,
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
    **making: Any,
) -> None:
    """Say what strategies cost and bring, to whom, and how sure that is."""
    _economics(
        context,
        "value",
        scenarios,
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
        **making,
    )


@makes_a_result
def budget(
    context: typer.Context,
    scenarios: Sources,
    set_values: Set = None,
    extrapolate: Annotated[
        bool, typer.Option("--extrapolate", help="Let follow-up exceed that of trials; marked.")
    ] = False,
    seed: Seed = 1,
    draws: Annotated[
        int, typer.Option(help="Realisations of the uncertain parameters and prices.")
    ] = 50,
    replicates: Annotated[int, typer.Option(help="Stochastic runs of each draw.")] = 4,
    **making: Any,
) -> None:
    """Give dollars, posts and people of each year, who pays, and what a job costs: on a sheet."""
    _economics(
        context,
        "budget",
        scenarios,
        set_values,
        {
            "variants": False,
            "extrapolate": extrapolate,
            "seed": seed,
            "draws": draws,
            "replicates": replicates,
        },
        **making,
    )


def _economics(
    context: typer.Context,
    name: str,
    sources: list[str],
    set_values: list[str] | None,
    asked: dict[str, Any],
    **making: Any,
) -> None:
    from ips_sim.analysis.value.folder import is_finished, repriced
    from ips_sim.analysis.value.plan import VIEWS, make_value_plan
    from ips_sim.runs.counts import key_and_value
    from ips_sim.runs.errors import RunError
    from ips_sim.runs.kinds import kind_named
    from ips_sim.runs.places import name_of

    overrides = dict(key_and_value("--set", text) for text in set_values or ())
    if is_finished(sources):
        folder = Path(sources[0])
        said = [one for one in asked if _was_said(context, one)]
        for one in said:
            if one not in VIEWS:
                raise RunError(
                    f"--{one} needs other runs; of the finished result {folder} only prices and "
                    f"{', '.join(view.replace('_', '-') for view in VIEWS)} can be changed"
                )
        kind, plan = repriced(folder, overrides, **{one: asked[one] for one in said})
        place = folder.with_name(f"{folder.name}-repriced")
    else:
        kind, plan = kind_named("value"), make_value_plan(sources, overrides=overrides, **asked)
        place = OUTPUTS / f"{name}-{name_of(sources)}"
    watch_and_echo(kind, plan, place, **making)


def _was_said(context: typer.Context, name: str) -> bool:
    """Say whether an option was given, and is not only there by default."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
