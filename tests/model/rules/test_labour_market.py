"""Vacancies open and close."""

import pytest

from ips_sim.model.entities import EmployerFields
from ips_sim.model.luck import PlaceLuck
from ips_sim.model.rules.labour_market import (
    MOST_VACANCIES,
    filled_by_others,
    openings,
    slack,
    turn_over_vacancies,
)
from ips_sim.scenario.schema import Place
from tests.model.builders import employer, parameters, place, site

NEVER = PlaceLuck(opening=1.0, hidden=1.0, filling=1.0, hidden_filling=1.0)


def turned(
    luck: PlaceLuck, labour_market: float = 1.0, here: Place | None = None, **fields: int
) -> EmployerFields:
    firm = employer(**fields)
    where = here or place(
        vacancies_per_employer_per_year=5.2, filled_by_others_per_week=0.25, hidden_share=0.3
    )
    known = parameters()
    opened = openings(site(labour_market=labour_market), where, known)
    turn_over_vacancies(firm, opened, filled_by_others(where, known), where, luck)
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
    luck: dict[str, float], advertised: int, hidden: int
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


def test_unemployment_makes_vacancies_fewer_and_sooner_filled() -> None:
    """With a floor of 5 % against a reference of 5 %, 15 % unemployment is twice as slack."""
    hard = place(
        unemployment_share=0.15,
        vacancies_per_employer_per_year=5.2,
        filled_by_others_per_week=0.25,
    )
    assert slack(hard, parameters()) == pytest.approx(2.0)
    assert slack(place(), parameters()) == 1.0
    assert turned(NEVER._replace(opening=0.06), here=hard).vacancies == 0
    assert turned(NEVER._replace(opening=0.04), here=hard).vacancies == 1
    assert turned(NEVER._replace(filling=0.49), here=hard, vacancies=1).vacancies == 0
