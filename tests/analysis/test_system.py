"""Files of systems: what they say, and every mistake with its line."""

from pathlib import Path

import pytest

from ips_sim.analysis.systems.system import Spread, load_system, system_of
from ips_sim.scenario import ScenarioError

REPOSITORY = Path(__file__).resolve().parents[2]
SMALL = """\
# Two groups of small sites, to see what a file of a system may say of them and what not.
title: Small
groups:
  one: {scenario: open_programme, sites: 2, set: {design.people: 20, design.weeks: 26}}
  two: {scenario: open_programme, sites: 3, set: {design.people: 20, design.weeks: 26}}
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(text)
    return file


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_system(written(tmp_path, text))
    return str(caught.value)


@pytest.mark.parametrize("path", sorted((REPOSITORY / "experiments").glob("*.yaml")))
def test_every_shipped_system_is_read_and_comes_back_from_its_manifest(path: Path) -> None:
    if "system.schema.json" not in path.read_text(encoding="utf-8"):
        return
    system = load_system(path)
    assert system_of(system.as_json()) == system
    assert system.summary and system.windows >= 2


def test_groups_are_other_sites_unless_they_are_the_same(tmp_path: Path) -> None:
    text = SMALL
    other = load_system(written(tmp_path, text))
    assert [(one.first_site, one.sites) for one in other.groups] == [(0, 2), (2, 3)]
    same = load_system(written(tmp_path, text + "same_sites: true\n"))
    assert [one.first_site for one in same.groups] == [0, 0]
    assert [one.scenario.design.people for one in same.groups] == [20, 20]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("window_weeks: 52\n", "small.yaml:6: window_weeks: found 52; allowed: at most the 26"),
        (
            "differ:\n  programme.caseload: {low: 10, high: 20}\n",
            "small.yaml:7: differ.programme.caseload: found an unknown name",
        ),
        (
            "differ:\n  staff.skill_mean: {low: 1.2, high: 0.8}\n",
            "small.yaml:7: differ.staff.skill_mean: found low 1.2, most 1.2 and high 0.8",
        ),
        (
            "differ:\n  staff.skill_mean: {low: 0.8, high: 9}\n",
            "small.yaml:7: staff.skill_mean: found 9",
        ),
        ("reviews: {first_week: 1}\n", "small.yaml:6: reviews.every_weeks: found nothing"),
        (
            "  bad: {scenario: ipz, sites: 1}\n",
            "small.yaml:6: base: found nothing of this name",
        ),
        (
            "  bad: {scenario: open_programme, sites: 1, reviews: true}\n",
            "groups.bad.reviews: found true; allowed: a section reviews",
        ),
        (
            "  bad: {scenario: systems/region, sites: 10, others: systems/region_alone}\n",
            "small.yaml:6: groups.bad.others_in_area: found 0; allowed: 1 to 9 of an area's 10",
        ),
        (
            "  bad: {scenario: systems/region, sites: 10, others: ips, others_in_area: 3}\n",
            "groups.bad.others: found other place and design; allowed: the same people, place and",
        ),
        (
            "  long: {scenario: open_programme, sites: 1}\n",
            "small.yaml:6: groups.long: found open_programme of 104 weeks",
        ),
    ],
)
def test_mistakes_are_told_with_their_lines(tmp_path: Path, more: str, said: str) -> None:
    assert said in refused(tmp_path, SMALL + more)


def test_other_runs_and_sites_are_the_same_system(tmp_path: Path) -> None:
    system = load_system(written(tmp_path, SMALL))
    assert system.with_runs() == system
    other = system.with_runs(seed=7, draws=1, replicates=3, sites=4)
    assert (other.seed, other.draws, other.replicates) == (7, 1, 3)
    assert [(one.first_site, one.sites) for one in other.groups] == [(0, 4), (4, 4)]
    assert system_of(other.as_json()) == other
    with pytest.raises(ScenarioError, match="draws: found 0"):
        system.with_runs(draws=0)


def test_the_last_sites_of_each_area_may_be_something_else(tmp_path: Path) -> None:
    text = (
        "title: Mixed\nwindow_weeks: 52\ngroups:\n"
        "  mixed: {scenario: systems/region, sites: 20, others: systems/region_alone,"
        " others_in_area: 8}\n"
    )
    (group,) = load_system(written(tmp_path, text)).groups
    with_ips = [group.scenario_of(site).programme.enrolment_share > 0 for site in range(20)]
    assert with_ips == 2 * (2 * [True] + 8 * [False])


def test_a_spread_runs_from_low_to_high_and_is_thick_around_what_is_commonest() -> None:
    even, peaked = Spread(2.0, 6.0), Spread(2.0, 6.0, 3.0)
    assert [even.at(one) for one in (0.0, 0.25, 1.0)] == [2.0, 3.0, 6.0]
    # A triangle: a quarter of its area lies below the peak.
    assert [peaked.at(one) for one in (0.0, 0.25, 1.0)] == [2.0, 3.0, 6.0]
    assert peaked.at(0.5) < even.at(0.5)
