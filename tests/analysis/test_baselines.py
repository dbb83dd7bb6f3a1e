"""What is published of a trial's people and place, in its virtual trial."""

from dataclasses import replace

import pytest

from ips_sim.analysis.trials.virtual_trials import at_baseline, baseline_fields, virtual_trial
from ips_sim.evidence import TrialBaseline, trial_baselines, trial_designs
from ips_sim.scenario import load_scenario
from ips_sim.scenario.schema import People, Place

BLANK = {row.column: None for row in baseline_fields()}


def fields_with(trial_id: str = "gold2006", **published: float) -> tuple[People, Place]:
    """The base's people and place, with what a trial of this design would have published."""
    ips = load_scenario("ips")
    baseline: TrialBaseline = replace(
        trial_baselines()[trial_id],
        **({**BLANK, **published}),  # type: ignore[arg-type]
    )
    return at_baseline(trial_designs()[trial_id], baseline, ips.people, ips.place)


def test_blanks_stay_as_the_library_has_them():
    ips = load_scenario("ips")
    assert fields_with() == (ips.people, ips.place)


def test_figures_become_fields():
    people, place = fields_with(
        age_mean=41.2, share_schizophrenia=0.74, share_worked_past_5y=0.75, unemployment_rate=7.5
    )
    assert (people.age_mean_years, people.psychotic_share) == (41.2, 0.74)
    assert people.no_recent_work_share == 0.25
    assert place.unemployment_share == 0.075


def test_work_in_the_past_year_is_a_share_of_those_with_work_in_five():
    people, _ = fields_with(share_worked_past_5y=0.5, share_worked_past_year=0.2)
    assert people.worked_past_year_share == pytest.approx(0.4)
    people, _ = fields_with(share_worked_past_year=0.0)
    assert people.worked_past_year_share == 0.0
    people, _ = fields_with(share_worked_past_5y=0.0, share_worked_past_year=0.0)
    assert (people.no_recent_work_share, people.worked_past_year_share) == (1.0, 0.0)


def test_benefits_keep_their_proportion():
    before = load_scenario("ips").people
    people, _ = fields_with(share_on_benefits=0.4)
    both = people.tapered_benefit_share + people.cliff_benefit_share
    assert both == pytest.approx(0.4)
    assert people.tapered_benefit_share / people.cliff_benefit_share == pytest.approx(
        before.tapered_benefit_share / before.cliff_benefit_share
    )


def test_compensation_for_service_is_no_benefit_that_earnings_reduce():
    assert trial_baselines()["davis2018"].share_on_benefits == 0.89
    veterans = load_scenario("people/veterans_with_ptsd").people
    people = virtual_trial("davis2018").ips.people
    assert people.cliff_benefit_share == veterans.cliff_benefit_share
    assert people.age_mean_years == 42.2


def test_a_value_out_of_range_is_refused():
    with pytest.raises(ValueError, match="unemployment_share"):
        fields_with(unemployment_rate=60.0)


@pytest.mark.parametrize("trial_id", list(trial_designs()))
def test_both_arms_have_the_same_people_and_place(trial_id: str):
    trial = virtual_trial(trial_id)
    assert trial.ips.people == trial.control.people
    assert trial.ips.place == trial.control.place
    assert trial.ips.programme.early_care_share == trial.control.programme.early_care_share


def test_nobody_had_worked_in_the_past_year_in_six_european_cities():
    trial = virtual_trial("burns2007")
    assert trial.ips.people.worked_past_year_share == 0.0
    assert trial.ips.place.unemployment_share == pytest.approx(0.073)


def test_early_intervention_responds_early_in_both_arms():
    early = {
        trial
        for trial in trial_designs()
        if virtual_trial(trial).control.programme.early_care_share > 0
    }
    assert early == {"killackey2008", "killackey2019", "nuechterlein2020", "erickson2021"}
