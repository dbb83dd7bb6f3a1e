"""What `ips-sim principles` prints: a table for the main outcomes, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ips_sim.analysis.principles.folder import PrinciplesResult
from ips_sim.analysis.principles.plan import DEFAULT_PAIRS, PrinciplesPlan
from ips_sim.analysis.principles.shares import Ranked, VariantRow, main_basis, rank
from ips_sim.analysis.principles.trial import ENOUGH_POWER
from ips_sim.analysis.principles.why import PARTS, WHOLE
from ips_sim.shown.english import with_unit

SHOWN_OUTCOMES = ("weeks_worked", "programme_cost_usd")

_BASES = {
    "centre": "Parameters have the values of the data and nothing else: ranges cover chance only, "
    "and say nothing of what is not known. Use --draws.",
    "prior": "No fit to trials is there: ranges cover what was believed before any, and every "
    "share is assumed.",
    "posterior": "Ranges cover what the fit to trials left uncertain, and chance.",
}


def ranked_for(result: PrinciplesResult, outcome: str) -> list[Ranked]:
    """Rank the principles for one outcome."""
    return rank([row for row in result.shares.rows if row.outcome == outcome])


def shown_lines(result: PrinciplesResult) -> list[tuple[str, ...] | str]:
    """Give tables as rows of texts, and sentences between them."""
    made: list[tuple[str, ...] | str] = []
    for outcome in SHOWN_OUTCOMES:
        made += [_title(result, outcome), *_table(result, outcome), *_order(result, outcome), ""]
    made += [*_why(result), "", _BASES[main_basis(result.plan)]]
    made += _sampling(result.plan)
    made += _variants(result)
    made += _trial(result)
    return made


def _title(result: PrinciplesResult, outcome: str) -> str:
    (whole,) = (one for one in result.shares.whole if one.outcome == outcome)
    unit = whole.unit
    return (
        f"{outcome}: {with_unit(whole.nothing, unit)} without any, "
        f"{with_unit(whole.everything, unit)} with all, "
        f"{with_unit(whole.difference, unit, sign=True)}"
        f"{_range(whole.difference_low, whole.difference_high, unit)} to share"
    )


def _table(result: PrinciplesResult, outcome: str) -> list[tuple[str, ...]]:
    is_fitted = "posterior" in result.plan.bases
    before = ("before the fit",) if is_fitted else ()
    rows: list[tuple[str, ...]] = [
        ("principle", "place", "share (90 % range)", *before, "if dropped", "alone", "")
    ]
    for one in ranked_for(result, outcome):
        row, unit = one.row, one.row.unit
        rows.append(
            (
                row.principle,
                one.place,
                with_unit(row.shapley, unit, sign=True)
                + _range(row.shapley_low, row.shapley_high, unit),
                *((_range(row.prior_low, row.prior_high, unit).strip(" ()"),) if is_fitted else ()),
                with_unit(-row.dropped, unit, sign=True),
                with_unit(row.alone, unit, sign=True),
                row.learned,
            )
        )
    return rows


def _range(low: float, high: float, unit: str) -> str:
    if low != low or high != high:
        return ""
    ends = [with_unit(end, unit, sign=True).partition(" ")[0] for end in (low, high)]
    return f" ({ends[0]} to {ends[1]})"


def _order(result: PrinciplesResult, outcome: str) -> list[str]:
    """Say who is clearly ahead; principles whose ranges overlap are tied."""
    ranked = ranked_for(result, outcome)
    everyone = {one.row.principle for one in ranked}
    lines = []
    for one in ranked:
        behind = [
            other.row.principle for other in ranked if other.row.shapley_high < one.row.shapley_low
        ]
        if not behind:
            continue
        rest = everyone - {one.row.principle, *behind}
        whom = "all others" if not rest else ", ".join(behind)
        lines.append(f"{one.row.principle} lies above {whom}.")
    return lines or ["Their ranges overlap: all are tied, and no order is stated."]


def shares_by_variant(result: PrinciplesResult, outcome: str) -> dict[str, dict[str, VariantRow]]:
    """Give the shares of one outcome by variant and principle, the fit itself first."""
    found: dict[str, dict[str, VariantRow]] = {}
    for row in result.variants:
        if row.outcome == outcome:
            found.setdefault(row.variant, {})[row.principle] = row
    return found


def _variants(result: PrinciplesResult) -> list[tuple[str, ...] | str]:
    """Set shares under both structural variants beside those of the fit."""
    made: list[tuple[str, ...] | str] = []
    for outcome in SHOWN_OUTCOMES:
        found = shares_by_variant(result, outcome)
        if not found:
            return []
        names = [one.row.principle for one in ranked_for(result, outcome)]
        rows: list[tuple[str, ...]] = [("principle", *found)]
        for name in names:
            each = [by_name[name] for by_name in found.values()]
            rows.append(
                (
                    name,
                    *(
                        with_unit(row.shapley, row.unit, sign=True)
                        + _range(row.low, row.high, row.unit)
                        for row in each
                    ),
                )
            )
        fit, *variants = found.values()
        made += ["", f"{outcome}, share by structural variant", *rows]
        made += _moved(names, fit, variants)
    return made


def _moved(
    names: Sequence[str],
    fit: Mapping[str, VariantRow],
    variants: Sequence[Mapping[str, VariantRow]],
) -> list[str]:
    """Say which shares a variant puts outside the fit's range; nothing without ranges."""
    ranged = [name for name in names if fit[name].low == fit[name].low]
    if not ranged:
        return []
    moved = [
        name
        for name in ranged
        if any(not fit[name].low <= one[name].shapley <= fit[name].high for one in variants)
    ]
    if not moved:
        return ["No variant puts a share outside the fit's range."]
    return [f"A variant puts the share outside the fit's range: {', '.join(moved)}."]


def _why(result: PrinciplesResult) -> list[str]:
    parts = {row.part: row for row in result.why if row.principle == WHOLE}
    return [
        "Weeks worked change because:",
        *(
            f"  {with_unit(parts[part].value, 'weeks', sign=True)}"
            f"{_range(parts[part].low, parts[part].high, 'weeks')}: {part.replace('_', ' ')}, "
            f"{meaning}"
            for part, meaning in PARTS.items()
        ),
    ]


def _sampling(plan: PrinciplesPlan) -> list[str]:
    if not plan.order_pairs:
        return []
    return [
        f"Shares of {len(plan.names)} players come from {2 * plan.order_pairs} sampled orders of "
        f"entry; their ranges hold its error too (more with --orders, {DEFAULT_PAIRS} pairs by "
        "default). Interactions are left out."
    ]


def _trial(result: PrinciplesResult) -> list[str]:
    """Say how many pairs a factorial trial tells apart, by its size."""
    told = [row for row in result.power if row.question == "apart" and row.power == row.power]
    if not told:
        return []
    lines = ["", "A trial with two arms, each without one principle, tells the two apart"]
    for outcome in dict.fromkeys(row.outcome for row in told):
        rows = [row for row in told if row.outcome == outcome]
        pairs = len({(row.first, row.second) for row in rows})
        counts = ", ".join(
            f"{sum(row.power >= ENOUGH_POWER for row in rows if row.people_per_arm == size)}"
            f" with {size:,}"
            for size in result.plan.trial_sizes
        )
        lines.append(
            f"  by {outcome} with {100 * ENOUGH_POWER:.0f} % power in so many of {pairs} pairs, "
            f"by people in each arm: {counts}"
        )
    return lines
