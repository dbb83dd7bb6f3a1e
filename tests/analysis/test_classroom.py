"""What is computed for a class: combinations, and what is kept of each."""

from pathlib import Path

import numpy as np
import pytest

from ips_sim.analysis.classroom.counting import CURVES, MEASURES, PER_RUN, STANDING, count_world
from ips_sim.analysis.classroom.folder import TABLE, classroom_to_folder
from ips_sim.analysis.classroom.lesson import lesson
from ips_sim.analysis.classroom.plan import (
    COMBINATIONS,
    EVERYTHING,
    World,
    WorldsBlock,
    make_classroom_plan,
)
from ips_sim.analysis.classroom.reviews import reviews_of, stored_reviews
from ips_sim.analysis.fidelity.review import Visits, in_steady_state, visited
from ips_sim.analysis.fidelity.scoring import total_of
from ips_sim.model.outcomes import FINDERS
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import InterruptedRunError, RunError
from ips_sim.runs.how import How
from ips_sim.runs.kinds import plan_again
from ips_sim.scenario import load_scenario, principles
from tests.analysis.classroom import tiny_plan


def test_every_combination_has_its_place_and_the_others_follow():
    plan = tiny_plan()
    assert len(plan.worlds) == 2 * COMBINATIONS + len(lesson()["extras"])
    assert plan.worlds[COMBINATIONS + 3] == World("ordinary", 50, 3)
    assert [one.extra for one in plan.worlds[-3:]] == list(lesson()["extras"])
    assert sum(map(len, plan.blocks())) == len(plan.worlds)


def test_a_combination_is_what_a_file_that_drops_the_others_says():
    plan = make_classroom_plan()
    names = list(principles())
    without = plan.scenario_of(World("ordinary", 20, EVERYTHING ^ 1 << names.index("rapid_search")))
    dropped = load_scenario("without_rapid_search")
    assert without.programme == dropped.programme
    nothing = plan.scenario_of(World("ordinary", 20, 0))
    assert nothing.programme == load_scenario("traditional").programme
    hard = plan.scenario_of(World("hard", 30, EVERYTHING))
    assert hard.place.unemployment_share > plan.scenario.place.unemployment_share
    assert hard.programme.caseload_limit == 30


def test_everybody_stands_somewhere_and_sites_are_added_up():
    plan = tiny_plan()
    kept = plan.do(WorldsBlock(EVERYTHING, EVERYTHING + 1), 1)
    extras = plan.do(WorldsBlock(len(plan.worlds) - 3, len(plan.worlds)), 1)
    for content in (kept, extras):
        assert content["curves"].shape[1:] == (len(CURVES), 40)
        assert content["per_run"].shape[1:] == (len(PER_RUN), 4)
        assert np.allclose(content["curves"][:, : len(STANDING)].sum(axis=1), 100)
        low, work, high = (
            content["curves"][:, CURVES.index(one)] for one in ("low", "work", "high")
        )
        assert np.all(low <= high) and work.max() > 0
        finders = content["measures"][:, list(MEASURES).index(FINDERS)]
        assert finders == pytest.approx(100 * content["per_run"][:, 0].mean(axis=1))


def test_a_first_job_that_went_wrong_was_short_and_is_over():
    plan = tiny_plan(overrides={"design.people": 60, "design.weeks": 78})
    from ips_sim.model.results import Runs

    run = np.arange(4)
    scenario = plan.scenario_of(World("ordinary", 20, EVERYTHING))
    kept = count_world(scenario, plan.parameters, Runs(run // 2, run, 0 * run), plan.seed)
    early, again = kept["per_run"][3], kept["per_run"][4]
    assert np.all(again <= early) and early.sum() > 0
    assert np.all(early <= 100 * kept["per_run"][0])


def test_it_resumes_and_does_not_depend_on_the_jobs(tmp_path: Path):
    plan = tiny_plan(
        overrides={"design.people": 6, "design.weeks": 6}, replicates=1, caseloads=[20]
    )

    def stop(stage: str, done: int, total: int) -> None:
        if done >= 40:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedRunError):
        classroom_to_folder(plan, tmp_path / "one", How(jobs=1, progress=stop))
    seen: list[int] = []
    classroom_to_folder(
        plan, tmp_path / "one", How(jobs=2, progress=lambda stage, done, total: seen.append(done))
    )
    assert seen[0] >= 40
    classroom_to_folder(plan, tmp_path / "two", How(jobs=1))
    assert (tmp_path / "one" / TABLE).read_bytes() == (tmp_path / "two" / TABLE).read_bytes()
    assert plan_again(tmp_path / "one")[1] == plan


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"caseloads": [15]}, "caseloads must hold 20"),
        ({"caseloads": [0, 20]}, "a caseload must be 1 or more, found 0"),
        ({"markets": ["booming"]}, "labour markets are ordinary, hard"),
        ({"source": "open_programme"}, "design.kind"),
        ({"draws": 0}, "draws must be 1 or more"),
    ],
)
def test_what_cannot_be_is_told(changes: dict[str, object], found: str):
    with pytest.raises(RunError, match=found):
        tiny_plan(**{"overrides": {}, **changes})


def test_texts_name_measures_and_principles_that_there_are():
    said = lesson()
    assert list(said["principles"]) == list(principles())
    assert {*said["principles"].values(), said["caseload"]} <= set(MEASURES)
    for one in said["exercises"].values():
        assert one["asks"] in PER_RUN
        assert {one.get("extra", ""), one.get("before_extra", "")} <= {"", *said["extras"]}


def test_stored_reviews_hold_for_what_was_reviewed_and_for_nothing_else():
    plan = make_classroom_plan(draws=1, replicates=1)
    found = dict(zip(plan.worlds, reviews_of(plan), strict=True))
    whole = found[World("ordinary", 20, EVERYTHING)]
    nothing = found[World("ordinary", 20, 0)]
    assert whole and nothing and whole.total > nothing.total + 30
    assert min(whole.agencies) <= whole.total <= max(whole.agencies)
    hard = found[World("hard", 20, EVERYTHING)]
    assert hard and hard.agencies and abs(hard.total - whole.total) < 5
    other = found[World("hard", 50, 3)]  # as in the ordinary market, and further off
    ordinary = found[World("ordinary", 50, 3)]
    assert other and ordinary and other.total == ordinary.total and other.off_by > ordinary.off_by
    assert found[plan.worlds[-1]] is None  # a world beside the combinations
    others = make_classroom_plan(
        draws=1,
        replicates=1,
        overrides={"people.symptoms_mean": 0.2, "programme.outreach_share": 0},
    )
    assert set(reviews_of(others)) == {None}


def test_a_stored_review_is_what_a_visit_finds():
    """A change that moves what a reviewer sees makes the stored totals untrue: renew them."""
    from tools.pages.combinations import AGENCIES, SEED

    world = World("ordinary", 50, EVERYTHING)
    plan = make_classroom_plan()
    steady = in_steady_state(plan.scenario_of(world))
    content = visited([(steady, parameter_draws(steady, AGENCIES)[0], 0)], SEED)
    total = total_of(Visits.gathered([content]).of_agency(steady, 0))
    assert total == stored_reviews()[world].agencies[0]


def test_totals_that_are_reckoned_follow_each_principle():
    from tools.pages.combinations import fraction, reckoned

    def total(number: int) -> int:
        bits = [number >> bit & 1 for bit in range(len(principles()))]
        return 60 + 40 * bits[1] * bits[2] + 3 * bits[0] - 6 * bits[4]

    first = {number: total(number | 17) + number % 2 for number in range(COMBINATIONS)}
    changed = {number: first[number] + 3 * (number & 1) - 6 * (number >> 4 & 1) for number in first}
    found, most, mean = reckoned({number: changed[number] for number in fraction()}, first)
    assert found == changed
    assert most == pytest.approx(0) and mean == pytest.approx(0)
