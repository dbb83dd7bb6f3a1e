"""Interest in work."""

import pytest

from ips_sim.model.entities import JobSeekerFields, Service, Work
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.interest import come_back, keep_interest
from tests.model.builders import levers, parameters, seeker

FADES = parameters(interest_fades_per_week=0.1, interest_floor_share=0.5, half_hours=1.0)
RETURNS = parameters(interest_returns_per_week=0.25)


def kept(
    person: JobSeekerFields, contacted: bool, known: Parameters, team: float = 0.0
) -> None:
    keep_interest(person, contacted, levers(team_contact_share=team), known)


def test_interest_fades_while_nothing_happens() -> None:
    person = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8)
    kept(person, False, FADES)
    assert person.interest == pytest.approx(0.8 - 0.1 * 0.4)


def test_a_visit_to_an_employer_keeps_it() -> None:
    person = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8)
    kept(person, True, FADES)
    assert person.interest == 0.8


def test_hours_with_a_specialist_keep_it_as_far_as_they_go() -> None:
    person = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8, hours_received=3.0)
    kept(person, False, FADES)
    assert person.interest == pytest.approx(0.8 - 0.1 * 0.25 * 0.4)


def test_some_interest_never_fades() -> None:
    person = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8)
    for _ in range(500):
        kept(person, False, FADES)
    assert person.interest == pytest.approx(0.4)
    lost = seeker(service=Service.SERVED, interest=0.3, interest_at_entry=0.8)
    kept(lost, False, FADES)
    assert lost.interest == 0.3


def test_work_brings_interest_back_and_no_further() -> None:
    person = seeker(interest=0.4, interest_at_entry=0.8, work=Work.COMPETITIVE)
    kept(person, False, RETURNS)
    assert person.interest == pytest.approx(0.5)
    more = seeker(interest=0.9, interest_at_entry=0.8, work=Work.COMPETITIVE)
    kept(more, False, RETURNS)
    assert more.interest == 0.9


@pytest.mark.parametrize("service", [Service.NOT_ADMITTED, Service.DISENGAGED, Service.CLOSED])
def test_without_a_service_interest_comes_back_slowly(service: Service) -> None:
    person = seeker(service=service, interest=0.4, interest_at_entry=0.8)
    kept(person, False, parameters(interest_returns_alone_per_week=0.1))
    assert person.interest == pytest.approx(0.44)


def test_waiting_costs_interest() -> None:
    person = seeker(service=Service.WAITING, interest=0.8, interest_at_entry=0.8)
    kept(person, False, FADES)
    assert person.interest == pytest.approx(0.8 - 0.1 * 0.4)


def test_with_fading_at_zero_nothing_fades() -> None:
    person = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8)
    kept(person, False, parameters())
    assert person.interest == 0.8


def test_lost_interest_comes_back_and_no_further_than_it_was() -> None:
    lost = seeker(interest=0.4, interest_at_entry=0.8)
    come_back(lost, 0.25)
    assert lost.interest == pytest.approx(0.5)
    come_back(lost, 1.0)
    assert lost.interest == pytest.approx(0.8)
    raised = seeker(interest=0.9, interest_at_entry=0.8)
    come_back(raised, 0.5)
    assert raised.interest == 0.9


@pytest.mark.parametrize(
    ("contacted", "hours", "interest"),
    [(True, 0.0, 0.44), (False, 1.0, 0.42), (False, 0.0, 0.4)],
)
def test_help_brings_lost_interest_back(contacted: bool, hours: float, interest: float) -> None:
    known = parameters(interest_returns_with_help_per_week=0.1, half_hours=1.0)
    person = seeker(
        service=Service.SERVED, interest=0.4, interest_at_entry=0.8, hours_received=hours
    )
    kept(person, contacted, known)
    assert person.interest == pytest.approx(interest)


@pytest.mark.parametrize(
    ("service", "team", "interest"),
    [
        (Service.SERVED, 1.0, 0.82),
        (Service.SERVED, 0.5, 0.81),
        (Service.SERVED, 0.0, 0.8),
        (Service.PREPARING, 1.0, 0.8),
        (Service.CLOSED, 1.0, 0.8),
    ],
)
def test_a_team_that_shares_care_raises_the_wish_beyond_what_it_was(
    service: Service, team: float, interest: float
) -> None:
    person = seeker(service=service, interest=0.8, interest_at_entry=0.8)
    kept(person, False, parameters(team_on_interest_per_week=0.1), team)
    assert person.interest == pytest.approx(interest)


def test_nobody_gets_help_to_hope_again_while_waiting() -> None:
    known = parameters(interest_returns_with_help_per_week=0.5, interest_returns_per_week=0.5)
    person = seeker(service=Service.WAITING, interest=0.4, interest_at_entry=0.8)
    kept(person, False, known)
    assert person.interest == 0.4
