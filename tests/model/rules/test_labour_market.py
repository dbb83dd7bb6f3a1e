"""Vacancies open and close."""

from typing import Any

import pytest

from ips_sim.model.entities import EmployerFields
from ips_sim.model.luck import PlaceLuck
from ips_sim.model.rules.labour_market import (
    MOST_VACANCIES,
    openings,
    openings_share,
    slack,
    turn_over_vacancies,
)
from ips_sim.scenario.schema import Place
from tests.model.builders import employer, parameters, place, site

NEVER = PlaceLuck(opening=1.0, hidden=1.0, filling=1.0, hidden_filling=1.0)


def turned(
    luck: PlaceLuck, labour_market: float = 1.0, here: Place | None = None, **fields: Any
) -> EmployerFields:
    firm = employer(**fields)
    where = here or place(
        vacancies_per_employer_per_year=5.2, filled_by_others_per_week=0.25, hidden_share=0.3
    )
    opened = openings(site(labour_market=labour_market), where, parameters())
    turn_over_vacancies(firm, opened, where, luck)
    return firm


@pytest.mark.parametrize(
    ("luck", "advertised", "hidden"),
    [
        ({"opening": 0.069}, 1, 0),
        ({"opening": 0.071}, 0, 0),
        ({"hidden": 0.029}, 0, 1),
        ({"hidden": 0.031}, 0, 0),
    ],
)
def test_a_tenth_a_week_opens_and_three_in_ten_are_hidden(
    luck: dict[str, Any], advertised: int, hidden: int
) -> None:
    firm = turned(NEVER._replace(**luck))
    assert (firm.vacancies, firm.hidden_vacancies) == (advertised, hidden)


def test_others_fill_vacancies() -> None:
    filled = turned(
        NEVER._replace(filling=0.24, hidden_filling=0.24), vacancies=2, hidden_vacancies=1
    )
    assert (filled.vacancies, filled.hidden_vacancies) == (1, 0)
    left = turned(
        NEVER._replace(filling=0.26, hidden_filling=0.26), vacancies=2, hidden_vacancies=1
    )
    assert (left.vacancies, left.hidden_vacancies) == (2, 1)


def test_nobody_fills_what_is_not_open() -> None:
    firm = turned(NEVER._replace(filling=0.0, hidden_filling=0.0))
    assert (firm.vacancies, firm.hidden_vacancies) == (0, 0)


def test_an_employer_has_only_so_many_vacancies() -> None:
    firm = turned(
        PlaceLuck(0.0, 0.0, 1.0, 1.0), vacancies=MOST_VACANCIES, hidden_vacancies=MOST_VACANCIES
    )
    assert (firm.vacancies, firm.hidden_vacancies) == (MOST_VACANCIES, MOST_VACANCIES)


def test_a_site_with_a_better_labour_market_opens_more() -> None:
    luck = NEVER._replace(opening=0.1)
    assert turned(luck, labour_market=1.0).vacancies == 0
    assert turned(luck, labour_market=1.5).vacancies == 1


# How unemployment acts: on what opens, once, and by as much as is said


@pytest.mark.parametrize(
    ("unemployment", "strength", "share"),
    [
        (0.05, 0.0, 1.0),
        (0.30, 0.0, 1.0),  # a strength of nothing is no effect
        (0.005, 0.0, 1.0),
        (0.05, 1.0, 1.0),
        (0.10, 1.0, 0.5),  # in inverse proportion
        (0.10, 0.5, 1 / 1.5),
        (0.25, 1.0, 0.2),
        (0.025, 1.0, 2.0),
        (0.005, 1.0, 5.0),  # to a bound
        (0.005, 1.2, 5.0),
        (0.40, 1.2, 1 / 9.4),
    ],
)
def test_openings_follow_unemployment_by_their_strength(
    unemployment: float, strength: float, share: float
) -> None:
    here = place(unemployment_share=unemployment)
    known = parameters(unemployment_on_openings=strength)
    assert openings_share(here, known) == pytest.approx(share)


def test_slack_is_unemployment_against_the_reference() -> None:
    assert slack(place(unemployment_share=0.15), parameters()) == pytest.approx(3.0)
    assert slack(place(), parameters()) == 1.0


def test_unemployment_opens_fewer_and_fills_none_the_sooner() -> None:
    """Twice as many unemployed are half the openings: 5 % a week instead of 10."""
    hard = place(
        unemployment_share=0.10,
        vacancies_per_employer_per_year=5.2,
        filled_by_others_per_week=0.25,
        hidden_share=0.4,
    )
    known = parameters(unemployment_on_openings=1.0)

    def after(fields: dict[str, Any], **luck: Any) -> EmployerFields:
        firm = employer(**fields)
        turn_over_vacancies(firm, openings(site(), hard, known), hard, NEVER._replace(**luck))
        return firm

    assert after({}, opening=0.031).vacancies == 0
    assert after({}, opening=0.029).vacancies == 1
    assert after({}, hidden=0.021).hidden_vacancies == 0
    assert after({}, hidden=0.019).hidden_vacancies == 1
    assert after({"vacancies": 1}, filling=0.26).vacancies == 1
    assert after({"vacancies": 1}, filling=0.24).vacancies == 0


def test_what_it_takes_to_be_told_is_drawn_each_week() -> None:
    assert turned(NEVER._replace(telling=0.7), reticence=0.1).reticence == 0.7


def test_no_more_than_one_opens_in_a_week() -> None:
    many = place(vacancies_per_employer_per_year=50.0)
    assert openings(site(labour_market=3.0), many, parameters()) == 1.0
    assert openings(site(labour_market=0.5), many, parameters()) == pytest.approx(25 / 52)
