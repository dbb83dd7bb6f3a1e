"""Who joins when a programme is offered to people who had not asked."""

import numpy as np

from ips_sim.evidence import evidence_parameters
from ips_sim.model.entities import Service
from ips_sim.scenario import load_scenario
from tests.model.builders import run


def test_about_as_many_join_as_when_beneficiaries_were_asked() -> None:
    offered = load_scenario(
        {"title": "Offered", "based_on": ["ips.yaml", "people/ssdi_recipients.yaml"]},
        {
            "programme.offered_unasked": True,
            "design.work_goal_required": False,
            "design.weeks": 1,
            "design.entry_weeks": 1,
            "design.people": 4000,
            "design.sites": 40,
        },
    )
    people = run(offered).people
    joined, recent = people["service"] != Service.NOT_ADMITTED, people["worked_past_year"]
    known = evidence_parameters()["uptake_of_offer_ssdi"]
    assert abs(joined.mean() - known.value) < 0.02
    assert joined[~recent].mean() < joined[recent].mean() < (known.high or np.inf)
    interest = people["interest_at_entry"]
    assert interest[joined].mean() > interest[~joined].mean() + 0.1
