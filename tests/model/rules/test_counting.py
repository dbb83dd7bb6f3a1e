"""The calendar, and what is counted in a week."""

from typing import Any

import pytest

from ips_sim.model.entities import Service, Tier, Work
from ips_sim.model.rules.counting import (
    STATUSES,
    Weekly,
    add_post,
    begin_posts,
    count_arrival,
    count_contact,
    count_hours,
    count_leaving,
    count_person,
    count_posts,
    count_quarter,
    count_standing,
    count_turnover,
    count_work,
    end_quarter,
    is_observed,
    pay_for_posts,
    status_of,
    turn_calendar,
)
from tests.model.builders import levers, seeker, site, specialist

NOTHING = [0.0] * len(Weekly)


def test_a_year_has_twelve_months_and_four_quarters() -> None:
    here = site()
    months, quarters = [], []
    for week in range(1, 521):
        turn_calendar(here, week, 0)
        assert here.week == week
        months.append(here.month_ends)
        quarters.append(here.quarter_ends)
    for year in range(10):
        assert sum(months[52 * year : 52 * year + 52]) == 12
        assert sum(quarters[52 * year : 52 * year + 52]) == 4
    ends = [week for week, ends in enumerate(months, start=1) if ends]
    assert {later - one for one, later in zip(ends, ends[1:], strict=False)} == {4, 5}


@pytest.mark.parametrize(("week", "observed"), [(4, False), (5, True), (14, True), (15, False)])
def test_follow_up_runs_from_a_persons_own_entry(week: int, observed: bool) -> None:
    assert is_observed(seeker(entry_week=5), site(week=week), 10) == observed


@pytest.mark.parametrize(
    ("service", "work", "status"),
    [
        (Service.WAITING, Work.NONE, Weekly.WAITING),
        (Service.WAITING, Work.COMPETITIVE, Weekly.EMPLOYED_ALONE),
        (Service.PREPARING, Work.NONE, Weekly.PREPARING),
        (Service.PREPARING, Work.COMPETITIVE, Weekly.EMPLOYED_ALONE),
        (Service.SERVED, Work.NONE, Weekly.SEARCHING),
        (Service.SERVED, Work.COMPETITIVE, Weekly.EMPLOYED_SUPPORTED),
        (Service.SERVED, Work.SHELTERED, Weekly.SET_ASIDE_WORK),
        (Service.SERVED, Work.TRANSITIONAL, Weekly.SET_ASIDE_WORK),
        (Service.NOT_ADMITTED, Work.NONE, Weekly.NOT_ADMITTED),
        (Service.NOT_ADMITTED, Work.COMPETITIVE, Weekly.EMPLOYED_ALONE),
        (Service.DISENGAGED, Work.NONE, Weekly.DISENGAGED),
        (Service.CLOSED, Work.NONE, Weekly.CLOSED),
        (Service.TRANSFERRED, Work.COMPETITIVE, Weekly.EMPLOYED_ALONE),
        (Service.GONE, Work.NONE, Weekly.GONE),
    ],
)
def test_a_status_is_derived_from_service_and_work(
    service: Service, work: Work, status: Weekly
) -> None:
    person = seeker(service=service, work=work)
    assert status_of(person) == status < STATUSES
    row = list(NOTHING)
    count_standing(row, person)
    assert [column for column in range(STATUSES) if row[column]] == [status]


def test_the_warm_up_ends_with_its_last_week() -> None:
    here = site()
    ends = []
    for week in range(1, 30):
        turn_calendar(here, week, 26)
        ends.append(here.warm_up_ends)
    assert [week for week, over in enumerate(ends, start=1) if over] == [26]


def test_stays_and_quarters_of_the_warm_up_are_forgotten() -> None:
    person = seeker(
        service=Service.SERVED,
        stays_ended=2,
        stay_weeks_ended=30,
        stay_weeks=11,
        quarters_on_caseload=3,
        quarters_on_caseload_in_work=1,
    )
    count_person(person)
    end_quarter(person, site(warm_up_ends=True))
    assert (person.stays_ended, person.stay_weeks_ended, person.quarters_on_caseload) == (0, 0, 0)
    # The stay that goes on is as long as it is.
    assert person.stay_weeks == 12


def test_a_week_in_work_counts_hours_and_pay() -> None:
    row = list(NOTHING)
    person = seeker(
        service=Service.SERVED,
        work=Work.COMPETITIVE,
        job_hours=20.0,
        job_wage_usd=9.0,
        weeks_worked=1,
    )
    count_work(row, person)
    person.weeks_worked = 2
    count_work(row, person)
    count_standing(row, person)
    assert (row[Weekly.IN_COMPETITIVE_WORK], row[Weekly.ON_CASELOAD]) == (2.0, 1.0)
    assert (row[Weekly.HOURS_WORKED], row[Weekly.EARNINGS_USD]) == (40.0, 360.0)
    assert row[Weekly.FIRST_JOBS] == 1.0


def counted(fields: dict[str, Any]) -> Any:
    person = seeker(**fields)
    count_person(person)
    return person


def test_weeks_count_where_they_are_spent() -> None:
    waiting = counted({"service": Service.WAITING})
    assert (waiting.weeks_waiting, waiting.weeks_on_caseload, waiting.weeks_observed) == (1, 0, 1)
    preparing = counted({"service": Service.PREPARING})
    assert (preparing.weeks_preparing, preparing.weeks_on_caseload, preparing.stay_weeks) == (
        1,
        1,
        1,
    )
    served = counted({"service": Service.SERVED})
    assert (served.weeks_preparing, served.weeks_on_caseload) == (0, 1)


def test_a_quarter_counts_once_on_the_caseload_and_once_in_work() -> None:
    person, row = seeker(service=Service.SERVED), list(NOTHING)

    def live_quarter(worked: bool) -> None:
        count_person(person)
        person.worked_this_quarter = worked
        count_person(person)
        count_quarter(row, person)
        end_quarter(person, site(quarter_ends=True))

    live_quarter(worked=True)
    assert (person.quarters_on_caseload, person.quarters_on_caseload_in_work) == (1, 1)
    live_quarter(worked=False)
    assert (person.quarters_on_caseload, person.quarters_on_caseload_in_work) == (2, 1)
    person.service = Service.CLOSED
    live_quarter(worked=True)
    assert person.quarters_on_caseload == 2
    assert (row[Weekly.SERVED_IN_QUARTER], row[Weekly.EMPLOYED_IN_QUARTER]) == (2.0, 1.0)


def test_a_quarter_ends_with_the_warm_up_whenever_that_is() -> None:
    here = site()
    ends = []
    for week in range(1, 40):
        turn_calendar(here, week, 10)
        if here.quarter_ends:
            ends.append(week)
    assert ends == [10, 23, 36]


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        ({"weeks_since_entry": 0, "service": Service.WAITING}, {Weekly.REFERRED}),
        ({"weeks_since_entry": 1, "service": Service.WAITING}, set()),
        ({"weeks_since_entry": 4, "service": Service.SERVED}, {Weekly.PLACES_TAKEN}),
        (
            {"weeks_since_entry": 0, "service": Service.PREPARING},
            {Weekly.REFERRED, Weekly.PLACES_TAKEN},
        ),
        ({"weeks_since_entry": 4, "service": Service.SERVED, "stay_weeks": 1}, set()),
    ],
)
def test_who_comes_and_who_gets_a_place_counts_once(
    fields: dict[str, Any], columns: set[Weekly]
) -> None:
    row = list(NOTHING)
    count_arrival(row, seeker(**fields))
    assert {column for column in Weekly if row[column]} == columns


def test_who_gives_up_a_place_counts_with_the_weeks_of_the_stay() -> None:
    row = list(NOTHING)
    count_leaving(row, 7)
    count_leaving(row, 0)
    assert (row[Weekly.PLACES_LEFT], row[Weekly.STAY_WEEKS_ENDED]) == (2.0, 7.0)


@pytest.mark.parametrize("service", [Service.SERVED, Service.CLOSED])
@pytest.mark.parametrize("tenure_weeks", [1, 2])
def test_a_start_is_a_jobs_first_week_of_somebody_served(
    service: Service, tenure_weeks: int
) -> None:
    row = list(NOTHING)
    count_work(row, seeker(service=service, work=Work.COMPETITIVE, tenure_weeks=tenure_weeks))
    expected = service == Service.SERVED and tenure_weeks == 1
    assert row[Weekly.JOB_STARTS_SERVED] == float(expected)


@pytest.mark.parametrize("work", [Work.NONE, Work.COMPETITIVE])
def test_who_waits_is_on_the_list_with_a_job_or_without(work: Work) -> None:
    row = list(NOTHING)
    count_standing(row, seeker(service=Service.WAITING, work=work))
    assert row[Weekly.ON_WAITING_LIST] == 1.0


def test_hours_count_by_what_they_were_for_and_the_rest_is_shared() -> None:
    """Of five on the caseload each has a fifth of the visits for the book, and of the rest."""
    post = specialist(
        caseload=5,
        paid_hours=40.0,
        contact_hours_each=0.6,
        book_visits=3,
        book_hours=5.0,
        meeting_hours=2.0,
        travel_hours=4.0,
    )
    rest = {
        Weekly.BOOK_VISITS: 0.6,
        Weekly.HOURS_EMPLOYER_CONTACT: 1.0,
        Weekly.HOURS_TEAM: 0.4,
        Weekly.HOURS_TRAVEL: 0.8,
        Weekly.HOURS_OFFICE: 1.6,
    }
    search = {Weekly.HOURS_SEARCH: 1.5, Weekly.HOURS_EMPLOYER_CONTACT: 1.3}
    columns = {
        Tier.TROUBLE: {Weekly.HOURS_TROUBLE: 1.5},
        Tier.NEW_JOB: {Weekly.HOURS_NEW_JOB: 1.5},
        Tier.SEARCH: search,
        Tier.LOST_JOB: search,
        Tier.KEEP_IN_TOUCH: {Weekly.HOURS_KEEP_IN_TOUCH: 1.5},
        Tier.NONE: {},
    }
    for tier, expected in columns.items():
        row = list(NOTHING)
        person = seeker(tier=tier, hours_received=1.5, search_weight=0.5)
        count_hours(row, person, post, levers(office_share=0.2))
        filled = {column: row[column] for column in Weekly if row[column]}
        assert filled == pytest.approx(rest | expected)


# What posts cost


def posts(refilled: bool) -> Any:
    """Two posts of 20 places and 40 hours, one of them with 10 hours idle, for 50 people."""
    here = site(people=9, places=9, paid_hours=9.0, idle_hours=9.0)
    begin_posts(here)
    assert (here.people, here.places, here.paid_hours, here.idle_hours) == (0, 0, 0.0, 0.0)
    here.free_places_refilled = refilled
    here.people = 50
    add_post(here, specialist(places=20, paid_hours=40.0, idle_hours=10.0))
    add_post(here, specialist(places=20, paid_hours=40.0))
    assert (here.places, here.paid_hours, here.idle_hours) == (40, 80.0, 10.0)
    return here


@pytest.mark.parametrize(
    ("service", "refilled", "hours"),
    [
        (Service.SERVED, True, 2.0),
        (Service.PREPARING, True, 2.0),
        # Where free places go to others, those without a place pay for none.
        (Service.WAITING, True, 0.0),
        (Service.CLOSED, True, 0.0),
        # Else all pay for all posts, whether they have a place or not.
        (Service.SERVED, False, 1.6),
        (Service.WAITING, False, 1.6),
        (Service.CLOSED, False, 1.6),
        (Service.GONE, False, 1.6),
    ],
)
def test_posts_cost_what_they_cost(service: Service, refilled: bool, hours: float) -> None:
    here, person, row = posts(refilled), seeker(service=service, staff_hours=1.0), list(NOTHING)
    share = pay_for_posts(person, here)
    assert person.staff_hours == pytest.approx(1.0 + hours)
    count_posts(row, here, share)
    assert row[Weekly.STAFF_HOURS] == pytest.approx(hours)
    assert row[Weekly.HOURS_IDLE] == pytest.approx(hours / 8)
    assert sum(row) == pytest.approx(hours + hours / 8)


def test_all_people_together_pay_for_all_posts() -> None:
    """With every place taken, or however few are taken where free ones are not refilled."""
    for refilled, placed in ((True, 40), (False, 40), (False, 3), (False, 0)):
        here, row = posts(refilled), list(NOTHING)
        for number in range(50):
            person = seeker(service=Service.SERVED if number < placed else Service.CLOSED)
            count_posts(row, here, pay_for_posts(person, here))
        assert row[Weekly.STAFF_HOURS] == pytest.approx(80.0)
        assert row[Weekly.HOURS_IDLE] == pytest.approx(10.0)


def test_a_visit_counts_once() -> None:
    row = list(NOTHING)
    count_contact(row)
    assert row[Weekly.EMPLOYER_CONTACTS] == sum(row) == 1.0


@pytest.mark.parametrize(("weeks_left", "counted"), [(0, 0.0), (1, 1.0), (3, 1.0)])
def test_only_who_is_in_hospital_is_counted_there(weeks_left: int, counted: float) -> None:
    row = list(NOTHING)
    count_standing(row, seeker(service=Service.SERVED, hospital_weeks_left=weeks_left))
    assert row[Weekly.IN_HOSPITAL] == counted


def test_posts_and_who_left_them_are_counted_once_a_week() -> None:
    here, row = site(), list(NOTHING)
    begin_posts(here)
    for share, left in ((1.0, True), (0.5, False), (0.0, True)):
        add_post(here, specialist(full_time_share=share, just_left=left))
    count_turnover(row, here)
    assert (row[Weekly.POSTS], row[Weekly.POSTS_LEFT]) == (2.0, 1.0)
