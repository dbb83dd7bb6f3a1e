"""Vacancies open and close."""

from __future__ import annotations

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.entities import EmployerFields, SiteFields
from ips_sim.model.luck import PlaceLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import bounded
from ips_sim.model.rules.registry import rule
from ips_sim.scenario.schema import Place

MOST_VACANCIES = 3


@rule
def slack(place: Place, parameters: Parameters) -> float:
    """Say how much slacker than the reference the labour market is: 1 as in the reference."""
    return (place.unemployment_share + parameters.unemployment_floor_share) / (
        parameters.reference_unemployment_share + parameters.unemployment_floor_share
    )


@rule
def openings(site: SiteFields, place: Place, parameters: Parameters) -> float:
    """Say how likely an employer opens a vacancy this week, advertised or hidden."""
    a_year = place.vacancies_per_employer_per_year
    return bounded(
        a_year / WEEKS_PER_YEAR * site.labour_market / slack(place, parameters), 0.0, 1.0
    )


@rule
def filled_by_others(place: Place, parameters: Parameters) -> float:
    """Say how likely other people fill a vacancy this week."""
    return bounded(place.filled_by_others_per_week * slack(place, parameters), 0.0, 1.0)


@rule
def turn_over_vacancies(
    employer: EmployerFields, opened: float, filled: float, place: Place, luck: PlaceLuck
) -> None:
    """Let other people fill vacancies, and open some, advertised and hidden."""
    if employer.vacancies > 0 and luck.filling < filled:
        employer.vacancies = employer.vacancies - 1
    if employer.hidden_vacancies > 0 and luck.hidden_filling < filled:
        employer.hidden_vacancies = employer.hidden_vacancies - 1
    if luck.opening < opened * (1.0 - place.hidden_share):
        employer.vacancies = min(employer.vacancies + 1, MOST_VACANCIES)
    if luck.hidden < opened * place.hidden_share:
        employer.hidden_vacancies = min(employer.hidden_vacancies + 1, MOST_VACANCIES)
