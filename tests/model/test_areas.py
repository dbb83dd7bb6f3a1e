"""Sites that share one labour market: both drivers, any number of threads, whole areas only."""

import numpy as np
import pytest

from ips_sim.model.agents import IPSModel, execute_on_mesa
from ips_sim.model.compiled.execute import execute
from ips_sim.model.results import Runs
from ips_sim.scenario import Scenario, load_scenario
from tests.model.builders import differing, drawn, runs


def area(sites: int = 6, in_area: int = 3) -> Scenario:
    return load_scenario(
        "ips",
        {
            "design.people": 15 * sites,
            "design.weeks": 30,
            "design.sites": sites,
            "design.sites_per_area": in_area,
            "changes": [{"week": 12, "place": {"unemployment_share": 0.15}}],
        },
    )


def test_both_drivers_agree_on_areas_whatever_the_threads() -> None:
    world, asked = area(), runs(2, 6)
    compiled = execute(world, drawn(), asked, 1, threads=2)
    alone = execute(world, drawn(), asked, 1)
    mesa = execute_on_mesa(world, drawn(), asked, 1)
    for other in (alone, mesa):
        assert differing(compiled.people, other.people) == set()
        assert compiled.weekly.tobytes() == other.weekly.tobytes()


def test_who_shares_employers_gets_in_each_others_way() -> None:
    scarce = {"place.vacancies_per_employer_per_year": 1.0, "place.employers_per_100_people": 10.0}
    shared = load_scenario(area(), scarce)
    alone = load_scenario(shared, {"design.sites_per_area": 1})
    first, second = (
        execute(one, drawn(), runs(1, 6), 1).people["jobs_held"] for one in (shared, alone)
    )
    assert not np.array_equal(first, second)


def test_an_area_is_run_whole_or_not_at_all() -> None:
    world, zero = area(), np.zeros(2, np.int64)
    with pytest.raises(ValueError, match="together or not at all"):
        execute(world, drawn(), Runs(zero, zero, np.array([0, 1])), 1)
    with pytest.raises(ValueError, match="shares employers with others"):
        IPSModel(world, site=1)


def test_neither_events_nor_stories_are_told_of_a_site_that_shares_employers() -> None:
    from ips_sim.runs.errors import RunError
    from ips_sim.runs.plan import make_plan
    from ips_sim.story.telling import tell_story

    with pytest.raises(RunError, match="events are told of sites alone"):
        make_plan([area()], events=True, draws=1)
    with pytest.raises(RunError, match="a story is told of a site alone"):
        tell_story(area(), person=0)


def test_blocks_of_runs_hold_whole_areas() -> None:
    from ips_sim.runs.plan import blocks_of, make_plan

    many = load_scenario(area(), {"design.people": 30_000, "design.sites": 300})
    blocks = blocks_of(make_plan([many], draws=1, replicates=2))
    assert len(blocks) > 1
    assert all(block.runs.site[0] % 3 == 0 and len(block) % 3 == 0 for block in blocks)
