"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated

import typer

from ips_sim.runs.counts import DEFAULT_RUNS

OUTPUTS = Path("outputs")
"""Where results go unless ``--out`` says otherwise."""

OneScenario = Annotated[str, typer.Argument(help="A scenario file or a shipped scenario.")]
ExperimentFile = Annotated[
    Path, typer.Argument(help="An experiment file, or the name of one that ships.")
]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


def place_of(out: str) -> Path:
    """Read where a result goes."""
    from ips_sim.runs.places import place

    return place(out)


Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", parser=place_of, help="Folder for the result; by default one in outputs/."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there.")]
NoReport = Annotated[bool, typer.Option("--no-report", help="Leave out report and figures.")]

Seed = Annotated[int, typer.Option(help="Key of all chance.")]
Replicates = Annotated[
    int | None,
    typer.Option(
        help=f"Stochastic runs of each draw. [default: as many as make {DEFAULT_RUNS} runs]"
    ),
]
Draws = Annotated[
    int,
    typer.Option(help="Realisations of the uncertain parameters; 1 is the centre of them all."),
]
OwnSeed = Annotated[int | None, typer.Option(help="Key of all chance. [default: the file's]")]
OwnReplicates = Annotated[
    int | None, typer.Option(min=1, help="Stochastic runs of each point. [default: the file's]")
]
Precision = Annotated[
    str | None,
    typer.Option(
        metavar="[OUTCOME=]VALUE",
        help="Take the replicates as a pilot, and then as many as it takes for the Monte Carlo "
        "error of the outcome (by default employed_ever) to be as small.",
    ),
]

Jobs = Annotated[
    int | None,
    typer.Option(min=1, help="Threads or processes; results don't depend on it. [default: cores]"),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Run on a Dask cluster: tcp://HOST:PORT of its scheduler, or local to start one.",
    ),
]
Driver = Annotated[str, typer.Option(help="compiled, or mesa for the same results from agents.")]
Events = Annotated[bool, typer.Option("--events", help="Keep what happens to everyone.")]
Format = Annotated[str, typer.Option("--format", help="parquet or csv.")]


def makes_a_result(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what all commands that make a result take, in place of its ``**making``."""

    def shared(
        out: Out = None,
        jobs: Jobs = None,
        cluster: Cluster = None,
        force: Force = False,
        no_report: NoReport = False,
        as_json: AsJson = False,
    ) -> None: ...

    own = signature(command, eval_str=True).parameters.values()
    named = [one for one in own if one.kind is not one.VAR_KEYWORD]
    more = signature(shared, eval_str=True).parameters.values()
    command.__signature__ = Signature([*named, *more])  # type: ignore[attr-defined]
    command.__annotations__.update({one.name: one.annotation for one in more})
    return command
