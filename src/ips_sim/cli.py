"""The command line: one short function per command.

Each imports what it needs when it runs, so that ``--help`` and ``check`` stay light.
"""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ips_sim import __version__

if TYPE_CHECKING:
    from ips_sim.scenario import Resolved

BAD_INPUT_EXIT_CODE = 2


class _Commands(TyperGroup):
    """Says what is wrong with a scenario in plain words, for every command alike."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from ips_sim.scenario import ScenarioError

            if not isinstance(error, ScenarioError):
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


def main() -> None:
    """Run the command line."""
    app()


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ips-sim {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
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
