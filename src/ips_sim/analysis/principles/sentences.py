"""What may be said of principles, in sentences: at the terminal, and on the page alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ips_sim.analysis.principles.folder import PrinciplesResult
from ips_sim.analysis.principles.plan import PrinciplesPlan
from ips_sim.analysis.principles.players import words_of
from ips_sim.analysis.principles.shares import (
    LEARNED_BELOW,
    Ranked,
    ShareRow,
    WholeRow,
    overlap,
    rank,
)
from ips_sim.analysis.principles.trial import ENOUGH_POWER
from ips_sim.analysis.principles.why import PARTS, WHOLE
from ips_sim.scenario.principles import principles
from ips_sim.shown.english import HYPHEN, counted, listed, number

PEOPLE = 100
"""Shares of people are told as people of so many."""


@dataclass(frozen=True)
class Said:
    """How an outcome is told.

    Attributes
    ----------
    title
        What the table is about, with what its numbers count.
    sentence
        With a place for a figure.
    counted
        What a trial would count.
    more, less
        What a difference is called.
    sign
        What stands before a figure in a sentence.
    """

    title: str
    sentence: str
    counted: str
    more: str
    less: str
    sign: str = ""


SAID: Mapping[str, Said] = {
    "employed_ever": Said(
        "People who have a competitive job at some time, of 100",
        "Of 100 people, about {} have a competitive job at some time",
        "who ever has a job",
        "more",
        "fewer",
    ),
    "weeks_worked": Said(
        "Weeks of competitive work, per person",
        "People spend {} weeks in competitive work",
        "weeks worked",
        "weeks more",
        "weeks less",
    ),
    "programme_cost_usd": Said(
        "Cost of the programme, US dollars per person",
        "The programme costs {} a person",
        "what it costs",
        "more",
        "less",
        "$",
    ),
}
"""The outcomes that are told first."""

BASES = {
    "centre": "Parameters have the values of the data and nothing else: ranges cover chance only, "
    "and say nothing of what is not known. Use --draws.",
    "prior": "No fit to trials is there: ranges cover what was believed before any, and every "
    "share is assumed.",
    "posterior": "Ranges hold 90 % of what the fit to trials left uncertain, and the error of a "
    "finite number of runs.",
}


def figure(value: float, unit: str, *, sign: bool = False) -> str:
    """Write a value as a table does: shares as whole people of `PEOPLE`, money in whole dollars."""
    if value != value:
        return HYPHEN
    if unit == "share":
        return number(PEOPLE * value, 0, sign=sign, minus=HYPHEN)
    digits = {"US dollars": 0, "QALYs": 3}.get(unit, 1)
    return number(value, digits, sign=sign, minus=HYPHEN)


def ranged(value: float, low: float, high: float, unit: str, *, sign: bool = True) -> str:
    """Write a value with its range in brackets, where there is one."""
    said = figure(value, unit, sign=sign)
    if low != low or high != high:
        return said
    return f"{said} ({figure(low, unit)} to {figure(high, unit)})"


def ranked_for(result: PrinciplesResult, outcome: str) -> list[Ranked]:
    """Rank the principles for one outcome."""
    return rank([row for row in result.shares.rows if row.outcome == outcome])


def whole_of(result: PrinciplesResult, outcome: str) -> WholeRow:
    """Give what all principles bring together to one outcome."""
    return next(one for one in result.shares.whole if one.outcome == outcome)


def names_of(names: Iterable[str]) -> str:
    """List principles in words."""
    return listed([words_of(name) for name in names])


def whole_sentence(result: PrinciplesResult, outcome: str) -> str:
    """Say what all of them bring together."""
    whole, said = whole_of(result, outcome), SAID[outcome]
    unit, difference = whole.unit, whole.difference
    against = result.plan.asked.against
    without = f"under {against}" if against else "without any of the principles"
    with_all = f"under {result.plan.asked.scenario.title}" if against else "with all"
    low, high = whole.difference_low, whole.difference_high
    between = ""
    if low * high > 0:
        ends = sorted((abs(low), abs(high)))
        between = f" ({figure(ends[0], unit)} to {figure(ends[1], unit)})"
    elif low == low and high == high:
        between = f" ({figure(low, unit, sign=True)} to {figure(high, unit, sign=True)})"
    return (
        f"{said.sentence.format(said.sign + figure(whole.nothing, unit))} {without}, "
        f"{said.sign}{figure(whole.everything, unit)} {with_all}: about "
        f"{said.sign}{figure(abs(difference), unit)}{between} "
        f"{said.less if difference < 0 else said.more}."
    )


def order_sentences(ranked: Sequence[Ranked]) -> list[str]:
    """Say who brings most, and which can't be told apart."""
    if any(one.row.shapley_low != one.row.shapley_low for one in ranked):
        return ["There are no ranges, so no order is stated."]
    if len(ranked) == 1:
        return []
    first, *others = ranked
    tied = [one for one in others if overlap(first.row, one.row)]
    if len(tied) == len(others):
        return [
            "The ranges of all overlap with that of the first: which brings most can't be told."
        ]
    if tied:
        together = names_of(one.row.principle for one in (first, *tied))
        lines = [f"Which brings most can't be told: the ranges of {together} overlap."]
    else:
        lines = [f"Most is brought by {words_of(first.row.principle)}."]
    rest = [one for one in others if one not in tied]
    if alike := _neighbours(rest):
        together = "; ".join(names_of(one) for one in alike)
        lines.append(f"Can't be told apart, because ranges overlap: {together}.")
    return lines


def _neighbours(ranked: Sequence[Ranked]) -> list[list[str]]:
    """Give the longest runs, by rank, in which every range reaches into every other."""
    runs: list[list[str]] = []
    for start, one in enumerate(ranked):
        run = [one]
        for other in ranked[start + 1 :]:
            if all(overlap(other.row, each.row) for each in run):
                run.append(other)
            else:
                break
        names = [each.row.principle for each in run]
        if len(names) > 1 and not (runs and set(names) <= set(runs[-1])):
            runs.append(names)
    return runs


def learned_sentences(rows: Sequence[ShareRow]) -> list[str]:
    """Say of which shares the fit to trials narrowed the range."""
    if all(row.kept != row.kept for row in rows):
        return ["With so few draws it can't be told which of it was learned from trials."]
    learned = [row.principle for row in rows if row.learned == "learned"]
    parts = [row.principle for row in rows if row.split_kept < LEARNED_BELOW]
    whom = f"{names_of(parts)} alone" if parts else "none of them"
    split = f"Which part of the whole a principle brings was learned for {whom}."
    if not learned:
        return ["For none of them did the fit take half of what is uncertain: all is assumed."]
    rest = "" if len(learned) == len(rows) else "; the others are assumed as before"
    return [
        f"Learned from trials, half of what was uncertain or more: {names_of(learned)}{rest}.",
        split,
    ]


def tried_sentence(names: Iterable[str]) -> str:
    """Say which principles people were ever assigned to alone."""
    known = {name: one for name, one in principles().items() if name in set(names)}
    if not known:
        return ""
    said = {
        "experiment": "in an experiment of its own {}",
        "partly": "in part, or together with something else, {}",
        "no": "never {}",
    }
    parts = [
        words.format(names_of(chosen))
        for kind, words in said.items()
        if (chosen := [name for name, one in known.items() if one.tried_alone == kind])
    ]
    return f"People were assigned to one principle alone: {'; '.join(parts)}."


def why_sentences(result: PrinciplesResult) -> list[str]:
    """Say why weeks worked change, in four parts that add up."""
    parts = {row.part: row for row in result.why if row.principle == WHOLE}
    return [
        f"{ranged(parts[part].value, parts[part].low, parts[part].high, 'weeks')} weeks {meaning}"
        for part, meaning in PARTS.items()
    ]


def sampling_sentences(plan: PrinciplesPlan) -> list[str]:
    """Say that shares were sampled, where they were."""
    if not plan.order_pairs:
        return []
    return [
        f"Shares of {len(plan.names)} players come from {2 * plan.order_pairs} sampled orders of "
        "entry; their ranges hold its error too (more with --orders). Interactions are left out."
    ]


def trial_sentences(result: PrinciplesResult) -> list[str]:
    """Say how many pairs a trial tells apart, by its size."""
    told = [row for row in result.power if row.question == "apart" and row.power == row.power]
    lines = []
    for outcome in dict.fromkeys(row.outcome for row in told):
        rows = [row for row in told if row.outcome == outcome]
        pairs = len({(row.first, row.second) for row in rows})
        found = {
            size: sum(row.power >= ENOUGH_POWER for row in rows if row.people_per_arm == size)
            for size in result.plan.trial_sizes
        }
        some = [size for size in found if found[size]] or [max(found)]
        shown = dict.fromkeys((some[0], some[len(some) // 2], some[-1]))
        counts = [f"{found[size]} with {size:,} people in each arm" for size in shown]
        lines.append(
            f"A trial of two arms, each without one of two principles, would tell by "
            f"{SAID[outcome].counted} which of the two brings more in so many of "
            f"{counted(pairs, 'pair')}: {listed(counts)}."
        )
    return lines
