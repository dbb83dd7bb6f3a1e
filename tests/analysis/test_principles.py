"""What principles bring: exact sums, dead players, honest ranges, resuming, and mistakes."""

import csv
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import ips_sim
from ips_sim.analysis.calibration.space import space_of
from ips_sim.analysis.principles.folder import (
    PRINCIPLES_COLUMNS,
    PrinciplesResult,
    principles_to_folder,
    share_principles,
)
from ips_sim.analysis.principles.lines import (
    WIDTH,
    moved_sentences,
    shares_by_variant,
    shown_lines,
)
from ips_sim.analysis.principles.narrowing import LEAST_DRAWS, narrowed
from ips_sim.analysis.principles.plan import (
    DEFAULT_PAIRS,
    SHARING,
    Basis,
    PrinciplesPlan,
    luck_groups,
    make_principles_plan,
    plan_from_json,
    prior_draws,
)
from ips_sim.analysis.principles.players import (
    EVERYTHING_ELSE,
    Player,
    ask,
    player_of_text,
    words_of,
    worlds,
)
from ips_sim.analysis.principles.sentences import (
    SAID,
    learned_sentences,
    order_sentences,
    ranked_for,
    tried_sentence,
    whole_sentence,
)
from ips_sim.analysis.principles.shares import (
    THE_FIT,
    ShareRow,
    draw_means,
    estimate,
    learned_word,
    rank,
)
from ips_sim.analysis.principles.totals import ADMITTED, SHARED_OUTCOMES
from ips_sim.analysis.principles.trial import (
    QUESTIONS,
    factorial_power,
    fraction,
    main_effect,
    people_needed,
    power_of_test,
    variance_of_agencies,
)
from ips_sim.analysis.principles.why import PARTS, WHOLE, split_change
from ips_sim.cli import app
from ips_sim.evidence.parameters import load_parameters
from ips_sim.evidence.tables import evidence_parameters, findings, mechanism_studies
from ips_sim.model.outcomes import FloatArray
from ips_sim.runs.errors import InterruptedRunError, RunError
from ips_sim.runs.how import How
from ips_sim.runs.manifest import read_manifest
from ips_sim.runs.work import MemoryStore
from ips_sim.scenario import ScenarioError, load_scenario, principles

SMALL = {"based_on": "ips.yaml", "design": {"people": 40, "weeks": 39}}
COUNT = 8
LEAN = """\
title: Lean
base: ips.yaml
set: {design.people: 40, design.weeks: 39}
principles: [rapid_search, preferences, employer_relationships]
"""


def small_plan(
    source: Mapping[str, object] | Path = SMALL,
    *,
    extra: Sequence[Player] = (),
    seed: int = 1,
    replicates: int = 2,
    draws: int = 1,
    order_pairs: int = DEFAULT_PAIRS,
    variants: bool = False,
    overrides: Mapping[str, object] | None = None,
) -> PrinciplesPlan:
    return make_principles_plan(
        source,
        overrides=overrides,
        extra=extra,
        variants=variants,
        seed=seed,
        replicates=replicates,
        draws=draws,
        order_pairs=order_pairs,
    )


@pytest.fixture(scope="module")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three principles, of which there are eight combinations and not 256."""
    path = tmp_path_factory.mktemp("lean") / "lean.yaml"
    path.write_text(LEAN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("principles") / "whole"


@pytest.fixture(scope="module")
def result(finished: Path) -> PrinciplesResult:
    return principles_to_folder(small_plan(), finished, How(jobs=1))


def of(result: PrinciplesResult, outcome: str) -> dict[str, ShareRow]:
    return {row.principle: row for row in result.shares.rows if row.outcome == outcome}


def test_shares_add_up_to_the_whole_difference(result: PrinciplesResult):
    assert [one.outcome for one in result.shares.whole] == [one.name for one in SHARED_OUTCOMES]
    for whole in result.shares.whole:
        shares = [row.shapley for row in of(result, whole.outcome).values()]
        assert len(shares) == COUNT
        assert sum(shares) == pytest.approx(whole.difference, abs=1e-9)
        assert whole.everything - whole.nothing == pytest.approx(whole.difference, abs=1e-9)


def test_dropped_and_alone_are_what_runs_of_their_own_give(result: PrinciplesResult):
    everyone = list(principles())
    base = load_scenario(SMALL)
    worlds = {
        name: ips_sim.simulate(load_scenario(base, {"drop": drop}), draws=1, replicates=2)
        .runs[["weeks_worked", "programme_cost_usd"]]
        .mean()
        for name, drop in {
            "all": [],
            "none": everyone,
            "dropped": ["rapid_search"],
            "alone": [one for one in everyone if one != "rapid_search"],
        }.items()
    }
    for outcome in ("weeks_worked", "programme_cost_usd"):
        row = of(result, outcome)["rapid_search"]
        lost = worlds["all"][outcome] - worlds["dropped"][outcome]
        brought = worlds["alone"][outcome] - worlds["none"][outcome]
        assert row.dropped == pytest.approx(lost, abs=1e-9)
        assert row.alone == pytest.approx(brought, abs=1e-9)
        assert row.dropped != 0


def test_per_person_admitted_counts_those_with_a_place(result: PrinciplesResult):
    """Without zero exclusion fewer people get a place, so the same money is more for each."""
    totals = result.totals["centre"]
    nobody, everybody = 0, -1
    admitted, people = totals.total(ADMITTED), totals.total("people")
    assert (admitted[nobody] < people[nobody]).all()
    names = [one.name for one in SHARED_OUTCOMES]
    means = totals.means
    referred = means[names.index("programme_cost_usd")]
    per_admitted = means[names.index("programme_cost_usd_per_admitted")]
    # Those not admitted cost the programme nothing.
    expected = referred * people / admitted
    assert per_admitted[nobody] == pytest.approx(expected[nobody], rel=1e-12)
    assert (per_admitted[nobody] > referred[nobody]).all()
    assert per_admitted[everybody] == pytest.approx(expected[everybody], rel=1e-12)


def test_a_principle_that_is_dropped_anyway_brings_nothing_and_needs_no_worlds(lean: Path):
    drop = {"drop": ["rapid_search"]}
    assert len(small_plan({**SMALL, **drop}).worlds[0]) == 2 ** (COUNT - 1)
    plan = small_plan(lean, overrides=drop, replicates=1)
    assert len(plan.worlds[0]) == 4
    shares = share_principles(plan, MemoryStore()).shares.rows
    dead = [row for row in shares if row.principle == "rapid_search"]
    assert {
        (row.dropped, row.alone, row.shapley) for row in dead if row.shapley == row.shapley
    } == {(0.0, 0.0, 0.0)}
    assert any(row.shapley for row in shares)


def test_with_its_mechanism_at_zero_a_principle_brings_nothing(tmp_path: Path):
    path = tmp_path / "integrated.yaml"
    path.write_text(LEAN.replace("preferences", "integration"), encoding="utf-8")
    strengths = (
        "team_on_solving",
        "team_on_dropout",
        "team_on_hope",
        "team_on_offer",
        "team_on_interest_per_week",
        "team_on_coming_back",
        "early_response",
    )
    at_zero = {
        "programme.team_meeting_hours_per_week": 0.0,
        # As without the principle, since meeting families and counsellors takes time.
        "programme.family_contact_share": 0.0,
        "programme.vr_contact_share": 0.25,
        **{f"parameters.{name}": 0.0 for name in strengths},
    }
    without = share_principles(small_plan(path, overrides=at_zero, replicates=1), MemoryStore())
    for outcome in ("employed_ever", "weeks_worked", "dropped_out", "hospital_days"):
        assert of(without, outcome)["integration"].shapley == pytest.approx(0, abs=1e-9)
    assert of(without, "weeks_worked")["rapid_search"].shapley != 0


def test_with_its_mechanism_it_brings_something(result: PrinciplesResult):
    assert of(result, "dropped_out")["integration"].shapley < 0


@pytest.mark.parametrize("change", ["dropped", "alone", "shapley"])
def test_why_parts_add_up(result: PrinciplesResult, change: str):
    rows = of(result, "weeks_worked")
    for name, row in rows.items():
        parts = [one for one in result.why if (one.principle, one.change) == (name, change)]
        assert [one.part for one in parts] == list(PARTS)
        assert sum(one.value for one in parts) == pytest.approx(getattr(row, change), abs=1e-9)


def test_why_parts_of_the_whole_add_up(result: PrinciplesResult):
    (whole,) = (one for one in result.shares.whole if one.outcome == "weeks_worked")
    parts = [one.value for one in result.why if one.principle == WHOLE]
    assert sum(parts) == pytest.approx(whole.difference, abs=1e-9)


def test_a_change_of_one_factor_is_all_of_one_part():
    before = np.array([0.4, 50.0, 20.0, 10.0])
    for part, value in enumerate((0.5, 60.0, 30.0, 5.0)):
        after = before.copy()
        after[part] = value
        parts = split_change(before, after)
        assert parts[part] > 0
        assert np.delete(parts, part) == pytest.approx(np.zeros(3), abs=1e-12)


def test_where_nobody_starts_the_change_is_people_starting():
    nobody = np.array([0.0, np.nan, np.nan, np.nan])
    parts = split_change(nobody, np.array([0.5, 40.0, 10.0, 10.0]))
    assert parts == pytest.approx([10.0, 0.0, 0.0, 0.0], abs=1e-12)


def shared_runs(
    draws: int, replicates: int, parameters: float, luck: float, rest: float, seed: int = 1
) -> FloatArray:
    """Runs of draws that share their luck in groups, with known standard deviations."""
    random = np.random.default_rng(seed)
    group = luck_groups(draws)
    lucks = random.normal(0, luck, (group.max() + 1, replicates))
    truth = random.normal(5.0, parameters, (draws, 1))
    return truth + lucks[group] + random.normal(0, rest, (draws, replicates))


def test_chance_is_taken_out_of_the_spread_between_draws():
    values = shared_runs(4000, 2, parameters=1.0, luck=3.0, rest=1.5)
    means, error = draw_means(values)
    assert values.mean(axis=1).std() > 2.0  # with chance in it
    assert means.std() == pytest.approx(1.0, abs=0.05)
    assert means.mean() == pytest.approx(values.mean())
    # Every group has luck of its own, and the error of the mean knows it.
    assert error == pytest.approx(3.0 / np.sqrt(4000 // SHARING * 2), rel=0.15)


def test_the_spread_is_right_on_average_with_the_draws_of_the_defaults():
    for rest in (0.5, 2.0):
        found = [
            draw_means(shared_runs(128, 2, 1.0, 2.0, rest, seed))[0].std(ddof=1)
            for seed in range(60)
        ]
        assert np.mean(np.square(found)) == pytest.approx(1.0, abs=0.12)


def test_no_spread_vanishes_by_chance():
    spreads = [draw_means(shared_runs(32, 2, 0.2, 1.0, 2.0, seed))[0].std() for seed in range(40)]
    assert min(spreads) > 0
    assert np.mean(spreads) < 1.0  # chance alone makes 1.4


def test_draws_that_are_the_same_have_no_spread():
    values = np.tile([1.0, 3.0], (10, 1))
    means, error = draw_means(values)
    assert means == pytest.approx(np.full(10, 2.0))
    assert error == pytest.approx(1.0)  # two people's luck, however many draws there are


def test_a_single_draw_has_the_range_of_its_error():
    found = estimate(np.array([[1.0, 2.0, 3.0, 4.0]]))
    assert found.value == 2.5
    half = 1.6448536 * np.std([1, 2, 3, 4], ddof=1) / 2
    assert (found.low, found.high) == pytest.approx((2.5 - half, 2.5 + half))


def test_a_single_run_has_no_range():
    found = estimate(np.array([[2.0]]))
    assert found.value == 2.0
    assert np.isnan([found.low, found.high]).all()


def test_a_run_without_a_value_counts_nowhere():
    values = np.array([[1.0, np.nan], [3.0, 3.0], [np.nan, np.nan]])
    assert estimate(values).value == 2.0
    assert np.isnan(estimate(np.full((2, 2), np.nan)).value)


@pytest.mark.parametrize(
    ("kept", "word"), [(0.49, "learned"), (0.51, "assumed"), (1.2, "assumed"), (np.nan, "assumed")]
)
def test_the_word_says_what_is_left_of_the_spread(kept: float, word: str):
    assert learned_word(kept) == word


def test_without_a_fit_everything_is_assumed(result: PrinciplesResult):
    assert {row.learned for row in result.shares.rows} == {"assumed"}
    assert all(np.isnan(row.kept) for row in result.shares.rows)


FITTED = ("contact_offer_odds", "problem_odds", "own_search_odds")
"""Three parameters, of which a made-up fit knows the first four times as well as before."""


@pytest.fixture
def known_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    space = space_of(list(FITTED))
    along = space.draw_prior(400, random) * np.array([0.25, 1.0, 1.0])
    rows = tuple(dict(zip(FITTED, map(float, row), strict=True)) for row in space.values(along))
    for module in ("analysis.principles.plan", "analysis.principles.narrowing", "runs.draws"):
        monkeypatch.setattr(f"ips_sim.{module}.posterior_draws", lambda *_: rows)


@pytest.mark.usefixtures("known_fit")
def test_what_a_fit_left_of_a_share_is_that_of_the_parameters_it_rests_on():
    plan = small_plan(draws=64, replicates=2)
    space = space_of(list(FITTED))
    random = np.random.default_rng(4)
    group = luck_groups(64)
    luck = random.normal(0, 2.0, (4, int(group.max()) + 1, 2))[:, group]

    def shares(basis: Basis) -> FloatArray:
        record = plan.parameters[basis]
        along = space.coordinates(np.stack([record[name] for name in FITTED], axis=1))
        slopes = np.array([[1.0, 0, 0], [0, 1.0, 0], [1.0, 1.0, 0], [0, 0, 0]])
        return (slopes @ along.T)[:, :, None] + luck + random.normal(0, 0.3, (4, 64, 2))

    told = narrowed(plan, shares("prior"), shares("posterior"))
    assert told.kept[0] == pytest.approx(0.25, abs=0.06)
    assert told.kept[1] == pytest.approx(1.0, abs=0.12)
    assert told.kept[2] == pytest.approx(np.sqrt((1 + 0.0625) / 2), abs=0.1)
    assert (told.low <= told.kept).all() and (told.kept <= told.high).all()
    assert told.high[3] - told.low[3] > told.high[0] - told.low[0]


@pytest.mark.usefixtures("known_fit")
def test_with_few_draws_nothing_is_said_of_what_is_left():
    plan = small_plan(draws=LEAST_DRAWS - 1, replicates=1)
    nothing = np.zeros((2, LEAST_DRAWS - 1, 1))
    assert np.isnan(narrowed(plan, nothing, nothing).kept).all()


def row_of(name: str, low: float, high: float) -> ShareRow:
    return ShareRow(
        principle=name,
        outcome="x",
        unit="weeks",
        dropped=0.0,
        dropped_low=0.0,
        dropped_high=0.0,
        alone=0.0,
        alone_low=0.0,
        alone_high=0.0,
        shapley=(low + high) / 2,
        shapley_low=low,
        shapley_high=high,
        prior=(low + high) / 2,
        prior_low=low,
        prior_high=high,
        kept=float("nan"),
        kept_low=float("nan"),
        kept_high=float("nan"),
        split_kept=float("nan"),
        learned="assumed",
        tried_alone="",
    )


def test_an_order_is_stated_only_where_ranges_separate():
    ranked = rank([row_of("c", 0, 1), row_of("a", 5, 7), row_of("b", 0.5, 3), row_of("d", 6, 9)])
    assert [one.row.principle for one in ranked] == ["d", "a", "b", "c"]
    assert [one.place for one in ranked] == [
        "1 to 2, tied",
        "1 to 2, tied",
        "3 to 4, tied",
        "3 to 4, tied",
    ]
    assert [one.tied for one in ranked] == [("a",), ("d",), ("c",), ("b",)]
    assert [one.place for one in rank([row_of("a", 2, 3), row_of("b", 0, 1)])] == ["1", "2"]


def test_without_ranges_all_are_tied():
    unknown = [row_of(name, float("nan"), float("nan")) for name in "abc"]
    assert {one.place for one in rank(unknown)} == {"1 to 3, tied"}


def test_power_of_known_cases():
    assert power_of_test(0.0, 1.0) == pytest.approx(0.05)
    assert power_of_test(1.959964 + 0.841621, 1.0) == pytest.approx(0.8, abs=1e-4)
    assert power_of_test(-1.959964 - 0.841621, 1.0) == pytest.approx(0.8, abs=1e-4)


def test_power_is_what_simulated_trials_find():
    random = np.random.default_rng(2)
    means, sd, people, size = np.array([4.0, 3.0, 3.6, 2.4]), 8.0, 100, 400
    runs = means[:, None, None] + random.normal(0, sd / np.sqrt(people), (4, 1, 5000))
    found = factorial_power(runs, people, [size])
    for question, weights in QUESTIONS.items():
        arms = means + random.normal(0, sd / np.sqrt(size), (20_000, 4))
        contrast = arms @ weights
        error = sd / np.sqrt(size) * np.sqrt(np.square(weights).sum())
        rejected = (np.abs(contrast) > 1.959964 * error).mean()
        ((difference, power),) = found[question]
        assert difference == pytest.approx(means @ weights, abs=0.1)
        assert power == pytest.approx(rejected, abs=0.05)


def test_sixteen_arms_hold_eight_principles_unmixed():
    present = fraction()
    signs = np.where(present, 1, -1)
    assert present.shape == (16, COUNT)
    assert (signs.sum(axis=0) == 0).all()
    assert np.array_equal(signs.T @ signs, 16 * np.eye(COUNT))  # any two are balanced
    for one, other in combinations(range(COUNT), 2):  # and no effect is mixed with a pair's
        assert not (signs.T @ (signs[:, one] * signs[:, other])).any()
    weights = main_effect(present[:, 3])
    assert weights @ (2.5 * present[:, 3] + 7.0) == pytest.approx(2.5)


def test_people_needed_are_as_many_as_the_power_asks_for():
    random = np.random.default_rng(5)
    means = np.array([4.0, 3.0])
    arms = means[:, None, None] + random.normal(0, 1e-6, (2, 1, 50))
    weights = np.array([1.0, -1.0])
    people = people_needed(arms, np.array([64.0, 64.0]), weights)
    error = np.sqrt(2 * 64.0 / (people / 2))
    assert power_of_test(1.0, error) == pytest.approx(0.8, abs=0.01)
    assert np.isinf(people_needed(arms, np.full(2, 1e9), weights))


def test_agencies_of_their_own_add_their_spread():
    random = np.random.default_rng(6)
    runs = 3.0 + random.normal(0, 0.7, (2, 1, 4000))
    assert variance_of_agencies(runs, 100.0) == pytest.approx([49.0, 49.0], rel=0.1)


def test_more_people_more_power(result: PrinciplesResult):
    chosen = [
        row.power
        for row in result.power
        if (row.first, row.second, row.question, row.outcome)
        == ("rapid_search", "employer_relationships", "second", "weeks_worked")
    ]
    assert len(chosen) == len(result.plan.trial_sizes)
    assert chosen == sorted(chosen)
    assert chosen[-1] > chosen[0]


def test_prior_draws_lie_in_their_ranges_and_leave_what_the_scenario_says():
    scenario = load_scenario({**SMALL, "parameters": {"problem_odds": 0.123}})
    drawn = prior_draws(scenario, 30)
    assert drawn.shape == (30,)
    varied = 0
    for name, info in load_parameters().items():
        values = drawn[name]
        if name == "problem_odds":
            assert (values == 0.123).all()
        elif info.distribution == "fixed":
            assert (values == info.value).all()
        else:
            assert ((info.low - 1e-9 <= values) & (values <= info.high + 1e-9)).all()
            varied += len(set(values)) == 30
    assert varied > 10
    assert (drawn == prior_draws(scenario, 30)).all()


def test_with_several_draws_the_range_before_the_fit_is_told(lean: Path):
    plan = small_plan(lean, draws=3, replicates=1)
    assert "prior" in plan.bases
    told = share_principles(plan, MemoryStore())
    for row in of(told, "weeks_worked").values():
        assert row.prior_low <= row.prior_high
    assert sum(row.shapley for row in of(told, "weeks_worked").values()) == pytest.approx(
        next(one.difference for one in told.shares.whole if one.outcome == "weeks_worked"), abs=1e-9
    )


def test_a_fit_is_set_beside_what_was_believed_before(lean: Path, monkeypatch: pytest.MonkeyPatch):
    """A fit that knows two parameters nearly exactly: the same two vary before it, and no other."""
    fitted = tuple(
        {"contact_offer_odds": 0.2 + 0.0001 * row, "problem_odds": 0.09 + 0.0001 * row}
        for row in range(4)
    )
    for module in ("analysis.principles.plan", "runs.draws"):
        monkeypatch.setattr(f"ips_sim.{module}.posterior_draws", lambda *_: fitted)
    plan = small_plan(lean, draws=4, replicates=1)
    assert plan.bases == ("prior", "posterior")
    prior, posterior = plan.parameters["prior"], plan.parameters["posterior"]
    for name, info in load_parameters().items():
        if name in fitted[0]:
            assert len(set(prior[name])) == 4
            assert np.ptp(posterior[name]) < np.ptp(prior[name])
        else:
            assert (prior[name] == info.value).all()
    told = share_principles(plan, MemoryStore())
    for outcome in ("weeks_worked", "employed_ever"):
        rows = of(told, outcome)
        (whole,) = (one for one in told.shares.whole if one.outcome == outcome)
        assert sum(row.shapley for row in rows.values()) == pytest.approx(
            whole.difference, abs=1e-9
        )
        for row in rows.values():
            assert row.learned == "assumed"  # four draws tell nothing
            assert row.prior_low <= row.prior <= row.prior_high
        assert (
            rows["employer_relationships"].prior_low,
            rows["employer_relationships"].prior_high,
        ) != (
            rows["employer_relationships"].shapley_low,
            rows["employer_relationships"].shapley_high,
        )


def checksums(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.suffix in (".csv", ".parquet")
    }


@pytest.fixture(scope="module")
def lean_finished(lean: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("principles") / "lean"
    principles_to_folder(small_plan(lean), folder, How(jobs=1))
    return folder


def stop_at(share: float) -> Callable[[str, int, int], None]:
    def stop(stage: str, done: int, total: int) -> None:
        if done >= share * total:
            raise KeyboardInterrupt

    return stop


def test_stopped_and_started_again_gives_the_same_bytes(
    lean: Path, lean_finished: Path, tmp_path: Path
):
    folder = tmp_path / "stopped"
    partial = tmp_path / "stopped.partial"
    for share in (0.0, 0.2, 0.6):
        with pytest.raises(InterruptedRunError):
            principles_to_folder(small_plan(lean), folder, How(jobs=2, progress=stop_at(share)))
        assert partial.exists()
        assert not folder.exists()
    assert list((partial / "blocks").glob("*.npz"))
    started_with: list[float] = []
    principles_to_folder(
        small_plan(lean),
        folder,
        How(jobs=2, progress=lambda stage, done, total: started_with.append(done / total)),
    )
    assert started_with[0] >= 0.6
    assert not partial.exists()
    assert checksums(folder) == checksums(lean_finished)


def test_a_damaged_block_is_done_again(lean: Path, lean_finished: Path, tmp_path: Path):
    folder = tmp_path / "damaged"
    with pytest.raises(InterruptedRunError):
        principles_to_folder(small_plan(lean), folder, How(jobs=1, progress=stop_at(0.5)))
    block = sorted((tmp_path / "damaged.partial" / "blocks").glob("*.npz"))[1]
    block.write_bytes(block.read_bytes()[:-100])
    principles_to_folder(small_plan(lean), folder, How(jobs=1))
    assert checksums(folder) == checksums(lean_finished)


def test_what_was_begun_with_other_settings_is_not_mixed(lean: Path, tmp_path: Path):
    folder = tmp_path / "mixed"
    with pytest.raises(InterruptedRunError):
        principles_to_folder(small_plan(lean), folder, How(progress=stop_at(0)))
    with pytest.raises(RunError, match="begun with other settings"):
        principles_to_folder(small_plan(lean, seed=2), folder)


def test_tables_of_the_folder(result: PrinciplesResult, finished: Path):
    with (finished / "principles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [one.name for one in PRINCIPLES_COLUMNS]
    assert ",".join(rows[0]) == (
        "principle,outcome,unit,dropped,dropped_low,dropped_high,alone,alone_low,alone_high,"
        "shapley,shapley_low,shapley_high,prior,prior_low,prior_high,kept,kept_low,kept_high,"
        "split_kept,learned,tried_alone"
    )
    assert len(rows) == COUNT * len(SHARED_OUTCOMES)
    from pyarrow import parquet  # type: ignore[import-untyped]

    table = parquet.read_table(finished / "combinations.parquet")
    assert table.num_rows == 2**COUNT * 2
    everything = table.slice(table.num_rows - 1).to_pylist()[0]
    assert all(everything[name] for name in principles())
    manifest = json.loads((finished / "manifest.json").read_text())
    assert manifest["kind"] == "principles"
    again = plan_from_json(manifest)
    assert again.as_json() == small_plan().as_json()


def test_the_caseload_is_a_player_as_well():
    plan = small_plan(extra=[player_of_text("programme.caseload_limit=40")], replicates=1)
    assert plan.names[-1] == "caseload_limit"
    scenarios, lived = plan.worlds
    assert len(plan.coalitions) == 2 ** (COUNT + 1) == len(lived)
    assert scenarios[lived[-1]].programme.caseload_limit == 20
    assert scenarios[lived[0]].programme.caseload_limit == 40


def test_above_ten_players_orders_are_sampled():
    extra = [
        player_of_text("programme.caseload_limit=40"),
        player_of_text("staff.turnover_per_year=0.6"),
        Player("vacancies", {}, {"place.vacancies_per_employer_per_year": 1.0}),
    ]
    plan = small_plan(extra=extra, replicates=1, order_pairs=3)
    assert len(plan.coalitions) < 100
    told = share_principles(plan, MemoryStore())
    for whole in told.shares.whole:
        shares = [row.shapley for row in of(told, whole.outcome).values()]
        assert len(shares) == COUNT + 3
        if whole.difference == whole.difference:
            assert sum(shares) == pytest.approx(whole.difference, abs=1e-9)
    assert told.shares.interactions == []
    assert told.power == []
    split = [one for one in told.why if one.change == "shapley"]
    by_name = of(told, "weeks_worked")
    for name, row in by_name.items():
        parts = [one.value for one in split if one.principle == name]
        assert sum(parts) == pytest.approx(row.shapley, abs=1e-9)


EXPERIMENT = """\
title: A test
base: small.yaml
set:
  design.weeks: 26
principles: [rapid_search]
players:
  small_caseload:
    with:
      programme.caseload_limit: 15
    without:
      programme.caseload_limit: 45
"""


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(
        "title: Small\nbased_on: ips.yaml\ndesign:\n  people: 10\n  weeks: 39\n", encoding="utf-8"
    )
    path = tmp_path / "experiment.yaml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path


def test_an_experiment_names_its_players(experiment: Path):
    asked = ask(str(experiment))
    assert [one.name for one in asked.players] == ["rapid_search", "small_caseload"]
    assert asked.scenario.design.weeks == 26
    assert asked.scenario.design.people == 10
    assert asked.scenario.programme.caseload_limit == 15


def test_the_experiment_that_ships_is_in_order(repository: Path):
    asked = ask(str(repository / "experiments" / "principles.yaml"))
    assert [one.name for one in asked.players] == [*principles(), "small_caseload"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "caseload_limit: 45",
            "caseload_limit: 4500",
            "experiment.yaml:11: programme.caseload_lim",
        ),
        (
            "caseload_limit: 45",
            "caseload_limt: 45",
            "experiment.yaml:11: players.small_caseload.without.programme.caseload_limt",
        ),
        ("[rapid_search]", "[rapid_serch]", "experiment.yaml:5: principles"),
        ("players:", "player:", "experiment.yaml:6: player"),
        ("weeks: 26", "weeks: many", "experiment.yaml:4: design.weeks"),
        ("    without:", "    absent:", "experiment.yaml:7: players.small_caseload"),
        ("base: small.yaml", "base: 3", "experiment.yaml:2: base"),
        ("base: small.yaml", "base: smal.yaml", "experiment.yaml:2: base: found nothing of this"),
    ],
)
def test_mistakes_in_an_experiment_say_where(experiment: Path, old: str, new: str, said: str):
    experiment.write_text(EXPERIMENT.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        ask(str(experiment))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("programme.preparation_weeks=10", "belongs to two players, rapid_search and"),
        ("caseload", "is written as KEY=VALUE, found 'caseload'"),
    ],
)
def test_players_that_can_not_be(text: str, said: str):
    with pytest.raises(RunError, match=said):
        small_plan(extra=[player_of_text(text)])


def test_the_command_from_file_to_figures(experiment: Path, tmp_path: Path):
    out = tmp_path / "out"
    arguments = ["principles", str(experiment), "--draws", "2", "--replicates", "2"]
    done = CliRunner().invoke(app, [*arguments, "--trial-sizes", "50,100", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "rapid search" in done.output
    assert "Weeks worked change, with all of them, by" in done.output
    assert max(map(len, done.output.splitlines()[:-2])) <= WIDTH  # but for the two paths
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "http" not in re.sub(r"http://www.w3.org/\S+|https?://[^\"]*xmlns", "", page)
    assert "small_caseload" in page
    names = {path.stem for path in (out / "figures").glob("*.svg")}
    assert {
        "weeks_worked-shares",
        "weeks_worked-from-nothing",
        "weeks_worked-interactions",
    } <= names
    assert all(path.stat().st_size > 5000 for path in (out / "figures").glob("*.png"))
    again = CliRunner().invoke(app, ["rerun", str(out), "--no-report"])
    assert again.exit_code == 0, again.output
    assert "byte for byte" in again.output


def test_the_command_says_what_is_wrong(tmp_path: Path):
    done = CliRunner().invoke(app, ["principles", "ips", "--trial-sizes", "some"])
    assert done.exit_code == 2
    assert "whole numbers" in done.output
    done = CliRunner().invoke(app, ["principles", "ips", "--player", "programme.caseload_limit=-1"])
    assert done.exit_code == 2
    assert "programme.caseload_limit" in done.output


def test_variants_stand_beside_the_fit(lean: Path, tmp_path: Path) -> None:
    told = principles_to_folder(
        small_plan(lean, replicates=1, variants=True), tmp_path / "out", How(jobs=1)
    )
    rows = pd.read_csv(tmp_path / "out" / "variants.csv").set_index(["variant", "outcome"])
    assert set(rows.index.get_level_values(0)) == {"the fit", "people_differ", "interest_fades"}
    plain = {(row.principle, row.outcome): row.shapley for row in told.shares.rows}
    fit = {
        (row.principle, row.outcome): row.shapley for row in told.variants if row.variant == THE_FIT
    }
    assert fit == pytest.approx(plain, nan_ok=True)
    # Each variant is the fit's own world with other parameters, chosen as a scenario chooses them.
    alone = share_principles(
        small_plan(lean, overrides={"variant": "people_differ"}, replicates=1), MemoryStore(), How()
    )
    wanted = {(row.principle, row.outcome): row.shapley for row in alone.shares.rows}
    found = {
        (row.principle, row.outcome): row.shapley
        for row in told.variants
        if row.variant == "people_differ"
    }
    assert found == pytest.approx(wanted, nan_ok=True)
    again = plan_from_json(read_manifest(tmp_path / "out"))
    assert again.bases == told.plan.bases


def test_a_variant_is_not_chosen_twice() -> None:
    with pytest.raises(RunError, match="chooses the variant people_differ"):
        small_plan({**SMALL, "variant": "people_differ"}, variants=True)


def test_a_share_that_a_variant_moves_is_named(lean: Path) -> None:
    told = share_principles(small_plan(lean, draws=3, replicates=1, variants=True), MemoryStore())
    for outcome in SAID:
        found = shares_by_variant(told, outcome)
        fitted, *others = found.values()
        (sentence,) = moved_sentences(list(fitted), fitted, others)
        rows = [row for row in told.variants if row.outcome == outcome]
        fit = {row.principle: row for row in rows if row.variant == THE_FIT}
        moved = {
            row.principle
            for row in rows
            if not fit[row.principle].low <= row.shapley <= fit[row.principle].high
        }
        assert {name for name in fit if words_of(name) in sentence} == moved
    alone = share_principles(small_plan(lean, replicates=1, variants=True), MemoryStore())
    assert not [part for part in shown_lines(alone) if "variant puts" in part]


def test_sentences_count_whole_people_and_say_who_leads(result: PrinciplesResult):
    said = whole_sentence(result, "employed_ever")
    assert re.fullmatch(
        r"Of 100 people, about \d+ have a competitive job at some time without any of the "
        r"principles, \d+ with all: about \d+( \(.*\))? more\.",
        said,
    )
    assert "$" in whole_sentence(result, "programme_cost_usd")
    rows = [row_of("zero_exclusion", 5, 7), row_of("preferences", 0, 1)]
    assert order_sentences(rank(rows)) == ["Most is brought by zero exclusion."]
    rows = [*rows, row_of("integration", 0.5, 2)]
    assert order_sentences(rank(rows))[1] == (
        "Can't be told apart, because ranges overlap: integration and preferences."
    )
    rows = [row_of("zero_exclusion", 0, 7), row_of("preferences", 0, 1)]
    assert "can't be told" in order_sentences(rank(rows))[0]
    assert "no ranges" in order_sentences(rank([row_of("a", np.nan, np.nan)]))[0]


def test_sentences_say_what_was_learned():
    known = [
        replace(row_of("preferences", 0, 1), kept=0.4, learned="learned"),
        replace(row_of("zero_exclusion", 0, 1), kept=0.9),
    ]
    assert learned_sentences(known)[0].endswith("preferences; the others are assumed as before.")
    assert "all is assumed" in learned_sentences(known[1:])[0]
    assert "few draws" in learned_sentences([row_of("integration", 0, 1)])[0]


def test_what_was_tried_alone_stands_in_the_evidence():
    known = {*evidence_parameters(), *findings(), *mechanism_studies()}
    for one in principles().values():
        assert one.tried_alone in {"experiment", "partly", "no"}
        assert one.tried.endswith(".")
        assert one.studies and set(one.studies) <= known, one.name
    said = tried_sentence(principles())
    assert "in an experiment of its own benefits planning" in said
    assert tried_sentence(["small_caseload"]) == ""


def test_of_two_scenarios_each_principle_and_the_rest_share_the_difference():
    small = load_scenario(SMALL)
    other = load_scenario(
        {
            **SMALL,
            "title": "Other",
            "drop": ["rapid_search", "preferences"],
            "programme": {"caseload_limit": 35},
        }
    )
    asked = ask(small, against=other)
    assert {one.name for one in asked.players} == {"rapid_search", "preferences", EVERYTHING_ELSE}
    assert asked.against == "Other"
    nobody, everybody = worlds(asked, [0, 7])
    assert nobody.programme == other.programme
    assert everybody == small
    plan = make_principles_plan(small, other, draws=1, replicates=2)
    told = share_principles(plan, MemoryStore())
    whole = whole_sentence(told, "weeks_worked")
    assert f"under {small.title}" in whole and "under Other" in whole
    frames = [
        ips_sim.simulate(one, draws=1, replicates=2).runs["weeks_worked"].mean()
        for one in (small, other)
    ]
    (row,) = (one for one in told.shares.whole if one.outcome == "weeks_worked")
    assert row.difference == pytest.approx(frames[0] - frames[1])
    assert plan_from_json(plan.as_json()).as_json() == plan.as_json()
    assert len(ranked_for(told, "weeks_worked")) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"design": {"people": 41, "weeks": 39}}, "differ in design.people"),
        ({"parameters": {"problem_odds": 0.1}}, "differ in parameters"),
        ({}, "don't differ"),
    ],
)
def test_two_scenarios_that_can_not_be_shared_out(change: Mapping[str, object], said: str):
    with pytest.raises(RunError, match=said):
        ask(SMALL, against={**SMALL, **change})


def test_the_command_takes_two_scenarios(tmp_path: Path):
    for name, more in (("one", ""), ("two", "drop: [rapid_search]\n")):
        text = f"title: The {name}\nbased_on: ips.yaml\n{more}design: {{people: 10, weeks: 30}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    files = [str(tmp_path / f"{name}.yaml") for name in ("one", "two")]
    out = tmp_path / "out"
    done = CliRunner().invoke(
        app, ["principles", *files, "--draws", "1", "--replicates", "2", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert "under The two" in done.output
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "What makes the difference between The one and The two?" in page
    again = CliRunner().invoke(app, ["rerun", str(out), "--no-report"])
    assert "byte for byte" in again.output
