"""Who people, employers and specialists are, before anything happens."""

import dataclasses

import pytest

from ips_sim.model.entities import Benefit, GivenFields, JobSeekerFields
from ips_sim.model.luck import PlaceStartLuck, SiteLuck, StaffLuck, StartLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import normal
from ips_sim.model.rules.beginnings import (
    begin_employer,
    begin_relationship,
    begin_seeker,
    begin_site,
    begin_specialist,
)
from ips_sim.scenario.schema import People
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
    staff,
)

EVEN = StartLuck()


def begun(
    those: People,
    luck: StartLuck = EVEN,
    known: Parameters | None = None,
    *,
    work_goal_required: bool = False,
    jobless_at_entry: bool = False,
    given: GivenFields | None = None,
) -> JobSeekerFields:
    person = seeker()
    begin_seeker(
        person,
        site(),
        those,
        known or parameters(),
        work_goal_required,
        jobless_at_entry,
        given or GivenFields(),
        luck,
    )
    return person


def test_a_site_with_even_luck_is_average() -> None:
    here = site()
    begin_site(here, parameters(site_spread_of_labour_market=0.5), SiteLuck(), SiteLuck())
    assert (here.labour_market, here.staff_skill) == (1.0, 1.0)
    assert (here.ease_of_finding, here.ease_of_keeping, here.other_help) == (0.0, 0.0, 0.0)


def test_sites_differ_in_a_shared_part_and_in_parts_of_their_own() -> None:
    here = site()
    spreads = parameters(site_spread_of_labour_market=0.2, site_spread_of_other_help=0.3)
    begin_site(here, spreads, SiteLuck(labour_market=0.8413, other_help=0.1587), SiteLuck())
    assert here.labour_market == 1.0 + 0.2 * normal(0.8413)
    assert here.other_help == 0.3 * normal(0.1587)
    assert here.staff_skill == 1.0


def test_sites_of_one_region_share_part_of_what_sets_them_apart() -> None:
    here = site()
    known = parameters(site_spread_of_finding=1.0, site_spread_in_common_share=0.64)
    begin_site(here, known, SiteLuck(finding=0.8413), SiteLuck(finding=0.1587))
    assert here.ease_of_finding == pytest.approx(0.6 * normal(0.8413) + 0.8 * normal(0.1587))


def test_a_site_is_never_without_any_labour_market() -> None:
    here = site()
    begin_site(
        here,
        parameters(site_spread_of_labour_market=9.0),
        SiteLuck(labour_market=0.01),
        SiteLuck(),
    )
    assert 0 < here.labour_market < 1


def test_an_employer_pays_the_minimum_or_more() -> None:
    here = place(minimum_wage_usd_per_hour=10.0, wage_over_minimum_mean=1.2)
    wages = []
    for luck in (0.0, 0.5, 1.0):
        firm = employer()
        begin_employer(firm, here, parameters(), PlaceStartLuck(wage=luck))
        wages.append(firm.wage_usd)
    assert wages == pytest.approx([10.0, 12.0, 14.0])


def test_an_employer_has_hours_a_schedule_and_company() -> None:
    firm = employer()
    known = parameters(job_hours_mean=24.0, day_jobs_share=0.6, jobs_with_people_share=0.4)
    begin_employer(firm, place(), known, PlaceStartLuck(kind=0.99, days=0.59, people=0.41))
    assert (firm.kind, firm.hours_per_week, firm.is_days, firm.with_people) == (
        4,
        24.0,
        True,
        False,
    )


def test_an_employer_has_a_vacancy_at_the_start_as_often_as_said() -> None:
    for luck, vacancies in ((0.79, 0), (0.81, 1)):
        firm = employer()
        begin_employer(
            firm, place(), parameters(vacancies_at_start=0.2), PlaceStartLuck(vacancies=luck)
        )
        assert firm.vacancies == vacancies


def test_a_part_time_post_has_places_for_its_part() -> None:
    post = specialist()
    begin_specialist(post, site(), staff(), levers(caseload_limit=20), 0.5, StaffLuck())
    assert (post.places, post.full_time_share, post.skill) == (10, 0.5, 1.0)
    # Of a broken number of places the broken one counts.
    begin_specialist(post, site(), staff(), levers(caseload_limit=20), 0.01, StaffLuck())
    assert post.places == 1


def test_skill_is_the_specialists_own_and_the_sites() -> None:
    post = specialist()
    skilled = staff(skill_mean=1.2, skill_sd=0.1, programme_age_weeks=30)
    begin_specialist(post, site(staff_skill=0.5), skilled, levers(), 1.0, StaffLuck(skill=0.8413))
    assert post.skill == 0.5 * (1.2 + 0.1 * normal(0.8413))
    assert post.experience_weeks == 30.0


def test_an_old_programme_knows_its_employers() -> None:
    """5 contacts a week for 20 weeks among 50 employers are 2 visits to each."""
    tie = relationship()
    contacts = levers(employer_contacts_per_week=5.0)
    known = parameters(trust_gained_per_visit=0.5, visits_remembered=9.0)
    begin_relationship(tie, contacts, staff(programme_age_weeks=20), 50, known)
    assert (tie.visits, tie.trust) == (2, 0.75)


def test_a_new_programme_knows_nobody_and_an_old_one_forgets() -> None:
    tie = relationship()
    contacts = levers(employer_contacts_per_week=5.0)
    known = parameters(trust_gained_per_visit=0.5, visits_remembered=3.0)
    begin_relationship(tie, contacts, staff(programme_age_weeks=0), 50, known)
    assert (tie.visits, tie.trust) == (0, 0.0)
    begin_relationship(tie, contacts, staff(programme_age_weeks=1000), 50, known)
    assert tie.visits == 3


def test_a_person_of_even_luck_is_the_mean_of_the_people() -> None:
    person = begun(
        people(
            age_mean_years=38.0,
            age_sd_years=10.0,
            symptoms_mean=0.4,
            symptoms_sd=0.1,
            interest_mean=0.6,
            interest_sd=0.2,
            preferred_hours_mean=22.0,
            preferred_hours_sd=7.0,
        )
    )
    assert (person.age_years, person.lasting_symptoms, person.symptoms) == (38.0, 0.4, 0.4)
    assert (person.interest_at_entry, person.interest, person.preferred_hours) == (0.6, 0.6, 22.0)
    assert (person.ease_of_finding, person.ease_of_keeping) == (0.0, 0.0)
    assert (person.benefit, person.benefit_fear) == (Benefit.NONE, 0.0)


def test_benefits_are_dealt_by_their_shares() -> None:
    those = people(tapered_benefit_share=0.4, cliff_benefit_share=0.3, benefit_fear_mean=0.3)
    kinds = [begun(those, EVEN._replace(benefit=luck)).benefit for luck in (0.39, 0.41, 0.71)]
    assert kinds == [Benefit.TAPERED, Benefit.CLIFF, Benefit.NONE]
    afraid = begun(those, EVEN._replace(benefit=0.1, benefit_fear=0.9))
    assert afraid.benefit_fear == pytest.approx(0.54)
    assert begun(those, EVEN._replace(benefit=0.9, benefit_fear=0.9)).benefit_fear == 0.0


def test_only_the_interested_take_part_where_a_work_goal_is_required() -> None:
    known = parameters(interest_that_is_a_work_goal=0.4)
    idle, keen = people(interest_mean=0.0), people(interest_mean=1.0)
    assert begun(idle, EVEN, known).interest == 0.0
    assert begun(idle, EVEN, known, work_goal_required=True).interest == 0.4
    assert begun(keen, EVEN, known, work_goal_required=True).interest == 1.0


def test_some_have_not_worked_for_five_years() -> None:
    those = people(no_recent_work_share=0.35, work_history_mean_weeks=70.0)
    assert begun(those, EVEN._replace(any_work_history=0.34)).work_history_weeks == 0.0
    assert begun(those, EVEN._replace(any_work_history=0.36)).work_history_weeks == 70.0


def test_the_recent_past_tells_of_the_lasting_ease() -> None:
    those = people(work_history_mean_weeks=50.0)
    lucky = EVEN._replace(finding=0.8413)
    for tied, expected in ((0.0, 50.0), (1.0, 50.0 + 50.0 * normal(0.8413))):
        known = parameters(
            history_tied_to_finding=tied, work_history_spread=1.0, spread_of_finding=0.7
        )
        person = begun(those, lucky, known)
        assert person.work_history_weeks == pytest.approx(expected)
        assert person.ease_of_finding == 0.7 * normal(0.8413)


def test_a_record_is_what_employers_read() -> None:
    """Two years of work, ten years older than the reference, and a criminal record."""
    those = people(age_mean_years=50.0, work_history_mean_weeks=104.0, legal_history_share=1.0)
    known = parameters(
        history_on_work=0.25,
        age_on_work=-0.1,
        legal_history_on_work=-0.4,
        substance_use_on_work=-5.0,
        reference_age_years=40.0,
        reference_history_years=1.0,
    )
    assert begun(those, EVEN, known).record_on_paper == pytest.approx(0.25 - 0.1 - 0.4)


def test_where_only_the_jobless_enter_those_who_have_work_are_replaced() -> None:
    known = parameters(spread_of_finding=1.0, working_already_odds=1.0)
    luck = EVEN._replace(finding=0.9, finding_again=0.2, working_already=0.6)
    assert begun(people(), luck, known).ease_of_finding == normal(0.9)
    assert begun(people(), luck, known, jobless_at_entry=True).ease_of_finding == normal(0.2)
    # Whoever finds work with difficulty has none yet.
    hard = luck._replace(finding=0.1)
    assert begun(people(), hard, known, jobless_at_entry=True).ease_of_finding == normal(0.1)


def test_what_a_user_knows_of_a_person_replaces_what_was_drawn() -> None:
    given = GivenFields(
        age_years=61.0,
        work_history_weeks=30.0,
        symptoms=0.7,
        substance_use=1.0,
        legal_history=0.0,
        benefit=float(Benefit.CLIFF),
        benefit_fear=0.9,
        interest=0.2,
        preferred_hours=12.0,
        discloses=1.0,
    )
    those = people(legal_history_share=1.0)
    person = begun(those, given=given)
    assert (person.age_years, person.work_history_weeks, person.preferred_hours) == (
        61.0,
        30.0,
        12.0,
    )
    assert (person.lasting_symptoms, person.symptoms, person.interest) == (0.7, 0.7, 0.2)
    assert (person.benefit, person.benefit_fear) == (Benefit.CLIFF, 0.9)
    assert (person.substance_use, person.legal_history, person.discloses) == (True, False, True)


def test_what_a_user_leaves_open_is_drawn() -> None:
    those = people(age_mean_years=44.0, benefit_fear_mean=0.5)
    person = begun(those, given=GivenFields(benefit=float(Benefit.TAPERED)))
    assert person.age_years == 44.0
    assert (person.benefit, person.benefit_fear) == (Benefit.TAPERED, 0.5)
    drawn, open_ = begun(those), begun(those, given=GivenFields())
    assert dataclasses.astuple(drawn) == dataclasses.astuple(open_)


@pytest.mark.parametrize(
    ("luck", "in_relapse"), [(0.0, True), (0.19, True), (0.21, False), (0.9, False)]
)
def test_as_many_are_in_relapse_at_the_start_as_relapse_and_recover_leave(
    luck: float, in_relapse: bool
) -> None:
    # One relapse in ten weeks and a recovery in two and a half: a fifth of the time.
    those = people(relapses_per_year=5.2)
    known = parameters(recovery_per_week=0.4)
    assert begun(those, StartLuck(in_relapse=luck), known).in_relapse == in_relapse
