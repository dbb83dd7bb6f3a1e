"""The mapping from principles to levers."""

import csv
import re
from collections import Counter

import pytest

from ips_sim.evidence.tables import package_data
from ips_sim.scenario import load_scenario, principles
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.principles import owner_of
from ips_sim.scenario.schema import PRINCIPLES


def test_all_eight_in_order():
    assert tuple(principles()) == PRINCIPLES
    assert len(PRINCIPLES) == 8


def test_no_lever_belongs_to_two_principles():
    owners = Counter(lever for one in principles().values() for lever in one.levers)
    assert max(owners.values()) == 1
    for lever in owners:
        assert f"programme.{lever}" in keys()
        assert owner_of(lever) in PRINCIPLES
    assert owner_of("caseload_limit") is None


@pytest.mark.parametrize("name", PRINCIPLES)
def test_each_is_explained(name: str):
    one = principles()[name]
    assert one.why.endswith(".")
    assert one.why.count(". ") == 0
    assert one.status in {"seen", "derived", "recalled", "assumed"}


@pytest.mark.parametrize("name", PRINCIPLES)
def test_each_changes_something_in_ips(name: str):
    assert load_scenario("ips", {"drop": [name]}) != load_scenario("ips")


def test_what_they_rest_on_is_in_the_evidence():
    known = set()
    for table in ("parameters.csv", "findings.csv", "targets.csv"):
        with package_data(table).open(encoding="utf-8", newline="") as file:
            known |= {row["name"] for row in csv.DictReader(file)}
    for one in principles().values():
        named = re.findall(r"\w+_\w+", one.rests_on)
        assert named
        assert set(named) <= known
