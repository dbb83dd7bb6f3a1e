"""Commands for one's own scenarios: check, new."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ips_sim.cli.options import AsJson, Jobs, OneScenario, Seed
from ips_sim.cli.terminal import echo_json, echo_lines
from ips_sim.shown.aligned import columns

if TYPE_CHECKING:
    from ips_sim.scenario import Resolved, Scenario


def check(
    scenario: OneScenario,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What a programme knows, as CSV: quarterly counts, a fidelity sheet or a budget. "
            "Says how the simulated programme differs from it.",
        ),
    ] = None,
    seed: Seed = 1,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> None:
    """Print a scenario with everything inherited, or set it against what a programme knows."""
    from ips_sim.scenario import resolve_scenario

    resolved = resolve_scenario(scenario)
    if against is not None:
        _set_against(resolved.scenario, against, seed, jobs, as_json)
        return
    if as_json:
        echo_json(_resolved_values(resolved))
        return
    echo_lines(_resolved_lines(resolved))


def _set_against(
    scenario: Scenario, path: Path, seed: int, jobs: int | None, as_json: bool
) -> None:
    """Print how a simulated programme differs from what a file knows."""
    from ips_sim.analysis.against import difference_lines, set_against
    from ips_sim.cli.terminal import bars
    from ips_sim.runs.how import How
    from ips_sim.shown.aligned import json_rows

    with bars() as progress:
        how = How(jobs=jobs, progress=progress, say=lambda line: typer.echo(line, err=True))
        rows = set_against(scenario, path, seed=seed, how=how)
    if as_json:
        echo_json(json_rows(rows))
    else:
        echo_lines(columns(difference_lines(rows)))


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


def _resolved_values(resolved: Resolved) -> dict[str, Any]:
    """A resolved scenario with units and origins, for ``--json``."""
    from ips_sim.model.world import full_time_posts
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
    return {
        "chain": resolved.chain,
        "dropped": resolved.dropped,
        "full_time_posts": full_time_posts(resolved.scenario),
        "values": values,
    }


def _resolved_lines(resolved: Resolved) -> list[str]:
    """A resolved scenario line by line: key, value, unit, origin, meaning."""
    from ips_sim.model.world import full_time_posts
    from ips_sim.scenario.catalogue import keys_of, sections
    from ips_sim.scenario.layer import PEOPLE_ROWS
    from ips_sim.scenario.resolve import as_mapping
    from ips_sim.scenario.schema import PEOPLE_ROWS_MEANING

    scenario = resolved.scenario
    width = shutil.get_terminal_size().columns
    lines = [scenario.title, *textwrap.wrap(scenario.summary, width)]
    own, *beneath = resolved.chain
    lines.append(f"from {own}" + (f", based on {', '.join(beneath)}" if beneath else ""))
    posts, sites = full_time_posts(scenario), scenario.design.sites
    lines.append(
        f"staff: {posts:.1f} full-time post{'' if posts == 1 else 's'} at {sites:,} "
        f"site{'' if sites == 1 else 's'}"
    )
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
    for section in ("prices", "budget"):
        said = as_mapping(scenario).get(section, {})
        rows += [(), (section,)] if said else []
        for name in said:
            origin = str(resolved.origins[f"{section}.{name}"])
            rows.append((f"  {name}", *_own(scenario, section, name), origin))
    return lines + columns(rows, has_heads=False)


def _own(scenario: Scenario, section: str, name: str) -> tuple[str, str]:
    """What a scenario says of money and posts: the value, and of what it is."""
    from ips_sim.evidence import unit_costs

    if section == "budget":
        unit = "posts" if name == "posts" else "US dollars a year"
        return f"{getattr(scenario.budget, name):,.12g}", unit
    price = scenario.prices[name]
    unit = unit_costs()[name].unit
    if unit_costs()[name].price_year is None:
        return f"{price.value:g}", unit
    year = f" of {price.price_year}" if price.price_year else ""
    return f"{price.value:,.12g}", unit.replace("US dollars", f"{price.currency}{year}")
