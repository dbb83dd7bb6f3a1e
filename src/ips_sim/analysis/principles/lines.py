"""What `ips-sim principles` prints: a table for the main outcomes, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from ips_sim.analysis.principles.folder import PrinciplesResult
from ips_sim.analysis.principles.players import words_of
from ips_sim.analysis.principles.sentences import (
    BASES,
    SAID,
    figure,
    learned_sentences,
    names_of,
    order_sentences,
    ranged,
    ranked_for,
    sampling_sentences,
    trial_sentences,
    tried_sentence,
    whole_sentence,
    why_sentences,
)
from ips_sim.analysis.principles.shares import VariantRow, main_basis

WIDTH = 100
"""Letters in a line, so that nothing is cut at a usual terminal."""

Parts = list[tuple[str, ...] | str]


def shown_lines(result: PrinciplesResult) -> Parts:
    """Give tables as rows of texts, and sentences between them."""
    made: Parts = []
    for outcome, said in SAID.items():
        made += [said.title, *_wrapped(whole_sentence(result, outcome)), ""]
        made += _table(result, outcome)
        ranked = ranked_for(result, outcome)
        made += ["", *_wrapped(*order_sentences(ranked)), *_learned(result, outcome), ""]
    made += ["Weeks worked change, with all of them, by"]
    made += [f"  {line}" for line in why_sentences(result)]
    made += ["", *_wrapped(BASES[main_basis(result.plan)], tried_sentence(result.plan.names))]
    made += _wrapped(*sampling_sentences(result.plan))
    made += _variants(result)
    if told := trial_sentences(result):
        made += ["", *_wrapped(*told)]
    return made


def _wrapped(*sentences: str) -> list[str]:
    return [line for one in sentences for line in wrap(one, WIDTH, subsequent_indent="  ")]


def _learned(result: PrinciplesResult, outcome: str) -> list[str]:
    if main_basis(result.plan) != "posterior":
        return []
    return _wrapped(*learned_sentences([one.row for one in ranked_for(result, outcome)]))


def _table(result: PrinciplesResult, outcome: str) -> list[tuple[str, ...]]:
    is_fitted = main_basis(result.plan) == "posterior"
    head = ("principle", "brings (90 % range)", "before the fit", "if dropped", "alone")
    rows: list[tuple[str, ...]] = [head if is_fitted else (head[:2] + head[3:])]
    for one in ranked_for(result, outcome):
        row, unit = one.row, one.row.unit
        before = (ranged(row.prior, row.prior_low, row.prior_high, unit),) if is_fitted else ()
        rows.append(
            (
                words_of(row.principle),
                ranged(row.shapley, row.shapley_low, row.shapley_high, unit),
                *before,
                figure(-row.dropped, unit, sign=True),
                figure(row.alone, unit, sign=True),
            )
        )
    return rows


def shares_by_variant(result: PrinciplesResult, outcome: str) -> dict[str, dict[str, VariantRow]]:
    """Give the shares of one outcome by variant and principle, the fit itself first."""
    found: dict[str, dict[str, VariantRow]] = {}
    for row in result.variants:
        if row.outcome == outcome:
            found.setdefault(row.variant, {})[row.principle] = row
    return found


def _variants(result: PrinciplesResult) -> Parts:
    """Set shares under both structural variants beside those of the fit."""
    made: Parts = []
    for outcome, said in SAID.items():
        found = shares_by_variant(result, outcome)
        if not found:
            return []
        names = [one.row.principle for one in ranked_for(result, outcome)]
        rows: list[tuple[str, ...]] = [("principle", *(one.replace("_", " ") for one in found))]
        for name in names:
            each = [by_name[name] for by_name in found.values()]
            rows.append(
                (
                    words_of(name),
                    *(ranged(row.shapley, row.low, row.high, row.unit) for row in each),
                )
            )
        fit, *variants = found.values()
        made += ["", f"{said.title}: by structural variant", *rows]
        made += _wrapped(*moved_sentences(names, fit, variants))
    return made


def moved_sentences(
    names: Sequence[str],
    fit: Mapping[str, VariantRow],
    variants: Sequence[Mapping[str, VariantRow]],
) -> list[str]:
    """Say which shares a variant puts outside the fit's range; nothing without ranges."""
    with_range = [name for name in names if fit[name].low == fit[name].low]
    if not with_range:
        return []
    moved = [
        name
        for name in with_range
        if any(not fit[name].low <= one[name].shapley <= fit[name].high for one in variants)
    ]
    if not moved:
        return ["No variant puts a share outside the fit's range."]
    return [f"A variant puts the share outside the fit's range: {names_of(moved)}."]
