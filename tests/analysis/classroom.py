"""A class of a few people over a few weeks, as several tests use it."""

from ips_sim.analysis.classroom.plan import ClassroomPlan, make_classroom_plan


def tiny_plan(**changes: object) -> ClassroomPlan:
    """One labour market and two caseloads: every combination, in a second or two."""
    said = {
        "markets": ["ordinary"],
        "caseloads": [20, 50],
        "draws": 2,
        "replicates": 2,
        "overrides": {"design.people": 20, "design.weeks": 40},
    }
    return make_classroom_plan(**{**said, **changes})  # type: ignore[arg-type]
