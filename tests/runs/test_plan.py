"""Plans: what is refused, how runs are cut into blocks, and that they can be read back."""

import inspect
import json

import numpy as np
import pytest

import ips_sim
from ips_sim.cli import running
from ips_sim.runs.counts import DEFAULT_DRAWS, DEFAULT_RUNS
from ips_sim.runs.errors import RunError
from ips_sim.runs.plan import blocks_of, make_plan, plan_from_json, runs_per_block
from ips_sim.scenario import load_scenario


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"seed": -1}, "the seed must be a whole number from 0"),
        ({"seed": 2**64}, "the seed must be a whole number from 0"),
        ({"replicates": 0}, "replicates must be 1 or more, found 0"),
        ({"draws": 0}, "draws must be 1 or more, found 0"),
        ({"driver": "mess"}, "driver 'mess' is not known; allowed are compiled, mesa"),
        ({"table_format": "xlsx"}, "allowed are parquet, csv"),
        ({"reference": "IPSS"}, "perhaps 'IPS'"),
        ({"precision": "1", "replicates": 1}, "a pilot of 2 replicates or more, found 1"),
        ({"precision": "0"}, "precision must be a positive number, found '0'"),
        ({"precision": "a bit"}, "precision must be a positive number, found 'a bit'"),
        ({"precision": "employd_ever=0.1"}, "perhaps 'employed_ever'"),
        ({"agents": ["my.Seeker"]}, "can't run my.Seeker"),
    ],
)
def test_what_is_not_possible_is_refused(settings: dict, said: str):
    with pytest.raises(RunError) as refused:
        make_plan(["ips", "traditional"], **settings)
    assert said in str(refused.value)


def test_the_reference_goes_by_title_or_source():
    """Otherwise it is the first, and of two the second: IPS less traditional services."""
    sources = ["ips", "traditional"]
    assert make_plan(sources).reference == 1
    assert make_plan([*sources, "routine"]).reference == 0
    assert make_plan(["ips"]).reference == 0
    assert make_plan(sources, reference="IPS").reference == 0
    assert make_plan(sources, reference="Traditional services").reference == 1
    assert make_plan(sources, reference="traditional").reference == 1


def test_equal_titles_are_told_apart():
    assert make_plan(["ips", "ips", "ips"]).names == ("IPS", "IPS (2)", "IPS (3)")


def test_a_plan_is_read_back_from_json(small_plan):
    plan = small_plan(precision="qalys=0.1", reference="traditional", seed=2**63 + 1)
    assert plan_from_json(json.loads(json.dumps(plan.as_json()))) == plan


def test_a_plan_with_custom_agents_cannot_be_read_back():
    plan = make_plan(["ips"], driver="mesa", agents=["my.Seeker"])
    with pytest.raises(RunError, match="my.Seeker"):
        plan_from_json(plan.as_json())


@pytest.mark.usefixtures("small_blocks")
def test_blocks_hold_every_run_once_by_replicate_and_site(small_plan):
    plan = small_plan("ips", overrides={"design.sites": 3}, replicates=4)
    rounds = [blocks_of(plan), blocks_of(plan, 4)]
    runs = [
        (int(replicate), int(site))
        for blocks in rounds
        for block in blocks
        for replicate, site in zip(block.runs.replicate, block.runs.site, strict=True)
    ]
    assert runs == [(replicate, site) for replicate in range(8) for site in range(3)]
    assert len({block.name for blocks in rounds for block in blocks}) == sum(map(len, rounds))
    assert all(np.all(block.runs.draw == 0) for blocks in rounds for block in blocks)


@pytest.mark.parametrize(("people", "sites", "size"), [(100, 1, 49), (200, 2, 49), (300, 2, 32)])
def test_block_size_goes_by_the_person_weeks_of_a_run(people: int, sites: int, size: int):
    scenario = load_scenario("ips", {"design.people": people, "design.sites": sites})
    # 78 weeks of follow-up, and three more until the last one who enters is through.
    assert runs_per_block(scenario) == size == 400_000 // (people // sites * 81)


def test_a_huge_run_is_a_block_of_its_own():
    scenario = load_scenario("ips", {"design.people": 160, "design.weeks": 1040})
    longer = scenario.model_copy(
        update={"design": scenario.design.model_copy(update={"people": 5000})}
    )
    assert runs_per_block(longer) == 1


def test_draws_are_spread_over_the_known_ones(monkeypatch: pytest.MonkeyPatch):
    known = [{"dropout_odds": (1 + row) / 100, "half_hours": 1.5} for row in range(10)]
    monkeypatch.setattr("ips_sim.runs.draws.posterior_draws", lambda _="": known)
    own = load_scenario("ips", {"parameters.half_hours": 1.25})
    plan = make_plan([own], draws=5)
    (records,) = plan.parameters
    assert records["dropout_odds"].tolist() == [0.01, 0.03, 0.05, 0.07, 0.09]
    # What the scenario says counts in every draw.
    assert records["half_hours"].tolist() == [1.25] * 5
    runs = blocks_of(plan)[0].runs
    assert runs.draw[:6].tolist() == [0, 1, 2, 3, 4, 0]
    # No two runs share their chance, and more replicates later change none of these.
    assert runs.replicate[:6].tolist() == [0, 1, 2, 3, 4, 5]
    added = blocks_of(plan, more=1)[0].runs
    assert added.replicate[0] == 5 * plan.replicates
    with pytest.raises(RunError, match="11 draws of the parameters were asked for; there are 10"):
        make_plan(["ips"], draws=11)


def test_every_door_runs_as_many_by_default():
    plan = make_plan(["ips"])
    assert (plan.draws, plan.draws * plan.replicates) == (DEFAULT_DRAWS, DEFAULT_RUNS)
    assert make_plan(["ips"], draws=1).replicates == DEFAULT_RUNS
    for ask in (ips_sim.simulate, ips_sim.compare):
        asked = inspect.signature(ask).parameters
        assert asked["draws"].default == DEFAULT_DRAWS
        assert asked["replicates"].default is None
    for command in (running.run, running.compare):
        asked = inspect.signature(command).parameters
        assert asked["draws"].default == DEFAULT_DRAWS
        assert asked["replicates"].default is None


def test_more_runs_than_a_result_can_hold_are_refused_before_anything_is_laid_out():
    with pytest.raises(RunError, match="4,000,000,000 runs of a site; allowed are 10,000,000"):
        make_plan(["ips"], draws=1, replicates=4_000_000_000)


def test_precision_may_be_a_number():
    number, text = (make_plan(["ips"], precision=one).precision for one in (0.5, "0.5"))
    assert number == text
