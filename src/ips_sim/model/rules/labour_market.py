"""Vacancies open and close."""

from __future__ import annotations

from ips_sim.model.entities import EmployerFields, SiteFields
from ips_sim.model.luck import PlaceLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import bounded
from ips_sim.model.rules.registry import rule
from ips_sim.scenario.schema import Place

WEEKS_IN_YEAR = 52.0
MOST_VACANCIES = 3


@rule
def slack(place: Place, parameters: Parameters) -> float:
    """Say how much slacker than the reference the labour market is: 1 as in the reference."""
    return (place.unemployment_share + parameters.unemployment_floor_share) / (
        parameters.reference_unemployment_share + parameters.unemployment_floor_share
    )


@rule
def turn_over_vacancies(
    employer: EmployerFields,
    site: SiteFields,
    place: Place,
    parameters: Parameters,
    luck: PlaceLuck,
) -> None:
    """Open vacancies, advertised and hidden, and let other people fill some of them."""
    scarcity = slack(place, parameters)
    a_week = bounded(
        place.vacancies_per_employer_per_year / WEEKS_IN_YEAR * site.labour_market / scarcity,
        0.0,
        1.0,
    )
    filled = bounded(place.filled_by_others_per_week * scarcity, 0.0, 1.0)
    if employer.vacancies > 0 and luck.filling < filled:
        employer.vacancies = employer.vacancies - 1
    if employer.hidden_vacancies > 0 and luck.hidden_filling < filled:
        employer.hidden_vacancies = employer.hidden_vacancies - 1
    if luck.opening < a_week * (1.0 - place.hidden_share):
        employer.vacancies = min(employer.vacancies + 1, MOST_VACANCIES)
    if luck.hidden < a_week * place.hidden_share:
        employer.hidden_vacancies = min(employer.hidden_vacancies + 1, MOST_VACANCIES)
