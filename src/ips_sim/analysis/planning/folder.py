"""The result folder of `ips-sim plan`: options, the frontier, and the next specialist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ips_sim.analysis.planning.choices import CASELOAD, groups
from ips_sim.analysis.planning.search import (
    PHASES,
    OptionRow,
    Planned,
    StaffingPlan,
    search,
    staffing_plan_from_json,
)
from ips_sim.economics.prices import default_price_year
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.partial import fill
from ips_sim.runs.tables import Column, values_of, write_small_tables
from ips_sim.shown.aligned import json_rows
from ips_sim.shown.english import HYPHEN, listed, number

OPTIONS_COLUMNS = (
    Column("option", "whole number", "", "number of the option, from 0"),
    Column("phase", "text", "", "first year of a new programme, or routine"),
    Column("posts", "number", "full-time posts", "specialists"),
    Column("choices", "text", "", "caseload; support; closing; team"),
    Column("cost", "number", "US dollars a year", "what the programme spends"),
    Column("served", "number", "people", "served in a quarter"),
    Column("in_work", "number", "people", "in competitive work, of everyone referred so far"),
    Column("added", "number", "people", "more of them than without a programme"),
    Column("added_low", "number", "people", "lower end of the predictive 90 % range"),
    Column("added_high", "number", "people", "upper end"),
    Column("starts", "number", "jobs a year", "competitive jobs started on a caseload"),
    Column("waiting_weeks", "number", "weeks", "on the waiting list, mean of everyone referred"),
    Column("caseload", "number", "people", "on the caseloads, mean of the weeks"),
    Column("cost_per_added", "number", "US dollars", "cost of a year by people added"),
    Column("people_per_post", "number", "people", "on the caseload of a full-time specialist"),
    Column("idle_share", "number", "share", "of paid hours, those that nobody had a use for"),
    Column("fidelity", "number", "25 to 125", "total of a review in routine"),
    Column("is_allowed", "yes or no", "", "whether it keeps every limit in routine"),
    Column("on_frontier", "yes or no", "", "whether none that keeps them has more for as little"),
)
NEXT_COLUMNS = (
    Column("phase", "text", "", "first year of a new programme, or routine"),
    Column("figure", "text", "", "what is told"),
    Column("unit", "text", "", "its unit"),
    Column("now", "number", "", "of the best option"),
    Column("then", "number", "", "with one more specialist"),
    Column("difference", "number", "", "then less now"),
    Column("low", "number", "", "lower end of the predictive 90 % range of the difference"),
    Column("high", "number", "", "upper end"),
)

PERCENT = 100.0


def plan_to_folder(plan: StaffingPlan, folder: Path, how: How = PLAIN) -> Planned:
    """Search into a folder, or go on where it was stopped; raises as `fill`."""
    return fill(plan, folder, lambda store: search(plan, store, how), write_tables, how)


def write_tables(made: Planned, folder: Path) -> list[Path]:
    """Write ``options.csv``, and ``next_specialist.csv`` if an option keeps the limits."""
    tables = (
        ("options.csv", OPTIONS_COLUMNS, [_as_row(one) for one in made.rows]),
        ("next_specialist.csv", NEXT_COLUMNS, [values_of(one) for one in made.next_post]),
    )
    return write_small_tables(folder, tables)


def _as_row(one: OptionRow) -> tuple[object, ...]:
    return tuple(
        str(value).lower() if isinstance(value, bool) else value for value in values_of(one)
    )


def best_row(made: Planned, phase: str) -> OptionRow | None:
    """Give the best option's row of a phase, if there is any."""
    return next((row for row in made.rows if row.phase == phase and row.option == made.best), None)


def shown_lines(made: Planned) -> list[tuple[str, ...] | str]:
    """Give what a person at a terminal sees."""
    lines: list[tuple[str, ...] | str] = [asked_sentence(made), ""]
    header = (
        "",
        "posts",
        "dollars a year",
        "more in work (90 %)",
        "people a post",
        "wait",
        "fidelity",
    )
    frontier = [row for row in made.rows if row.phase == "routine" and row.on_frontier]
    if frontier:
        lines.append(header)
        for row in sorted(frontier, key=lambda row: row.cost):
            lines += [_line(made, row), (f"      {row.choices}",)]
        lines += ["", "Under each: caseload; support; closing; team.", ""]
        lines += [*best_sentences(made), *caseload_sentences(made), *next_sentences(made)]
    else:
        lines += no_option_sentences(made)
    lines += ["", priced_sentence()]
    return lines


def priced_sentence() -> str:
    """Say what money stands for, and what ranges hold."""
    return (
        f"Dollars of {default_price_year()}, of everything that a programme spends money on: "
        "posts, used or idle, supervision, overhead, travel, training, start-up of a new one, "
        "benefits plans, places. Ranges hold nine in ten years of one agency."
    )


def _line(made: Planned, row: OptionRow) -> tuple[str, ...]:
    return (
        "best" if row.option == made.best else "",
        f"{row.posts:g}",
        f"{row.cost:,.0f}",
        f"{row.added:.1f} ({row.added_low:.0f} to {row.added_high:.0f})",
        f"{row.people_per_post:.0f}",
        f"{row.waiting_weeks:.1f} weeks",
        f"{row.fidelity:.0f}",
    )


def asked_sentence(made: Planned) -> str:
    """Say what was searched for."""
    plan = made.plan
    money = "" if plan.budget_usd is None else f" for {plan.budget_usd:,.0f} dollars a year"
    aim = "least cost for each more person in work" if not money else "most people in work"
    return (
        f"{plan.people} people are referred in a year{money}. Of {made.tried} ways to run the "
        f"programme, those on the frontier: {aim}, waiting no more than "
        f"{plan.most_waiting_weeks:g} weeks on average, fidelity {plan.least_fidelity} or more."
    )


def best_sentences(made: Planned) -> list[str]:
    """Say what the best option brings in routine and in the first year."""
    said = []
    for phase in reversed(PHASES):
        row = best_row(made, phase)
        if row is not None:
            where = "In routine" if phase == "routine" else "In the first year of a new programme"
            said.append(
                f"{where} the best serves {row.served:.0f} people in a quarter for {row.cost:,.0f} "
                f"dollars a year. Of everyone referred so far {row.in_work:.1f} are in work, "
                f"{row.added:.1f} more than without a programme ({row.added_low:.0f} to "
                f"{row.added_high:.0f}): {_each(row.cost, row.added)}."
            )
    return said


def caseload_sentences(made: Planned) -> list[str]:
    """Say beside the answer what the model can't know of caseloads."""
    row = best_row(made, "routine")
    if row is None:
        return []
    searched, had = (
        [one.removesuffix(" people") for one in groups(beyond)[CASELOAD]]
        for beyond in (made.plan.beyond_observed, False)
    )
    more = [one for one in searched if one not in had]
    said = (
        f"A post of the best has {row.people_per_post:.0f} people, and "
        f"{PERCENT * row.idle_share:.0f} % of its paid hours have no use. Mind that the model "
        "leans towards large caseloads: a caseload acts through the hours that are left for each "
        "person and in no other way, and how little those bring in the end is assumed. That staff "
        "wear out, know their people less or lose employers is not in it"
    )
    if more:
        return [f"{said}. {listed(more)} people a post is more than any programme known here had."]
    return [
        f"{said}, so only caseloads are searched that programmes had: {listed(searched)} people."
    ]


def _each(cost: float, people: float) -> str:
    """Say what each person costs, where there is one."""
    return f"{cost / people:,.0f} dollars for each" if people > 0 else "nobody for the money"


def next_sentences(made: Planned) -> list[str]:
    """Say what the next specialist would buy."""
    said = []
    by = {(row.phase, row.figure): row for row in made.next_post}
    for phase in reversed(PHASES):
        if (phase, "added") not in by:
            continue
        added, cost, waiting = (by[phase, name] for name in ("added", "cost", "waiting_weeks"))
        more, low, high = (
            number(value, sign=True, minus=HYPHEN)
            for value in (added.difference, added.low, added.high)
        )
        where = "in routine" if phase == "routine" else "in the first year"
        said.append(
            f"The next specialist buys {where} {more} people in work ({low} to {high}) for "
            f"{cost.difference:,.0f} dollars a year, {_each(cost.difference, added.difference)}; "
            f"the wait goes from {waiting.now:.1f} to {waiting.then:.1f} weeks."
        )
    return said


def no_option_sentences(made: Planned) -> list[str]:
    """Say what comes nearest where no option keeps the limits."""
    routine = [row for row in made.rows if row.phase == "routine"]
    nearest = min(routine, key=lambda row: row.waiting_weeks)
    return [
        "No option keeps all limits. The shortest wait of those looked at is "
        f"{nearest.waiting_weeks:.1f} weeks, with {nearest.posts:g} posts for "
        f"{nearest.cost:,.0f} dollars a year and a fidelity of {nearest.fidelity:.0f}."
    ]


def shown_json(made: Planned) -> dict[str, Any]:
    """Give options and the next specialist as JSON can hold them."""
    return {
        "best": made.best,
        "options": json_rows(made.rows),
        "next_specialist": json_rows(made.next_post),
    }


KIND = Kind(
    name="plan",
    plan_from_json=staffing_plan_from_json,
    run=plan_to_folder,
    tables={"options": "options.csv", "next_specialist": "next_specialist.csv"},
    lines=shown_lines,
    json=shown_json,
    draw="ips_sim.report.planning_page:write_planning_page",
    has_own_page=True,
)
