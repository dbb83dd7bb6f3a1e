"""Fidelity totals of shipped scenarios, and totals against employment: stored, and told on a page.

Visits take minutes, so pages are written from what ``python -m tools.pages.fidelity`` leaves here;
call it after a change that moves numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ips_sim.analysis.fidelity.review import Review, make_fidelity_plan, review
from ips_sim.analysis.fidelity.scoring import HIGHEST
from ips_sim.analysis.fidelity.sites import SitesPlan, make_sites_plan, study_sites, write_tables
from ips_sim.evidence.fidelity import programme_spread, visit_settings
from ips_sim.report.fidelity_figures import totals_and_work
from ips_sim.runs.how import How
from ips_sim.runs.work import MemoryStore
from ips_sim.scenario import principles
from ips_sim.scenario.schema import UNLIMITED_WEEKS
from ips_sim.shown import style
from tools.pages.images import digest, small_png
from tools.pages.markdown import code, table

STORED = Path(__file__).with_name("stored")
TOTALS = STORED / "fidelity_totals.csv"
AGENCIES, SITES = 12, 120
AROUND = "open_programme"
REVIEWED = (
    "ips",
    *(f"without_{name}" for name in principles()),
    "traditional",
    "routine",
    "open_programme",
    "services/traditional_vocational_services",
    "services/vocational_rehabilitation_referral",
    "services/brokered_supported_employment",
)
TIMES_100 = 100.0


def renew() -> None:
    """Visit everything anew and store what was found."""
    STORED.mkdir(exist_ok=True)
    renew_totals(How(jobs=1))
    renew_sites(How(jobs=1))


def renew_totals(how: How) -> None:
    """Review the scenarios anew."""
    with TOTALS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["scenario", "title", "total", "low", "high", "band", "employed", "fell"])
        for name in REVIEWED:
            plan = make_fidelity_plan(name, agencies=AGENCIES, draws=0)
            writer.writerow(_row(name, review(plan, MemoryStore(), how)))
            file.flush()


def renew_sites(how: How) -> None:
    """Visit programmes that differ anew."""
    sites: SitesPlan = make_sites_plan(AROUND, sites=SITES)
    for path in write_tables(study_sites(sites, MemoryStore(), how), STORED):
        path.rename(path.with_name(f"fidelity_{path.name}"))


def _row(name: str, made: Review) -> list[object]:
    fell = [f"{row.item} ({row.score})" for row in made.rows if row.score < HIGHEST]
    served, worked = made.visits.quarters.sum(axis=1)
    return [
        name,
        made.plan.scenario.title,
        made.total,
        f"{made.low:.0f}",
        f"{made.high:.0f}",
        made.band,
        f"{worked / served:.4f}",
        ", ".join(fell),
    ]


@cache
def stored(name: str) -> list[dict[str, str]]:
    """Read a stored table."""
    with (STORED / f"fidelity_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts() -> Mapping[str, Any]:
    """Give what the page needs."""
    total, reviewed = stored("correlations")[:2]
    items = stored("correlations")[2:]
    return {
        "totals": _totals(),
        "bands": _bands(),
        "items": _items(items),
        "spread": _spread(),
        "total": _correlation(total),
        "reviewed": _correlation(reviewed),
        "agencies": AGENCIES,
        "sites": SITES,
        "around": AROUND,
        "settings": visit_settings(),
    }


def picture() -> bytes:
    """Draw totals against employment."""
    rows = stored("sites")
    totals = np.array([float(row["reviewed"]) for row in rows])
    employed = np.array([float(row["employed_in_quarter"]) for row in rows])
    with style.settings():
        drawn = style.png_bytes(totals_and_work(totals, employed))
    return small_png(drawn, digest(*rows))


def _correlation(row: Mapping[str, str]) -> str:
    low, high = float(row["low"]), float(row["high"])
    return f"{float(row['correlation']):.2f} ({low:.2f} to {high:.2f})"


def slope_of(row: Mapping[str, str]) -> float:
    """Give how many more of 100 are employed by ten points of a total, or one of an item."""
    return TIMES_100 * float(row["slope"])


def _totals() -> str:
    return table(
        ["Scenario", "Total", "Nine in ten agencies", "Band", "Employed in a quarter, %", "Fell"],
        [
            [
                code(row["scenario"]),
                row["total"],
                f"{row['low']} to {row['high']}",
                row["band"],
                f"{TIMES_100 * float(row['employed']):.0f}",
                row["fell"] or "–",
            ]
            for row in stored("totals")
        ],
    )


def _bands() -> str:
    return table(
        ["Band, as reviewed", "Programmes", "Employed in a quarter, %", "Nine in ten"],
        [
            [
                row["band"],
                row["sites"],
                f"{TIMES_100 * float(row['employed_in_quarter']):.0f}",
                f"{TIMES_100 * float(row['low']):.0f} to {TIMES_100 * float(row['high']):.0f}",
            ]
            for row in stored("bands")
        ],
    )


def _items(rows: list[dict[str, str]]) -> str:
    ranked = sorted(rows, key=lambda row: -float(row["correlation"] or "-inf"))
    return table(
        ["Item", "Correlation", "One point more: more of 100 employed"],
        [
            [
                row["what"],
                _correlation(row) if row["correlation"] else "does not vary",
                f"{slope_of(row):+.1f}" if row["slope"] else "",
            ]
            for row in ranked
        ],
    )


def _spread() -> str:
    return table(
        ["Key", "Worst", "Best", "Goes with quality", "Rests on"],
        [
            [
                code(one.key),
                f"{one.worst:g}",
                "unlimited" if one.best >= UNLIMITED_WEEKS else f"{one.best:g}",
                "yes" if one.with_quality else "no",
                f"{one.rests_on} ({one.status})",
            ]
            for one in programme_spread()
        ],
    )


if __name__ == "__main__":
    renew()
