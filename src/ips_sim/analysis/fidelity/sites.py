"""Fidelity across sites: programmes that differ, reviewed with a reviewer's error, and their work.

The total is set beside employment as an outcome: nothing in a simulated programme knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

from ips_sim.analysis.fidelity.review import AgenciesBlock, Visits, in_steady_state, visited
from ips_sim.analysis.fidelity.scoring import HIGHEST, LOWEST, band_of
from ips_sim.evidence.fidelity import fidelity_bands, programme_spread, visit_settings
from ips_sim.evidence.tables import fidelity_scale
from ips_sim.model.outcomes import FloatArray
from ips_sim.runs.counts import checked, seed_of, whole
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.partial import fill
from ips_sim.runs.plan import Driver
from ips_sim.runs.ranges import HIGH, LOW
from ips_sim.runs.tables import Column, SmallTable, write_small_tables
from ips_sim.runs.work import Content, Store, Task, complete, stretches
from ips_sim.scenario import Scenario, ScenarioSource, as_mapping, load_scenario
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.vary import vary
from ips_sim.sources import source_hash

WORLDS = 5
"""Draws of the parameters: sites of a world share one, as they share how work comes about."""
FEWEST_SITES, MOST_SITES = 4 * WORLDS, 5000
SITES_PER_BLOCK = 5
RESAMPLES = 2000
TEN_POINTS = 10.0
_CHANCE_OF_SITES, _CHANCE_OF_REVIEWERS, _CHANCE_OF_RANGES = range(3)

SITES_COLUMNS = (
    Column("site", "whole number", "", "programme, from 0"),
    Column("world", "whole number", "", "draw of the uncertain parameters that it shares"),
    Column("total", "whole number", "25 to 125", "its total without a reviewer's error"),
    Column("reviewed", "whole number", "25 to 125", "the total that its reviewer finds"),
    Column("band", "text", "", "band of the total that the reviewer finds"),
    Column("employed_in_quarter", "number", "share", "of people served in a quarter, who worked"),
)
CORRELATIONS_COLUMNS = (
    Column("what", "text", "", "total, reviewed (with error), or an item"),
    Column("correlation", "number", "", "with the share employed in a quarter, within worlds"),
    Column("low", "number", "", "lower end of its 90 % range over samples of sites"),
    Column("high", "number", "", "upper end"),
    Column(
        "slope",
        "number",
        "share",
        "more people employed in a quarter, by ten points of a total or one of an item",
    ),
)
BANDS_COLUMNS = (
    Column("band", "text", "", "band of the total that a reviewer finds"),
    Column("sites", "whole number", "", "programmes in it"),
    Column("employed_in_quarter", "number", "share", "mean over them"),
    Column("low", "number", "share", "share that one programme in twenty does not reach"),
    Column("high", "number", "share", "share that one programme in twenty exceeds"),
)


@dataclass(frozen=True)
class SitesPlan(Task[AgenciesBlock]):
    """Everything that a study across sites depends on.

    Attributes
    ----------
    scenario
        Around which programmes differ: what ``programme_spread.csv`` does not name stays as it is.
    sites
        How many programmes, spread over `WORLDS` draws of the parameters.
    """

    scenario: Scenario
    seed: int
    sites: int
    source_hash: str

    stage = "visits"
    driver: Driver = "mesa"

    def __post_init__(self) -> None:
        seed_of(self.seed)
        whole("sites", self.sites, FEWEST_SITES, MOST_SITES + 1)

    def as_json(self) -> dict[str, Any]:
        """Give the plan as JSON can hold it; `sites_plan_from_json` reads it back."""
        return {
            "kind": "fidelity_sites",
            "scenario": as_mapping(self.scenario),
            "seed": self.seed,
            "sites": self.sites,
            "replicates": 1,
            "draws": WORLDS,
            "driver": self.driver,
            "agents": [],
            "source_hash": self.source_hash,
        }

    def blocks(self) -> Sequence[AgenciesBlock]:
        """Cut the visits into blocks."""
        return [AgenciesBlock(*stretch) for stretch in stretches(self.sites, SITES_PER_BLOCK)]

    def do(self, block: AgenciesBlock, threads: int) -> Content:
        """Visit programmes; see `visited`."""
        parameters = parameter_draws(self.scenario, WORLDS)
        return visited(
            [
                (in_steady_state(self.programmes[number]), parameters[number % WORLDS], number)
                for number in range(block.first, block.end)
            ],
            self.seed,
        )

    @cached_property
    def programmes(self) -> list[Scenario]:
        """The scenario of each site."""
        return [self._programme(place) for place in self._places]

    @cached_property
    def _places(self) -> FloatArray:
        """Where each site lies between worst and best, 0 to 1: shape (sites, keys)."""
        spread, shared = programme_spread(), visit_settings().quality_shared_share
        chance = _chance(self.seed, _CHANCE_OF_SITES)
        drawn = chance.standard_normal((self.sites, 1 + len(spread)))
        quality, own = drawn[:, :1], drawn[:, 1:]
        share = np.array([shared if one.with_quality else 0.0 for one in spread])
        normal = np.sqrt(share) * quality + np.sqrt(1.0 - share) * own
        made: FloatArray = np.vectorize(NormalDist().cdf)(normal)
        return made

    def _programme(self, places: FloatArray) -> Scenario:
        """Make the programme of a site; as many people are referred as there are places for."""
        values: dict[str, object] = {}
        for one, place in zip(programme_spread(), places.tolist(), strict=True):
            at = round(place) if one.is_either else place
            values[one.key] = _as_key(one.key, one.worst + at * (one.best - one.worst))
        design, limit = self.scenario.design, self.scenario.programme.caseload_limit
        if design.kind == "open_programme":
            new = vary(self.scenario, values).programme.caseload_limit
            values["design.people"] = max(1, round(design.people * new / limit))
        return vary(self.scenario, values)


def _as_key(key: str, value: float) -> object:
    """Give a number as a key takes it."""
    kind = keys()[key].kind
    if kind == "yes or no":
        return value > 0.0
    return round(value) if kind == "whole number" else value


def _chance(seed: int, what: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, what]))


def make_sites_plan(scenario: ScenarioSource, *, seed: int = 1, sites: int) -> SitesPlan:
    """Plan a study across sites.

    Raises
    ------
    ScenarioError
        If the scenario has mistakes.
    RunError
        If nobody serves anyone in it, or something asked for is not possible.
    """
    plan = SitesPlan(
        load_scenario(scenario),
        seed_of(seed),
        whole("sites", sites, FEWEST_SITES, MOST_SITES + 1),
        source_hash(),
    )
    in_steady_state(plan.scenario)
    return plan


def sites_plan_from_json(said: Mapping[str, Any]) -> SitesPlan:
    """Read a plan back, to run it with the sources as they are now."""
    values = {**said, "scenario": load_scenario(said["scenario"]), "source_hash": source_hash()}
    return checked(SitesPlan, values)


@dataclass(frozen=True)
class Sites:
    """A finished study across sites.

    Attributes
    ----------
    scores
        Of each item without a reviewer's error, and as the reviewer gives them: shape (sites, 25).
    employed
        Share of people served in a quarter who worked, shape (sites,).
    """

    plan: SitesPlan
    scores: FloatArray
    reviewed: FloatArray
    employed: FloatArray

    @property
    def world(self) -> Any:
        """Which draw of the parameters each site shares."""
        return np.arange(self.plan.sites) % WORLDS

    @cached_property
    def correlations(self) -> list[tuple[str, float, float, float, float]]:
        """Rows of ``correlations.csv``."""
        rows = [
            ("total", self.scores.sum(axis=1), TEN_POINTS),
            ("reviewed", self.reviewed.sum(axis=1), TEN_POINTS),
        ]
        rows += [
            (f"{one.item}. {one.name.partition(' (')[0]}", self.scores[:, place], 1.0)
            for place, one in enumerate(fidelity_scale())
        ]
        return [
            (what, *_correlation(values, self.employed, self.world, self.plan.seed, by))
            for what, values, by in rows
        ]

    @property
    def bands(self) -> list[tuple[str, int, float, float, float]]:
        """Rows of ``bands.csv``."""
        reviewed = [band_of(total) for total in self.reviewed.sum(axis=1)]
        rows = []
        for band, _ in fidelity_bands():
            some = self.employed[[one == band for one in reviewed]]
            if some.size:
                low, high = np.quantile(some, (LOW, HIGH))
                rows.append((band, int(some.size), float(some.mean()), float(low), float(high)))
        return rows


def _correlation(
    values: FloatArray, employed: FloatArray, world: Any, seed: int, by: float
) -> tuple[float, float, float, float]:
    """Correlate within worlds, with a range over samples of sites, and give the slope."""

    def within(which: Any) -> tuple[float, float]:
        x, y = values[which], employed[which]
        x = x - _means(x, world[which])
        y = y - _means(y, world[which])
        spread = float(np.sqrt((x * x).sum() * (y * y).sum()))
        if spread == 0.0:
            return float("nan"), float("nan")
        return float((x * y).sum()) / spread, by * float((x * y).sum() / (x * x).sum())

    chance = _chance(seed, _CHANCE_OF_RANGES)
    count = values.size
    found = [within(chance.integers(0, count, count))[0] for _ in range(RESAMPLES)]
    known = np.array([one for one in found if one == one])
    low, high = np.quantile(known, (LOW, HIGH)) if known.size else (float("nan"), float("nan"))
    correlation, slope = within(slice(None))
    return correlation, float(low), float(high), slope


def _means(values: FloatArray, world: Any) -> FloatArray:
    """Give each value the mean of its world."""
    count = np.maximum(np.bincount(world, minlength=WORLDS), 1)
    means: FloatArray = (np.bincount(world, values, WORLDS) / count)[world]
    return means


def study_sites(plan: SitesPlan, store: Store, how: How = PLAIN) -> Sites:
    """Visit and score all programmes, apart from blocks that the store has."""
    found = complete(plan, store, how)
    visits = Visits.gathered([found[block.name].load() for block in plan.blocks()])
    scores = np.array(
        [
            [float(row.score) for row in visits.of_agency(programme, site)]
            for site, programme in enumerate(plan.programmes)
        ]
    )
    served, worked = visits.quarters
    chance = _chance(plan.seed, _CHANCE_OF_REVIEWERS)
    wrong = chance.random(scores.shape) < visit_settings().reviewer_error_share
    error = np.where(chance.random(scores.shape) < 1 / 2, -1.0, 1.0)
    reviewed = np.clip(scores + wrong * error, LOWEST, HIGHEST)
    return Sites(plan, scores, reviewed, worked / np.maximum(served, 1.0))


def sites_to_folder(plan: SitesPlan, folder: Path, how: How = PLAIN) -> Sites:
    """Study sites into a folder, or go on where it was stopped; raises as `fill`."""
    return fill(plan, folder, lambda store: study_sites(plan, store, how), write_tables, how)


def write_tables(made: Sites, folder: Path) -> list[Path]:
    """Write ``sites.csv``, ``correlations.csv`` and ``bands.csv``."""
    totals, reviewed = made.scores.sum(axis=1), made.reviewed.sum(axis=1)
    rows = [
        (
            site,
            int(made.world[site]),
            int(totals[site]),
            int(reviewed[site]),
            band_of(reviewed[site]),
            float(made.employed[site]),
        )
        for site in range(made.plan.sites)
    ]
    tables: tuple[SmallTable, ...] = (
        ("sites.csv", SITES_COLUMNS, rows),
        ("correlations.csv", CORRELATIONS_COLUMNS, made.correlations),
        ("bands.csv", BANDS_COLUMNS, made.bands),
    )
    return write_small_tables(folder, tables)


def shown_lines(made: Sites) -> list[tuple[str, ...] | str]:
    """Give what a person at a terminal sees."""
    total, reviewed = made.correlations[:2]
    lines: list[tuple[str, ...] | str] = [
        ("band", "programmes", "employed in a quarter", "nine in ten"),
        *(
            (band, str(count), f"{100 * mean:.0f} %", f"{100 * low:.0f} to {100 * high:.0f} %")
            for band, count, mean, low, high in made.bands
        ),
        "",
    ]
    for what, row in (("With", reviewed), ("Without", total)):
        _, correlation, low, high, slope = row
        lines.append(
            f"{what} a reviewer's error the total and the share employed in a quarter correlate by "
            f"{correlation:.2f} ({low:.2f} to {high:.2f}); ten points more go with "
            f"{100 * slope:.1f} more of 100 employed."
        )
    return lines


def _named(columns: Sequence[Column], row: Sequence[object]) -> dict[str, object]:
    return {
        one.name: None if value != value else value for one, value in zip(columns, row, strict=True)
    }


def shown_json(made: Sites) -> dict[str, Any]:
    """Give bands and correlations as JSON can hold them."""
    return {
        "bands": [_named(BANDS_COLUMNS, row) for row in made.bands],
        "correlations": [_named(CORRELATIONS_COLUMNS, row) for row in made.correlations],
    }


KIND = Kind(
    name="fidelity_sites",
    plan_from_json=sites_plan_from_json,
    run=sites_to_folder,
    tables={
        "sites": "sites.csv",
        "correlations": "correlations.csv",
        "bands": "bands.csv",
    },
    lines=shown_lines,
    json=shown_json,
    draw="ips_sim.report.fidelity_figures:sites_figures",
)
