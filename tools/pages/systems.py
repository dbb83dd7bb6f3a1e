"""Systems of sites: their tables and pictures are stored, since running them takes minutes.

``python -m tools.pages.systems`` runs the experiments again, or those that it is told the names of,
and stores what they bring.
"""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ips_sim.analysis.systems.folder import WINDOWS, make_system_plan, run_system
from ips_sim.analysis.systems.system import Group, System, load_system
from ips_sim.report.system_figures import system_figures
from ips_sim.scenario import Scenario
from ips_sim.scenario.vary import vary
from ips_sim.shown import style
from tools.pages.images import digest, small_png
from tools.pages.markdown import table

STORED = Path(__file__).with_name("systems")
IMAGES = "docs/images"
SYSTEMS = ("day_treatment", "learning_community", "region", "region_few_employers")
WITHOUT_END = "_without_end"
"""What the name of a stored region ends with whose employers make jobs without end."""
_ROOM = "place.made_job_fills_share"
OFFERED = "Offered to all"
_LAST_YEAR = 2
_PERCENT = 100.0


@dataclass(frozen=True)
class Cell:
    """A figure of a group in a window, as the stored table has it."""

    unit: str
    mean: float
    low: float
    high: float
    site_low: float
    site_high: float

    def shown(self, *, of_sites: bool = False) -> str:
        """Give the mean with its range: of the group over draws, or of single sites."""
        low, high = self.low, self.high
        if of_sites and self.site_low == self.site_low:
            low, high = self.site_low, self.site_high
        if self.unit in ("share", "share of sites"):
            return f"{_PERCENT * self.mean:.0f} ({_PERCENT * low:.0f} to {_PERCENT * high:.0f})"
        digits = 0 if self.mean >= 100 else 1 if self.mean >= 1 else 2
        return f"{self.mean:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def stored(name: str) -> Mapping[tuple[str, int, str], Cell]:
    """Read a stored table: cells by group, window and figure, in its order."""
    with (STORED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = ("mean", "low", "high", "site_low", "site_high")
    return {
        (row["group"], int(row["window"]), row["figure"]): Cell(
            row["unit"], *(float(row[one] or "nan") for one in numbers)
        )
        for row in rows
    }


def system_table(
    name: str,
    figures: Mapping[str, str],
    windows: Sequence[tuple[int, str]],
    *,
    of_sites: bool = False,
) -> str:
    """Write a stored system as a table: a row for each group and window, a column for a figure.

    Parameters
    ----------
    figures
        Figures by name, with the head of their column.
    windows
        Windows with what to call them.
    """
    cells = stored(name)
    groups = dict.fromkeys(group for group, _, _ in cells)
    rows = []
    for group in groups:
        for window, word in windows:
            found = [cells.get((group, window, figure)) for figure in figures]
            shown = ["" if one is None else one.shown(of_sites=of_sites) for one in found]
            rows.append((group, word, *shown))
    return table(("", "", *figures.values()), rows)


def picture_path(name: str) -> str:
    """Give the place of a system's picture in the repository."""
    return f"{IMAGES}/{name}.png"


def saturation_table() -> str:
    """Write how much worse IPS does as it grows: with room for made jobs, and without end."""
    header = ["agencies with IPS"]
    columns = []
    for name, words in (
        ("region", "40 employers for 100 people"),
        ("region_few_employers", "a quarter of that"),
    ):
        for ending, room in (("", "room for few made jobs"), (WITHOUT_END, "room without end")):
            header.append(f"{words}, {room}")
            cells = stored(f"{name}{ending}")
            figure = "employed_with_programme_share"
            columns.append(
                {
                    group: one
                    for (group, window, what), one in cells.items()
                    if what == figure and window == _LAST_YEAR
                }
            )
    groups = [group for group in columns[0] if group != OFFERED]
    rows = [(group, *(one[group].shown() for one in columns)) for group in groups]
    return table(header, rows)


def _without_end(system: System) -> System:
    """Let employers make jobs without end."""

    def free(scenario: Scenario) -> Scenario:
        return vary(scenario, {_ROOM: 0.0})

    def of(group: Group) -> Group:
        others = None if group.others is None else free(group.others)
        return replace(group, scenario=free(group.scenario), others=others)

    return replace(system, groups=tuple(of(one) for one in system.groups))


def renew(repository: Path, names: Sequence[str] = SYSTEMS) -> None:
    """Run systems again, and store the table and the picture of each."""
    for name in names:
        system = load_system(repository / "experiments" / f"{name}.yaml")
        with tempfile.TemporaryDirectory() as made:
            if system.picture == "saturation":
                run_system(make_system_plan(_without_end(system)), Path(made) / WITHOUT_END)
                stored_as = STORED / f"{name}{WITHOUT_END}.csv"
                shutil.copy(Path(made) / WITHOUT_END / WINDOWS, stored_as)
            folder = Path(made) / name
            result = run_system(make_system_plan(system), folder)
            (drawn,) = system_figures(result)
            shutil.copy(folder / WINDOWS, STORED / f"{name}.csv")
            shows = digest((folder / WINDOWS).read_text(encoding="utf-8"))
            (repository / picture_path(name)).write_bytes(
                small_png(style.picture(drawn.draw).png, shows)
            )
        print(repository / picture_path(name))


if __name__ == "__main__":
    renew(Path.cwd(), sys.argv[1:] or SYSTEMS)
