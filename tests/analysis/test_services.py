"""Control conditions: every trial has one, and files, mapping and page say the same."""

from collections import defaultdict
from pathlib import Path

import pytest

from ips_sim.analysis.trials.services import (
    MAPPING_BEGINS,
    MAPPING_ENDS,
    page_with_tables,
    service_text,
    services,
    write_services,
)
from ips_sim.analysis.trials.virtual_trials import control_levers, virtual_trial
from ips_sim.evidence.trials import trial_designs
from ips_sim.scenario import load_scenario, resolve_scenario

RENEW = "run: python -m ips_sim.analysis.trials.services"


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


@pytest.mark.parametrize("name", list(services()))
def test_file_is_what_the_mapping_gives(repository: Path, name: str):
    path = repository / "scenarios" / "services" / f"{name}.yaml"
    assert path.read_text(encoding="utf-8") == service_text(services()[name]), RENEW


def test_no_file_is_left_over(repository: Path):
    files = {path.stem for path in (repository / "scenarios" / "services").glob("*.yaml")}
    assert files == set(services())


def test_page_shows_the_mapping_of_today(repository: Path):
    page = (repository / "docs" / "explanation" / "scenarios.md").read_text(encoding="utf-8")
    assert page_with_tables(page) == page, RENEW
    table = page.split(MAPPING_BEGINS)[1].split(MAPPING_ENDS)[0]
    assert all(row.basis in table for row in control_levers())
    assert all(f"`services/{name}.yaml`" in table for name in services())


def test_writing_them_anew(tmp_path: Path):
    page = tmp_path / "docs" / "explanation" / "scenarios.md"
    page.parent.mkdir(parents=True)
    page.write_text(
        f"Before.\n{MAPPING_BEGINS}A stale table.\n{MAPPING_ENDS}After.\n", encoding="utf-8"
    )
    written = write_services(tmp_path)
    assert written[-1] == page
    assert len(written) == len(services()) + 1
    text = page.read_text(encoding="utf-8")
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert "A stale table." not in text


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


def test_services_with_the_same_features_say_so():
    alike = defaultdict(list)
    for one in services().values():
        alike[tuple(one.features.items())].append(one.name)
    assert max(map(len, alike.values())) > 1
    for names in alike.values():
        levers = {load_scenario(f"services/{name}").programme for name in names}
        assert len(levers) == 1
        for name in names:
            text = " ".join(service_text(services()[name]).replace("\n#", "").split())
            assert ("One service under several names" in text) == (len(names) > 1)
            assert all(other in text for other in names if other != name)
