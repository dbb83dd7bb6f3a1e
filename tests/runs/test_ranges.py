"""Ranges hold what they say, and their parts shrink with what they are said to shrink with."""

import dataclasses

import numpy as np
import pytest

from ips_sim.evidence import ModelError
from ips_sim.model.outcomes import FIGURES, OUTCOMES, TOTALS
from ips_sim.runs.model_error import EMPLOYED, Missed, missed, with_model_error
from ips_sim.runs.ranges import PARTS, Ranges, ScenarioRuns, ranges_of, ranges_of_differences
from ips_sim.scenario import load_scenario

DRAWS, REPLICATES = 100, 2
SPREAD = {"parameters": 0.5, "sites": 0.4}
"""Standard deviations of the log odds in the made-up world."""
ERROR = ModelError(shared_sd=0.3, own_sd=0.2)


@pytest.fixture(autouse=True)
def known_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("model_error", "ranges"):
        monkeypatch.setattr(f"ips_sim.runs.{module}.model_error", lambda: ERROR)


def share(log_odds):
    return 1 / (1 + np.exp(-np.asarray(log_odds)))


def world(
    random: np.random.Generator,
    *,
    people: int = 50,
    sites: int = 1,
    draws: int = DRAWS,
    effect: float = 0.0,
) -> ScenarioRuns:
    """Runs in which people find work with odds by parameters and site, and luck decides."""
    replicates = DRAWS * REPLICATES
    replicate = np.repeat(np.arange(replicates), sites)
    draw = replicate % draws
    log_odds = (
        -0.5
        + effect
        + random.normal(0, SPREAD["parameters"], draws)[draw]
        + random.normal(0, SPREAD["sites"], replicate.size)
    )
    found = random.random((replicate.size, people)) < share(log_odds)[:, None]
    values = np.full((len(OUTCOMES), found.size), np.nan)
    values[EMPLOYED] = found.ravel()
    totals = np.zeros((len(TOTALS), replicate.size))
    totals[TOTALS.index("people")] = people
    totals[TOTALS.index("sum_employed_ever")] = found.sum(axis=1)
    drawn = Missed(*random.standard_normal((2, replicates)))
    return ScenarioRuns(
        name="here",
        draw=draw,
        replicate=replicate,
        site=np.arange(replicate.size) % sites,
        totals=totals,
        person=np.tile(np.arange(people * sites), replicates),
        read_people=lambda rows: values[list(rows)],
        missed=Missed(drawn.shared[replicate], drawn.own[replicate]),
    )


def result_there(random: np.random.Generator, people: int = 50) -> float:
    """A result of one site of the real world, which the model misses by its error."""
    sd = np.sqrt(sum(one**2 for one in SPREAD.values()) + ERROR.shared_sd**2 + ERROR.own_sd**2)
    return float(random.binomial(people, share(-0.5 + random.normal(0, sd))) / people)


def half(ranges: Ranges, kind: str) -> float:
    low, high = ranges.ends[kind]  # type: ignore[index]
    return float(high[EMPLOYED] - low[EMPLOYED]) / 2


def test_nine_in_ten_results_of_a_fresh_site_lie_in_the_predictive_range():
    random = np.random.default_rng(1)
    held = []
    for _ in range(150):
        low, high = ranges_of(world(random)).ends["predictive"]
        fresh = [result_there(random) for _ in range(20)]
        held.append(np.mean([low[EMPLOYED] <= one <= high[EMPLOYED] for one in fresh]))
    # Shares of 50 people come in steps, and the ends are such steps too.
    assert np.mean(held) == pytest.approx(0.9, abs=0.015)


def test_parts_are_the_spreads_that_went_in():
    random = np.random.default_rng(2)
    found = [ranges_of(world(random)) for _ in range(40)]
    means = {kind: np.mean([half(one, kind) for one in found]) / 1.645 for kind in PARTS}
    slope = float(np.mean((p := share(-0.5 + random.normal(0, 0.64, 100_000))) * (1 - p)))
    assert means["luck"] == pytest.approx(np.sqrt(slope / 50), rel=0.03)
    assert means["sites"] == pytest.approx(0.4 * slope, rel=0.1)
    assert means["parameters"] == pytest.approx(0.5 * slope, rel=0.1)
    assert means["model"] == pytest.approx(np.hypot(0.3, 0.2) * slope, rel=0.03)


def test_each_part_shrinks_with_what_it_is_said_to_shrink_with():
    def parts(**settings):
        found = [ranges_of(world(np.random.default_rng(seed), **settings)) for seed in range(12)]
        return {kind: np.mean([half(one, kind) for one in found]) for kind in PARTS}

    plain, crowd, many = parts(), parts(people=200), parts(sites=4)
    assert crowd["luck"] == pytest.approx(plain["luck"] / 2, rel=0.05)
    assert crowd["sites"] == pytest.approx(plain["sites"], rel=0.15)
    assert many["sites"] == pytest.approx(plain["sites"] / 2, rel=0.15)
    for kind in ("parameters", "model"):
        assert crowd[kind] == pytest.approx(plain[kind], rel=0.15)
        assert many[kind] == pytest.approx(plain[kind], rel=0.15)


def test_one_draw_has_no_part_by_parameters():
    assert "parameters" not in ranges_of(world(np.random.default_rng(3), draws=1)).ends


def test_parts_stay_within_what_a_share_can_be():
    ranges = ranges_of(world(np.random.default_rng(4), people=3, effect=3.5))
    for low, high in ranges.ends.values():
        assert 0.0 <= low[EMPLOYED] <= high[EMPLOYED] <= 1.0


def test_a_difference_keeps_its_own_error_and_not_what_is_shared():
    runs = world(np.random.default_rng(5))
    same = ranges_of_differences(runs, runs)
    assert {half(same, kind) for kind in ("predictive", *PARTS)} == {0.0}
    flipped = dataclasses.replace(runs, missed=Missed(runs.missed.shared, -runs.missed.own))
    apart = ranges_of_differences(flipped, runs)
    assert half(apart, "luck") == half(apart, "sites") == half(apart, "parameters") == 0.0
    p = runs.results.values[EMPLOYED]
    slope = np.mean(p * (1 - p))
    assert half(apart, "model") == pytest.approx(1.645 * np.sqrt(2) * 0.2 * slope, rel=1e-3)
    assert half(apart, "predictive") > 0.0


def test_model_error_moves_work_in_proportion_and_nothing_else():
    values = np.full((len(FIGURES), 3), 2.0)
    values[EMPLOYED] = (0.0, 0.5, 1.0)
    moved = with_model_error(values, np.full(3, 10.0), np.array([0.0, np.log(3.0), 0.0]))
    # Half a person is what nobody and everybody are taken to be away from.
    assert moved[EMPLOYED] == pytest.approx([0.05, 0.75, 0.95])
    for row, one in enumerate(FIGURES):
        if row != EMPLOYED:
            assert moved[row, 1] == pytest.approx(3.0 if one.through_work else 2.0)


def test_what_is_missed_goes_by_seed_number_and_what_a_scenario_does():
    ips = load_scenario("ips")
    named = load_scenario("ips", {"title": "Another name", "summary": ""})
    other = load_scenario("traditional")
    numbers = np.arange(2000)
    mine, renamed, theirs = (missed(one, 1, numbers) for one in (ips, named, other))
    assert np.array_equal(mine.own, renamed.own)
    assert np.array_equal(mine.shared, theirs.shared)
    assert abs(np.corrcoef([mine.own, theirs.own, mine.shared])[np.triu_indices(3, 1)]).max() < 0.07
    assert mine.own.std() == pytest.approx(1.0, abs=0.05)
    later = missed(ips, 1, numbers[5:10])
    assert np.array_equal(later.own, mine.own[5:10])
    assert not np.array_equal(missed(ips, 2, numbers).shared, mine.shared)
