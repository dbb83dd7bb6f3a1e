"""Ranges hold what they say, and their parts shrink with what they are said to shrink with."""

import numpy as np
import pytest

from ips_sim.evidence import ModelError
from ips_sim.model.outcomes import FIGURES, OUTCOMES, TOTALS
from ips_sim.runs.model_error import (
    EMPLOYED,
    PAID,
    Missed,
    log_odds,
    missed,
    missed_evenly,
    slopes,
    with_model_error,
)
from ips_sim.runs.ranges import (
    PARTS,
    Ranges,
    ScenarioRuns,
    predictive_range,
    ranges_of,
    ranges_of_differences,
)

DRAWS, REPLICATES = 100, 2
SPREAD = {"parameters": 0.5, "sites": 0.4}
"""Standard deviations of the log odds in the made-up world."""
ERROR = ModelError(level_sd=0.3, slope_sd=0.2, middle=-1.5)


@pytest.fixture(autouse=True)
def known_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ips_sim.runs.model_error.model_error", lambda: ERROR)


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
        missed=Missed(drawn.level[replicate], drawn.slope[replicate]),
    )


def result_there(random: np.random.Generator, people: int = 50) -> float:
    """A result of one site of the real world, which the model misses by its error."""
    missed_sd = np.hypot(ERROR.level_sd, ERROR.slope_sd * (-0.5 - ERROR.middle))
    sd = np.sqrt(sum(one**2 for one in SPREAD.values()) + missed_sd**2)
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
    assert means["model"] == pytest.approx(np.hypot(0.3, 0.2 * 1.05) * slope, rel=0.03)


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


def test_a_scenario_never_differs_from_itself():
    runs = world(np.random.default_rng(5))
    same = ranges_of_differences(runs, runs)
    assert {half(same, kind) for kind in ("predictive", *PARTS)} == {0.0}


def test_the_less_two_scenarios_are_alike_the_less_is_known_of_their_difference():
    def apart(effect: float) -> tuple[Ranges, ScenarioRuns, ScenarioRuns]:
        mine, other = (world(np.random.default_rng(5), effect=one) for one in (effect, 0.0))
        return ranges_of_differences(mine, other), mine, other

    found = [half(apart(effect)[0], "model") for effect in (0.0, 0.05, 0.5, 1.5)]
    assert found[0] == 0.0 < found[1] < found[2] < found[3]
    # Near twins differ by next to nothing beside what the model misses of one of them.
    assert found[1] < 0.06 * half(ranges_of(world(np.random.default_rng(5))), "model")
    ranges, mine, other = apart(0.5)
    level, slope = 0.0, 0.0
    for runs, sign in ((mine, 1), (other, -1)):
        share_of_all = runs.totals[TOTALS.index("sum_employed_ever")].sum() / (50 * runs.draw.size)
        p = runs.results.values[EMPLOYED]
        steep = sign * np.mean(p * (1 - p))
        level += steep * ERROR.level_sd
        slope += steep * ERROR.slope_sd * (np.log(share_of_all / (1 - share_of_all)) + 1.5)
    assert half(ranges, "model") == pytest.approx(1.645 * np.hypot(level, slope), rel=1e-3)


def test_only_the_slope_tells_two_scenarios_apart():
    """Level and slope are shared: log odds differ by the slope times how far they lie apart."""
    drawn = missed(1, np.arange(2000))
    apart = drawn.log_odds(0.4) - drawn.log_odds(-0.9)
    assert apart == pytest.approx(ERROR.slope_sd * 1.3 * drawn.slope)
    assert drawn.log_odds(ERROR.middle) == pytest.approx(ERROR.level_sd * drawn.level)


def test_model_error_moves_work_in_proportion_and_nothing_else():
    values = np.full((len(FIGURES), 3), 2.0)
    values[EMPLOYED] = (0.0, 0.5, 1.0)
    values[PAID] = (0.3, 0.6, 1.0)
    moved = with_model_error(values, np.full(3, 10.0), np.array([0.0, np.log(3.0), 0.0]))
    # Half a person is what nobody and everybody are taken to be away from.
    assert moved[EMPLOYED] == pytest.approx([0.05, 0.75, 0.95])
    for row, one in enumerate(FIGURES):
        if row not in (EMPLOYED, PAID):
            assert moved[row, 1] == pytest.approx(3.0 if one.through_work else 2.0)


def test_any_paid_work_moves_with_competitive_work_and_holds_it():
    values = np.zeros((len(FIGURES), 4))
    values[EMPLOYED] = (0.5, 0.5, 0.0, 1.0)
    values[PAID] = (0.6, 0.5, 0.3, 1.0)
    thrice, as_it_is = np.log(3.0), 0.0
    moved = with_model_error(
        values, np.full(4, 10.0), np.array([thrice, thrice, as_it_is, as_it_is])
    )
    # A fifth of those without a competitive job had another one, and have it still. Nobody and
    # everybody are half a person away.
    assert moved[PAID] == pytest.approx([0.8, 0.75, 0.05 + 0.3 * 0.95, 0.95])
    assert (moved[PAID] >= moved[EMPLOYED]).all()
    assert slopes(values[:, :1])[PAID] == pytest.approx(0.5 * 0.4)


def test_what_is_missed_goes_by_seed_and_number_alone():
    numbers = np.arange(2000)
    drawn = missed(1, numbers)
    assert abs(np.corrcoef(drawn.level, drawn.slope)[0, 1]) < 0.07
    for one in (drawn.level, drawn.slope):
        assert one.mean() == pytest.approx(0.0, abs=0.05)
        assert one.std() == pytest.approx(1.0, abs=0.05)
    later = missed(1, numbers[5:10])
    assert np.array_equal(later.level, drawn.level[5:10])
    assert np.array_equal(later.slope, drawn.slope[5:10])
    assert not np.array_equal(missed(2, numbers).level, drawn.level)


def test_log_odds_stay_half_a_person_away_from_nobody_and_everybody():
    assert log_odds(0.75, 10.0) == pytest.approx(np.log(3.0))
    assert log_odds(0.0, 10.0) == pytest.approx(np.log(0.05 / 0.95))
    assert log_odds(1.0, 10.0) == pytest.approx(np.log(0.95 / 0.05))


@pytest.mark.parametrize("count", [2, 3, 10, 18, 19, 40])
def test_a_further_value_lies_inside_nine_times_in_ten_however_few_there_are(count: int):
    values = np.random.default_rng(5).normal(20.0, 3.0, (20_000, count + 1))
    low, high = predictive_range(values[:, :-1], -np.inf, np.inf)
    inside = (low <= values[:, -1]) & (values[:, -1] <= high)
    assert inside.mean() == pytest.approx(0.9, abs=0.01)


def test_few_values_have_a_range_about_their_mean_within_what_can_be():
    low, high = predictive_range(np.array([[0.2, 0.3], [0.7, 0.8], [0.9, np.nan]]), 0.0, 1.0)
    # Student's quantile for one degree of freedom is 6.314: 0.25 ± 6.314 × 0.0707 × √1.5.
    assert (low[0], high[0]) == pytest.approx((0.0, 0.797), abs=0.001)
    assert (low[1], high[1]) == pytest.approx((0.203, 1.0), abs=0.001)
    assert np.isnan([low[2], high[2]]).all()


@pytest.mark.parametrize("draws", [1, 20, 50])
def test_what_is_missed_moves_no_mean_where_it_is_spread_evenly(draws: int):
    spread, drawn = missed_evenly(1, draws), missed(1, np.arange(draws))
    for even, by_chance in ((spread.level, drawn.level), (spread.slope, drawn.slope)):
        assert even.mean() == pytest.approx(0, abs=1e-12)
        np.testing.assert_array_equal(np.argsort(even), np.argsort(by_chance))
        assert draws == 1 or even.std() == pytest.approx(1, abs=0.1)
