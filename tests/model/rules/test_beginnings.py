"""Who people, employers and specialists are, before anything happens."""

import dataclasses
import math
from typing import Any

import pytest

from ips_sim.model.entities import Benefit, GivenFields, JobSeekerFields, Work
from ips_sim.model.luck import PlaceStartLuck, SiteLuck, StartLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import normal
from ips_sim.model.rules.beginnings import (
    begin_at_work,
    begin_employer,
    begin_relationship,
    begin_seeker,
    begin_site,
    record,
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
    begin_site(here, place(), parameters(site_spread_of_labour_market=0.5), SiteLuck(), SiteLuck())
    assert (here.labour_market, here.staff_skill) == (1.0, 1.0)
    assert (here.ease_of_finding, here.ease_of_keeping, here.other_help) == (0.0, 0.0, 0.0)


def test_sites_differ_in_a_shared_part_and_in_parts_of_their_own() -> None:
    here = site()
    spreads = parameters(site_spread_of_labour_market=0.2, site_spread_of_other_help=0.3)
    begin_site(
        here, place(), spreads, SiteLuck(labour_market=0.8413, other_help=0.1587), SiteLuck()
    )
    assert here.labour_market == 1.0 + 0.2 * normal(0.8413)
    assert here.other_help == 0.3 * normal(0.1587)
    assert here.staff_skill == 1.0


def test_sites_of_one_region_share_part_of_what_sets_them_apart() -> None:
    here = site()
    known = parameters(site_spread_of_finding=1.0, site_spread_in_common_share=0.64)
    begin_site(here, place(), known, SiteLuck(finding=0.8413), SiteLuck(finding=0.1587))
    assert here.ease_of_finding == pytest.approx(0.6 * normal(0.8413) + 0.8 * normal(0.1587))


def test_a_site_is_never_without_any_labour_market() -> None:
    here = site()
    begin_site(
        here,
        place(),
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


def test_most_employers_are_small_and_few_large() -> None:
    sizes = []
    for luck in (0.25, 0.5, 0.75, 1.0):
        firm = employer()
        begin_employer(firm, place(), parameters(), PlaceStartLuck(size=luck))
        sizes.append(firm.size)
    assert sizes == [0.1875, 0.75, 1.6875, 3.0]


@pytest.mark.parametrize(("luck", "asks", "wage"), [(0.19, True, 15.0), (0.21, False, 10.0)])
def test_some_employers_ask_for_a_credential_and_pay_more(
    luck: float, asks: bool, wage: float
) -> None:
    firm, here = employer(), place(credential_jobs_share=0.2, credential_jobs_wage_ratio=1.5)
    begin_employer(firm, here, parameters(), PlaceStartLuck(credential=luck))
    assert (firm.asks_credential, firm.wage_usd) == (asks, wage)


def test_an_employer_has_a_vacancy_at_the_start_as_often_as_said() -> None:
    for luck, vacancies in ((0.79, 0), (0.81, 1)):
        firm = employer()
        begin_employer(
            firm, place(), parameters(vacancies_at_start=0.2), PlaceStartLuck(vacancies=luck)
        )
        assert firm.vacancies == vacancies


KNOWS: dict[str, Any] = {
    "trust_by_introduction": 0.5,
    "trust_by_appointment": 0.5,
    "trust_by_return": 0.0,
    "trust_to_be_known": 0.6,
}


def met(age: int, most: float, row: int = 0, post: int = 0, book: float = 50.0) -> Any:
    """What a post's first holder and one of 50 employers have built, at 5 contacts a week."""
    firm, tie = employer(), relationship()
    contacts = levers(employer_contacts_per_week=5.0)
    known = parameters(
        visits_to_be_known=3.0, visits_remembered=most, employers_in_book=book, **KNOWS
    )
    here, since = site(employers=50), staff(programme_age_weeks=age)
    begin_relationship(firm, tie, row, post, here, contacts, since, known)
    assert firm.team_trust == tie.trust
    return tie


def test_an_old_programme_knows_some_employers_well_and_the_others_not_at_all() -> None:
    """100 visits in 20 weeks make 33 employers known, with 3 visits to each."""
    tie = met(20, 9.0, row=32)
    assert (tie.visits, tie.trust, tie.last_week) == (3, 0.75, 0)
    tie = met(20, 9.0, row=33)
    assert (tie.visits, tie.trust, tie.last_week) == (0, 0.0, 0)
    # 5 visits make one known, to whom a specialist returns with the visits that are left.
    assert [met(1, 9.0, row=row).visits for row in (0, 1, 49)] == [5, 0, 0]


@pytest.mark.parametrize(
    ("post", "first"), [(0, 0), (1, 10), (4, 40), (5, 0)], ids=["first", "next", "last", "round"]
)
def test_each_specialist_knows_other_employers(post: int, first: int) -> None:
    """30 visits make 10 known to each: books of 10; where all are taken it begins again."""
    known = [row for row in range(50) if met(6, 9.0, row, post, book=10.0).visits > 0]
    assert known == list(range(first, first + 10))


@pytest.mark.parametrize("post", [0, 3])
def test_a_book_may_go_round_and_may_be_all(post: int) -> None:
    known = [row for row in range(50) if met(20, 9.0, row, post, book=33.0).visits > 0]
    assert len(known) == 33
    assert (known == list(range(33))) == (post == 0)  # the fourth knows rows 49, 0, 1 and so on
    assert all(met(1000, 3.0, row, post).visits > 0 for row in range(50))


def test_nobody_outside_the_book_is_known_however_old_the_programme() -> None:
    known = [row for row in range(50) if met(1000, 9.0, row, 1, book=20.0).visits > 0]
    assert known == list(range(20, 40))


def test_a_new_programme_knows_nobody_and_an_old_one_forgets() -> None:
    assert (met(0, 3.0).visits, met(0, 3.0).trust) == (0, 0.0)
    assert met(1000, 3.0).visits == 3


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


RECORD: dict[str, Any] = {
    "history_on_work": 0.5,
    "reference_age_years": 40.0,
    "reference_history_years": 1.0,
    "never_worked_on_work": -0.5,
}


@pytest.mark.parametrize(
    ("age", "weeks", "ever", "read"),
    [
        # Older people's past is held against five years, of which one in work is usual.
        (40.0, 0.0, True, -0.5),
        (40.0, 52.0, True, 0.0),
        (23.0, 0.0, True, -0.5),
        (40.0, 0.0, False, -1.0),
        # The young had fewer: half the years, and half of what they say.
        (20.5, 0.0, True, -0.25),
        (20.5, 0.0, False, -0.5),
        (20.5, 26.0, True, 0.0),
        # At school-leaving age an empty record says nothing, and work says all it can.
        (18.0, 0.0, False, 0.0),
        (16.0, 0.0, False, 0.0),
        (18.0, 52.0, True, 0.5),
    ],
)
def test_the_past_is_held_against_the_years_in_which_one_could_have_worked(
    age: float, weeks: float, ever: bool, read: float
) -> None:
    person = seeker(age_years=age, work_history_weeks=weeks, ever_worked=ever)
    assert record(person, parameters(**RECORD)) == pytest.approx(read)


@pytest.mark.parametrize(
    ("fields", "known", "read"),
    [
        ({"worked_past_year": True}, {"past_year_on_work": 0.4}, 0.4),
        ({"studied_past_year": True}, {"past_year_on_work": 0.4}, 0.4),
        ({"worked_past_year": True, "studied_past_year": True}, {"past_year_on_work": 0.4}, 0.4),
        ({"years_ill": 5.0}, {"years_ill_on_work": -0.2}, -0.1),
        ({"psychotic": True}, {"psychosis_on_work": -0.1}, -0.1),
        ({"physical_limits": True}, {"physical_limits_on_work": -0.3}, -0.3),
        # Those of thinking show in person, not on paper.
        ({"cognitive_limits": True}, {"cognitive_limits_on_work": -0.3}, 0.0),
        ({"substance_use": True}, {"substance_use_on_work": -0.4}, -0.4),
        (
            {"substance_use": True, "in_remission": True},
            {"substance_use_on_work": -0.4, "remission_keeps_share": 0.25},
            -0.1,
        ),
        ({"in_remission": True}, {"substance_use_on_work": -0.4, "remission_keeps_share": 1}, 0.0),
        (
            {"legal_history": True, "months_served": 18.0},
            {"legal_history_on_work": -0.4, "time_served_on_work": -0.2},
            -0.7,
        ),
        # Nobody served time without a record.
        ({"months_served": 18.0}, {"time_served_on_work": -0.2}, 0.0),
    ],
)
def test_what_else_employers_read(
    fields: dict[str, Any], known: dict[str, Any], read: float
) -> None:
    assert record(seeker(**fields), parameters(**known)) == pytest.approx(read)


# The background


@pytest.mark.parametrize(
    ("luck", "share", "field", "under", "over"),
    [
        ("worked_past_year", "worked_past_year_share", "worked_past_year", True, False),
        ("studied_past_year", "studied_past_year_share", "studied_past_year", True, False),
        ("psychotic", "psychotic_share", "psychotic", True, False),
        ("physical_limits", "physical_limits_share", "physical_limits", True, False),
        ("cognitive_limits", "cognitive_limits_share", "cognitive_limits", True, False),
        ("in_remission", "remission_share", "in_remission", True, False),
        ("cares_for_children", "cares_for_children_share", "cares_for_children", True, False),
        ("housed", "homeless_share", "housed", False, True),
        ("has_transport", "no_transport_share", "has_transport", False, True),
    ],
)
def test_the_background_is_dealt_by_its_shares(
    luck: str, share: str, field: str, under: bool, over: bool
) -> None:
    those = people(**{share: 0.3})
    for number, expected in ((0.29, under), (0.31, over)):
        person = begun(those, EVEN._replace(**{luck: number}))
        assert getattr(person, field) is expected


def test_nobody_worked_in_the_past_year_who_did_not_in_five() -> None:
    those = people(no_recent_work_share=0.5, worked_before_share=0.6, worked_past_year_share=1.0)
    lucky = EVEN._replace(any_work_history=0.6, ever_worked=0.99)
    worked = begun(those, lucky)
    assert (worked.ever_worked, worked.worked_past_year) == (True, True)
    not_lately = begun(those, lucky._replace(any_work_history=0.4, ever_worked=0.59))
    assert (not_lately.ever_worked, not_lately.worked_past_year) == (True, False)
    never = begun(those, lucky._replace(any_work_history=0.4, ever_worked=0.61))
    assert (never.ever_worked, never.worked_past_year, never.work_history_weeks) == (
        False,
        False,
        0.0,
    )


def test_years_of_illness_are_no_more_than_a_life_allows() -> None:
    those = people(age_mean_years=20.0, years_ill_mean=5.0, months_served_mean=6.0)
    assert begun(those).years_ill == 5.0
    assert begun(those, EVEN._replace(years_ill=0.9)).years_ill == 6.0
    old = begun(those, EVEN._replace(years_ill=0.9), given=GivenFields(age_years=40.0))
    assert old.years_ill == 9.0
    assert begun(those, EVEN._replace(months_served=0.75)).months_served == 9.0


def test_children_take_hours_and_no_way_takes_reach() -> None:
    those = people(cares_for_children_share=0.5, no_transport_share=0.5, preferred_hours_mean=20.0)
    known = parameters(children_on_hours=4.0, reach_without_transport=0.5)
    free = EVEN._replace(cares_for_children=0.6, has_transport=0.6, travel_limit=0.8)
    person = begun(those, free, known)
    assert (person.preferred_hours, person.travel_limit) == (20.0, 0.8)
    tied = begun(those, free._replace(cares_for_children=0.4, has_transport=0.4), known)
    assert (tied.preferred_hours, tied.travel_limit) == (16.0, 0.4)
    few = begun(those, free._replace(cares_for_children=0.4), parameters(children_on_hours=90.0))
    assert few.preferred_hours == 4.0
    # What somebody says they would like stands.
    said = begun(
        those,
        free._replace(cares_for_children=0.4),
        known,
        given=GivenFields(preferred_hours=20.0),
    )
    assert said.preferred_hours == 20.0


@pytest.mark.parametrize(("luck", "importance"), [(0.0, 0.5), (0.5, 1.0), (1.0, 1.5)])
def test_wishes_matter_to_some_more_than_to_others(luck: float, importance: float) -> None:
    known = parameters(spread_of_importance=0.5)
    person = begun(people(), EVEN._replace(importance_of_wishes=luck), known)
    assert person.importance_of_wishes == pytest.approx(importance)
    alike = begun(people(), EVEN._replace(importance_of_wishes=luck))
    assert alike.importance_of_wishes == 1.0


# A job at the start


@pytest.mark.parametrize(
    ("fields", "factor"),
    [
        ({}, 0.0),
        ({"ease_of_finding": 0.5, "ease_of_keeping": 0.4, "record_on_paper": -0.2}, 0.7),
    ],
)
def test_some_have_a_job_at_the_start(fields: dict[str, Any], factor: float) -> None:
    """The second of three employers, for twice half of 80 weeks."""
    odds = 0.25 * math.exp(factor)
    chance = odds / (1 + odds)
    known = parameters(
        working_already_odds=0.25, tenure_at_start_mean_weeks=80.0, wish_on_hours=1.0
    )
    rows = [employer(hours_per_week=30.0, wage_usd=wage) for wage in (9.0, 11.0, 13.0)]
    here = site(employers=3)
    for luck, works in ((chance - 1e-9, True), (chance + 1e-9, False)):
        person = seeker(preferred_hours=20.0, **fields)
        begin_at_work(person, rows, here, place(), known, EVEN._replace(working_already=luck))
        assert (person.work == Work.COMPETITIVE) == works
        if works:
            assert (person.employer_row, person.job_hours, person.job_wage_usd) == (1, 20.0, 11.0)
            assert (person.tenure_weeks, person.jobs_held, person.weeks_to_first_job) == (80, 1, 0)
            # Nobody else could have had it: it was never open.
            assert (person.vacancies_taken, person.hidden_vacancies_taken) == (0, 0)
            assert not person.job_found_by_specialist


def test_without_employers_nobody_has_a_job_at_the_start() -> None:
    person = seeker(ease_of_finding=9.0)
    known = parameters(working_already_odds=1.0)
    begin_at_work(person, [], site(employers=0), place(), known, EVEN._replace(working_already=0.0))
    assert person.work == Work.NONE


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


BACKGROUND = (
    "ever_worked",
    "worked_past_year",
    "studied_past_year",
    "psychotic",
    "physical_limits",
    "cognitive_limits",
    "in_remission",
    "cares_for_children",
    "housed",
    "has_transport",
)


@pytest.mark.parametrize("name", BACKGROUND)
@pytest.mark.parametrize("said", [True, False])
def test_each_thing_said_of_a_background_is_so(name: str, said: bool) -> None:
    person = begun(people(), given=GivenFields(**{name: float(said)}))
    assert getattr(person, name) is said


def test_years_ill_and_months_served_are_as_given() -> None:
    person = begun(people(), given=GivenFields(years_ill=31.0, months_served=50.0))
    assert (person.years_ill, person.months_served) == (31.0, 50.0)


def test_a_history_that_is_given_is_kept_and_what_was_drawn_gives_way() -> None:
    never = people(no_recent_work_share=1.0, worked_past_year_share=1.0)
    assert not begun(never).ever_worked
    worked = begun(never, given=GivenFields(work_history_weeks=50.0))
    assert (worked.work_history_weeks, worked.ever_worked, worked.worked_past_year) == (
        50.0,
        True,
        True,
    )
    lately = begun(never, given=GivenFields(worked_past_year=1.0))
    assert (lately.ever_worked, lately.worked_past_year) == (True, True)
    always = people(work_history_mean_weeks=100.0, worked_past_year_share=1.0)
    none = begun(always, given=GivenFields(work_history_weeks=0.0))
    assert (none.work_history_weeks, none.ever_worked, none.worked_past_year) == (0.0, False, False)
    unworked = begun(always, given=GivenFields(ever_worked=0.0))
    assert (unworked.work_history_weeks, unworked.worked_past_year) == (0.0, False)


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
