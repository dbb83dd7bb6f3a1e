"""Interest in work."""

import pytest

from ips_sim.model.entities import Service, Work
from ips_sim.model.rules.interest import keep_interest
from tests.model.builders import parameters, seeker

FADES = parameters(interest_fades_per_week=0.1, interest_floor_share=0.5, half_hours=1.0)
RETURNS = parameters(interest_returns_per_week=0.25)


def test_interest_fades_while_nothing_happens() -> None:
    person = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8)
    keep_interest(person, False, FADES)
    assert person.interest == pytest.approx(0.8 - 0.1 * 0.4)


def test_a_visit_to_an_employer_keeps_it() -> None:
    person = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8)
    keep_interest(person, True, FADES)
    assert person.interest == 0.8


def test_hours_with_a_specialist_keep_it_as_far_as_they_go() -> None:
    person = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8, hours_received=3.0)
    keep_interest(person, False, FADES)
    assert person.interest == pytest.approx(0.8 - 0.1 * 0.25 * 0.4)


def test_some_interest_never_fades() -> None:
    person = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8)
    for _ in range(500):
        keep_interest(person, False, FADES)
    assert person.interest == pytest.approx(0.4)
    lost = seeker(service=Service.SERVED, interest=0.3, interest_at_entry=0.8)
    keep_interest(lost, False, FADES)
    assert lost.interest == 0.3


def test_work_brings_interest_back_and_no_further() -> None:
    person = seeker(interest=0.4, interest_at_entry=0.8, work=Work.COMPETITIVE)
    keep_interest(person, False, RETURNS)
    assert person.interest == pytest.approx(0.5)
    more = seeker(interest=0.9, interest_at_entry=0.8, work=Work.COMPETITIVE)
    keep_interest(more, False, RETURNS)
    assert more.interest == 0.9


@pytest.mark.parametrize("service", [Service.NOT_ADMITTED, Service.DISENGAGED, Service.CLOSED])
def test_without_a_service_interest_comes_back_slowly(service: Service) -> None:
    person = seeker(service=service, interest=0.4, interest_at_entry=0.8)
    keep_interest(person, False, parameters(interest_returns_alone_per_week=0.1))
    assert person.interest == pytest.approx(0.44)


def test_waiting_costs_interest() -> None:
    person = seeker(service=Service.WAITING, interest=0.8, interest_at_entry=0.8)
    keep_interest(person, False, FADES)
    assert person.interest == pytest.approx(0.8 - 0.1 * 0.4)


def test_with_fading_at_zero_nothing_fades() -> None:
    person = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8)
    keep_interest(person, False, parameters())
    assert person.interest == 0.8
