"""The page of settings: every file has its place, every key that differs a mechanism."""

import numpy as np
import pytest

from ips_sim.evidence.parameters import load_parameters
from ips_sim.scenario import load_scenario, shipped
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.vary import vary
from tools.pages import davis, populations, settings


def test_every_setting_of_the_library_is_on_the_page():
    there = {name.partition("/")[2] for name in shipped() if name.startswith("settings/")}
    assert there == {*settings.names(), *(f"{name}_usual" for name in settings.names())}


@pytest.mark.parametrize("name", settings.names())
def test_every_key_that_differs_belongs_to_a_mechanism(name):
    assert settings.keys_that_differ(name) - settings.keys_said() == set()


def test_mechanisms_name_keys_that_there_are():
    parameters = {f"parameters.{name}" for name in load_parameters()}
    assert settings.keys_said() <= set(keys()) | parameters


def test_a_mechanism_switched_off_is_the_setting_without_it(monkeypatch):
    monkeypatch.setattr(settings, "REPLICATES", 3)
    whole, switched = settings.switched_off("vr_funded")
    by_part = {(one.part, one.where): one for one in switched}
    approval = by_part["the funder's approval and milestones", settings.BOTH]
    arms = [
        vary(
            load_scenario(f"settings/{name}"),
            {"programme.approval_weeks": 0, "programme.milestone_after_weeks": 0},
        )
        for name in ("vr_funded", "vr_funded_usual")
    ]
    first, second = map(settings.shares_employed, arms)
    assert approval.without == pytest.approx((first - second).mean())
    assert approval.change == pytest.approx(approval.without - whole)
    assert not approval.is_lever
    # People are those of ips.yaml, so that no mechanism of people stands there.
    assert ("homes lost and found", settings.BOTH) not in by_part
    changes = [abs(one.change) for one in switched]
    assert changes == sorted(changes, reverse=True)


def test_what_ips_brings_is_ips_less_the_control():
    found = settings.contrast("ips", "traditional")
    for outcome in ("employed_ever", "weeks_worked"):
        apart = found.first[outcome] - found.second[outcome]
        middle, low, high = found.difference[outcome]
        assert low < middle < high
        assert middle == pytest.approx(apart)
        assert apart > 0


def test_groups_differ_from_traditional_services_in_the_programme_alone():
    assert len(populations.names()) >= 16
    for name in populations.names():
        ips, usual = load_scenario(name), load_scenario(populations.combined(name))
        assert usual.programme == load_scenario("traditional").programme
        assert (usual.people, usual.place) == (ips.people, ips.place)


def test_the_trial_behind_the_overview_is_run_in_its_size(monkeypatch):
    monkeypatch.setattr(davis, "SAMPLES", 20)
    told = davis.facts()
    assert (told["n_ips"], told["n_control"]) == (42, 43)
    assert told["published_points"] == "48.0"
    assert (told["published_more"], told["published_more_weeks"]) == ("171", "218")


def test_what_a_range_holds_lies_between_its_ends():
    values = np.arange(101.0)
    assert davis._holds(values, 5.0)
    assert davis._holds(values, 95.0)
    assert not davis._holds(values, 96.0)
