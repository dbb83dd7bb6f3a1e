"""What the world says about every pooled figure, computed as ``targets.csv`` defines it.

Four small designs are simulated for each draw of the parameters: the two arms of a typical
high-fidelity trial in the United States, an IPS cohort followed long enough for two years from
the first job, everybody with serious mental illness without any programme, and an open programme.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.trials.virtual_trials import levers_for
from ips_sim.evidence.units import months_to_weeks
from ips_sim.model import arrays
from ips_sim.model.arrays import Array
from ips_sim.model.compiled.execute import execute
from ips_sim.model.entities import Benefit, Work
from ips_sim.model.outcomes import count_outcomes
from ips_sim.model.results import Runs
from ips_sim.scenario import Scenario, load_scenario

WINDOW_WEEKS = 91
"""Follow-up of the typical trial: 21 months, the middle of 18 to 24."""
TWO_YEARS = 104
QUARTERS = 9
"""Quarters of which five at a time make a panel, as a labour force survey has it."""
WEEKS_PER_QUARTER = 13
WEEKS_PER_MONTH = 52 / 12
SITE_SPREAD = "site_spread_of_"
EARLY_WEEKS, LATE_WEEKS = 39, 78
"""Months 0 to 9 and 9 to 18, for the ratio of first-job rates."""
TYPICAL_CONTROL = {
    "control_access": "2",
    "control_prevocational": "1",
    "control_sheltered_or_transitional": "1",
    "control_search_help": "1",
    "control_integrated": "0",
    "early_intervention": "0",
}
"""Features that most control conditions of ``trial_designs.csv`` share."""


@dataclass(frozen=True)
class TargetDesign:
    """One of the small designs: its scenario and how many replicates it takes."""

    scenario: Scenario
    replicates: int
    person_offset: int = 0


@cache
def target_designs() -> dict[str, TargetDesign]:
    """Set up the designs on which the targets are computed."""
    ips = load_scenario("ips")
    window = {"weeks": WINDOW_WEEKS, "people": 100, "entry_weeks": 26}
    control = ips.programme.model_copy(update=levers_for(TYPICAL_CONTROL))
    nothing = ips.programme.model_copy(update=levers_for({"control_access": "0"}))
    everyone = {
        "weeks": 312,
        "people": 100,
        "entry_weeks": 1,
        "work_goal_required": False,
        "jobless_at_entry": False,
    }
    programme = {
        "kind": "open_programme",
        "weeks": 156,
        "people": 180,
        "warm_up_weeks": 104,
        "specialists_per_site": 3.0,
    }

    def of(levers: Any, design: dict[str, Any]) -> Scenario:
        return ips.model_copy(
            update={"programme": levers, "design": ips.design.model_copy(update=design)}
        )

    return {
        "ips": TargetDesign(of(ips.programme, window), 6),
        "control": TargetDesign(of(control, window), 6, person_offset=100),
        "long": TargetDesign(of(ips.programme, window | {"weeks": LATE_WEEKS + TWO_YEARS}), 4),
        "no_service": TargetDesign(of(nothing, everyone), 3),
        "background": TargetDesign(of(nothing, everyone | {"people": 1_500}), 1),
        "open": TargetDesign(of(ips.programme, programme), 2),
    }


def simulate_people(
    name: str, parameters: Array, seed: int, threads: int = 1, first_replicate: int = 0
) -> tuple[Array, int]:
    """Simulate one design for every draw.

    Returns
    -------
    tuple
        Records of shape (draws, people of all replicates), and the people of one replicate.
    """
    design = target_designs()[name]
    draws = len(parameters)
    runs = Runs(
        draw=np.repeat(np.arange(draws), design.replicates),
        # Every draw meets other people and sites, so that their chance is not taken for a bias.
        replicate=first_replicate + np.arange(draws * design.replicates),
        site=np.zeros(draws * design.replicates, dtype=np.int64),
    )
    result = execute(design.scenario, parameters, runs, seed, threads, design.person_offset)
    people = design.scenario.design.people
    return result.people.reshape(draws, design.replicates * people), people


def _share(of: Array, among: Array) -> NDArray[np.float64]:
    """Divide sums over people, draw by draw."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(of.sum(axis=1) / among.sum(axis=1), dtype=np.float64)


def _mean(values: Array, among: Array) -> NDArray[np.float64]:
    return _share(np.where(among, values, 0), among)


def _spread(values: Array, among: Array) -> NDArray[np.float64]:
    mean = _mean(values, among)[:, None]
    return np.sqrt(_mean((values - mean) ** 2, among))


def _finders(people: Array) -> Array:
    return np.asarray(people["jobs_held"] > 0)


def _first_job_rate_late_over_early(people: Array) -> NDArray[np.float64]:
    started = np.where(_finders(people), people["weeks_to_first_job"], WINDOW_WEEKS)
    without_early = (started >= EARLY_WEEKS).mean(axis=1)
    without_late = (started >= LATE_WEEKS).mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        early = -np.log(without_early)
        late = -np.log(without_late / without_early)
        return np.asarray(late / early)


def _standardised(first: NDArray[Any], second: NDArray[Any]) -> Callable[[Any, Any], Any]:
    """Give the standardised difference of two groups' values, as a function of who counts."""

    def difference(among_first: Any, among_second: Any) -> NDArray[np.float64]:
        gap = _mean(first, among_first) - _mean(second, among_second)
        pooled = np.sqrt(
            (_spread(first, among_first) ** 2 + _spread(second, among_second) ** 2) / 2
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(gap / pooled)

    return difference


def simulate_targets(
    parameters: Array, seed: int, threads: int = 1, first_replicate: int = 0
) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Compute every target that does not need a trial, for every draw.

    Parameters
    ----------
    parameters
        Records of type ``arrays.PARAMETERS``, one per draw.
    seed, threads
        As for `execute`.
    first_replicate
        Number of the first replicate; each draw takes replicates of its own.

    Returns
    -------
    dict
        By name and arm as in ``targets.csv``; each of shape (draws,), in the unit of the table.
    """
    ips, _ = simulate_people("ips", parameters, seed, threads, first_replicate)
    control, _ = simulate_people("control", parameters, seed, threads, first_replicate)
    found, found_control = _finders(ips), _finders(control)
    start, start_control = ips["weeks_to_first_job"], control["weeks_to_first_job"]
    values: dict[tuple[str, str], NDArray[np.float64]] = {}
    # The shortest of the published windows, and the commonest follow-up: 18 months.
    values["weeks_to_first_job", "ips"] = _mean(start, found & (start < LATE_WEEKS))
    values["weeks_to_first_job", "control"] = _mean(
        start_control, found_control & (start_control < LATE_WEEKS)
    )
    values["weeks_earlier_to_first_job", "ips-control"] = (
        values["weeks_to_first_job", "ips"] - values["weeks_to_first_job", "control"]
    )
    values["first_job_hazard_late_over_early", "ips"] = _first_job_rate_late_over_early(ips)
    since = np.where(found, ips["weeks_observed"] - start, 0)
    values["weeks_worked_per_year_after_first_job", "ips"] = 52 * _share(ips["weeks_worked"], since)
    values["share_working_20h", "ips"] = _mean(ips["most_hours"] >= 20, found)
    history = _standardised(ips["work_history_weeks"], control["work_history_weeks"])
    values["prior_work_of_finders", "ips-control"] = history(found, found_control)
    for name, in_model in (
        ("quit", "quit"),
        ("fired", "dismissed"),
        ("temporary", "temporary"),
        ("laid_off", "laid_off"),
    ):
        ended = ips[f"endings_{in_model}"].sum(axis=1) + control[f"endings_{in_model}"].sum(axis=1)
        every = sum(
            arm[f"endings_{cause}"].sum(axis=1)
            for arm in (ips, control)
            for cause in ("quit", "dismissed", "temporary", "laid_off")
        )
        values[f"job_end_{name}", "all"] = ended / np.maximum(every, 1)
    everyone, everyone_control = np.ones_like(found), np.ones_like(found_control)
    longest = _standardised(ips["longest_job_weeks"], control["longest_job_weeks"])
    values["longest_job", "ips"] = _mean(ips["longest_job_weeks"], found)
    values["longest_job_effect_all_randomised", "ips-control"] = longest(everyone, everyone_control)
    worked = _standardised(ips["weeks_worked"], control["weeks_worked"])
    values["weeks_worked_effect_all_randomised", "ips-control"] = worked(everyone, everyone_control)
    values |= _after_first_job(parameters, seed, threads, first_replicate)
    values |= _without_programme(parameters, seed, threads, first_replicate)
    values |= _open_programme(parameters, seed, threads, first_replicate)
    values |= _background(parameters, seed, threads, first_replicate)
    return values


def _after_first_job(
    parameters: Array, seed: int, threads: int, first_replicate: int
) -> dict[tuple[str, str], NDArray[np.float64]]:
    people, _ = simulate_people("long", parameters, seed, threads, first_replicate)
    followed = _finders(people) & (people["weeks_to_first_job"] <= LATE_WEEKS)
    tenure = np.minimum(people["first_job_weeks"], TWO_YEARS)
    return {
        ("first_job_tenure", "ips"): _mean(tenure, followed) / WEEKS_PER_MONTH,
        ("months_worked_after_first_start", "ips"): (
            _mean(people["weeks_worked_in_two_years"], followed) / WEEKS_PER_MONTH
        ),
    }


def _without_programme(
    parameters: Array, seed: int, threads: int, first_replicate: int
) -> dict[tuple[str, str], NDArray[np.float64]]:
    people, _ = simulate_people("no_service", parameters, seed, threads, first_replicate)
    here = people["weeks_observed"] == target_designs()["no_service"].scenario.design.weeks
    in_work = people["work"] == Work.COMPETITIVE
    admissions = people["hospital_admissions"].sum(axis=1)
    at_work = people["hospital_admissions_in_work"].sum(axis=1)
    weeks, weeks_at_work = people["weeks_observed"].sum(axis=1), people["weeks_worked"].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds_ratio = (at_work / weeks_at_work) / ((admissions - at_work) / (weeks - weeks_at_work))
    on_cliff = people["benefit_at_entry"] == Benefit.CLIFF
    return {
        ("employed_at_a_point_no_service", "none"): _mean(in_work, here),
        ("hospital_admissions", "all"): admissions / weeks * 52,
        ("hospital_admission_odds_when_employed", "all"): odds_ratio,
        ("leave_benefits_for_work", "all"): 52
        * _share(
            people["left_benefits"] & on_cliff, np.where(on_cliff, people["weeks_observed"], 0)
        ),
    }


def _open_programme(
    parameters: Array, seed: int, threads: int, first_replicate: int
) -> dict[tuple[str, str], NDArray[np.float64]]:
    people, _ = simulate_people("open", parameters, seed, threads, first_replicate)
    return {
        ("stay_on_caseload", "ips"): (
            _share(people["stay_weeks_ended"], people["stays_ended"]) / WEEKS_PER_MONTH
        ),
        ("caseload_employed_in_quarter", "ips"): _share(
            people["quarters_on_caseload_in_work"], people["quarters_on_caseload"]
        ),
    }


def _background(
    parameters: Array, seed: int, threads: int, first_replicate: int
) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Follow everybody without a programme from quarter to quarter, as labour force surveys do.

    The same people with the same chance are run to the end of each quarter in turn.
    """
    design = target_designs()["background"]
    draws = len(parameters)
    each = np.arange(draws * design.replicates)
    runs = Runs(np.repeat(np.arange(draws), design.replicates), first_replicate + each, 0 * each)
    in_work = []
    for quarter in range(1, QUARTERS + 1):
        weeks = {"weeks": quarter * WEEKS_PER_QUARTER}
        until = design.scenario.model_copy(
            update={"design": design.scenario.design.model_copy(update=weeks)}
        )
        people = execute(until, parameters, runs, seed, threads).people
        in_work.append((people["work"] == Work.COMPETITIVE).reshape(draws, -1))
    status = np.array(in_work)
    panels = range(QUARTERS - 4)
    out = [[~status[at : at + now].any(axis=0) for now in range(1, 5)] for at in panels]
    starts = [
        sum(np.sum(out[at][now - 1] & status[at + now], axis=1) for at in panels)
        / sum(np.sum(out[at][now - 1], axis=1) for at in panels)
        for now in range(1, 5)
    ]
    new = [~status[at] & status[at + 1] for at in panels]
    kept = sum(np.sum(new[at] & status[at + 2], axis=1) for at in panels)
    lost = [new[at] & ~status[at + 2] for at in panels]
    back = sum(np.sum(lost[at] & status[at + 3], axis=1) for at in panels)
    later = np.mean(starts[1:], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            ("background_start_late_over_early", "none"): later / starts[0],
            ("background_kept_a_quarter", "none"): kept / sum(one.sum(axis=1) for one in new),
            ("background_return_over_start", "none"): (
                back / sum(one.sum(axis=1) for one in lost) / later
            ),
        }


def at_middle_site(parameters: Array) -> Array:
    """Give the same parameters for a site like the middle one, as if no site differed."""
    middle = parameters.copy()
    for name in parameters.dtype.names or ():
        if name.startswith(SITE_SPREAD):
            middle[name] = 0.0
    return middle


def still_in_service(months: int, replicates: int = 60, seed: int = 1) -> float:
    """Share of an IPS cohort that is still served after some months, at the centre of the fit.

    The row of this name stands twice in ``targets.csv``, for two windows, so it is computed apart.
    """
    scenario = load_scenario("ips", {"design.weeks": months_to_weeks(months)})
    parameters = arrays.as_record(arrays.default_parameters({}), arrays.PARAMETERS)
    nobody = np.zeros(replicates, dtype=np.int64)
    runs = Runs(nobody, np.arange(replicates), nobody)
    outcomes = count_outcomes(execute(scenario, parameters, runs, seed, threads=2).people)
    left = sum(outcomes[name].mean() for name in ("dropped_out", "transferred", "closed"))
    return float(1.0 - left)
