"""Values that are right alone and wrong together."""

from pathlib import Path
from typing import Any

import pytest

from ips_sim.scenario import ScenarioError, as_mapping, load_scenario
from ips_sim.scenario.catalogue import sections
from ips_sim.scenario.contradictions import CONTRADICTORY, contradictions
from tests.scenario.conftest import Messages


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {
                "programme.sheltered_share": 0.6,
                "programme.sheltered_weeks": 10,
                "programme.transitional_share": 0.5,
                "programme.transitional_weeks": 10,
            },
            "override: programme.sheltered_share: found sheltered_share and transitional_share "
            "that add up to 1.1; allowed: at most 1 together.",
        ),
        (
            {"people.tapered_benefit_share": 0.7},
            "override: people.tapered_benefit_share: found tapered_benefit_share and "
            "cliff_benefit_share that add up to 1.05; allowed: at most 1 together.",
        ),
        (
            {"programme.sheltered_share": 0.2},
            "override: programme.sheltered_share: found sheltered_share 0.2 with sheltered_weeks "
            "0; allowed: sheltered_weeks of at least 1, or sheltered_share 0.",
        ),
        (
            {"programme.transitional_share": 0.2},
            "override: programme.transitional_share: found transitional_share 0.2 with "
            "transitional_weeks 0; allowed: transitional_weeks of at least 1, or "
            "transitional_share 0.",
        ),
        (
            {"programme.specialist_hours_per_week": 2.0},
            "override: programme.specialist_hours_per_week: found 2 hours of team meetings a week; "
            "allowed: no more than the 1.7 hours that office_share leaves of "
            "specialist_hours_per_week.",
        ),
        (
            {"design.people": 3, "design.sites": 4},
            "override: design.sites: found 4 sites for 3 people; allowed: at most 3 sites, one for "
            "each person.",
        ),
        (
            {"design.people": 1001, "design.sites": 2, "programme.caseload_limit": 100},
            "override: design.people: found 501 people at a site; allowed: at most 500; raise "
            "design.sites to at least 3.",
        ),
        (
            {"programme.caseload_limit": 12},
            "override: programme.caseload_limit: found 100 people at a site with a caseload of 12, "
            "so 9 specialists; allowed: at most 8 specialists at a site; raise design.sites to at "
            "least 2.",
        ),
    ],
)
def test_contradiction_is_refused(overrides: dict[str, object], message: str):
    with pytest.raises(ScenarioError) as caught:
        load_scenario("ips", overrides)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "overrides",
    [
        {"programme.caseload_limit": 0},  # admits nobody
        {"programme.caseload_limit": 13},  # eight specialists
        {"programme.caseload_limit": 12, "design.sites": 2},  # as the message says
        {"design.people": 500, "programme.caseload_limit": 63},
        {"design.kind": "open_programme", "design.people": 5000},  # not all there at once
        {"people.tapered_benefit_share": 0.65},
        {"people.tapered_benefit_share": 0.9, "people.cliff_benefit_share": 0.1},
        {"programme.sheltered_weeks": 10},
    ],
)
def test_limit_itself_is_allowed(overrides: dict[str, object]):
    assert list(contradictions(load_scenario("ips", overrides))) == []


def test_contradiction_is_shown_at_the_value_that_came_last(messages):
    (told,) = messages("title: Mine\nbased_on: ips.yaml\nprogramme:\n  caseload_limit: 5\n")
    assert told.startswith("mine.yaml:4: programme.caseload_limit: found 100 people at a site")


class _Watched:
    """Stands for a part of a scenario and notes what is read of it."""

    def __init__(self, part: Any, name: str, read: set[str]) -> None:
        self.part, self.name, self.read = part, name, read

    def __getattr__(self, key: str) -> Any:
        value = getattr(self.part, key)
        if not self.name and key in (*sections(), "budget"):
            return _Watched(value, key, self.read)
        self.read.add(f"{self.name}.{key}")
        return value


def test_keys_that_can_contradict_are_those_that_are_read():
    read: set[str] = set()
    for kind in ("cohort", "open_programme"):
        base = {"design.kind": kind}
        watched = _Watched(load_scenario("ips", base), "", read)
        assert not list(contradictions(watched))  # type: ignore[arg-type]
    assert read - {".people_rows", ".changes"} == CONTRADICTORY


UNREAD = [
    ("specialists_per_site: 1", "cohort", "staffed to its size by programme.caseload_limit"),
    ("warm_up_weeks: 0", "cohort", "counted from its first week"),
    ("entry_weeks: 8", "open_programme", "entered week by week all along"),
]


@pytest.mark.parametrize(("said", "kind", "why"), UNREAD)
def test_a_key_that_the_design_does_not_read_is_told(
    messages: Messages, said: str, kind: str, why: str
):
    base = "ips" if kind == "cohort" else "open_programme"
    (told,) = messages(f"title: Mine\nbased_on: {base}\ndesign:\n  weeks: 30\n  {said}\n")
    name = said.partition(":")[0]
    called = kind.replace("_", " ")
    assert told.startswith(f"mine.yaml:5: design.{name}: found a key that is not read by a")
    assert f"{called}, which is {why}; allowed: no {name}, or design.kind" in told
    with pytest.raises(ScenarioError, match="override: design"):
        load_scenario(base, {f"design.{name}": 2})


def test_what_a_base_says_for_its_own_design_is_no_mistake(messages: Messages):
    """Nor what a part says for a design that comes with another part."""
    Path("open.yaml").write_text(
        "title: Open\nbased_on: open_programme\ndesign:\n  specialists_per_site: 1.5\n"
    )
    Path("again.yaml").write_text(
        "title: B\nbased_on: open.yaml\ndesign:\n  kind: cohort\n  sites: 3\n"
    )
    assert load_scenario("again.yaml").design.kind == "cohort"
    Path("part.yaml").write_text("title: C\nbased_on: ips\ndesign:\n  warm_up_weeks: 20\n")
    Path("both.yaml").write_text("title: D\nbased_on: [part.yaml, open.yaml]\n")
    # The part alone says it of a cohort, and together it is an open programme's.
    assert load_scenario("both.yaml").design.kind == "open_programme"
    with pytest.raises(ScenarioError):
        load_scenario("part.yaml")


def test_a_complete_scenario_has_to_say_every_key():
    for name in ("ips", "open_programme"):
        scenario = load_scenario(name)
        assert load_scenario(as_mapping(scenario)) == scenario
        assert load_scenario(scenario, {"design.weeks": 30}).design.weeks == 30
