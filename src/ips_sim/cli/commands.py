"""The program ``ips-sim``: its commands in the order of ``--help``, and what all have in common."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ips_sim import __version__
from ips_sim.cli import analyses, fitting, running, scenarios, show
from ips_sim.cli.terminal import BAD_INPUT_EXIT_CODE, INTERRUPTED_EXIT_CODE


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
for command in (
    scenarios.check,
    running.run,
    running.compare,
    running.rerun,
    running.story,
    analyses.principles,
    analyses.sweep,
    analyses.sensitivity,
    fitting.calibrate,
    fitting.validate,
    scenarios.new,
):
    app.command()(command)
app.add_typer(show.app, name="show")


def main() -> None:
    """Run the command line."""
    app()


def _print_version(wanted: bool) -> None:
    if wanted:
        from ips_sim.model.compiled.cache import stored_state
        from ips_sim.sources import source_hash

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
