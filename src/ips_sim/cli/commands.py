"""The program ``ips-sim``: its commands in the order of ``--help``, and what all have in common."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ips_sim import __version__
from ips_sim.cli import analyses, dashboard, economics, fitting, running, scenarios, show
from ips_sim.cli.process import (
    CTRL_C_EXIT_CODE,
    drop_output,
    finish_output,
    prepare,
    stopped_exit_code,
)
from ips_sim.cli.terminal import BAD_INPUT_EXIT_CODE, echo_error


class _Commands(TyperGroup):
    """Says what is wrong in plain words, for every command alike, and stops cleanly."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(stopped_exit_code()) from None
        except Exception as error:
            from ips_sim.evidence.reading import EvidenceError
            from ips_sim.runs.errors import InterruptedRunError, RunError, in_words, unreadable
            from ips_sim.scenario import ScenarioError

            if isinstance(error, InterruptedRunError):
                echo_error(str(error))
                raise typer.Exit(stopped_exit_code()) from None
            if isinstance(error, BrokenPipeError):
                raise  # whoever read the output has enough of it
            if isinstance(error, OSError) and error.filename is not None:
                # What is written is told of where that is done.
                echo_error(unreadable(error))
            elif isinstance(error, OSError | MemoryError):
                # What has no name is what it prints.
                echo_error(in_words(error, Path("the output")))
                drop_output()
            elif isinstance(error, ScenarioError | RunError | EvidenceError):
                echo_error(str(error))
            else:
                raise
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
    analyses.fidelity,
    analyses.classroom,
    dashboard.dashboard,
    analyses.plan,
    economics.value,
    economics.budget,
    analyses.sweep,
    analyses.sensitivity,
    analyses.system,
    fitting.calibrate,
    fitting.validate,
    scenarios.new,
):
    app.command()(command)
app.add_typer(show.app, name="show")


def main() -> None:
    """Run the command line."""
    prepare()
    try:
        try:
            app()
        finally:
            finish_output()
    except KeyboardInterrupt:
        sys.exit(stopped_exit_code())
    except SystemExit as end:
        # A signal that comes before or after the command itself ends the program in Typer's way.
        sys.exit(stopped_exit_code() if end.code == CTRL_C_EXIT_CODE else end.code)
    except OSError as error:  # of the output itself, where nothing can be said but there
        print(f"the output can't be written: {error.strerror or error}", file=sys.stderr)
        sys.exit(BAD_INPUT_EXIT_CODE)


def _print_version(wanted: bool) -> None:
    if wanted:
        from ips_sim.model.compiled.cache import stored_state
        from ips_sim.sources import source_hash

        state = {
            "ready": "compiled and kept",
            "empty": "to be compiled at the first run, which takes some ten seconds",
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
