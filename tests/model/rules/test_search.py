"""Finding a job: alone, with help, and through a specialist."""

import math
from typing import Any

import pytest

from ips_sim.model.entities import Service, Tier, Work
from ips_sim.model.luck import Luck
from ips_sim.model.rules.search import (
    accepts,
    applies_alone,
    gets_offer_alone,
    gets_offer_through_contact,
    hours_agreed,
    is_helped_to_employer,
    lose_hope,
    make_contact,
    promise,
    readiness,
    share_of_preferences_met,
    speaks_for,
    start_job,
)
from tests.model.builders import (
    employer,
    levers,
    parameters,
    place,
    relationship,
    seeker,
    site,
    specialist,
)

NEARLY = 1e-9
WISHES = {
    "preferred_kind": 3,
    "preferred_hours": 20.0,
    "prefers_days": True,
    "travel_limit": 0.5,
    "prefers_people": False,
}
MATCH = {
    "kind": 3,
    "hours_per_week": 24.0,
    "is_days": True,
    "distance": 0.4,
    "with_people": False,
}


def chance_of(odds: float, factor: float) -> float:
    grown = odds * math.exp(factor)
    return grown / (1 + grown)


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, 1.0),
        ({"kind": 2}, 0.8),
        ({"hours_per_week": 25.1}, 0.8),
        ({"hours_per_week": 14.9}, 0.8),
        ({"is_days": False, "distance": 0.6}, 0.6),
        (
            {
                "kind": 0,
                "hours_per_week": 40.0,
                "is_days": False,
                "distance": 0.9,
                "with_people": True,
            },
            0.0,
        ),
    ],
)
def test_wishes_are_counted_one_by_one(changes: dict[str, Any], met: float) -> None:
    known = parameters(hours_near_wish_share=0.25)
    assert share_of_preferences_met(seeker(**WISHES), employer(**(MATCH | changes)), known) == met


def test_symptoms_and_fear_hinder_and_skill_helps() -> None:
    known = parameters(
        symptoms_on_finding=2.0, fear_on_finding=0.5, skill_on_finding=1.0, reference_symptoms=0.4
    )
    assert readiness(seeker(symptoms=0.4), known) == 0.0
    assert readiness(seeker(symptoms=0.9), known) == pytest.approx(-1.0)
    assert readiness(seeker(symptoms=0.4, benefit_fear=0.6), known) == pytest.approx(-0.3)
    assert readiness(seeker(symptoms=0.4, work_skill=0.5), known) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("fields", "of_site", "known", "factor"),
    [
        ({}, {}, {}, 0.0),
        ({"ease_of_finding": 0.7}, {}, {}, 0.7),
        ({"record_on_paper": -0.4}, {}, {}, -0.4),
        ({}, {"other_help": 0.3}, {}, 0.3),
        (
            {"tier": Tier.SEARCH, "hours_received": 1.0},
            {},
            {"help_on_own_search": 0.8},
            0.4,
        ),
        (
            {"tier": Tier.KEEP_IN_TOUCH, "hours_received": 1.0},
            {},
            {"help_on_own_search": 0.8},
            0.0,
        ),
        ({"service": Service.PREPARING}, {}, {"preparing_on_own_search": 0.5}, -0.5),
        ({"work": Work.SHELTERED}, {}, {"set_aside_work_on_own_search": 1.2}, -1.2),
    ],
)
def test_what_makes_people_apply(
    fields: dict[str, Any], of_site: dict[str, Any], known: dict[str, float], factor: float
) -> None:
    person = seeker(**({"interest": 0.5} | fields))
    chance = chance_of(0.4 * 0.5, factor)
    for luck, applies in ((chance - NEARLY, True), (chance + NEARLY, False)):
        found = applies_alone(
            person, site(**of_site), parameters(own_search_odds=0.4, **known), Luck(own_search=luck)
        )
        assert found == applies


@pytest.mark.parametrize("fields", [{"work": Work.COMPETITIVE}, {"hospital_weeks_left": 1}])
def test_nobody_applies_at_work_or_in_hospital(fields: dict[str, Any]) -> None:
    person = seeker(interest=1.0, ease_of_finding=5.0, **fields)
    assert not applies_alone(person, site(), parameters(own_search_odds=9.0), Luck(own_search=0.0))


def test_an_application_needs_an_advertised_vacancy() -> None:
    known = parameters(own_offer_odds=1.0)
    for vacancies, offered in ((0, False), (1, True)):
        firm = employer(vacancies=vacancies, hidden_vacancies=2)
        assert gets_offer_alone(seeker(), firm, place(), known, Luck(own_offer=0.4)) == offered


def test_disclosure_costs_offers_where_employers_are_not_open() -> None:
    known = parameters(own_offer_odds=1.0, stigma_on_offer=0.5)
    for openness, factor in ((0.0, -0.5), (0.6, -0.2), (1.0, 0.0)):
        chance = chance_of(1.0, factor)
        firm = employer(vacancies=1, openness=openness)
        for luck, offered in ((chance - NEARLY, True), (chance + NEARLY, False)):
            told = gets_offer_alone(
                seeker(discloses=True), firm, place(), known, Luck(own_offer=luck)
            )
            assert told == offered
        untold = gets_offer_alone(seeker(), firm, place(), known, Luck(own_offer=0.4999))
        assert untold


def test_protection_against_dismissal_makes_employers_careful() -> None:
    known = parameters(own_offer_odds=1.0, protection_on_hiring=0.2, reference_protection_index=1.0)
    firm, strict = employer(vacancies=1), place(dismissal_protection_index=3.0)
    chance = chance_of(1.0, -0.4)
    assert gets_offer_alone(seeker(), firm, strict, known, Luck(own_offer=chance - NEARLY))
    assert not gets_offer_alone(seeker(), firm, strict, known, Luck(own_offer=chance + NEARLY))


def test_specialists_visit_for_those_in_search_who_want_it() -> None:
    post = specialist(contact_chance=0.8)
    known = parameters(interest_on_contact=0.5)
    person = seeker(tier=Tier.SEARCH, search_weight=0.5, interest=0.4)
    chance = 0.8 * 0.5 * (0.5 + 0.5 * 0.4)
    assert is_helped_to_employer(person, post, known, Luck(contact=chance - NEARLY))
    assert not is_helped_to_employer(person, post, known, Luck(contact=chance + NEARLY))
    person.tier = Tier.NEW_JOB
    assert not is_helped_to_employer(person, post, known, Luck(contact=0.0))


def test_where_to_go_depends_on_the_weight_of_preferences() -> None:
    """One employer is what the person would like; the other is open and trusts the specialist."""
    known = parameters(hours_near_wish_share=0.25)
    liked = employer(**MATCH, openness=0.2), relationship(trust=0.0)
    easy = employer(kind=0, distance=0.9, with_people=True, openness=0.8), relationship(trust=0.6)
    person = seeker(**WISHES)
    for weight, better in ((1.0, liked), (0.0, easy)):
        scores = {
            id(one): promise(person, *one, levers(preference_weight=weight), known)
            for one in (liked, easy)
        }
        assert max(scores, key=lambda one: scores[one]) == id(better)
    assert promise(person, *easy, levers(preference_weight=0.0), known) == pytest.approx(0.7)
    assert promise(person, *liked, levers(preference_weight=1.0), known) == 1.0


def test_a_visit_is_remembered_and_builds_trust() -> None:
    person, tie = seeker(weeks_since_entry=3), relationship(visits=1, trust=0.2)
    known = parameters(trust_gained_per_visit=0.5)
    make_contact(person, tie, known)
    assert tie.visits == 2
    assert tie.trust == pytest.approx(0.6)
    assert (person.employer_contacts, person.weeks_to_first_contact) == (1, 3)
    person.weeks_since_entry = 9
    make_contact(person, tie, known)
    assert (person.employer_contacts, person.weeks_to_first_contact) == (2, 3)


def test_a_specialist_speaks_for_somebody_at_the_visit_set() -> None:
    asked = [
        speaks_for(relationship(visits=n), levers(visits_before_asking=3)) for n in range(1, 5)
    ]
    assert asked == [False, False, True, True]


def contacted(
    luck: float,
    fields: dict[str, Any],
    firm: dict[str, Any],
    trust: float = 0.0,
    skill: float = 1.0,
    **known: float,
) -> bool:
    return gets_offer_through_contact(
        seeker(**fields),
        specialist(skill=skill),
        employer(**firm),
        relationship(visits=9, trust=trust),
        place(),
        parameters(contact_offer_odds=0.5, beginner_share_of_skill=1.0, **known),
        Luck(contact_offer=luck),
    )


@pytest.mark.parametrize(
    ("fields", "firm", "trust", "skill", "known", "odds", "factor"),
    [
        ({}, {"vacancies": 1}, 0.0, 1.0, {}, 0.5, 0.0),
        ({"discloses": True}, {"vacancies": 1}, 0.6, 1.0, {"trust_on_offer": 1.0}, 0.5, 0.6),
        # Without leave to speak of the illness trust counts for less.
        (
            {},
            {"vacancies": 1},
            0.6,
            1.0,
            {"trust_on_offer": 1.0, "trust_without_disclosure": 0.5},
            0.5,
            0.3,
        ),
        # A hidden vacancy opens only to trust.
        ({"discloses": True}, {"hidden_vacancies": 1}, 0.6, 1.0, {}, 0.3, 0.0),
        (
            {"discloses": True},
            {"vacancies": 1, "openness": 0.5},
            0.0,
            1.0,
            {"stigma_with_advocate": 0.4},
            0.5,
            -0.2,
        ),
        (
            {"ease_of_finding": 1.0},
            {"vacancies": 1},
            0.0,
            1.0,
            {"finding_in_contacts": 0.4},
            0.5,
            0.4,
        ),
        (
            {"record_on_paper": -1.0},
            {"vacancies": 1},
            0.0,
            1.0,
            {"record_in_contacts": 0.4},
            0.5,
            -0.4,
        ),
        ({}, {"vacancies": 1}, 0.0, 1.3, {"staff_skill_on_offer": 2.0}, 0.5, 0.6),
    ],
)
def test_what_brings_an_offer_through_a_specialist(
    fields: dict[str, Any],
    firm: dict[str, Any],
    trust: float,
    skill: float,
    known: dict[str, float],
    odds: float,
    factor: float,
) -> None:
    chance = chance_of(odds, factor)
    assert contacted(chance - NEARLY, fields, firm, trust, skill, **known)
    assert not contacted(chance + NEARLY, fields, firm, trust, skill, **known)


def test_without_any_vacancy_there_is_no_offer() -> None:
    assert not contacted(0.0, {"discloses": True, "ease_of_finding": 9.0}, {}, trust=1.0)


def test_a_hidden_vacancy_stays_closed_to_strangers() -> None:
    assert not contacted(0.0, {"discloses": True}, {"hidden_vacancies": 1}, trust=0.0)


def test_a_refusal_discourages_down_to_a_floor() -> None:
    known = parameters(discouragement_per_refusal=0.5, interest_floor_share=0.25)
    person = seeker(interest=0.8, interest_at_entry=0.8)
    lose_hope(person, levers(), known)
    assert person.interest == pytest.approx(0.5)
    floor = seeker(interest=0.1, interest_at_entry=0.8)
    lose_hope(floor, levers(), known)
    assert floor.interest == 0.1


def test_a_team_that_shares_care_keeps_up_hope() -> None:
    known = parameters(discouragement_per_refusal=0.5, team_on_hope=0.5)
    shared = levers(team_contact_share=1.0)
    served = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8)
    alone = seeker(service=Service.WAITING, interest=0.8, interest_at_entry=0.8)
    for person in (served, alone):
        lose_hope(person, shared, known)
    assert (served.interest, alone.interest) == pytest.approx((0.6, 0.4))


def test_people_take_jobs_that_they_like_want_and_dare_to_take() -> None:
    known = parameters(
        acceptance_base=0.5,
        preferences_on_acceptance=0.4,
        fear_on_acceptance=0.3,
        interest_on_acceptance=0.5,
        hours_near_wish_share=0.25,
    )
    person = seeker(**WISHES, interest=0.6, benefit_fear=0.5)
    chance = (0.5 + 0.4 * 1.0 - 0.3 * 0.5) * (0.5 + 0.5 * 0.6)
    assert accepts(person, employer(**MATCH), known, Luck(acceptance=chance - NEARLY))
    assert person.offers_declined == 0
    assert not accepts(person, employer(**MATCH), known, Luck(acceptance=chance + NEARLY))
    assert person.offers_declined == 1


def test_hours_meet_between_wish_and_offer() -> None:
    person, firm = seeker(preferred_hours=16.0), employer(hours_per_week=24.0, wage_usd=10.0)
    for wish, hours in ((0.0, 24.0), (0.5, 20.0), (1.0, 16.0)):
        assert hours_agreed(person, firm, place(), parameters(wish_on_hours=wish)) == hours


def test_those_who_fear_for_benefits_stay_under_the_limit() -> None:
    """1000 dollars a month at 10 dollars an hour and 4 weeks a month are 25 hours a week."""
    here = place(cliff_earnings_usd_per_month=1000.0)
    firm = employer(hours_per_week=35.0, wage_usd=10.0)
    known = parameters(fear_that_keeps_hours_down=0.4)
    assert hours_agreed(seeker(benefit_fear=0.5), firm, here, known) == 25.0
    assert hours_agreed(seeker(benefit_fear=0.3), firm, here, known) == 35.0
    assert hours_agreed(seeker(benefit_fear=0.5, benefit_stopped=True), firm, here, known) == 35.0


def started(firm: Any, luck: Luck | None = None, **changes: Any) -> Any:
    person = seeker(**({"weeks_since_entry": 8, "alliance": 0.5} | changes))
    start_job(
        person,
        firm,
        6,
        True,
        levers(),
        place(temporary_share=0.2),
        parameters(temporary_job_mean_weeks=10.0),
        luck or Luck(),
    )
    return person


def test_a_job_begins() -> None:
    firm = employer(vacancies=1, hidden_vacancies=1, hours_per_week=20.0, wage_usd=11.0)
    person = started(firm)
    assert (person.work, person.employer_row, person.job_hours, person.job_wage_usd) == (
        Work.COMPETITIVE,
        6,
        20.0,
        11.0,
    )
    assert (person.jobs_held, person.jobs_found_by_specialist, person.weeks_to_first_job) == (
        1,
        1,
        8,
    )
    assert (firm.vacancies, firm.hidden_vacancies, person.vacancies_taken) == (0, 1, 1)
    assert person.fixed_weeks_left == -1


def test_a_hidden_vacancy_is_taken_where_no_other_is_open() -> None:
    firm = employer(hidden_vacancies=2)
    person = started(firm, weeks_to_first_job=3)
    assert (firm.vacancies, firm.hidden_vacancies) == (0, 1)
    assert (person.vacancies_taken, person.hidden_vacancies_taken) == (0, 1)
    assert person.weeks_to_first_job == 3


def test_some_jobs_are_temporary() -> None:
    person = started(employer(vacancies=1), Luck(temporary=0.19, temporary_weeks=0.5))
    assert person.fixed_weeks_left == 11
    assert started(employer(vacancies=1), Luck(temporary=0.21)).fixed_weeks_left == -1


@pytest.mark.parametrize(("split", "alliance"), [(False, 0.5), (True, 0.0)])
def test_split_roles_change_the_worker_at_the_start(split: bool, alliance: float) -> None:
    person = seeker(alliance=0.5)
    of = levers(split_roles=split)
    start_job(person, employer(vacancies=1), 0, True, of, place(), parameters(), Luck())
    assert person.alliance == alliance
