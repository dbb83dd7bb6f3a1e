"""Pictures for policy: worked examples, each from scenarios that ship and one command.

Their runs take minutes, so the page is written from what ``python -m tools.pages.policy`` leaves in
``stored/policy.json`` and in the images; call it after a change that moves numbers, with the names
of single pictures or for all of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from ips_sim.analysis.value.budget import budget_rows
from ips_sim.analysis.value.folder import shown_lines
from ips_sim.analysis.value.plan import longest_fitted_weeks, make_value_plan
from ips_sim.analysis.value.result import Value, work_out
from ips_sim.economics.prices import default_price_year
from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.report.value_figures import dollars, plane
from ips_sim.runs.how import How
from ips_sim.runs.work import MemoryStore
from ips_sim.scenario import load_scenario
from ips_sim.shown import style
from ips_sim.shown.english import number
from tools.pages.images import digest, small_png
from tools.pages.markdown import code, fenced, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STORED = Path(__file__).with_name("stored") / "policy.json"
IMAGES = "docs/images"
BUDGET_DRAWS, BUDGET_REPLICATES = 50, 4
"""What `ips-sim budget` takes unless somebody says otherwise."""
THOUSAND = 1000.0


@dataclass(frozen=True)
class Example:
    """A worked example.

    Attributes
    ----------
    question
        What somebody asks.
    scenarios
        Names of shipped scenarios; with ``value`` the last is the reference.
    command
        ``value`` or ``budget``.
    options
        As the command has them.
    draw
        Draws its picture.
    """

    question: str
    command: str
    scenarios: tuple[str, ...]
    draw: Callable[[Value], Figure]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """The command as somebody types it."""
        words = ["ips-sim", self.command, *self.scenarios]
        for name, said in self.options.items():
            words += [f"--{name}"] if said is True else [f"--{name}", str(said)]
        return " ".join(words)

    def work_out(self) -> Value:
        """Run what the command runs."""
        asked: dict[str, Any] = dict(self.options)
        if self.command == "budget":
            asked |= {"variants": False, "draws": BUDGET_DRAWS, "replicates": BUDGET_REPLICATES}
        return work_out(make_value_plan(self.scenarios, **asked), MemoryStore(), How(jobs=2))


_SHOWN = {
    "people_served": ("people", "people served"),
    "served_employed": ("people", "people served who worked"),
    "total": ("spending", "thousand $ spent"),
    "client_years": ("ratio", "thousand $ a client-year"),
    "cost_employed": ("ratio", "thousand $ for each in work"),
}
"""Figures of a budget on the page: item, with its section, and what it is called."""


def of_budget(value: Value) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Give figures of the first year, by scenario: mean and range, dollars in thousands."""
    found: dict[str, dict[str, tuple[float, float, float]]] = {}
    for row in budget_rows(value):
        name = "cost_employed" if (row.section, row.item) == _COST_EMPLOYED else row.item
        if row.year == 1 and _SHOWN.get(name, ("",))[0] == row.section:
            by = THOUSAND if row.unit == "US dollars" else 1.0
            ends = (row.mean / by, row.low / by, row.high / by)
            found.setdefault(row.strategy, {})[name] = ends
    return found


_COST_EMPLOYED = ("ratio", "served_employed")


def side_by_side(value: Value) -> Figure:
    """Draw what a client-year costs, who works, and what that costs, scenario by scenario."""
    found = of_budget(value)
    figure = style.blank(0.34 * len(found) + 0.85, width=7.2)
    tall = 0.34 * len(found)
    for place, name in enumerate(("client_years", "served_employed", "cost_employed")):
        axes = style.panel(figure, 1.15 + 2.05 * place, 0.35, 1.8, tall)
        for row, figures in enumerate(found.values()):
            mean, low, high = figures[name]
            axes.plot([low, high], [-row, -row], color=style.SKY, linewidth=3)
            axes.plot(mean, -row, "o", color=style.BLUE, markersize=5)
        axes.set_title(_SHOWN[name][1], loc="left", fontsize=style.SMALL)
        labels = list(found) if place == 0 else []
        axes.set_yticks([-row for row in range(len(found))] if labels else [], labels)
        axes.set_ylim(-len(found) + 0.5, 0.5)
        axes.set_xlim(left=0)
        axes.grid(axis="x")
    return figure


def year_by_year(value: Value) -> Figure:
    """Draw what the first strategy has cost more by the end of each year, with its range."""
    yearly = value.priced[0].cost_by_year(value.plan.perspective)
    more = np.cumsum(yearly[:, 0] - yearly[:, value.plan.reference], axis=1)
    low, high = np.quantile(more, (0.05, 0.95), axis=0)
    years = np.cumsum(value.priced[0].facts[0].year_weeks) / WEEKS_PER_YEAR
    figure = style.blank(3.0)
    axes = style.panel(figure, 0.75, 0.5, style.inches_wide() - 0.95, 2.15)
    axes.fill_between(years, low, high, color=style.LIGHT)
    axes.plot(years, more.mean(axis=0), color=style.BLUE, marker="o", markersize=4)
    axes.axhline(0, color=style.DARK, linewidth=0.8)
    seen = longest_fitted_weeks() / WEEKS_PER_YEAR
    axes.axvline(seen, color=style.MIDDLE, linestyle="--", linewidth=1)
    axes.text(seen + 0.1, axes.get_ylim()[1], "extrapolated from here", va="top", fontsize=8.0)
    axes.yaxis.set_major_formatter(dollars)
    axes.set_title("more cost per person by the end of the year", loc="left", fontsize=8.0)
    axes.set_xlabel("years after referral", fontsize=8.0)
    return figure


EXAMPLES = {
    "caseload": Example(
        "What does a client cost at another caseload, and what do clients get for it?",
        "budget",
        ("policy/caseload_15", "policy/caseload_20", "policy/caseload_25"),
        side_by_side,
    ),
    "transitional_work": Example(
        "IPS, or transitional work?", "value", ("ips", "services/transitional_work"), plane
    ),
    "ten_years": Example(
        "What if one waits ten years?",
        "value",
        ("policy/ten_years", "policy/ten_years_traditional"),
        year_by_year,
        {"extrapolate": True, "draws": 40},
    ),
    "routine": Example("As in a trial, or as in routine?", "value", ("routine", "ips"), plane),
    "third_year": Example(
        "Why does a new programme look bad in its first year?",
        "budget",
        ("policy/first_year", "policy/third_year"),
        side_by_side,
    ),
    "remote_county": Example(
        "Where does IPS not pay?",
        "value",
        ("policy/remote_county", "policy/remote_county_no_service"),
        plane,
    ),
}


def renew(repository: Path, names: Sequence[str]) -> None:
    """Run examples again, and store the table, the sentences and the picture of each."""
    for name in names:
        example = EXAMPLES[name]
        made = example.work_out()
        told = {"table": _table_of(example, made), "said": _said(example, made)}
        stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
        stored[name] = told
        ordered = {one: stored[one] for one in EXAMPLES if one in stored}
        text = json.dumps(ordered, indent=1, ensure_ascii=False)
        STORED.write_text(f"{text}\n", encoding="utf-8")
        with style.settings():
            drawn = style.png_bytes(example.draw(made))
        path = repository / picture_path(name)
        path.write_bytes(small_png(drawn, digest(json.dumps(told))))
        print(path)


def picture_path(name: str) -> str:
    """Give the place of an example's picture in the repository."""
    return f"{IMAGES}/policy_{name}.png"


def _table_of(example: Example, made: Value) -> list[list[str]]:
    """Give header and rows as the page shows them."""
    if example.command == "budget":
        rows = [["", *(words for _, words in _SHOWN.values())]]
        for name, figures in of_budget(made).items():
            rows.append([name, *(_cell(*figures[one]) for one in _SHOWN)])
        return rows
    rows = [["perspective", "costs more, $", "brings more weeks worked", "$ for each", "best"]]
    for perspective in ("government", "society"):
        for row in made.base(perspective, "weeks_worked"):
            if row.strategy == made.plan.names[made.plan.reference]:
                continue
            cost = (row.increment_cost, row.increment_cost_low, row.increment_cost_high)
            weeks = (row.increment_effect, row.increment_effect_low, row.increment_effect_high)
            both_more = row.increment_cost > 0 and row.increment_effect > 0
            rows.append(
                [
                    perspective,
                    _cell(*cost, 0, sign=True),
                    _cell(*weeks, 1, sign=True),
                    number(row.ratio_to_reference, 0) if both_more else "–",
                    f"{100 * row.probability_best:.0f} % of draws at ${number(row.threshold, 0)}",
                ]
            )
    return rows


def _cell(mean: float, low: float, high: float, digits: int = 1, *, sign: bool = False) -> str:
    middle, *ends = (number(one, digits, sign=sign) for one in (mean, low, high))
    return f"{middle} ({ends[0]} to {ends[1]})"


def _said(example: Example, made: Value) -> list[str]:
    """Give the sentences that the command prints."""
    if example.command == "budget":
        return []
    return [line for line in shown_lines(made) if isinstance(line, str) and line]


def facts() -> Mapping[str, Any]:
    """Give everything that the page of pictures needs."""
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    told = {}
    for name, example in EXAMPLES.items():
        header, *rows = stored[name]["table"]
        told[name] = SimpleNamespace(
            question=example.question,
            command=fenced("console", example.line),
            files=", ".join(code(f"{one}.yaml") for one in example.scenarios),
            summaries=[load_scenario(one).summary for one in example.scenarios],
            table=table(header, rows),
            said=stored[name]["said"],
            picture=f"![{example.question}](../images/{Path(picture_path(name)).name})",
        )
    return {"examples": told, "price_year": default_price_year()}


if __name__ == "__main__":
    renew(Path.cwd(), sys.argv[1:] or tuple(EXAMPLES))
