"""Symptoms, relapses and hospital."""

from typing import Any

import pytest

from ips_sim.model.entities import JobSeekerFields, Service, Work
from ips_sim.model.luck import Luck
from ips_sim.model.rules.health import live_with_illness, relapse_chance, shared_care
from tests.model.builders import levers, parameters, people, seeker

ILL: dict[str, Any] = {"in_relapse": True, "service": Service.SERVED}
KNOWN: dict[str, Any] = {
    "recovery_per_week": 0.1,
    "admission_per_relapse_week": 0.2,
    "hospital_stay_mean_weeks": 2.0,
}


def lived(
    fields: dict[str, Any],
    luck: Luck,
    team_contact_share: float = 0.0,
    early_care_share: float = 0.0,
    **known: Any,
) -> JobSeekerFields:
    person = seeker(**fields)
    live_with_illness(
        person,
        people(relapses_per_year=1.0, symptoms_mean=0.4),
        levers(team_contact_share=team_contact_share, early_care_share=early_care_share),
        parameters(**(KNOWN | known)),
        luck,
    )
    return person


def test_symptoms_return_to_their_lasting_level() -> None:
    person = lived(
        {"symptoms": 0.8, "lasting_symptoms": 0.4}, Luck(), symptoms_return_per_week=0.25
    )
    assert person.symptoms == pytest.approx(0.7)


def test_symptoms_go_up_and_down_with_luck_and_stay_between_none_and_extreme() -> None:
    mild = {"symptoms": 0.05, "lasting_symptoms": 0.05}
    assert lived(mild, Luck(symptoms=0.9), symptoms_noise=0.2).symptoms == pytest.approx(0.13)
    assert lived(mild, Luck(symptoms=0.0), symptoms_noise=0.2).symptoms == 0.0
    severe = {"symptoms": 0.99, "lasting_symptoms": 0.99}
    assert lived(severe, Luck(symptoms=1.0), symptoms_noise=0.2).symptoms == 1.0


def test_a_relapse_draws_symptoms_up() -> None:
    person = lived(
        ILL | {"symptoms": 0.4, "lasting_symptoms": 0.4},
        Luck(),
        symptoms_return_per_week=0.5,
        symptoms_in_relapse=0.3,
    )
    assert person.symptoms == pytest.approx(0.55)


def test_relapses_are_likelier_with_symptoms_and_substance_use() -> None:
    those = people(relapses_per_year=0.52, symptoms_mean=0.4)
    known = parameters(symptoms_on_relapse=2.0, substance_use_on_relapse=1.5)
    assert relapse_chance(seeker(symptoms=0.4), those, known) == pytest.approx(0.01)
    assert relapse_chance(seeker(symptoms=0.9), those, known) == pytest.approx(0.02)
    using = seeker(symptoms=0.4, substance_use=True)
    assert relapse_chance(using, those, known) == pytest.approx(0.015)
    past = seeker(symptoms=0.4, substance_use=True, in_remission=True)
    assert relapse_chance(past, those, known) == pytest.approx(0.01)
    assert relapse_chance(seeker(symptoms=0.0), those, parameters(symptoms_on_relapse=9.0)) == 0.0


def test_a_relapse_begins_and_ends_by_luck() -> None:
    well = {"symptoms": 0.4, "lasting_symptoms": 0.4}
    assert lived(well, Luck(relapse=0.01)).in_relapse
    assert not lived(well, Luck(relapse=0.03)).in_relapse
    assert not lived(ILL, Luck(relapse=0.09)).in_relapse
    still = lived(ILL, Luck(relapse=0.11))
    assert (still.in_relapse, still.weeks_in_relapse) == (True, 1)


def test_some_relapses_bring_a_hospital_stay() -> None:
    """Mean stay 2 weeks beyond the first: even luck gives 3."""
    person = lived(ILL, Luck(admission=0.19))
    assert (person.hospital_admissions, person.hospital_weeks_left, person.hospital_days) == (
        1,
        3,
        7,
    )
    assert person.hospital_admissions_in_work == 0
    assert lived(ILL, Luck(admission=0.21)).hospital_admissions == 0
    at_work = lived(ILL | {"work": Work.COMPETITIVE}, Luck(admission=0.19))
    assert at_work.hospital_admissions_in_work == 1


def test_nobody_is_admitted_who_is_in_hospital() -> None:
    person = lived(ILL | {"hospital_weeks_left": 3}, Luck(admission=0.0))
    assert (person.hospital_admissions, person.hospital_weeks_left, person.hospital_days) == (
        0,
        2,
        7,
    )
    last = lived({"hospital_weeks_left": 1}, Luck())
    assert (last.hospital_weeks_left, last.hospital_days) == (0, 0)


def test_a_team_that_shares_care_prevents_some_admissions() -> None:
    luck = Luck(admission=0.15)
    assert lived(ILL, luck, 1.0, early_response=0.5).hospital_admissions == 0
    assert lived(ILL, luck, 0.0, early_response=0.5).hospital_admissions == 1
    assert lived(ILL, luck, 1.0, early_response=0.0).hospital_admissions == 1


@pytest.mark.parametrize(
    ("service", "team", "early", "prevented"),
    [
        # Care may respond early without any specialist, for everybody.
        (Service.SERVED, 0.0, 1.0, 0.5),
        (Service.NOT_ADMITTED, 0.0, 1.0, 0.5),
        (Service.NOT_ADMITTED, 1.0, 0.0, 0.0),
        (Service.CLOSED, 1.0, 0.4, 0.2),
        # What is shared adds nothing to what care does anyway.
        (Service.SERVED, 0.4, 0.8, 0.4),
        (Service.SERVED, 0.8, 0.4, 0.4),
        (Service.SERVED, 1.0, 1.0, 0.5),
    ],
)
def test_early_care_prevents_admissions_with_and_without_sharing(
    service: Service, team: float, early: float, prevented: float
) -> None:
    chance = 0.2 * (1.0 - prevented)
    for luck, admissions in ((chance - 1e-9, 1), (chance + 1e-9, 0)):
        person = lived(
            ILL | {"service": service}, Luck(admission=luck), team, early, early_response=0.5
        )
        assert person.hospital_admissions == admissions


@pytest.mark.parametrize(("a_year", "level"), [(0.0, 0.5), (0.52, 0.495), (-0.52, 0.505)])
def test_people_recover_a_little_each_week_or_the_other_way(a_year: float, level: float) -> None:
    person = lived({"symptoms": 0.5, "lasting_symptoms": 0.5}, Luck(), recovery_per_year=a_year)
    assert person.lasting_symptoms == pytest.approx(level)


def test_nobody_gets_worse_than_extreme() -> None:
    person = lived({"symptoms": 1.0, "lasting_symptoms": 1.0}, Luck(), recovery_per_year=-0.52)
    assert person.lasting_symptoms == 1.0


def test_recovery_shows_in_symptoms() -> None:
    person = seeker(symptoms=0.5, lasting_symptoms=0.5)
    for _ in range(104):
        live_with_illness(
            person,
            people(symptoms_mean=0.4),
            levers(),
            parameters(recovery_per_year=0.5, symptoms_return_per_week=1.0),
            Luck(),
        )
    assert person.symptoms == person.lasting_symptoms == pytest.approx(0.5 * 0.366, abs=0.002)


@pytest.mark.parametrize("service", Service)
def test_care_is_shared_for_those_whom_the_team_serves(service: Service) -> None:
    shared = service in (Service.SERVED, Service.TRANSFERRED)
    contact = levers(team_contact_share=0.7)
    assert shared_care(seeker(service=service), contact) == (0.7 if shared else 0.0)
