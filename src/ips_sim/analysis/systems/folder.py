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
from ips_sim.shown.english import range_in_words
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
    "before_and_after": {
        "employed_share": "Worked competitively, of all present",
        "hours_in_community_per_week": "Hours in the community, a week",
        "admissions_per_person_year": "Hospital admissions, a person and year",
        "programme_cost_usd_per_person_year": "Cost of the programme, $ a person and year",
        "health_cost_usd_per_person_year": "Cost of hospital days, $ a person and year",
    },
    "quarters": {
        "served": "People served, a programme",
        "employed_served_share": "Worked competitively, of people served",
        "job_starts": "Competitive jobs started, a programme",
        "caseload": "People on the caseload, mean of the weeks",
        "stay_weeks": "Weeks of a stay that ended",
        "turnover_per_year": "Specialists who left, a post and year",
        "fidelity": "Fidelity total, of 125",
    },
    "saturation": {
        "served_share": "Had a place in IPS, of all who look for work",
        "employed_share": "Worked competitively, of all of them",
        "employed_with_programme_share": "Worked competitively, where there is IPS",
        "employed_without_programme_share": "Worked competitively, where there is none",
        "others_hired_per_person_year": "Jobs that others got, for each of them and year",
        "programme_cost_usd_per_person_year": "Cost of the programme, $ a person and year",
    },
}
"""What a person sees of each picture, in words."""
_MOST_WINDOWS = 3
"""More columns of values with their ranges would not fit into a line."""


def shown_lines(made: SystemResult) -> list[tuple[str, ...] | str]:
    """Give a table for each figure: groups by windows, with the range of single sites."""
    known = {(row[0], row[1], row[4]): row[5:] for row in window_rows(made)}
    windows, weeks = made.system.windows, made.system.window_weeks
    shown = (
        sorted({1, (windows + 1) // 2, windows})
        if windows > _MOST_WINDOWS
        else range(1, windows + 1)
    )
    heads = [f"weeks {weeks * (one - 1) + 1} to {weeks * one}" for one in shown]
    lines: list[tuple[str, ...] | str] = []
    for name, said in _SHOWN[made.system.picture].items():
        rows = [
            (group.name, *(_cell(known.get((group.name, window, name))) for window in shown))
            for group in made.system.groups
        ]
        rows = [row for row in rows if any(row[1:])]
        if rows:
            lines += [said, ("", *heads), *rows, ""]
    left_out = (
        f" The first, the middle and the last of {windows} stretches; {WINDOWS} has all of them."
        if windows > _MOST_WINDOWS
        else ""
    )
    about = f"Mean of all sites, and the range that holds 90 % of single sites.{left_out}"
    return [about, "", *lines, *sentences(made)]


_WORKED = {
    "before_and_after": ("employed_share", "people present"),
    "quarters": ("employed_served_share", "people served"),
    "saturation": ("employed_share", "people who look for work"),
}
"""The share of which sentences tell, and of whom."""


def sentences(made: SystemResult) -> list[str]:
    """Say how many worked in each group's last window, and how many more than in another.

    That is the window before where IPS begins, the first one quarter by quarter, and the last one
    of the first group where IPS grows.
    """
    name, who = _WORKED[made.system.picture]
    row, weeks = _NAMES.index(name), made.system.window_weeks
    last, picture = f"in the last {weeks} weeks", made.system.picture
    said = []
    for number, group in enumerate(made.system.groups):
        mean, draws = made.mean(number)[row], made.of_draws(number)[row]
        base_mean, base_draws, is_first = mean, draws, made.system.windows == 1
        base, than = 0, "in the first stretch"
        if picture == "before_and_after":
            base, than = -2, f"in the {weeks} weeks before"
        if picture == "saturation":
            base, than = -1, f"in the group {made.system.groups[0].name}"
            base_mean, base_draws = made.mean(0)[row], made.of_draws(0)[row]
            is_first = number == 0
        if np.isnan(mean[-1]):
            said.append(f"{group.name}: there were no {who} {last}.")
            continue
        told = f"{group.name}: {_of_100(mean[-1])} of 100 {who} worked {last}"
        if is_first or np.isnan(draws[-1] - base_draws[base]).all():
            said.append(f"{told}.")
            continue
        difference = _difference(mean[-1], base_mean[base], draws[-1] - base_draws[base])
        said.append(f"{told}, {_of_100(base_mean[base])} {than}: {difference}.")
    return [
        *said,
        "Ranges in these sentences hold nine in ten draws of the group as a whole. What a group "
        "assumes of its sites stands in its file.",
    ]


def _of_100(share: float) -> str:
    return f"{100 * share:.0f}"


def _difference(value: float, base: float, draws: Floats) -> str:
    """A difference of shares in whole people, as the two shares told have it, with its range."""
    gap = int(_of_100(value)) - int(_of_100(base))
    low, high = (round(100 * end) for end in quantiles(draws))
    word = "about the same" if gap == 0 else f"{abs(gap)} {'more' if gap > 0 else 'fewer'}"
    if gap > 0 and low >= 0:
        return f"{word} ({range_in_words(str(low), str(high), str(gap))})"
    if gap < 0 and high <= 0:
        return f"{word} ({range_in_words(str(-high), str(-low), str(-gap))})"
    return f"{word} (from {_either(low)} to {_either(high)})"


def _either(people: int) -> str:
    return "none" if people == 0 else f"{abs(people)} {'more' if people > 0 else 'fewer'}"


def _cell(values: Any) -> str:
    if values is None:
        return ""
    unit, mean, _, _, low, high = values
    if unit == "share":
        said = [f"{100 * one:.0f}" for one in (mean, low, high)]
        sign = " %"
    else:
        digits = 0 if mean >= 100 or unit == _OF_FIDELITY else 1 if mean >= 1 else 2
        said = [f"{one:,.{digits}f}" for one in (mean, low, high)]
        sign = ""
    if len(set(said)) == 1:
        return f"{said[0]}{sign}, everywhere"
    return f"{said[0]}{sign} ({said[1]} to {said[2]})"


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
    draw="ips_sim.report.system_figures:system_figures",
)

__all__ = ["COUNTS", "KIND", "make_system_plan", "run_system"]
