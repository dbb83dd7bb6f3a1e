"""Commands that analyse many runs: principles, fidelity, classroom, sweep, sensitivity, system."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ips_sim.cli.options import (
    OUTPUTS,
    ExperimentFile,
    OneScenario,
    OwnReplicates,
    OwnSeed,
    Seed,
    makes_a_result,
)
from ips_sim.cli.terminal import watch_and_echo
from ips_sim.runs.counts import (
    CLASSROOM_DRAWS,
    CLASSROOM_REPLICATES,
    DEFAULT_AGENCIES,
    DEFAULT_DRAWS,
    DEFAULT_WAITING_WEEKS,
    PRINCIPLES_DRAWS,
    PRINCIPLES_REPLICATES,
)


@makes_a_result
def principles(
    scenario: Annotated[
        str, typer.Argument(help="A scenario, or an experiment that names one and its players.")
    ],
    against: Annotated[
        str | None,
        typer.Argument(
            help="A second scenario, such as `traditional`: share out the difference to it, "
            "principle by principle and everything else."
        ),
    ] = None,
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
    seed: Seed = 1,
    replicates: Annotated[int, typer.Option(help="Stochastic runs of each draw.")] = (
        PRINCIPLES_REPLICATES
    ),
    draws: Annotated[
        int, typer.Option(help="Realisations of the uncertain parameters; 1 for their centre.")
    ] = PRINCIPLES_DRAWS,
    orders: Annotated[
        int, typer.Option(help="Pairs of orders of entry to sample above ten players.")
    ] = 64,
    trial_sizes: Annotated[
        str, typer.Option(help="People in each arm of the virtual factorial trial.")
    ] = "50,100,200,400,800,1600,3200",
    **making: Any,
) -> None:
    """Say what each principle brings: dropped, alone, and as its share of the difference."""
    from ips_sim.analysis.principles.plan import make_principles_plan, sizes_of_text
    from ips_sim.analysis.principles.players import player_of_text
    from ips_sim.runs.kinds import kind_named
    from ips_sim.runs.places import name_of

    plan = make_principles_plan(
        scenario,
        against,
        extra=[player_of_text(one) for one in players or ()],
        seed=seed,
        replicates=replicates,
        draws=draws,
        order_pairs=orders,
        trial_sizes=sizes_of_text(trial_sizes),
        variants=variants,
    )
    watch_and_echo(
        kind_named("principles"),
        plan,
        OUTPUTS / f"principles-{name_of([scenario, *([against] if against else [])])}",
        **making,
    )


@makes_a_result
def fidelity(
    scenario: OneScenario,
    seed: Seed = 1,
    agencies: Annotated[
        int, typer.Option(help="Agencies visited, each with its own draw, people and luck.")
    ] = DEFAULT_AGENCIES,
    sites: Annotated[
        int | None,
        typer.Option(
            help="Instead: as many programmes that differ around this one, and how their totals go "
            "with employment."
        ),
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            help="Realisations of the uncertain parameters in which improvements are tried; 0 for "
            "none."
        ),
    ] = DEFAULT_DRAWS,
    replicates: Annotated[int, typer.Option(help="Stochastic runs of each draw.")] = 2,
    **making: Any,
) -> None:
    """Review a simulated programme by the IPS fidelity scale, and say what to improve first."""
    from ips_sim.analysis.fidelity.review import make_fidelity_plan
    from ips_sim.analysis.fidelity.sites import make_sites_plan
    from ips_sim.runs.kinds import kind_named
    from ips_sim.runs.places import name_of

    plan: Any = (
        make_fidelity_plan(
            scenario, seed=seed, agencies=agencies, draws=draws, replicates=replicates
        )
        if sites is None
        else make_sites_plan(scenario, seed=seed, sites=sites)
    )
    kind = kind_named("fidelity" if sites is None else "fidelity_sites")
    watch_and_echo(
        kind,
        plan,
        OUTPUTS / f"{kind.name.replace('_', '-')}-{name_of([scenario])}",
        **making,
    )


@makes_a_result
def plan(
    scenario: OneScenario,
    people: Annotated[
        int | None,
        typer.Option(help="People referred in a year. [default: as the scenario has them]"),
    ] = None,
    budget: Annotated[
        float | None, typer.Option(metavar="USD", help="What the programme may cost in a year.")
    ] = None,
    waiting: Annotated[
        float, typer.Option(metavar="WEEKS", help="Longest mean wait of everyone referred.")
    ] = DEFAULT_WAITING_WEEKS,
    fidelity: Annotated[
        str, typer.Option(help="Lowest band of the fidelity scale that is allowed.")
    ] = "good",
    beyond_observed: Annotated[
        bool,
        typer.Option(
            "--beyond-observed", help="Search caseloads too that no programme is known to have had."
        ),
    ] = False,
    seed: Seed = 1,
    **making: Any,
) -> None:
    """Search staff, caseload, rules and team for what a budget or people to serve ask for."""
    from ips_sim.analysis.planning.search import make_staffing_plan
    from ips_sim.runs.kinds import kind_named
    from ips_sim.runs.places import name_of

    watch_and_echo(
        kind_named("plan"),
        make_staffing_plan(
            scenario,
            people=people,
            budget_usd=budget,
            most_waiting_weeks=waiting,
            fidelity=fidelity,
            beyond_observed=beyond_observed,
            seed=seed,
        ),
        OUTPUTS / f"plan-{name_of([scenario])}",
        **making,
    )


@makes_a_result
def classroom(
    scenario: Annotated[
        str, typer.Argument(help="The programme with all principles: a file or a shipped scenario.")
    ] = "ips",
    seed: Seed = 1,
    draws: Annotated[
        int, typer.Option(help="Realisations of the uncertain parameters; 1 for their centre.")
    ] = CLASSROOM_DRAWS,
    replicates: Annotated[int, typer.Option(help="Stochastic runs of each draw.")] = (
        CLASSROOM_REPLICATES
    ),
    **making: Any,
) -> None:
    """Write a page on which a trainer switches principles off in front of a class."""
    from ips_sim.analysis.classroom.plan import make_classroom_plan
    from ips_sim.runs.kinds import kind_named

    watch_and_echo(
        kind_named("classroom"),
        make_classroom_plan(scenario, seed=seed, draws=draws, replicates=replicates),
        OUTPUTS / "classroom",
        **making,
    )


@makes_a_result
def sweep(
    file: ExperimentFile,
    seed: OwnSeed = None,
    replicates: OwnReplicates = None,
    **making: Any,
) -> None:
    """Vary levers, settings and parameters, and say where outcomes are best."""
    _experiment(
        "sweep",
        file,
        seed,
        replicates,
        **making,
    )


@makes_a_result
def sensitivity(
    file: ExperimentFile,
    seed: OwnSeed = None,
    replicates: OwnReplicates = None,
    **making: Any,
) -> None:
    """Say which levers and uncertainties drive which outcome, and how much is mere chance."""
    _experiment(
        "sensitivity",
        file,
        seed,
        replicates,
        **making,
    )


def _experiment(
    kind: Literal["sweep", "sensitivity"],
    file: Path,
    seed: int | None,
    replicates: int | None,
    **making: Any,
) -> None:
    from ips_sim.analysis.experiments.files import load_experiment
    from ips_sim.runs.kinds import kind_named
    from ips_sim.runs.places import name_of

    experiment = load_experiment(file, kind).with_runs(seed, replicates)
    watch_and_echo(kind_named(kind), experiment, OUTPUTS / name_of([str(file)]), **making)


@makes_a_result
def system(
    file: Annotated[
        Path, typer.Argument(help="A file of a system, or the name of one that ships.")
    ],
    seed: OwnSeed = None,
    replicates: Annotated[
        int | None, typer.Option(min=1, help="Stochastic runs of each draw. [default: the file's]")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(min=1, help="Realisations of the uncertain parameters. [default: the file's]"),
    ] = None,
    sites: Annotated[
        int | None, typer.Option(min=1, help="Sites of each group. [default: the file's]")
    ] = None,
    **making: Any,
) -> None:
    """Run many sites together: a service that converts, a community of programmes, a region."""
    from ips_sim.analysis.systems.folder import make_system_plan
    from ips_sim.analysis.systems.system import load_system
    from ips_sim.runs.kinds import kind_named
    from ips_sim.runs.places import name_of

    watch_and_echo(
        kind_named("system"),
        make_system_plan(load_system(file).with_runs(seed, replicates, draws, sites)),
        OUTPUTS / name_of([str(file)]),
        **making,
    )
