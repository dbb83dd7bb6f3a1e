"""One programme against another: who counts which money, and what a QALY costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ips_sim.economics.costs import Columns, FloatArray, column, discounted
from ips_sim.economics.prices import Prices

Perspective = Literal["payer", "government", "society"]
Verdict = Literal["equal", "dominant", "dominated", "gains at a cost", "saves with a loss"]

PERSPECTIVES: Mapping[Perspective, Mapping[str, int]] = MappingProxyType(
    {
        # Who pays for the service and for hospitals.
        "payer": MappingProxyType({"programme_cost_usd": 1, "health_cost_usd": 1}),
        # The same budget with what the state pays out and takes in.
        "government": MappingProxyType(
            {"programme_cost_usd": 1, "health_cost_usd": 1, "benefits_usd": 1, "taxes_usd": -1}
        ),
        # Benefits and taxes only change hands, so they cancel; work produces what it is paid.
        "society": MappingProxyType(
            {"programme_cost_usd": 1, "health_cost_usd": 1, "earnings_usd": -1}
        ),
    }
)
"""Sign of each outcome in the net cost: +1 is spent, -1 is gained."""


@dataclass(frozen=True, slots=True)
class CostEffectiveness:
    """What another programme costs and gains beyond a reference, per person.

    Attributes
    ----------
    incremental_cost_usd
        Mean net cost of the other programme minus that of the reference: positive costs more.
    incremental_qalys
        Mean QALYs of the other programme minus those of the reference: positive is healthier.
    net_benefit_usd
        Incremental QALYs at `willingness_to_pay_usd_per_qaly`, less the incremental cost: positive
        favours the other programme.
    usd_per_qaly
        Incremental cost over incremental QALYs; None unless both have the same sign, because a
        negative ratio does not say who wins.
    """

    reference: str
    other: str
    people_reference: int
    people_other: int
    perspective: Perspective
    price_year: int
    discount_rate_per_year: float
    willingness_to_pay_usd_per_qaly: float
    incremental_cost_usd: float
    incremental_qalys: float
    net_benefit_usd: float
    usd_per_qaly: float | None
    verdict: Verdict

    def __str__(self) -> str:
        """Say the result with its reference, sign convention, discounting and price year."""
        signs = " ".join(
            f"{'+' if sign > 0 else '-'} {name}"
            for name, sign in PERSPECTIVES[self.perspective].items()
        )
        discounting = (
            f"costs and QALYs discounted at {self.discount_rate_per_year:.1%} a year to entry"
            if self.discount_rate_per_year
            else "not discounted"
        )
        if self.usd_per_qaly is None:
            ratio = "no ratio, since it would not say who wins"
        else:
            what = (
                "USD per QALY gained" if self.incremental_qalys > 0 else "USD saved per QALY lost"
            )
            ratio = f"{self.usd_per_qaly:,.0f} {what}"
        return "\n".join(
            (
                f"{self.other} ({self.people_other} people) minus "
                f"{self.reference} ({self.people_reference} people), per person",
                f"net cost    {self.incremental_cost_usd:+,.0f} USD of {self.price_year} "
                "(positive: costs more)",
                f"QALYs       {self.incremental_qalys:+.4f} (positive: healthier)",
                f"net benefit {self.net_benefit_usd:+,.0f} USD at "
                f"{self.willingness_to_pay_usd_per_qaly:,.0f} USD per QALY "
                f"(positive: favours {self.other})",
                f"{self.verdict}: {ratio}",
                f"perspective {self.perspective}: net cost = {signs.removeprefix('+ ')}",
                discounting,
            )
        )


def net_cost(people: Columns, perspective: Perspective) -> FloatArray:
    """Add up each person's costs less gains, as one perspective counts them.

    Parameters
    ----------
    people
        Priced outcomes per person: ``programme_cost_usd``, ``health_cost_usd``, and by perspective
        ``benefits_usd`` and ``taxes_usd`` (government) or ``earnings_usd`` (society).
    perspective
        A key of `PERSPECTIVES`.

    Returns
    -------
    array of float64, shape (people,)
        US dollars, not discounted; positive is a cost, negative a gain.

    Raises
    ------
    ValueError
        If the perspective is unknown or a column is missing.
    """
    if perspective not in PERSPECTIVES:
        raise ValueError(
            f"perspective '{perspective}' is not known; allowed are {', '.join(PERSPECTIVES)}"
        )
    parts = [sign * column(people, name) for name, sign in PERSPECTIVES[perspective].items()]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def cost_effectiveness(
    reference_table: Columns,
    other_table: Columns,
    *,
    prices: Prices,
    perspective: Perspective = "payer",
    discount_rate_per_year: float | None = None,
    reference: str = "reference",
    other: str = "other",
) -> CostEffectiveness:
    """Set one programme against a reference.

    Parameters
    ----------
    reference_table, other_table
        People under each programme with their outcomes, priced and not discounted, and
        ``weeks_observed``.
    prices
        The prices with which they were priced; gives price year and willingness to pay.
    perspective
        Whose money counts.
    discount_rate_per_year
        The default is the one in `prices`; zero for none.
    reference, other
        Names of the two programmes.

    Returns
    -------
    CostEffectiveness
        Differences of means, other minus reference. For intervals call it for each draw.

    Raises
    ------
    ValueError
        If a table has no people, lacks a column, or the perspective or rate is not allowed.
    """
    rate = (
        prices.discount_rate_per_year if discount_rate_per_year is None else discount_rate_per_year
    )
    cost_0, qalys_0, people_0 = _means(reference_table, reference, perspective, rate)
    cost_1, qalys_1, people_1 = _means(other_table, other, perspective, rate)
    cost = cost_1 - cost_0
    gain = qalys_1 - qalys_0
    return CostEffectiveness(
        reference=reference,
        other=other,
        people_reference=people_0,
        people_other=people_1,
        perspective=perspective,
        price_year=prices.price_year,
        discount_rate_per_year=rate,
        willingness_to_pay_usd_per_qaly=prices.willingness_to_pay_usd_per_qaly,
        incremental_cost_usd=cost,
        incremental_qalys=gain,
        net_benefit_usd=gain * prices.willingness_to_pay_usd_per_qaly - cost,
        usd_per_qaly=cost / gain if cost * gain > 0 else None,
        verdict=_verdict(cost, gain),
    )


def _means(
    table: Columns, name: str, perspective: Perspective, rate: float
) -> tuple[float, float, int]:
    """Give mean net cost and mean QALYs, discounted, and the number of people."""
    weeks = column(table, "weeks_observed")
    if not weeks.size:
        raise ValueError(f"{name} has no people")
    cost = discounted(net_cost(table, perspective), weeks, rate)
    gain = discounted(column(table, "qalys"), weeks, rate)
    return float(cost.mean()), float(gain.mean()), int(weeks.size)


def _verdict(cost: float, gain: float) -> Verdict:
    if cost == 0 and gain == 0:
        return "equal"
    if cost <= 0 and gain >= 0:
        return "dominant"
    if cost >= 0 and gain <= 0:
        return "dominated"
    return "gains at a cost" if gain > 0 else "saves with a loss"
