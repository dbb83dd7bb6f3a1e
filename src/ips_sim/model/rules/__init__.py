"""What happens in a week, one module per part of life; importing this registers them all."""

from ips_sim.model.rules import (
    arithmetic,
    beginnings,
    benefits,
    caseload,
    counting,
    health,
    interest,
    labour_market,
    leaving,
    preparation,
    referral,
    relationships,
    school,
    search,
    staff,
    week,
    work,
)
from ips_sim.model.rules.registry import RULES, rule

__all__ = [
    "RULES",
    "arithmetic",
    "beginnings",
    "benefits",
    "caseload",
    "counting",
    "health",
    "interest",
    "labour_market",
    "leaving",
    "preparation",
    "referral",
    "relationships",
    "rule",
    "school",
    "search",
    "staff",
    "week",
    "work",
]
