"""A simulated programme set against what a real one knows: quarterly counts, fidelity, a budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from ips_sim.analysis.fidelity.folder import FIDELITY_COLUMNS
from ips_sim.analysis.fidelity.review import in_steady_state, make_fidelity_plan, review
from ips_sim.analysis.fidelity.scoring import HIGHEST, LOWEST
from ips_sim.economics.inventory import DOLLARS, PROGRAMME
from ips_sim.economics.prices import default_price_year
from ips_sim.economics.programme_year import programme_year
from ips_sim.evidence.reading import EvidenceError, Row, read_rows, stop_on_problems
from ips_sim.evidence.tables import fidelity_scale, impact_inventory
from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.outcomes import FloatArray, segment_sums
from ips_sim.model.quarters import QUARTERLY, by_quarter, quarter_figures
from ips_sim.model.results import RunResult, Runs
from ips_sim.model.rules.counting import WEEKS_IN_QUARTER, Weekly
from ips_sim.model.world import calendar
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.model_error import factors, log_odds, missed
from ips_sim.runs.ranges import predictive_range
from ips_sim.runs.work import MemoryStore
from ips_sim.scenario import Scenario
from ips_sim.scenario.vary import vary
from ips_sim.shown.english import range_with_unit, with_unit

COUNTS = ("quarter", "referred", "served", "working", "starts", "waiting")
"""Columns of quarterly counts; served has to be there, and working or starts."""
BUDGET = ("item", "usd_per_year")
BUDGET_ITEMS = PROGRAMME
"""What a budget may hold: what the model prices of a programme."""
_FIGURE_OF = {
    "referred": "referred",
    "served": "served",
    "working": "employed",
    "starts": "job_starts",
    "waiting": "waiting",
}
_ROW = {one.name: row for row, one in enumerate(QUARTERLY)}
SHARE_WORKING = "share of people served who worked"
STARTS_PER_100 = "job starts for 100 people served"
RUNS = 100
AGENCIES = 12
MOST_QUARTERS = 12
PER_100 = 100.0
_ALL = "all quarters"
_ALL_ITEMS = "items of the file"


@dataclass(frozen=True)
class Difference:
    """One thing that a programme knows, beside what is simulated.

    Attributes
    ----------
    where
        The quarter, item or part of a budget.
    known
        What the file says.
    simulated, low, high
        Mean, and the ends between which nine in ten agencies like the simulated one lie.
    verdict
        ``inside`` the range, ``above`` or ``below`` it: the programme beside the simulated ones.
    """

    where: str
    what: str
    unit: str
    known: float
    simulated: float
    low: float
    high: float
    verdict: str


Compare: TypeAlias = Callable[[Scenario, int, How], list[Difference]]


def set_against(
    scenario: Scenario, path: Path, *, seed: int = 1, how: How = PLAIN
) -> list[Difference]:
    """Set a scenario against what a programme knows.

    Parameters
    ----------
    scenario
        The programme as it is simulated, in its steady state.
    path
        A CSV file: quarterly counts (`COUNTS`), a fidelity sheet (item and score, all 25), or a
        budget (`BUDGET`).
    seed
        Key of all chance.

    Raises
    ------
    EvidenceError
        With every mistake of the file, each with its line.
    RunError
        If nobody is served in the scenario.
    """
    return read_known(path)(scenario, seed, how)


def read_known(path: Path) -> Compare:
    """Read what a programme knows, and give what compares a scenario with it."""
    sheet = [one.name for one in FIDELITY_COLUMNS]
    columns = tuple(dict.fromkeys((*COUNTS, *sheet, *BUDGET)))
    rows = read_rows(path, columns=columns, required=())
    named = rows[0].cells
    if "score" in named:
        return _sheet(rows)
    if "usd_per_year" in named:
        return _budget(rows)
    if "served" in named and ("working" in named or "starts" in named):
        return _counts(rows)
    raise EvidenceError(
        [
            f"{path}: columns {', '.join(named)} are none of the three kinds: quarterly counts "
            "(served, with working or starts; quarter, referred, waiting), a fidelity sheet (item, "
            "score) or a budget (item, usd_per_year)"
        ]
    )


def _counts(rows: Sequence[Row]) -> Compare:
    """Check quarterly counts."""
    names = [name for name in COUNTS[1:] if name in rows[0].cells]
    known: dict[str, dict[str, float]] = {}
    for number, row in enumerate(rows, start=1):
        quarter = row.text("quarter", required=False) or f"quarter {number}"
        counts = {
            name: value for name in names if (value := row.optional_number(name, low=0)) is not None
        }
        if quarter in known:
            row.problem(f"quarter {quarter} is there twice")
        if not counts.get("served"):
            row.problem("served is 0 or empty, expected the people served in the quarter")
        for name in ("working", "served", "starts", "referred"):
            if counts.get(name, 0.0) % 1:
                row.problem(f"{name} is {row.cells[name]}, expected a whole number of people")
        if counts.get("working", 0.0) > counts.get("served", np.inf):
            row.problem(
                f"working is {row.cells['working']}, more than the {row.cells['served']} served"
            )
        known[quarter] = counts
    if len(rows) > MOST_QUARTERS:
        rows[0].problem(f"{len(rows)} quarters, allowed are {MOST_QUARTERS} at most")
    stop_on_problems(rows)
    return lambda scenario, seed, how: _beside_counts(scenario, seed, known)


def _sheet(rows: Sequence[Row]) -> Compare:
    """Check a fidelity sheet: every item once."""
    items = len(fidelity_scale())
    known: dict[int, float] = {}
    for row in rows:
        item = row.integer("item", low=1, high=items)
        score = row.integer("score", low=LOWEST, high=HIGHEST)
        if item in known:
            row.problem(f"item {item} is there twice")
        known[item] = float(score)
    missing = [str(item) for item in range(1, items + 1) if item not in known]
    if missing and not rows[0].problems:
        rows[-1].problem(f"items {', '.join(missing)} are missing, expected all {items}")
    stop_on_problems(rows)
    return lambda scenario, seed, how: _beside_sheet(scenario, seed, known, how)


def _budget(rows: Sequence[Row]) -> Compare:
    """Check a budget: amounts by item."""
    known: dict[str, float] = {}
    for row in rows:
        item = row.choice("item", BUDGET_ITEMS)
        usd = row.number("usd_per_year", low=0)
        if item in known and not rows[0].problems:
            row.problem(f"item {item} is there twice")
        known[item] = usd
    stop_on_problems(rows)
    return lambda scenario, seed, how: _beside_budget(scenario, seed, known)


def _world(scenario: Scenario, weeks: int) -> Scenario:
    """Give the steady state of a scenario, with so many weeks that count."""
    world = in_steady_state(scenario)
    design = world.design
    before = design.warm_up_weeks + design.weeks
    return vary(
        world,
        {
            "design.weeks": weeks,
            "design.people": max(1, round(design.people / before * (design.warm_up_weeks + weeks))),
        },
    )


def _run(world: Scenario, seed: int) -> RunResult:
    """Run agencies of a world."""
    from ips_sim.model.compiled.execute import execute

    number = np.arange(RUNS, dtype=np.int64)
    runs = Runs(draw=number, replicate=number, site=np.zeros(RUNS, dtype=np.int64))
    return execute(world, parameter_draws(world, RUNS), runs, seed)


def _figures(sums: FloatArray, over: int) -> dict[str, FloatArray]:
    """Give what counts know of quarters that are added up, by name, shape (runs,)."""
    plain = quarter_figures(sums)
    found = {name: plain[_ROW[figure]] / over for name, figure in _FIGURE_OF.items()}
    served = np.maximum(found["served"], 1.0 / over)
    found[SHARE_WORKING] = found["working"] / served
    found[STARTS_PER_100] = PER_100 * found["starts"] / served
    return found


_THROUGH_WORK = ("working", "starts", SHARE_WORKING, STARTS_PER_100)
_UNITS = {
    "referred": "people",
    "served": "people",
    "working": "people",
    "starts": "jobs",
    "waiting": "people",
    SHARE_WORKING: "share",
    STARTS_PER_100: "jobs",
}


def _beside_counts(
    scenario: Scenario, seed: int, known: Mapping[str, Mapping[str, float]]
) -> list[Difference]:
    """Compare quarter by quarter, and all of them together."""
    world = _world(scenario, len(known) * WEEKS_IN_QUARTER)
    quarters = by_quarter(_run(world, seed).weekly)
    runs = np.arange(RUNS, dtype=np.int64)
    rows = []
    for number, (quarter, counts) in enumerate(known.items()):
        rows += _beside(quarter, counts, _moved(_figures(quarters[:, number], 1), seed, runs))
    if len(known) > 1:
        together = {
            name: sum(counts[name] for counts in known.values()) / len(known)
            for name in _FIGURE_OF
            if all(name in counts for counts in known.values())
        }
        found = _figures(quarters.sum(axis=1), len(known))
        rows += _beside(_ALL, together, _moved(found, seed, runs))
    return rows


def _moved(
    found: Mapping[str, FloatArray], seed: int, runs: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> dict[str, tuple[float, FloatArray]]:
    """Give each figure's mean, and its values with what the model misses in them."""
    served = np.maximum(found["served"], 1.0)
    share = found[SHARE_WORKING]
    odds = log_odds(float(share.mean()), float(served.sum()))
    more = factors(share, served, missed(seed, runs).log_odds(odds))
    made = {}
    for name, values in found.items():
        moved = values * more if name in _THROUGH_WORK else values
        if _UNITS[name] == "share":
            moved = np.minimum(moved, 1.0)
        made[name] = (float(values.mean()), moved)
    return made


def _beside(
    where: str, counts: Mapping[str, float], found: Mapping[str, tuple[float, FloatArray]]
) -> list[Difference]:
    said = dict(counts)
    if "working" in counts:
        said[SHARE_WORKING] = counts["working"] / counts["served"]
    if "starts" in counts:
        said[STARTS_PER_100] = PER_100 * counts["starts"] / counts["served"]
    return [_difference(where, name, _UNITS[name], said[name], *found[name]) for name in said]


def _difference(
    where: str, what: str, unit: str, known: float, mean: float, values: FloatArray
) -> Difference:
    (low,), (high,) = predictive_range(values[None], 0.0, np.inf)
    verdict = "above" if known > high else "below" if known < low else "inside"
    return Difference(where, what, unit, known, mean, float(low), float(high), verdict)


def _beside_sheet(
    scenario: Scenario, seed: int, known: Mapping[int, float], how: How
) -> list[Difference]:
    """Compare a fidelity sheet item by item, and the totals."""
    plan = make_fidelity_plan(scenario, seed=seed, agencies=AGENCIES, draws=0)
    made = review(plan, MemoryStore(), how)
    of_agencies = np.array(
        [
            [float(row.score) for row in made.visits.of_agency(scenario, agency)]
            for agency in range(AGENCIES)
        ]
    ).T
    rows = [
        _difference(
            f"{row.item}. {row.name.partition(' (')[0]}",
            "score",
            "points",
            known[row.item],
            float(row.score),
            scores,
        )
        for row, scores in zip(made.rows, of_agencies, strict=True)
    ]
    total = of_agencies.sum(axis=0)
    told = sum(known.values())
    return [*rows, _difference("total", "score", "points", told, float(made.total), total)]


def _beside_budget(scenario: Scenario, seed: int, known: Mapping[str, float]) -> list[Difference]:
    """Compare a budget with what the simulated year costs."""
    world = _world(scenario, WEEKS_PER_YEAR)
    result = _run(world, seed)
    year = result.weekly.sum(axis=1)
    share = WEEKS_PER_YEAR / calendar(world).weeks_to_run
    plans = share * segment_sums(result.people["benefits_plans"], result.offsets)
    found = programme_year(world, year, plans)
    labels = impact_inventory()
    rows = [
        _difference(item, labels[item].label, DOLLARS, usd, float(found[item].mean()), found[item])
        for item, usd in known.items()
    ]
    told = sum(known.values())
    items: FloatArray = np.sum([found[item] for item in known], axis=0)
    rows.append(_difference(_ALL_ITEMS, "together", DOLLARS, told, float(items.mean()), items))
    quarters = WEEKS_PER_YEAR // WEEKS_IN_QUARTER
    for name, column in (
        ("served", Weekly.SERVED_IN_QUARTER),
        ("employed", Weekly.EMPLOYED_IN_QUARTER),
    ):
        people = np.maximum(year[:, column] / quarters, 1.0)
        what = f"for each person {name} in a quarter of the simulated programme"
        each = told / float(people.mean())
        mean = float(items.sum() / people.sum())
        rows.append(_difference(_ALL_ITEMS, what, DOLLARS, each, mean, items / people))
    return rows


def difference_lines(rows: Sequence[Difference]) -> list[tuple[str, ...] | str]:
    """Give what a person at a terminal sees."""
    lines: list[tuple[str, ...] | str] = [
        ("", "", "programme", "simulated", "nine in ten", "the programme lies")
    ]
    lines += [
        (
            row.where,
            row.what,
            with_unit(row.known, row.unit),
            with_unit(row.simulated, row.unit),
            range_with_unit(row.low, row.high, row.unit),
            row.verdict,
        )
        for row in rows
    ]
    apart = [row for row in rows if row.verdict != "inside"]
    said = (
        "Everything lies inside the range of nine in ten simulated agencies."
        if not apart
        else f"{len(apart)} of {len(rows)} figures lie outside the range of nine in ten simulated "
        "agencies."
    )
    money = (
        f" Simulated dollars are of {default_price_year()}."
        if any(row.unit == DOLLARS for row in rows)
        else ""
    )
    return [*lines, "", said + money]
