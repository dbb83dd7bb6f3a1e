"""A precision is reached in two stages, and stopping does not move what is estimated."""

import dataclasses

import numpy as np
import pytest

from ips_sim.model.outcomes import OUTCOMES, TOTALS
from ips_sim.runs.errors import RunError
from ips_sim.runs.model_error import Missed
from ips_sim.runs.ranges import NORMAL_90, ScenarioRuns
from ips_sim.runs.rounds import collect
from ips_sim.runs.summary import replicates_needed
from ips_sim.runs.work import MemoryStore

PEOPLE, DRAWS, PILOT = 40, 4, 3
TRUTH = np.array([0.2, 0.3, 0.5, 0.25])
"""What endless replicates of each draw would give."""


def runs_of(found: np.ndarray) -> ScenarioRuns:
    """Runs with so many finders among forty people, shape (replicates, draws)."""
    count = found.size
    totals = np.zeros((len(TOTALS), count))
    totals[TOTALS.index("people")] = PEOPLE
    totals[TOTALS.index("sum_employed_ever")] = found.ravel()
    return ScenarioRuns(
        name="here",
        draw=np.arange(count) % DRAWS,
        replicate=np.arange(count),
        site=np.zeros(count, dtype=np.int64),
        totals=totals,
        person=np.zeros(0, dtype=np.int64),
        read_people=lambda rows: np.empty((len(rows), 0)),
        missed=Missed(np.zeros(count), np.zeros(count)),
    )


def test_the_stopped_mean_is_unbiased_and_as_sure_as_asked_for():
    random = np.random.default_rng(1)
    error, means, needed = 0.012, [], []
    for _ in range(2000):
        # Sites differ, so that runs spread more than people alone make them.
        luck = np.clip(TRUTH + random.normal(0, 0.1, (400, DRAWS)), 0, 1)
        found = random.binomial(PEOPLE, luck)
        pilot = runs_of(found[:PILOT])
        needed.append(replicates_needed(pilot, "employed_ever", error, PILOT))
        means.append(found[: needed[-1]].mean() / PEOPLE)
    assert min(needed) >= PILOT
    assert max(needed) < 400
    assert np.std(needed) > 1
    missed = np.array(means) - TRUTH.mean()
    # Noise of the test itself is 0.0002; repeated looks at a bound move such means by more.
    assert abs(missed.mean()) < 0.0009
    held = np.mean(np.abs(missed) <= NORMAL_90 * error)
    assert 0.89 <= held <= 0.95


def test_a_pilot_that_is_sure_enough_needs_no_more():
    found = np.full((PILOT, DRAWS), 10)
    assert replicates_needed(runs_of(found), "employed_ever", 0.01, PILOT) == PILOT


def test_what_a_pilot_brings_nothing_of_is_said():
    with pytest.raises(RunError, match="3 replicates brought no weeks_to_first_job in here"):
        replicates_needed(runs_of(np.zeros((PILOT, DRAWS))), "weeks_to_first_job", 1.0, PILOT)


def test_both_stages_go_on_from_what_is_there(small_plan):
    plan = small_plan("ips", draws=1, replicates=3, precision="employed_ever=0.06")
    store, again = MemoryStore(), MemoryStore()
    whole = collect(plan, store)
    assert whole.replicates > 3
    for place, holder in whole.holders.items():
        if place[1] == 0:
            again.keep("scenario-{}-round-{}-block-{}".format(*place), holder.load())
    resumed = collect(plan, again)
    assert repr(resumed.summary) == repr(whole.summary)
    at_once = dataclasses.replace(plan, precision=None, replicates=whole.replicates)
    assert repr(collect(at_once, MemoryStore()).summary) == repr(whole.summary)


def test_outcomes_are_there_for_every_precision(small_plan):
    plan = small_plan("ips", draws=1, replicates=20)
    (runs,) = collect(plan, MemoryStore()).scenario_runs
    for one in OUTCOMES:
        if one.among == "people":
            assert replicates_needed(runs, one.name, 1e9, 20) == 20
