"""The group ``show``: what scenarios, principles, parameters and scenario files are there."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from ips_sim.cli.options import AsJson
from ips_sim.cli.terminal import echo_columns, echo_json

_NAME, _LINE = 38, 90
"""Letters of the column of names, and of a whole line of a list."""

app = typer.Typer(
    no_args_is_help=True, help="Show scenarios, their keys, principles and parameters."
)


@app.command("scenarios")
def show_scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that ship, each in a line; `check NAME` says all of one."""
    from ips_sim.scenario import load_scenario
    from ips_sim.scenario.library import shipped_by_folder

    folders = shipped_by_folder()
    loaded = {name: load_scenario(name) for names in folders.values() for name in names}
    if as_json:
        echo_json(
            {name: {"title": one.title, "summary": one.summary} for name, one in loaded.items()}
        )
        return
    # A name is shown as it is typed.
    for folder, names in folders.items():
        if folder:
            typer.echo(f"\n{folder}")
        for name in names:
            typer.echo(_in_a_line(name, loaded[name].title))


def _in_a_line(name: str, title: str) -> str:
    line = f"{name:<{_NAME}}  {title}"
    return line if len(line) <= _LINE else f"{line[: _LINE - 3]}..."


@app.command("experiments")
def show_experiments(
    name: Annotated[str, typer.Argument(help="One of them, to print its file.")] = "",
) -> None:
    """List the experiments that ship, or print the file of one, to read or to copy."""
    from ips_sim.evidence.likely import nearest
    from ips_sim.scenario.library import shipped_experiments
    from ips_sim.scenario.reader import read_file, to_python

    files = shipped_experiments()
    if not name:
        for one, path in files.items():
            said: Any = to_python(read_file(path, path.name).root)
            typer.echo(_in_a_line(one, said["title"]))
        return
    if name not in files:
        meant = nearest(name, files)
        hint = f"; did you mean {meant}?" if meant else ""
        raise typer.BadParameter(f"{name!r} is none of {', '.join(files)}{hint}")
    typer.echo(files[name].read_text(encoding="utf-8"), nl=False)


@app.command("scenario")
def show_scenario(
    name: Annotated[str, typer.Argument(help="A shipped scenario, as `show scenarios` names it.")],
) -> None:
    """Print the file of a shipped scenario, or the CSV of people beside one, to read or to copy."""
    from ips_sim.scenario.library import shipped_text

    typer.echo(shipped_text(name), nl=False)


@app.command("principles")
def show_principles(as_json: AsJson = False) -> None:
    """Print what each principle owns and what traditional services do instead."""
    from ips_sim.scenario import principles
    from ips_sim.scenario.catalogue import keys, show_value

    if as_json:
        echo_json(
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
    known = keys()
    for name, one in principles().items():
        typer.echo(f"{name.replace('_', ' ').capitalize()}\n  {one.why}")
        typer.echo("  Without it:")
        for lever, value in one.levers.items():
            said = _in_unit(show_value(value), known[f"programme.{lever}"].unit)
            typer.echo(f"    {lever.replace('_', ' ')}: {said}")
        typer.echo(f"  {one.status.capitalize()}; rests on: {_with_sources(one.rests_on)}.\n")
    typer.echo("In files, names are written with underscores: drop: [rapid_search].")


def _in_unit(value: str, unit: str) -> str:
    """Say a lever's value, as a file writes it, in its unit."""
    if value in ("true", "false"):
        return "yes" if value == "true" else "no"
    if unit == "share":
        return f"{100 * float(value):g} %"
    if unit == "score":
        return f"{value} on a scale from 0 to 1"
    return value if value == "unlimited" else f"{value} {unit}"


def _with_sources(text: str) -> str:
    """Put the source of a row of the evidence in place of its key."""
    from ips_sim.evidence import evidence_parameters, findings

    rows: dict[str, Any] = {**evidence_parameters(), **findings()}

    def source(key: re.Match[str]) -> str:
        row = rows.get(key[0])
        return re.split(r",( and)? https?:| \(", row.source)[0] if row else key[0]

    return re.sub(r"\w+_\w+", source, text)


@app.command("parameters")
def show_parameters(as_json: AsJson = False) -> None:
    """Print the parameters of the model with range, unit, origin and meaning."""
    from dataclasses import asdict

    from ips_sim.evidence.parameters import load_parameters

    known = load_parameters()
    if as_json:
        echo_json({name: asdict(one) for name, one in known.items()})
        return
    echo_columns(
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


@app.command("schema")
def show_schema(
    kind: Annotated[
        str, typer.Argument(help="scenario, experiment, calibration or players.")
    ] = "scenario",
    as_json: AsJson = False,
) -> None:
    """Print what a scenario file, or another kind, may say; with --json, the JSON Schema."""
    from ips_sim.analysis.published import models, schema_text
    from ips_sim.scenario.catalogue import keys_of, sections
    from ips_sim.scenario.checking import shapes_of

    if kind != "scenario" and kind not in models():
        known = ", ".join(("scenario", *models()))
        raise typer.BadParameter(f"{kind!r} is none of {known}", param_hint="KIND")
    if as_json:
        typer.echo(schema_text(kind), nl=False)
        return
    if kind == "scenario":
        for section in sections():
            typer.echo(section)
            echo_columns([(f"  {key.name}", key.allowed, key.meaning) for key in keys_of(section)])
            typer.echo()
        return
    for model in models()[kind]:
        typer.echo((model.__doc__ or "").splitlines()[0])
        echo_columns(
            [
                (f"  {name}", one.key.allowed, one.key.meaning)
                for name, one in shapes_of(model).items()
            ]
        )
        typer.echo()
