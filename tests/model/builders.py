"""What the tests of the model build worlds from: small parts, none of which knows a tuned value.

The parameters, levers, people and places here are *neutral*: no strength, no chance, no limit.  A
test states whatever it depends on, so that a change of the values in the data moves no worked
case.  Whole scenarios come from the library instead, with what matters set by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from ips_sim.evidence.parameters import load_parameters
from ips_sim.model import arrays
from ips_sim.model.compiled.execute import SteppedSite, execute
from ips_sim.model.entities import (
    EmployerFields,
    JobSeekerFields,
    RelationshipFields,
    SiteFields,
    SpecialistFields,
)
from ips_sim.model.parameters import Parameters
from ips_sim.model.results import RunResult, Runs
from ips_sim.scenario import load_scenario
from ips_sim.scenario.schema import (
    UNLIMITED_WEEKS,
    Levers,
    People,
    Place,
    Scenario,
    Staff,
)

# Divisors may not be zero; with these an hour or a week has half of an effect that is not there.
_NEUTRAL_PARAMETERS = {
    "half_hours": 1.0,
    "alliance_half_hours": 1.0,
    "experience_half_weeks": 1.0,
    "newness_half_weeks": 1.0,
    "recovery_per_week": 1.0,
    "newcomer_half_weeks": 1.0,
    "interest_that_is_a_work_goal": 0.5,
    "reference_unemployment_share": 0.05,
    "reference_gain_usd_per_month": 1000.0,
    "hours_per_employer_contact": 1.0,
    "half_spare_hours": 1.0,
    "good_placement_weeks": 13.0,
    "liked_from_share": 1.0,
    "reach_without_transport": 1.0,
    "weeks_per_month": 4.0,
    # A book and a memory without limits.
    "employers_in_book": 1000.0,
    "employers_in_mind": 1000.0,
    "employers_looked_through": 1000.0,
}

_NEUTRAL_LEVERS: dict[str, Any] = {
    "screened_out_above_symptoms": 1.0,
    "support_limit_weeks": UNLIMITED_WEEKS,
    "close_after_weeks_without_work": UNLIMITED_WEEKS,
    "transfer_after_weeks_worked": UNLIMITED_WEEKS,
    "visits_before_asking": 1,
    "review_every_weeks": 1,
    "enrolment_share": 1.0,
    "caseload_limit": 20,
    "specialist_hours_per_week": 40.0,
}

_NEUTRAL_STAFF: dict[str, Any] = {"skill_mean": 1.0}

_NEUTRAL_PEOPLE: dict[str, Any] = {
    "age_mean_years": 40.0,
    "preferred_hours_mean": 20.0,
    "child_care_share": 1.0,
}

_NEUTRAL_PLACE: dict[str, Any] = {
    "unemployment_share": 0.05,
    "wage_over_minimum_mean": 1.0,
    "credential_jobs_wage_ratio": 1.0,
    "minimum_wage_usd_per_hour": 10.0,
    "cliff_earnings_usd_per_month": 20000.0,
    "trial_work_usd_per_month": 20000.0,
    "assistance_earnings_limit_usd_per_month": 20000.0,
    "assistance_limit_months": 1200,
    "school_term_weeks": 1,
    "weeks_between_school_terms": 1,
}


def _section(kind: type, neutral: Mapping[str, Any], changes: Mapping[str, Any]) -> Any:
    nothing = {
        name: field.annotation(0)  # 0, 0.0 or False
        for name, field in getattr(kind, "model_fields").items()  # noqa: B009
    }
    return kind(**(nothing | dict(neutral) | dict(changes)))


def levers(**changes: Any) -> Levers:
    """Levers of a programme that does nothing, but for the changes."""
    return _section(Levers, _NEUTRAL_LEVERS, changes)


def staff(**changes: Any) -> Staff:
    """Specialists of skill 1 who never leave, but for the changes."""
    return _section(Staff, _NEUTRAL_STAFF, changes)


def people(**changes: Any) -> People:
    """People all alike, 40 years old, who would like 20 hours a week, but for the changes."""
    return _section(People, _NEUTRAL_PEOPLE, changes)


def place(**changes: Any) -> Place:
    """A place without jobs or benefits, wages of 10 dollars, but for the changes."""
    return _section(Place, _NEUTRAL_PLACE, changes)


def parameters(**changes: Any) -> Parameters:
    """Parameters that are all zero, halves and references aside, but for the changes."""
    nothing = {field.name: 0.0 for field in fields(Parameters)}
    unknown = set(changes) - set(nothing)
    assert not unknown, f"no parameters: {unknown}"
    known = {name: value for name, value in _NEUTRAL_PARAMETERS.items() if name in nothing}
    return Parameters(**(nothing | known | changes))


def seeker(**changes: Any) -> JobSeekerFields:
    """A person with the defaults of all fields, but for the changes."""
    return JobSeekerFields(**changes)


def specialist(**changes: Any) -> SpecialistFields:
    """A full-time specialist of skill 1 who has nobody to serve, but for the changes."""
    return SpecialistFields(**({"full_time_share": 1.0, "skill": 1.0} | changes))


def employer(**changes: Any) -> EmployerFields:
    """An employer with the defaults of all fields, but for the changes."""
    return EmployerFields(**changes)


def relationship(**changes: Any) -> RelationshipFields:
    """A relationship that has not begun, but for the changes."""
    return RelationshipFields(**changes)


def site(**changes: Any) -> SiteFields:
    """An average site, but for the changes."""
    return SiteFields(**changes)


# Whole scenarios


def scenario(
    base: str = "ips", drop: Iterable[str] = (), **sections: Mapping[str, Any]
) -> Scenario:
    """A shipped scenario, with principles dropped and values changed, section by section."""
    overrides: dict[str, Any] = {
        f"{section}.{name}": value
        for section, values in sections.items()
        for name, value in values.items()
    }
    dropped = {"title": base, "based_on": f"{base}.yaml", "drop": list(drop)}
    return load_scenario(dropped, overrides)


def drawn(**changes: Any) -> arrays.Array:
    """The parameters of the data as one record, but for the changes."""
    return arrays.as_record(arrays.default_parameters(changes), arrays.PARAMETERS)


def ranges() -> dict[str, tuple[float, float]]:
    """The range of each parameter."""
    return {name: (info.low, info.high) for name, info in load_parameters().items()}


def runs(replicates: int, sites: int = 1) -> Runs:
    """Every replicate of every site, with the first draw of parameters."""
    count = replicates * sites
    return Runs(
        draw=np.zeros(count, np.int64),
        replicate=np.repeat(np.arange(replicates), sites),
        site=np.tile(np.arange(sites), replicates),
    )


def run(of: Scenario, replicates: int = 1, seed: int = 1, **changes: Any) -> RunResult:
    """Run every site of a scenario on the compiled driver."""
    return execute(of, drawn(**changes), runs(replicates, of.design.sites), seed)


def weeks_of(of: Scenario, seed: int = 1, **changes: Any) -> Iterator[SteppedSite]:
    """The first site of a scenario after each week, week 0 first; always the same object."""
    stepped = SteppedSite(of, drawn(**changes), seed)
    yield stepped
    while stepped.week < weeks_to_run(of):
        stepped.step()
        yield stepped


def weeks_to_run(of: Scenario) -> int:
    """How many weeks a scenario runs."""
    from ips_sim.model.world import calendar

    return calendar(of).weeks_to_run


def differing(one: arrays.Array, other: arrays.Array) -> set[str]:
    """The fields in which two arrays of records differ by at least one bit."""
    return {name for name in one.dtype.names or () if one[name].tobytes() != other[name].tobytes()}


def special_scenarios() -> dict[str, Scenario]:
    """Worlds off the beaten track, where what the shipped ones never do happens too."""
    return {
        "open programme": scenario(
            programme={"caseload_limit": 8},
            design={
                "kind": "open_programme",
                "people": 120,
                "weeks": 60,
                "warm_up_weeks": 30,
                "specialists_per_site": 1.5,
            },
            staff={"turnover_per_year": 1.5},
        ),
        "half served": scenario(
            "traditional",
            programme={
                "caseload_limit": 40,
                "outreach_share": 1.0,
                "enrolment_share": 0.6,
                "screened_out_for_legal_history": True,
                "split_roles": True,
                "return_without_referral": True,
                "transfer_after_weeks_worked": 8,
                "support_limit_weeks": 20,
                "close_after_weeks_without_work": 15,
                "preparation_weeks": 3,
                "sheltered_weeks": 10,
            },
            design={"people": 60, "entry_weeks": 30, "weeks": 70},
            staff={"turnover_per_year": 3.0, "post_vacant_weeks": 3, "programme_age_weeks": 0},
        ),
        "much work, many benefits": scenario(
            programme={"transfer_after_weeks_worked": 10, "team_contact_share": 0.5},
            design={"people": 60, "entry_weeks": 1, "weeks": 110, "work_goal_required": False},
            place={
                "employers_per_100_people": 60.0,
                "vacancies_per_employer_per_year": 40.0,
                "filled_by_others_per_week": 0.02,
                "minimum_wage_usd_per_hour": 15.0,
                "wage_over_minimum_mean": 2.0,
                "temporary_share": 0.4,
                "trial_work_months": 2,
                "trial_work_usd_per_month": 200.0,
                "cliff_earnings_usd_per_month": 900.0,
                "dismissal_protection_index": 3.0,
                "unemployment_share": 0.12,
            },
            people={
                "tapered_benefit_share": 0.4,
                "cliff_benefit_share": 0.6,
                "benefit_fear_mean": 0.7,
                "relapses_per_year": 4.0,
            },
            staff={"turnover_per_year": 1.0},
        ),
        # Some have a job already, and places stay empty; a team that breaks up asks at once.
        "as they come": scenario(
            programme={
                "visits_before_asking": 1,
                "caseload_limit": 12,
                "review_every_weeks": 4,
                "team_contact_share": 0.0,
                "early_care_share": 0.6,
                "close_after_weeks_without_work": 30,
            },
            staff={"first_leaves_in_week": 9, "turnover_per_year": 0.5, "post_vacant_weeks": 2},
            people={
                "homeless_share": 0.4,
                "no_transport_share": 0.6,
                "cares_for_children_share": 0.4,
                "age_mean_years": 22.0,
                "no_recent_work_share": 0.6,
                "worked_before_share": 0.2,
            },
            place={"months_until_benefit_ends": 1, "hidden_share": 0.6, "trial_work_months": 0},
            design={
                "people": 50,
                "weeks": 70,
                "entry_weeks": 8,
                "jobless_at_entry": False,
                "free_places_refilled": False,
                "work_goal_required": False,
            },
        ),
        # Training that closes and makes way for another service, which later has fewer posts.
        "a service that changes": load_scenario(
            scenario(
                "traditional",
                programme={
                    "preparation_weeks": 50,
                    "offered_unasked": True,
                    "day_programme_hours_per_week": 12.0,
                },
                design={"people": 60, "weeks": 70, "work_goal_required": False},
            ),
            {
                "changes": [
                    {
                        "week": 20,
                        "programme_of": "ips.yaml",
                        "programme": {"offered_unasked": True},
                        "referred_anew": True,
                        "staff_begin_anew": True,
                    },
                    {
                        "week": 45,
                        "programme": {"caseload_limit": 40},
                        "staff": {"turnover_per_year": 2.0},
                        "place": {"unemployment_share": 0.15},
                    },
                ]
            },
        ),
        # A new team with time for its book, in a town of many employers with little to offer.
        "a long way to the first question": scenario(
            programme={
                "visits_before_asking": 4,
                "enrolment_share": 0.5,
                "employer_contacts_per_week": 12.0,
                "community_share": 1.0,
                "return_without_referral": True,
                "outreach_share": 0.4,
            },
            staff={"programme_age_weeks": 0, "first_leaves_in_week": 30, "post_vacant_weeks": 0},
            place={
                "employers_per_100_people": 120.0,
                "hidden_share": 0.9,
                "unemployment_share": 0.12,
                "vacancies_per_employer_per_year": 6.0,
            },
            design={"people": 60, "weeks": 80, "entry_weeks": 1, "free_places_refilled": False},
        ),
        # Everything that life outside work and a funder may ask of somebody.
        "much else to do": scenario(
            programme={
                "team_contact_share": 0.5,
                "child_care_help_share": 0.5,
                "stable_weeks_before_search": 6,
                "approval_weeks": 3,
                "milestone_after_weeks": 10,
                "support_limit_weeks": 13,
            },
            people={
                "assistance_share": 0.6,
                "assistance_required_share": 0.8,
                "assistance_months_used_mean": 20.0,
                "benefit_fear_mean": 0.3,
                "cares_for_children_share": 0.6,
                "child_care_share": 0.3,
                "duties_share": 0.7,
                "duty_hours_per_week": 8.0,
                "duty_weeks_mean": 40.0,
                "hold_ups_per_year": 1.0,
                "hold_up_weeks_mean": 2.0,
                "held_share": 0.3,
                "held_weeks_mean": 8.0,
                "substance_use_share": 0.7,
                "use_relapses_per_year": 2.0,
                "use_remissions_per_year": 3.0,
                "homes_lost_per_year": 0.5,
                "homes_found_per_year": 1.0,
                "on_leave_share": 0.3,
                "leave_weeks_mean": 20.0,
                "tapered_benefit_share": 0.2,
                "cliff_benefit_share": 0.1,
            },
            place={
                "assistance_usd_per_month": 700.0,
                "assistance_disregard_usd_per_month": 100.0,
                "assistance_taper_share": 0.5,
                "assistance_earnings_limit_usd_per_month": 1100.0,
                "assistance_limit_months": 40,
                "assistance_required_hours_per_week": 20.0,
                "conciliation_months": 1,
                "sanction_share": 0.3,
            },
            design={"people": 60, "weeks": 80, "work_goal_required": False},
        ),
        # Young people who want to go to school, some before they work, with help and little else.
        "school": scenario(
            programme={
                "education_hours_per_week": 1.5,
                "enrolment_share": 0.8,
                "transfer_after_weeks_worked": 20,
            },
            people={
                "age_mean_years": 21.0,
                "age_sd_years": 4.0,
                "school_goal_share": 0.8,
                "school_only_share": 0.4,
                "relapses_per_year": 2.0,
            },
            place={
                "vacancies_per_employer_per_year": 12.0,
                "credential_jobs_share": 0.3,
                "credential_jobs_wage_ratio": 1.4,
            },
            design={"people": 50, "weeks": 110, "entry_weeks": 4},
            parameters={
                "enrolling_odds": 0.06,
                "leaving_school_odds": 0.01,
                "terms_to_credential": 2.0,
            },
        ),
    }
