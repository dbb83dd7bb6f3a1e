"""What each site of a system is, and what reviews make of it."""

from dataclasses import replace
from typing import Any

import numpy as np

from ips_sim.analysis.systems.sites import reviewed, site_scenario
from ips_sim.analysis.systems.system import Group, Reviews, Spread, System
from ips_sim.scenario import Scenario, load_scenario
from ips_sim.scenario.changes import phases
from ips_sim.scenario.schema import UNLIMITED_WEEKS


def system(differ: dict[str, Spread], group: Group, **fields: Any) -> System:
    made = System(
        title="made up",
        summary="",
        groups=(group,),
        differ=differ,
        reviews=None,
        window_weeks=13,
        time_out=None,
        picture="quarters",
        seed=1,
        replicates=1,
        draws=1,
        said={},
    )
    return replace(made, **fields)


def group(scenario: Scenario, **fields: Any) -> Group:
    return replace(Group("all", scenario, 4, 0, False), **fields)


def open_programme(**values: object) -> Scenario:
    return load_scenario("open_programme", {f"design.{key}": one for key, one in values.items()})


def test_a_site_differs_by_its_number_and_the_seed_alone() -> None:
    of = group(open_programme(weeks=26))
    differ = {"staff.skill_mean": Spread(0.6, 1.2), "programme.caseload_limit": Spread(15, 30)}
    here = system(differ, of)
    first, again, other = (site_scenario(here, of, site) for site in (0, 0, 1))
    assert first == again
    assert first.staff.skill_mean != other.staff.skill_mean
    assert isinstance(first.programme.caseload_limit, int)
    moved = site_scenario(replace(here, seed=2), of, 0)
    assert moved.staff.skill_mean != first.staff.skill_mean


def test_a_larger_team_gets_more_referrals() -> None:
    of = group(open_programme(weeks=26, people=60, specialists_per_site=2.0))
    here = system({"design.specialists_per_site": Spread(3.0, 3.0)}, of)
    assert site_scenario(here, of, 0).design.people == 90


def test_what_differs_still_differs_after_a_change() -> None:
    changing = load_scenario(
        "open_programme", {"changes": [{"week": 5, "place": {"unemployment_share": 0.14}}]}
    )
    of = group(changing)
    here = system({"place.unemployment_share": Spread(0.08, 0.08)}, of)
    before, after = phases(site_scenario(here, of, 0))
    assert before.place.unemployment_share == 0.08
    assert np.isclose(after.place.unemployment_share, 0.17)


def test_reviews_move_levers_part_of_the_way_to_their_anchors() -> None:
    anchors = load_scenario("ips")
    here = open_programme(weeks=52).model_copy(
        update={
            "programme": anchors.programme.model_copy(
                update={
                    "team_contact_share": 0.0,
                    "caseload_limit": 30,
                    "support_limit_weeks": 26,
                }
            )
        }
    )
    always = Reviews(10, 20, anchors, 1.0, 0.5)
    first, second, third, fourth = phases(reviewed(here, always, np.random.default_rng(1)))
    assert [one.first_week for one in (second, third, fourth)] == [10, 30, 50]
    goal = anchors.programme.team_contact_share
    shares = [one.programme.team_contact_share for one in (first, second, third)]
    assert np.allclose(shares, [0.0, goal / 2, goal * 3 / 4])
    assert [one.programme.caseload_limit for one in (first, second, third)] == [30, 25, 22]
    assert {one.programme.support_limit_weeks for one in (second, third, fourth)} <= {
        26,
        UNLIMITED_WEEKS,
    }
    never = Reviews(10, 20, anchors, 0.0, 0.5)
    assert reviewed(here, never, np.random.default_rng(1)).changes == ()


def test_reviews_and_other_changes_hold_together() -> None:
    here = load_scenario(
        "open_programme",
        {
            "programme.caseload_limit": 30,
            "changes": [{"week": 10, "place": {"unemployment_share": 0.14}}],
        },
    )
    always = Reviews(10, 500, load_scenario("ips"), 1.0, 0.5)
    _, after = phases(reviewed(here, always, np.random.default_rng(1)))
    assert (after.place.unemployment_share, after.programme.caseload_limit) == (0.14, 25)
