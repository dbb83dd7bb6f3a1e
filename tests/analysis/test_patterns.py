"""Patterns that the field knows, each shown by the fitted model and traced to its mechanism.

All are simulated at the centre of the fit, with enough people that chance is small beside what is
asked. A pattern that the fit does not show is marked so, with the figure measured and the reason.
"""

from functools import cache

import numpy as np
import pytest

from ips_sim.analysis.calibration.statistics import ARMS
from ips_sim.analysis.trials.targets import (
    EARLY_WEEKS,
    LATE_WEEKS,
    still_in_service,
    target_designs,
)
from ips_sim.analysis.trials.trial_spread import simulate_trial_spread
from ips_sim.evidence.draws import posterior_draws
from ips_sim.evidence.tables import Target, targets
from ips_sim.model import arrays
from ips_sim.model.arrays import Array
from ips_sim.model.compiled.execute import execute
from ips_sim.model.entities import Work
from ips_sim.model.results import Runs
from ips_sim.scenario import load_scenario

SEED = 1
REPLICATES = 60
"""Of 100 people each: 6,000 in an arm, so that a share is known within 1.3 points."""
SETS = 10
"""Times that all 28 trials are run."""

pytestmark = pytest.mark.skipif(not posterior_draws(), reason="no fit ships yet")


@cache
def people(
    name: str,
    changed: tuple[tuple[str, float], ...] = (),
    place: tuple[tuple[str, float], ...] = (),
) -> Array:
    """Everybody in one of the small designs, with other parameters or in another place."""
    design = target_designs()[name]
    scenario = load_scenario(design.scenario, {f"place.{key}": value for key, value in place})
    parameters = arrays.as_record(arrays.default_parameters(dict(changed)), arrays.PARAMETERS)
    nobody = np.zeros(REPLICATES, dtype=np.int64)
    runs = Runs(nobody, np.arange(REPLICATES), nobody)
    return execute(scenario, parameters, runs, SEED, threads=2).people


def target(name: str, arm: str) -> Target:
    return next(one for one in targets() if (one.name, one.arm) == (name, arm))


def found(arm: Array) -> Array:
    return arm["jobs_held"] > 0


def rate(arm: Array) -> float:
    return float(found(arm).mean())


def risk_ratio(**named) -> float:
    return rate(people("ips", **named)) / rate(people("control", **named))


def test_most_of_the_advantage_is_entry_to_work():
    """More people find work; those who do keep it hardly longer: support after the start is weak.

    The difference in weeks worked is split evenly between its two factors, the share who find
    work and the weeks that finders work.
    """
    shares = [rate(people(arm)) for arm in ARMS]
    weeks = [people(arm)["weeks_worked"][found(people(arm))].mean() for arm in ARMS]
    entry = (shares[0] - shares[1]) * sum(weeks) / 2
    tenure = (weeks[0] - weeks[1]) * sum(shares) / 2
    assert entry > 0
    assert entry / (entry + tenure) > 0.5


def test_first_jobs_last_about_as_long_in_both_arms():
    """Tenure hangs on the person and the match more than on who found the job.

    Among first jobs that began early enough for half a year to be seen.
    """
    kept = []
    for arm in ARMS:
        everyone = people(arm)
        early = found(everyone) & (everyone["weeks_to_first_job"] < 39)
        kept.append((everyone["first_job_weeks"][early] >= 26).mean())
    assert abs(kept[0] - kept[1]) < 0.15


def test_workers_in_ips_start_earlier():
    """Nobody waits for training before the search begins."""
    ips, control = (people(arm)["weeks_to_first_job"][found(people(arm))] for arm in ARMS)
    assert ips.mean() < control.mean() - 5


def test_workers_in_ips_start_about_ten_weeks_earlier():
    """As close to the published difference as its range."""
    weeks = [
        one["weeks_to_first_job"][found(one) & (one["weeks_to_first_job"] < LATE_WEEKS)].mean()
        for one in map(people, ARMS)
    ]
    wanted = target("weeks_earlier_to_first_job", "ips-control")
    assert wanted.low <= weeks[0] - weeks[1] <= wanted.high


@pytest.mark.parametrize("arm", ARMS)
def test_the_rate_of_first_jobs_falls_with_time(arm: str):
    """Who finds work easily is gone first, and interest fades in those who still look."""
    everyone = people(arm)
    start = np.where(found(everyone), everyone["weeks_to_first_job"], np.inf)
    early, late = (
        -np.log((start >= end).mean() / (start >= begin).mean())
        for begin, end in ((0, EARLY_WEEKS), (EARLY_WEEKS, LATE_WEEKS))
    )
    assert late < 0.9 * early


def test_finders_among_controls_worked_more_recently():
    """Alone it takes an easy hand and a good record; a specialist's visits open doors to others."""
    ips, control = (one["work_history_weeks"][found(one)] for one in map(people, ARMS))
    error = np.hypot(ips.std() / len(ips) ** 0.5, control.std() / len(control) ** 0.5)
    assert ips.mean() < control.mean() - 2 * error


def test_dropout_is_far_lower():
    """A working alliance, shared care and outreach hold people."""
    ips, control = (people(arm)["dropped_out_ever"].mean() for arm in ARMS)
    assert ips < control / 2


@cache
def spread() -> dict[tuple[str, str], float]:
    """What is pooled over trials, in the middle of several sets of all 28."""
    parameters = arrays.as_record(arrays.default_parameters({}), arrays.PARAMETERS)
    found = simulate_trial_spread(parameters, SETS, SEED, threads=2)
    return {name: float(np.median(values)) for name, values in found.items()}


def test_rates_of_the_arms_go_together():
    """Labour market and people of a site move both arms."""
    wanted = target("employed_ever_between_arm_correlation", "ips,control")
    assert (
        wanted.low <= spread()["employed_ever_between_arm_correlation", wanted.arm] <= wanted.high
    )


def test_risk_ratios_still_spread():
    """Staff and what other services do move one arm, and controls differ in what they are."""
    wanted = target("log_risk_ratio_between_trial_sd", "ips/control")
    assert wanted.low <= spread()["log_risk_ratio_between_trial_sd", wanted.arm] <= wanted.high


def test_some_work_without_any_programme():
    """Everyone can find a job alone, at a rate that is the person's own."""
    everyone = people("no_service")
    here = everyone["weeks_observed"] == target_designs()["no_service"].scenario.design.weeks
    share = (everyone["work"][here] == Work.COMPETITIVE).mean()
    wanted = target("employed_at_a_point_no_service", "none")
    assert wanted.low <= share <= wanted.high


def test_few_leave_disability_benefits_for_work():
    """Fear and the earnings limit keep hours under it."""
    everyone = people("no_service")
    on_cliff = everyone["benefit"] == 2
    left = (everyone["left_benefits"] & on_cliff).sum()
    assert 52 * left / everyone["weeks_observed"][on_cliff].sum() < 0.01


def test_admissions_do_not_rise():
    """Work itself brings no relapse, and shared care sees some coming."""
    ips, control = (
        people(arm)["hospital_admissions"].sum() / people(arm)["weeks_observed"].sum()
        for arm in ARMS
    )
    assert ips <= control


def odds_of_admission_at_work(**named) -> float:
    everyone = people("no_service", **named)
    all_of_them, at_work = (
        everyone[name].sum() for name in ("hospital_admissions", "hospital_admissions_in_work")
    )
    weeks, weeks_at_work = (everyone[name].sum() for name in ("weeks_observed", "weeks_worked"))
    return float((at_work / weeks_at_work) / ((all_of_them - at_work) / (weeks - weeks_at_work)))


def test_employed_people_have_fewer_admissions_because_symptoms_act_on_both():
    """Without what symptoms do to finding and keeping work the difference is gone."""
    plain = odds_of_admission_at_work()
    assert plain < 0.95
    cut = ("symptoms_on_finding", "symptoms_on_problems", "relapse_on_symptom_problems")
    values = (0.0, 0.0, 1.0)
    unlinked = odds_of_admission_at_work(changed=tuple(zip(cut, values, strict=True)))
    assert unlinked > plain


@pytest.mark.xfail(
    strict=True,
    reason="the risk ratio is a fifth higher where unemployment is high: rivals hurt who comes "
    "alone more than those spoken for, and who is trusted hears of the openings that are left",
)
def test_unemployment_moves_both_arms_and_leaves_the_risk_ratio():
    """Fewer vacancies, and more who take them: hardly a matter of who opens the door."""
    low, high = ((("unemployment_share", share),) for share in (0.04, 0.1))
    for arm in ARMS:
        assert rate(people(arm, place=high)) < rate(people(arm, place=low)) - 0.02
    assert risk_ratio(place=high) / risk_ratio(place=low) == pytest.approx(1, abs=0.15)


def test_the_advantage_shrinks_where_controls_find_work_themselves():
    """Own search adds most where nobody else opens doors."""
    centre = float(arrays.default_parameters({}).own_search_odds)
    alone = (("own_search_odds", min(1.5, 2 * centre)),)
    assert rate(people("control", changed=alone)) > rate(people("control")) + 0.02
    assert risk_ratio(changed=alone) < risk_ratio()


def employed_with(**changes: object) -> float:
    """Share of 20,000 people who find work under IPS with other values, all with the same luck."""
    changed = {name.replace("__", "."): value for name, value in changes.items()}
    scenario = load_scenario("ips", {"design.sites": 2, **changed})
    replicate, site = np.divmod(np.arange(400), 2)
    runs = Runs(np.zeros_like(site), replicate, site)
    parameters = arrays.as_record(arrays.default_parameters(scenario.parameters), arrays.PARAMETERS)
    return rate(execute(scenario, parameters, runs, SEED, threads=2).people)


@pytest.mark.xfail(
    strict=True,
    reason="beyond chance caseloads differ by 0.09, published are 0.10 to 0.15: what sets trials "
    "apart is since put down to the trials, and sites differ less",
)
def test_caseloads_differ_beyond_chance_as_published():
    """The share who found work on each of 57 caseloads, against ``specialist_effect_range``."""
    sites, sets, caseload = 12, 40, 20
    scenario = load_scenario(
        "ips", {"design.sites": sites, "design.people": 100 * sites, "design.entry_weeks": 1}
    )
    replicate, site = np.divmod(np.arange(sets * sites), sites)
    runs = Runs(np.zeros_like(site), replicate, site)
    parameters = arrays.as_record(arrays.default_parameters(scenario.parameters), arrays.PARAMETERS)
    # Who is on whose caseload shows in the first weeks only.
    shown = load_scenario(scenario, {"design.weeks": 2})
    on = execute(shown, parameters, runs, SEED, threads=2).people["specialist_row"]
    employed = found(execute(scenario, parameters, runs, SEED, threads=2).people)
    specialist = np.repeat(np.arange(runs.site.size), 100) * 100 + on
    there, number, size = np.unique(specialist[on >= 0], return_inverse=True, return_counts=True)
    assert size.max() == caseload
    share = np.bincount(number, employed[on >= 0]) / size
    each_set = there // 100 // sites
    of_set = [share[each_set == number][:57] for number in range(sets)]
    # Published are 0 to 80 %, most of it chance; what is left of the standard deviation is 0.10
    # to 0.15; the skill of the single specialist makes about 0.06 here.
    chance = share * (1 - share) / (size - 1)
    assert 0.10 < np.sqrt(share.var() - chance.mean()) < 0.15
    assert np.mean([one.min() for one in of_set]) < 0.25
    assert np.mean([one.max() for one in of_set]) > 0.75


@pytest.mark.xfail(
    strict=True,
    reason="caseloads of 15 and 25 differ by 8 points, two ordinary specialists by 5: visits to "
    "employers are what brings jobs, and they are shared by all on a caseload",
)
def test_two_specialists_differ_by_more_than_caseloads_of_15_and_25():
    small, usual = (employed_with(programme__caseload_limit=size) for size in (15, 25))
    # Two colleagues taken at random differ by 1.13 standard deviations on average.
    apart = 2 / np.sqrt(np.pi) * load_scenario("ips").staff.skill_sd
    better, other = (
        employed_with(staff__skill_mean=1 + sign * apart / 2, staff__skill_sd=0) for sign in (1, -1)
    )
    assert 0 < small - usual < better - other


def test_each_person_more_on_a_caseload_costs_more_beyond_twenty():
    """Below that people get about as many employer contacts as they can use."""
    ten, twenty, forty = (employed_with(programme__caseload_limit=size) for size in (10, 20, 40))
    assert (twenty - forty) / (40 - 20) > 1.3 * (ten - twenty) / (20 - 10) > 0


def kept(window: str) -> tuple[Target, float]:
    wanted = next(
        one for one in targets() if (one.name, one.window) == ("still_in_service", window)
    )
    return wanted, still_in_service(int(window.partition(" ")[0]))


def test_most_are_still_in_service_after_a_year():
    wanted, share = kept("12 months")
    assert wanted.low < share < wanted.high


def test_many_are_still_in_service_after_two_years():
    wanted, share = kept("24 months")
    assert wanted.low < share < wanted.high


@cache
def young_adults(name: str) -> Array:
    """A year of young adults of whom many want to go to school, some before they work."""
    scenario = load_scenario(name, {"design.weeks": 52})
    parameters = arrays.as_record(arrays.default_parameters({}), arrays.PARAMETERS)
    nobody = np.zeros(2 * REPLICATES, dtype=np.int64)
    runs = Runs(nobody, np.arange(2 * REPLICATES), nobody)
    return execute(scenario, parameters, runs, SEED, threads=2).people


def first_in_quarter(happened: Array, weeks: Array, quarter: int) -> float:
    """Share of those to whom it has not happened before to whom it does in a quarter."""
    when = np.where(happened, weeks, np.inf)
    before, after = 13 * (quarter - 1), 13 * quarter
    return float(((when >= before) & (when < after)).sum() / (when >= before).sum())


def enrolled_in_quarter(name: str, quarter: int) -> float:
    arm = young_adults(name)
    arm = arm[arm["age_years"] < 23]
    return first_in_quarter(arm["enrolments"] > 0, arm["weeks_to_enrolment"], quarter)


@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_help_with_school_raises_enrolment_in_the_first_year_of_the_young(quarter: int):
    """``education.csv``, see_education_effect_pattern; with the same people and chance."""
    with_help, alone = (
        enrolled_in_quarter(name, quarter) for name in ("young_adults_education", "young_adults")
    )
    assert with_help > 1.2 * alone


def gain_in_first_jobs(quarter: int) -> float:
    arms = map(young_adults, ("young_adults", "young_adults_usual_care"))
    ips, usual = (first_in_quarter(found(arm), arm["weeks_to_first_job"], quarter) for arm in arms)
    return ips - usual


def test_help_with_work_gains_most_in_the_first_quarter():
    gains = [gain_in_first_jobs(quarter) for quarter in (1, 2, 3, 4)]
    assert gains[0] == max(gains)
    assert gains[3] < 0.7 * gains[0]


@pytest.mark.xfail(
    strict=True,
    reason="visits to employers go on, and trust grows: the gain falls to a half within a year, "
    "and does not end with the first quarter",
)
def test_help_with_work_gains_hardly_anything_later():
    assert max(gain_in_first_jobs(quarter) for quarter in (2, 3, 4)) < gain_in_first_jobs(1) / 2
