"""A system as a folder of tables: windows of each group, sites, and what each site is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ips_sim.analysis.systems.counting import COUNTS, SITE_FIGURES
from ips_sim.analysis.systems.running import (
    SystemPlan,
    SystemResult,
    benchmarks,
    run_sites_of,
)
from ips_sim.analysis.systems.sites import site_scenario
from ips_sim.analysis.systems.system import System, system_of
from ips_sim.model.arrays import Floats
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.partial import fill
from ips_sim.runs.tables import Coded, Column, TableWriter, write_rows
from ips_sim.sources import source_hash

WINDOWS, SITES, PROGRAMMES = "windows.csv", "sites.parquet", "programmes.csv"

_NAMES = [one.name for one in SITE_FIGURES]
_OF_FIDELITY = "25 to 125"
_WINDOW = Column("window", "whole number", "", "stretch of weeks, from 1")

WINDOWS_COLUMNS = (
    Column("group", "text", "", "group of sites"),
    _WINDOW,
    Column("first_week", "whole number", "", "its first week"),
    Column("last_week", "whole number", "", "its last week"),
    Column("figure", "text", "", "what is counted"),
    Column("unit", "text", "", "unit of mean and ranges"),
    Column("mean", "number", "", "of all sites and draws together"),
    Column("low", "number", "", "5 % of draws of the whole group lie below"),
    Column("high", "number", "", "5 % lie above"),
    Column("site_low", "number", "", "5 % of single sites, over all draws, lie below"),
    Column("site_high", "number", "", "5 % lie above"),
)
SITES_COLUMNS = (
    Column("group", "text", "", "group of sites"),
    Column("site", "whole number", "", "site of the system, from 0"),
    Column("draw", "whole number", "", "realisation of the uncertain parameters, from 0"),
    Column("replicate", "whole number", "", "stochastic run of the draw, from 0"),
    _WINDOW,
    *(Column(one.name, "number", one.unit, one.meaning) for one in SITE_FIGURES),
    Column(
        "fidelity",
        "number",
        _OF_FIDELITY,
        "total of the 25 items at a review in the window, where one was measured",
    ),
)
LOW, HIGH = 0.05, 0.95


def make_system_plan(system: System) -> SystemPlan:
    """Plan the runs of a system.

    Raises
    ------
    RunError
        If there are not so many draws.
    ScenarioError
        If the values of a site contradict each other.
    """
    plan = SystemPlan(system, source_hash())
    _ = plan.parameters
    for group in system.groups:
        for site in range(group.first_site, group.first_site + group.sites):
            site_scenario(system, group, site)
    return plan


def system_plan_from_json(said: Mapping[str, Any]) -> SystemPlan:
    """Read a plan back, to run it with the sources as they are now."""
    return make_system_plan(system_of(said))


def run_system(plan: SystemPlan, folder: Path, how: How = PLAIN) -> SystemResult:
    """Run a system into a folder, or go on with it where it was stopped; raises as `fill`."""
    return fill(plan, folder, lambda store: run_sites_of(plan, store, how), write_system, how)


def write_system(made: SystemResult, folder: Path) -> list[Path]:
    """Write the tables of a system.

    Returns
    -------
    list of Path
        `WINDOWS`, `SITES` and `PROGRAMMES` there.
    """
    write_rows(folder / WINDOWS, WINDOWS_COLUMNS, window_rows(made))
    _write_sites(made, folder / SITES)
    differ = list(made.system.differ)
    columns = (*SITES_COLUMNS[:2], *(Column(name, "number", "", "") for name in differ))
    write_rows(folder / PROGRAMMES, columns, _programme_rows(made.system))
    return [folder / name for name in (WINDOWS, SITES, PROGRAMMES)]


def window_rows(made: SystemResult) -> list[tuple[object, ...]]:
    """Give each group's figures in each window, and how many sites reach which benchmark."""
    rows: list[tuple[object, ...]] = []
    system = made.system
    for number, group in enumerate(system.groups):
        mean, draws, sites = made.mean(number), made.of_draws(number), made.of_sites(number)
        bands = shares_in_bands(sites[_NAMES.index("employed_served_share")])
        for window in range(system.windows):
            weeks = (window * system.window_weeks + 1, (window + 1) * system.window_weeks)
            place = (group.name, window + 1, *weeks)
            for row, one in enumerate(SITE_FIGURES):
                if np.isnan(mean[row, window]):
                    continue
                low, high = quantiles(draws[row, window])
                site_low, site_high = quantiles(sites[row, window].reshape(-1))
                values = (float(mean[row, window]), low, high, site_low, site_high)
                rows.append((*place, one.name, one.unit, *values))
            nothing = float("nan")
            found = made.fidelity[number][window]
            if not np.isnan(found).all():
                values = (float(np.nanmean(found)), nothing, nothing, *quantiles(found))
                rows.append((*place, "fidelity", _OF_FIDELITY, *values))
            for name, each in bands.items():
                low, high = quantiles(each[window])
                values = (float(each[window].mean()), low, high, nothing, nothing)
                rows.append((*place, name, "share of sites", *values))
    return rows


def shares_in_bands(shares: Floats) -> dict[str, Floats]:
    """Give what share of sites lies between the benchmarks, in each window and run.

    Parameters
    ----------
    shares
        Of people served who worked, shape (windows, sites, runs).
    """
    known = ~np.isnan(shares)
    sites = np.maximum(known.sum(axis=1), 1)
    names, edges = zip(*benchmarks(), strict=True)
    found = {}
    limits = (-np.inf, *edges, np.inf)
    words = (f"below_{names[0]}", *names)
    for word, low, high in zip(words, limits, limits[1:], strict=False):
        inside = known & (shares >= low) & (shares < high)
        found[f"sites_{word}_share"] = inside.sum(axis=1) / sites
    return found


def quantiles(values: Floats) -> tuple[float, float]:
    """Give the central 90 % of values, those that are not known left out."""
    known = values[~np.isnan(values)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [LOW, HIGH])
    return float(low), float(high)


def _write_sites(made: SystemResult, path: Path) -> None:
    writer = TableWriter(path, SITES_COLUMNS, "parquet")
    system = made.system
    for number, group in enumerate(system.groups):
        figures = made.of_sites(number)
        for place in range(group.sites):
            windows, runs = system.windows, figures.shape[-1]
            run = np.tile(np.arange(runs), windows)
            fidelity = np.full((windows, runs), np.nan)
            fidelity[:, 0] = made.fidelity[number][:, place]
            writer.add(
                {
                    "group": Coded((group.name,), np.zeros(len(run), np.int64)),
                    "site": np.full(len(run), group.first_site + place),
                    "draw": run // system.replicates,
                    "replicate": run % system.replicates,
                    "window": np.repeat(np.arange(1, windows + 1), runs),
                    **{
                        one.name: figures[row, :, place].reshape(-1)
                        for row, one in enumerate(SITE_FIGURES)
                    },
                    "fidelity": fidelity.reshape(-1),
                }
            )
    writer.close()


def _programme_rows(system: System) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for group in system.groups:
        for site in range(group.first_site, group.first_site + group.sites):
            scenario = site_scenario(system, group, site)
            values = []
            for dotted in system.differ:
                section, _, name = dotted.partition(".")
                values.append(float(getattr(getattr(scenario, section), name)))
            rows.append((group.name, site, *values))
    return rows


_SHOWN = {
    "before_and_after": (
        "employed_share",
        "hours_in_community_per_week",
        "admissions_per_person_year",
        "programme_cost_usd_per_person_year",
        "health_cost_usd_per_person_year",
    ),
    "quarters": (
        "served",
        "employed_served_share",
        "job_starts",
        "caseload",
        "stay_weeks",
        "turnover_per_year",
        "fidelity",
    ),
    "saturation": (
        "served_share",
        "employed_share",
        "employed_with_programme_share",
        "employed_without_programme_share",
        "others_hired_per_person_year",
        "programme_cost_usd_per_person_year",
    ),
}
"""What a person at a terminal sees, by picture."""


def shown_lines(made: SystemResult) -> list[tuple[str, ...] | str]:
    """Give the means of each group in each window, with the range of single sites."""
    names = _SHOWN[made.system.picture]
    rows = [row for row in window_rows(made) if row[4] in names]
    head = ("", "weeks", *(name.replace("_", " ") for name in names))
    lines: list[tuple[str, ...] | str] = [head]
    places = dict.fromkeys(row[:4] for row in rows)
    for place in places:
        cells = {str(row[4]): row[5:] for row in rows if row[:4] == place}
        weeks = f"{place[2]} to {place[3]}"
        lines.append((str(place[0]), weeks, *(_cell(cells.get(name)) for name in names)))
    return [*lines, "", "Mean of all sites, and the range that holds 90 % of single sites."]


def _cell(values: Any) -> str:
    if values is None:
        return ""
    unit, mean, _, _, low, high = values
    if unit == "share":
        return f"{mean:.0%} ({low:.0%} to {high:.0%})"
    digits = 0 if mean >= 100 or unit == _OF_FIDELITY else 1 if mean >= 1 else 2
    return f"{mean:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def shown_json(made: SystemResult) -> dict[str, Any]:
    """Give the windows as JSON can hold them."""
    names = [one.name for one in WINDOWS_COLUMNS]
    rows = [dict(zip(names, row, strict=True)) for row in window_rows(made)]
    cleaned = [
        {name: None if value != value else value for name, value in row.items()} for row in rows
    ]
    return {"title": made.system.title, "windows": cleaned}


KIND = Kind(
    name="system",
    plan_from_json=system_plan_from_json,
    run=run_system,
    tables={"windows": WINDOWS, "sites": SITES, "programmes": PROGRAMMES},
    lines=shown_lines,
    json=shown_json,
    draw="ips_sim.report.system_figures:write_system_figures",
)

__all__ = ["COUNTS", "KIND", "make_system_plan", "run_system"]
