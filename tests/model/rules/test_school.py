"""School: who wants it, how one gets in, what happens in a term, and what a credential is worth."""

from typing import Any

import pytest

from ips_sim.model.entities import Service, Tier, Work
from ips_sim.model.luck import Luck, StartLuck
from ips_sim.model.rules.beginnings import begin_at_work
from ips_sim.model.rules.caseload import is_searching, receive_hours, state_need
from ips_sim.model.rules.interest import keep_interest
from ips_sim.model.rules.leaving import give_up_place, keep_or_leave, place_is_closed
from ips_sim.model.rules.school import (
    applies_to_school,
    begin_goals,
    enrol,
    finish_term,
    leaves_school,
    live_at_school,
    term_begins,
    wage_offered,
)
from ips_sim.model.rules.search import (
    NONE_YET,
    OPEN,
    carves_job,
    hours_agreed,
    is_open_to,
    looks_for_work,
    next_opening,
    reason_for_visit,
    take_up_job,
)
from ips_sim.model.rules.standing import NOBODY
from tests.model.builders import (
    employer,
    levers,
    parameters,
    people,
    place,
    relationship,
    seeker,
    site,
    specialist,
)

TERMS = {"weeks_between_school_terms": 17, "school_term_weeks": 15}
TWO = {"terms_to_credential": 2.0}
ALWAYS = {"enrolling_odds": 1e9, "leaving_school_odds": 0.0}
LUCKY = Luck(school_application=0.001, school_dropout=0.999)


# Goals


@pytest.mark.parametrize(
    ("share", "only", "luck", "goals"),
    [
        (0.0, 1.0, StartLuck(school_goal=1e-9, school_only=1e-9), (True, False)),
        (0.4, 0.5, StartLuck(school_goal=0.41, school_only=0.0), (True, False)),
        (0.4, 0.5, StartLuck(school_goal=0.39, school_only=0.6), (True, True)),
        (0.4, 0.5, StartLuck(school_goal=0.39, school_only=0.4), (False, True)),
        (1.0, 0.0, StartLuck(school_goal=0.999), (True, True)),
    ],
)
def test_goals_are_drawn_and_nobody_has_none(
    share: float, only: float, luck: StartLuck, goals: tuple[bool, bool]
) -> None:
    person = seeker(age_years=40.0)
    begin_goals(person, people(school_goal_share=share, school_only_share=only), parameters(), luck)
    assert (person.wants_work, person.wants_school) == goals


@pytest.mark.parametrize(("age", "wants"), [(20.0, True), (40.0, True), (60.0, False)])
def test_the_younger_name_school_more_often(age: float, wants: bool) -> None:
    """Odds of 1 at the mean age of 40, e times more or less for each decade."""
    person = seeker(age_years=age)
    begin_goals(
        person,
        people(school_goal_share=0.5),
        parameters(age_on_school_goal=1.0),
        StartLuck(school_goal=0.3),
    )
    assert person.wants_school == wants


def test_who_wants_school_alone_does_not_look_for_work() -> None:
    searching = parameters(own_search_odds=1e9)
    for wants_work in (True, False):
        person = seeker(service=Service.SERVED, interest=1.0, wants_work=wants_work)
        assert is_searching(person) == wants_work
        assert looks_for_work(person, site(), searching, Luck()) == wants_work


# Hours of help


@pytest.mark.parametrize("wants_work", [True, False])
def test_help_with_school_comes_besides_help_with_work_and_ranks_with_search(
    wants_work: bool,
) -> None:
    post, helped = specialist(), levers(education_hours_per_week=1.5, search_hours_per_week=1.0)
    person = seeker(service=Service.SERVED, wants_school=True, wants_work=wants_work)
    state_need(person, post, helped, parameters())
    assert person.tier == (Tier.SEARCH if wants_work else Tier.KEEP_IN_TOUCH)
    assert post.search_needed == 1.5 + person.hours_needed * wants_work
    post.search_met = 0.5
    receive_hours(person, post, parameters())
    assert person.school_hours == 0.75


def test_in_hospital_nobody_needs_help_with_school() -> None:
    post = specialist()
    person = seeker(service=Service.SERVED, wants_school=True, hospital_weeks_left=1)
    state_need(person, post, levers(education_hours_per_week=1.5), parameters())
    assert (person.school_hours_needed, post.search_needed) == (0.0, 0.0)


def test_help_grows_the_alliance_and_keeps_hope() -> None:
    growing = parameters(alliance_per_week=1.0, interest_returns_with_help_per_week=1.0)
    person = seeker(
        service=Service.SERVED,
        wants_school=True,
        school_hours_needed=3.0,
        interest_at_entry=0.8,
        interest=0.4,
    )
    receive_hours(person, specialist(search_met=1.0), growing)
    assert person.alliance == pytest.approx(0.75)
    keep_interest(person, False, levers(), growing)
    assert person.interest == pytest.approx(0.4 + 0.75 * 0.4)


def test_who_gives_up_the_place_gets_no_more_help() -> None:
    person = seeker(service=Service.SERVED, school_hours_needed=1.0, school_hours=1.0)
    give_up_place(person, Service.CLOSED)
    assert (person.school_hours_needed, person.school_hours) == (0.0, 0.0)


# Getting in


def applies(luck: float = 0.5, strength: float = 1.0, **fields: Any) -> bool:
    values = parameters(
        enrolling_odds=1.0,
        help_on_enrolling=strength,
        symptoms_on_school=1.0,
        working_on_enrolling=1.0,
        reference_symptoms=0.4,
    )
    person = seeker(**({"interest": 1.0, "symptoms": 0.4} | fields))
    return applies_to_school(person, values, Luck(school_application=luck))


def test_applying_takes_hope_help_and_health() -> None:
    """Odds of 1 mean even chances; an hour of help brings half of its effect."""
    assert applies(luck=0.49)
    assert not applies(luck=0.51)
    assert applies(luck=0.61, school_hours=1.0)  # odds of exp(1/2): 0.62
    assert not applies(luck=0.61, school_hours=1.0, strength=0.0)
    assert not applies(luck=0.49, interest=0.8)
    assert not applies(luck=0.49, symptoms=0.6)
    assert not applies(luck=0.49, work=Work.COMPETITIVE)


def test_terms_begin_at_intervals_and_each_place_has_its_own_weeks() -> None:
    weeks = range(1, 53)
    for phase, expected in ((0, [17, 34, 51]), (5, [12, 29, 46])):
        begins = [
            week for week in weeks if term_begins(site(week=week, term_phase=phase), place(**TERMS))
        ]
        assert begins == expected


def test_a_term_is_waited_for_attended_and_finished() -> None:
    """Taken in week 1, enrolled in week 17, a term of 15 weeks, a break, and the second one."""
    values = parameters(**TWO, **ALWAYS)
    person = seeker(wants_school=True, interest=1.0)
    seen = {}
    for week in range(1, 60):
        person.weeks_since_entry = week
        live_at_school(person, site(week=week), place(**TERMS), values, LUCKY)
        seen[week] = (person.in_school, person.weeks_enrolled, person.terms_finished)
        if not person.wants_school:
            break
    assert seen[1] == (False, 0, 0)
    assert seen[16] == (False, 0, 0)
    assert seen[17] == (True, 0, 0)
    assert seen[18] == (True, 1, 0)
    assert seen[32] == seen[34] == (True, 15, 1)
    assert seen[49] == (False, 30, 2)
    assert person.has_credential
    assert (person.enrolments, person.weeks_to_enrolment) == (1, 17)


def test_nobody_applies_or_starts_in_hospital() -> None:
    values = parameters(**TWO, **ALWAYS)
    person = seeker(wants_school=True, interest=1.0, hospital_weeks_left=2)
    live_at_school(person, site(week=17), place(**TERMS), values, LUCKY)
    assert not (person.has_school_place or person.in_school)
    person.has_school_place = True
    live_at_school(person, site(week=34), place(**TERMS), values, LUCKY)
    assert not person.in_school


# Staying and leaving


def leaves(luck: float, **fields: Any) -> bool:
    values = parameters(
        leaving_school_odds=1.0,
        help_on_staying_in_school=1.0,
        symptoms_on_school=1.0,
        cognitive_limits_on_school=0.5,
        working_on_school=0.5,
        reference_symptoms=0.4,
    )
    return leaves_school(seeker(**({"symptoms": 0.4} | fields)), values, Luck(school_dropout=luck))


def test_dropping_out_goes_with_illness_and_work_and_help_prevents_it() -> None:
    assert leaves(0.49)
    assert not leaves(0.51)
    assert not leaves(0.49, school_hours=1.0)
    for more in ({"symptoms": 0.6}, {"cognitive_limits": True}, {"work": Work.COMPETITIVE}):
        assert leaves(0.54, **more)


def test_who_drops_out_may_start_again_and_finished_terms_count() -> None:
    values = parameters(**TWO, leaving_school_odds=1e9)
    person = seeker(wants_school=True, in_school=True, term_weeks_left=9, terms_finished=1)
    live_at_school(person, site(week=3), place(**TERMS), values, Luck(school_dropout=0.001))
    assert (person.in_school, person.term_weeks_left, person.school_dropouts) == (False, 0, 1)
    assert person.wants_school
    enrol(person, place(**TERMS))
    finish_term(person, values)
    assert person.has_credential


def test_school_is_no_idleness_and_no_reason_to_close() -> None:
    reviewed = levers(close_after_weeks_without_work=1)
    for in_school in (False, True):
        person = seeker(service=Service.SERVED, in_school=in_school, jobless_weeks=5, interest=1.0)
        assert place_is_closed(person, reviewed, parameters(), Luck()) != in_school
        person = seeker(service=Service.SERVED, in_school=in_school, weeks_to_review=9)
        keep_or_leave(person, site(), levers(), parameters(), Luck())
        assert person.jobless_weeks == (not in_school)


def test_who_leaves_for_good_is_at_school_no_longer() -> None:
    person = seeker(service=Service.SERVED, in_school=True, term_weeks_left=4)
    keep_or_leave(person, site(), levers(), parameters(leaving_site_per_week=1.0), Luck())
    assert (person.service, person.in_school, person.term_weeks_left) == (Service.GONE, False, 0)


# Beside work, and after


def test_beside_school_people_work_few_hours_and_search_less() -> None:
    values = parameters(
        most_hours_beside_school=15.0, school_on_own_search=5.0, own_search_odds=1.0
    )
    for in_school, hours in ((False, 30.0), (True, 15.0)):
        person = seeker(in_school=in_school, preferred_hours=30.0, interest=1.0)
        assert hours_agreed(person, employer(hours_per_week=30.0), place(), values) == hours
        assert looks_for_work(person, site(), values, Luck(own_search=0.4)) != in_school


def test_a_credential_is_read_and_paid_for_and_work_becomes_the_goal() -> None:
    values = parameters(**TWO, credential_on_work=0.3, credential_on_wage=0.25)
    person = seeker(
        wants_school=True, wants_work=False, in_school=True, terms_finished=1, record_on_paper=0.1
    )
    assert wage_offered(person, 12.0, values) == 12.0
    finish_term(person, values)
    assert (person.wants_work, person.wants_school, person.in_school) == (True, False, False)
    assert person.record_on_paper == pytest.approx(0.4)
    take_up_job(person, employer(wage_usd=12.0), 0, place(), values)
    assert person.job_wage_usd == pytest.approx(15.0)


def test_a_credential_opens_jobs_that_were_closed() -> None:
    shut, here = employer(vacancies=1, hidden_vacancies=1, asks_credential=True), site(employers=1)
    values, eager = parameters(**TWO, carving_per_visit=1.0), levers(visits_before_asking=1)
    luck = Luck(carving=0.001)
    person = seeker(wants_school=True, wants_work=True, in_school=True, terms_finished=1)
    tie = relationship(visits=3, trust=1.0)

    def found() -> tuple[int, int, bool, bool]:
        here.week = 5
        return (
            next_opening(person, [shut], here, 0, True, values),
            reason_for_visit(person, shut, tie, here, eager, values),
            is_open_to(person, shut, tie, eager, values),
            carves_job(person, shut, tie, place(), values, luck),
        )

    assert found() == (NOBODY, NONE_YET, False, False)
    finish_term(person, values)
    assert found() == (0, OPEN, True, True)


def test_nobody_has_a_closed_job_already_without_a_credential() -> None:
    values, here = parameters(working_already_odds=1e9), site(employers=1)
    for has, work in ((False, Work.NONE), (True, Work.COMPETITIVE)):
        person = seeker(has_credential=has)
        shops = [employer(asks_credential=True)]
        begin_at_work(person, shops, here, place(), values, StartLuck())
        assert person.work == work
