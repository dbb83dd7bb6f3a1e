"""The checklist of CHEERS 2022, filled in as far as a simulation can: 28 items of a report."""

from __future__ import annotations

from ips_sim.analysis.value.plan import longest_fitted_weeks
from ips_sim.analysis.value.result import Value
from ips_sim.economics.prices import default_price_year, unit_costs_of
from ips_sim.evidence import PRICE_INDICES
from ips_sim.shown.english import listed

NOT_DONE = "Not done."


def checklist(value: Value) -> list[tuple[int, str, str]]:
    """Give number, topic and answer of every item; what was not done says so."""
    plan = value.plan
    first = plan.scenarios[plan.reference]
    design, costs = first.design, unit_costs_of(first)
    rate = costs["discount_rate_per_year"].value
    names = listed(list(plan.names))
    horizon = f"{design.weeks} weeks from referral"
    if plan.is_beyond_trials:
        horizon += (
            f", beyond the {longest_fitted_weeks()} weeks that trials behind the fit followed "
            "anybody: what lies beyond is extrapolated"
        )
    variants = listed([one or "the fit" for one in plan.variants])
    answers = {
        1: ("Title", f"Simulated value of {names}"),
        2: ("Abstract", "The sentences at the top of report.html."),
        3: ("Background and objectives", "Whether the strategies differ in cost and effect."),
        4: ("Health economic analysis plan", "The plan stands in manifest.json, before any run."),
        5: (
            "Study population",
            f"{design.people:,} simulated people with serious mental illness, drawn from section "
            "people of each scenario.",
        ),
        6: ("Setting and location", "Section place of each scenario."),
        7: ("Comparators", f"{names}; reference: {plan.names[plan.reference]}."),
        8: (
            "Perspective",
            f"{plan.perspective}; participant, programme, government and society in icers.csv. "
            "Which item counts where: impact_inventory.csv.",
        ),
        9: ("Time horizon", f"{horizon}."),
        10: (
            "Discount rate",
            f"{rate:.3g} a year for costs and effects alike, as 1/(1+r)^t by year, none within a "
            "year.",
        ),
        11: ("Selection of outcomes", f"{plan.effect}; weeks worked, people employed and QALYs."),
        12: ("Measurement of outcomes", "Counted week by week in every simulated person."),
        13: (
            "Valuation of outcomes",
            "QALYs from relapse and from liked jobs alone, with published utilities; the latter "
            "don't count where earnings do.",
        ),
        14: (
            "Measurement and valuation of resources and costs",
            "quantities.parquet times prices.csv.",
        ),
        15: (
            "Currency, price date and conversion",
            f"US dollars of {default_price_year()}; prices of other years by the indices "
            f"{listed(list(PRICE_INDICES))}, other currencies by the rate that a scenario says.",
        ),
        16: (
            "Rationale and description of model",
            "An agent-based model with weekly steps; docs/explanation/odd.md.",
        ),
        17: (
            "Analytics and assumptions",
            f"{plan.draws} paired draws of parameters and prices with {value.replicates} "
            "replicates each; assumptions carry the grade assumed in prices.csv.",
        ),
        18: ("Characterizing heterogeneity", "Not here: compare scenarios with other people."),
        19: (
            "Characterizing distributional effects",
            "Who gains and who pays, by payer, in budget.csv; none by group of people.",
        ),
        20: (
            "Characterizing uncertainty",
            "Parameters, prices and what trials left out of the fit show, in every draw; "
            f"structure by the variants {variants}; chance is at most "
            f"{100 * max(value.chance.values(), default=0.0):.1f} % of the variance between draws.",
        ),
        21: ("Approach to engagement with patients and others", NOT_DONE),
        22: ("Study parameters", "prices.csv, and docs/reference/parameters.md."),
        23: ("Summary of main results", "icers.csv and report.html."),
        24: ("Effect of uncertainty", "ceac.csv, evpi.csv, inputs.csv."),
        25: ("Effect of engagement with patients and others", NOT_DONE),
        26: (
            "Study findings, limitations, generalizability",
            "The section on limits of report.html.",
        ),
        27: ("Source of funding", "To be said by whoever reports it."),
        28: ("Conflicts of interest", "To be said by whoever reports it."),
    }
    return [(number, topic, answer) for number, (topic, answer) in answers.items()]
