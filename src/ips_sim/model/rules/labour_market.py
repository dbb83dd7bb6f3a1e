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
LEAST_OF_REFERENCE, MOST_OF_REFERENCE = 0.1, 5.0


@rule
def slack(place: Place, parameters: Parameters) -> float:
    """Say how many times as many people are unemployed as in the reference."""
    return place.unemployment_share / parameters.reference_unemployment_share


@rule
def openings_share(place: Place, parameters: Parameters) -> float:
    """Say how many vacancies open, against the reference: fewer where many are unemployed.

    This is the one way in which unemployment moves how much is open; whom employers then choose
    is another matter.
    """
    return bounded(
        1.0
        / max(
            LEAST_OF_REFERENCE,
            1.0 + parameters.unemployment_on_openings * (slack(place, parameters) - 1.0),
        ),
        LEAST_OF_REFERENCE,
        MOST_OF_REFERENCE,
    )


@rule
def openings(site: SiteFields, place: Place, parameters: Parameters) -> float:
    """Say how likely an employer opens a vacancy this week, advertised or hidden."""
    a_year = place.vacancies_per_employer_per_year
    return bounded(
        a_year / WEEKS_PER_YEAR * site.labour_market * openings_share(place, parameters), 0.0, 1.0
    )


@rule
def turn_over_vacancies(
    employer: EmployerFields, opened: float, place: Place, luck: PlaceLuck
) -> None:
    """Let other people fill vacancies, and open some, advertised and hidden."""
    if employer.vacancies > 0 and luck.filling < place.filled_by_others_per_week:
        employer.vacancies = employer.vacancies - 1
        employer.hired_others = employer.hired_others + 1
    if employer.hidden_vacancies > 0 and luck.hidden_filling < place.filled_by_others_per_week:
        employer.hidden_vacancies = employer.hidden_vacancies - 1
        employer.hired_others = employer.hired_others + 1
    if luck.opening < opened * (1.0 - place.hidden_share):
        employer.vacancies = min(employer.vacancies + 1, MOST_VACANCIES)
    if luck.hidden < opened * place.hidden_share:
        employer.hidden_vacancies = min(employer.hidden_vacancies + 1, MOST_VACANCIES)
    employer.reticence = luck.telling
