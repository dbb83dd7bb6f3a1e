"""Control conditions: every trial has one, and files, mapping and page say the same."""

from pathlib import Path

import pytest

from ips_sim.analysis.trials.services import services
from ips_sim.analysis.trials.virtual_trials import control_levers, virtual_trial
from ips_sim.evidence.trials import trial_designs
from ips_sim.scenario import load_scenario, resolve_scenario


def test_every_trial_has_one_service():
    named = [trial for one in services().values() for trial in one.trials]
    assert sorted(named) == sorted(trial_designs())


def test_what_the_design_asks_for_ships():
    asked = (
        "skills_training enhanced_vocational_rehabilitation psychosocial_rehabilitation "
        "brokered_supported_employment sheltered_workshop transitional_work diversified_placement "
        "vocational_rehabilitation_referral job_club job_centre usual_care no_additional_services "
        "traditional_vocational_services"
    )
    assert set(asked.split()) <= set(services())


def test_no_file_is_left_over(repository: Path):
    files = {path.stem for path in (repository / "scenarios" / "services").glob("*.yaml")}
    assert files == set(services())


@pytest.mark.parametrize("trial", list(trial_designs()))
def test_file_has_the_levers_of_its_trials_control_arm(trial: str):
    (name,) = [one.name for one in services().values() if trial in one.trials]
    assert load_scenario(f"services/{name}").programme == virtual_trial(trial).control.programme


@pytest.mark.parametrize("name", list(services()))
def test_nothing_but_mapped_levers_differs_from_ips(name: str):
    ips, resolved = load_scenario("ips"), resolve_scenario(f"services/{name}")
    service = resolved.scenario
    assert service.model_dump(include={"staff", "people", "place", "design", "parameters"}) == (
        ips.model_dump(include={"staff", "people", "place", "design", "parameters"})
    )
    own = {
        dotted
        for dotted, origin in resolved.origins.items()
        if origin.where == f"shipped services/{name}.yaml"
    }
    mapped = {f"programme.{row.lever}" for row in control_levers()}
    assert own == mapped | {"title", "summary"}
