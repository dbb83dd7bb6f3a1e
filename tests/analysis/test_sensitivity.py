"""Sensitivity: indices that are known, chance told apart, words instead of NaN."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from SALib.test_functions import Ishigami, Sobol_G  # type: ignore[import-untyped]
from typer.testing import CliRunner

from ips_sim.analysis.experiments import sensitivity
from ips_sim.analysis.experiments.chance import chance_shares
from ips_sim.analysis.experiments.designs import Part, at_places, sensitivity_parts
from ips_sim.analysis.experiments.experiment import METHODS, Experiment, Method
from ips_sim.analysis.experiments.factors import Factor, Range
from ips_sim.analysis.experiments.indices import (
    CONSTANT,
    FAILED,
    INDEX_NAMES,
    Index,
    Settings,
    indices_of,
)
from ips_sim.analysis.experiments.sensitivity import (
    Sensitivity,
    analyse_again,
    analysed,
    run_sensitivity,
    sensitivity_plan,
    write_sensitivity,
)
from ips_sim.cli import app
from ips_sim.model.outcomes import FIGURES
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import How
from ips_sim.runs.points import PointsPlan
from ips_sim.scenario import load_scenario
from tests.analysis.experiments import SENSITIVITY, SWEEP, experiment, tables, written

OUTCOME = FIGURES[0].name


def experiment_on(
    factors: list[Factor], methods: tuple[Method, ...], **settings: Any
) -> Experiment:
    """An experiment on a function instead of the model."""
    plain = {
        "kind": "sensitivity",
        "title": "A function",
        "summary": "",
        "base": load_scenario("ips"),
        "factors": tuple(factors),
        "groups": {},
        "design": "grid",
        "points": 2048,
        "methods": methods,
        "samples": 2048,
        "second_order": False,
        "trajectories": 200,
        "levels": 8,
        "resamples": 60,
        "seed": 3,
        "replicates": 1,
        "draws": 1,
        "outcomes": (OUTCOME,),
        "goal": None,
        "said": {},
    }
    return Experiment(**{**plain, **settings})


def analysis_of(
    made: Experiment, function: Any, replicates: int = 1, *, settling: bool = False
) -> Sensitivity:
    """Put a function in the model's place, everything else as for the model.

    Parts of the design are looked at alone only where a test asks how indices settle on them.
    """
    parts = sensitivity_parts(made)
    values = tuple(row for part in parts for row in at_places(made.factors, part.places))
    plan = PointsPlan(
        "sensitivity", {}, made.base, made.targets, values, made.seed, replicates, 1, "none"
    )
    figures = np.full((len(FIGURES), len(values), replicates), np.nan)
    figures[0] = np.asarray(function(np.array(values, dtype=float))).reshape(len(values), -1)
    with pytest.MonkeyPatch.context() as patch:
        if not settling:
            patch.setattr(sensitivity, "SETTLING_SHARES", (1.0,))
        return analysed(made, plan, parts, figures, {})


def factors(names: str, low: float, high: float) -> list[Factor]:
    return [Factor(name, (name,), "", "", range=Range(low, high)) for name in names]


def index(analysis: Sensitivity, factor: str, name: str, method: str = "") -> Index:
    return next(
        one
        for _, one in analysis.indices
        if (one.factor, one.index) == (factor, name) and method in ("", one.method)
    )


def value(analysis: Sensitivity, factor: str, name: str, method: str = "") -> float:
    found = index(analysis, factor, name, method).value
    assert isinstance(found, float)
    return found


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.asarray(Ishigami.evaluate(x[:, :3]))


A, B = 7.0, 0.1
VARIANCE = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
FIRST = (0.5 * (1 + B * np.pi**4 / 5) ** 2 / VARIANCE, A**2 / 8 / VARIANCE, 0.0)
OF_PAIR = B**2 * np.pi**8 * (1 / 18 - 1 / 50) / VARIANCE
TOTAL = (FIRST[0] + OF_PAIR, FIRST[1], OF_PAIR)


@pytest.fixture(scope="module")
def of_ishigami() -> Sensitivity:
    # The fourth factor is dead: nothing reads it.
    made = experiment_on(
        factors("abcd", -np.pi, np.pi), ("morris", "sobol"), second_order=True, levels=4
    )
    return analysis_of(made, ishigami, settling=True)


def test_sobol_indices_of_ishigami_are_the_analytic_ones(of_ishigami: Sensitivity) -> None:
    for name, first, total in zip("abc", FIRST, TOTAL, strict=True):
        assert value(of_ishigami, name, "first_order") == pytest.approx(first, abs=0.03)
        assert value(of_ishigami, name, "total_order") == pytest.approx(total, abs=0.03)
        for kind, known in (("first_order", first), ("total_order", total)):
            one = index(of_ishigami, name, kind)
            width = cast(float, one.high) - cast(float, one.low)
            assert 0.01 < width < 0.2
            assert cast(float, one.low) - width / 2 < known < cast(float, one.high) + width / 2


def test_pairs_of_ishigami(of_ishigami: Sensitivity) -> None:
    assert value(of_ishigami, "a × c", "second_order") == pytest.approx(OF_PAIR, abs=0.05)
    for pair in ("a × b", "b × c"):
        assert value(of_ishigami, pair, "second_order") == pytest.approx(0.0, abs=0.05)


def test_a_dead_factor_gets_zero(of_ishigami: Sensitivity) -> None:
    for name in ("first_order", "total_order", "mu_star", "mu", "sigma"):
        one = index(of_ishigami, "d", name)
        assert (one.value, one.low, one.high) == (0.0, 0.0, 0.0)


def test_morris_on_ishigami(of_ishigami: Sensitivity) -> None:
    # From the definition: the third factor acts only through the first, so its effects cancel.
    assert value(of_ishigami, "c", "mu") == pytest.approx(0.0, abs=1.5)
    assert value(of_ishigami, "c", "mu_star") > 4
    assert value(of_ishigami, "c", "sigma") > value(of_ishigami, "a", "sigma")
    # With four levels a step of two thirds of the range moves sin(x)² by three quarters.
    assert value(of_ishigami, "b", "mu_star") == pytest.approx(7 * 0.75 / (2 / 3), rel=1e-9)


def test_sobol_g(of_ishigami: Sensitivity) -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    made = experiment_on(factors("abcde", 0.0, 1.0), ("sobol",))
    done = analysis_of(made, lambda x: Sobol_G.evaluate(x, a))
    parts = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + parts) - 1
    for position, name in enumerate("abcde"):
        first = parts[position] / whole
        total = parts[position] * np.prod(1 + np.delete(parts, position)) / whole
        assert value(done, name, "first_order") == pytest.approx(first, abs=0.02)
        assert value(done, name, "total_order") == pytest.approx(total, abs=0.02)


def test_morris_on_a_sum_is_exact() -> None:
    made = experiment_on(factors("abc", 0.0, 1.0), ("morris",))
    done = analysis_of(made, lambda x: 3 * x[:, 0] - 2 * x[:, 1])
    for name, effect in (("a", 3.0), ("b", -2.0), ("c", 0.0)):
        assert value(done, name, "mu") == pytest.approx(effect)
        assert value(done, name, "mu_star") == pytest.approx(abs(effect))
        assert value(done, name, "sigma") == pytest.approx(0.0, abs=1e-9)


def test_effects_are_over_the_whole_range() -> None:
    wide = [Factor("a", ("a",), "", "", range=Range(0.0, 50.0))]
    made = experiment_on([*wide, *factors("b", 0.0, 1.0)], ("morris",))
    done = analysis_of(made, lambda x: 0.1 * x[:, 0])
    assert value(done, "a", "mu_star") == pytest.approx(5.0)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["pawn", "delta", "regional"])
def test_methods_for_any_sample_rank_ishigami_and_leave_the_dead_last(method: Method) -> None:
    made = experiment_on(factors("abcd", -np.pi, np.pi), (method,), points=1024, resamples=10)
    done = analysis_of(made, ishigami)
    name = INDEX_NAMES[method][0]
    dead = index(done, "d", name)
    for factor in "ab":
        one = index(done, factor, name)
        assert cast(float, one.low) > cast(float, dead.high)


def test_first_order_from_any_sample() -> None:
    made = experiment_on(factors("abc", 0.0, 1.0), ("delta",), points=512, resamples=10)
    done = analysis_of(made, lambda x: 2 * x[:, 0] + x[:, 1])
    # The sample is cut into classes, within which the factor still varies: a little is lost.
    for name, first in (("a", 0.8), ("b", 0.2), ("c", 0.0)):
        assert value(done, name, "first_order") == pytest.approx(first, abs=0.05)


def test_pawn_of_a_step_is_exact() -> None:
    # Where the first factor is in its lower half, so is the outcome: half of all lies elsewhere.
    made = experiment_on(factors("ab", 0.0, 1.0), ("pawn",), points=1000, resamples=10)
    done = analysis_of(made, lambda x: (x[:, 0] > 0.5).astype(float))
    assert value(done, "a", "median") == pytest.approx(0.5, abs=0.01)


def test_groups_count_as_one() -> None:
    made = experiment_on(
        factors("abcd", -np.pi, np.pi), ("sobol", "morris"), groups={"both": ("a", "c")}, levels=4
    )
    done = analysis_of(made, ishigami)
    assert done.names == ("both", "b", "d")
    assert value(done, "both", "first_order") == pytest.approx(1 - FIRST[1], abs=0.03)
    assert value(done, "both", "total_order") == pytest.approx(1 - FIRST[1], abs=0.03)
    assert value(done, "d", "total_order") == 0.0
    assert value(done, "both", "mu_star", "morris") > 1
    # A group of factors has no spread of its effect.
    assert not [one for _, one in done.indices if (one.factor, one.index) == ("both", "sigma")]


def test_groups_of_methods_without_groups_are_means() -> None:
    whole = experiment_on(factors("abc", 0.0, 1.0), ("pawn",), points=300, resamples=10)
    grouped = replace(whole, groups={"both": ("a", "b")})
    alone = analysis_of(whole, lambda x: 2 * x[:, 0] + x[:, 1])
    joined = analysis_of(grouped, lambda x: 2 * x[:, 0] + x[:, 1])
    mean = (value(alone, "a", "median") + value(alone, "b", "median")) / 2
    assert value(joined, "both", "median") == pytest.approx(mean)


def test_indices_settle_on_what_the_whole_design_says(of_ishigami: Sensitivity) -> None:
    found = [
        one
        for one in of_ishigami.settling
        if (one.index.method, one.index.factor) == ("sobol", "a")
    ]
    assert [one.points for one in found] == [2560, 5120, 10240, 20480]
    assert found[-1].index == index(of_ishigami, "a", "total_order")
    errors = [abs(cast(float, one.index.value) - TOTAL[0]) for one in found]
    assert errors[-1] < 0.03


# Words instead of NaN


def settings_for(count: int, **more: Any) -> Settings:
    problem = {
        "num_vars": count,
        "names": [f"x{number}" for number in range(count)],
        "bounds": [[0.0, 1.0]] * count,
    }
    return Settings(problem, [f"f{number}" for number in range(count)], 10, **more)


def part_of(method: Method) -> Part:
    made = experiment_on(
        factors("abc", 0.0, 1.0), (method,), samples=16, trajectories=12, points=64, levels=4
    )
    (part,) = sensitivity_parts(made)
    return part


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_outcome_is_told_in_a_word(method: Method) -> None:
    part = part_of(method)
    for constant in (0.0, 1234.5):
        found = indices_of(part, method, np.full(len(part.places), constant), settings_for(3))
        assert {one.factor for one in found} == {"f0", "f1", "f2"}
        assert {(one.value, one.low, one.high) for one in found} == {(CONSTANT,) * 3}


@pytest.mark.parametrize("method", METHODS)
def test_failed_points_are_left_out_and_too_many_are_told_in_a_word(method: Method) -> None:
    part = part_of(method)
    values = part.places @ np.array([1.0, 0.5, 0.0])
    some = values.copy()
    some[3] = np.nan
    found = indices_of(part, method, some, settings_for(3))
    numbers = [number for one in found for number in (one.value, one.low, one.high)]
    assert all(isinstance(number, float) and np.isfinite(number) for number in numbers)
    most = values.copy()
    most[:: part.step] = np.nan
    failed = indices_of(part, method, most, settings_for(3))
    assert {one.value for one in failed} == {FAILED}


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_leaving_out_a_whole_group_is_what_a_failed_point_does(method: Method) -> None:
    part = part_of(method)
    values = part.places @ np.array([1.0, 0.5, 0.0])
    some = values.copy()
    some[part.step + 1] = np.nan
    kept = np.r_[0 : part.step, 2 * part.step : len(values)]
    without = Part(part.methods, 0, part.places[kept], part.step)
    assert indices_of(part, method, some, settings_for(3)) == indices_of(
        without, method, values[kept], settings_for(3)
    )


def test_design_and_results_of_different_length_are_refused() -> None:
    part = part_of("sobol")
    with pytest.raises(ValueError, match="design and results differ"):
        indices_of(part, "sobol", np.zeros(len(part.places) - 1), settings_for(3))


def test_working_out_indices_leaves_the_world_as_it_was() -> None:
    import warnings

    part = part_of("delta")
    values = part.places @ np.array([1.0, 0.5, 0.0])
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    before = (warnings.formatwarning, list(warnings.filters))
    first = indices_of(part, "delta", values, settings_for(3))
    assert (warnings.formatwarning, list(warnings.filters)) == before
    assert np.random.random() == expected  # noqa: NPY002
    assert indices_of(part, "delta", values, settings_for(3)) == first
    assert indices_of(part, "delta", values, settings_for(3, seed=2)) != first


# Chance


def test_shares_of_chance_are_those_that_were_put_in() -> None:
    random = np.random.default_rng(1)
    points, replicates = 4000, 40
    of_points = random.normal(0, 2.0, (points, 1))
    of_replicates = random.normal(0, 1.0, (1, replicates))
    # As drawn, so that only the split is tested and not the luck of forty numbers.
    of_replicates = (of_replicates - of_replicates.mean()) / of_replicates.std(ddof=1)
    rest = random.normal(0, 3.0, (points, replicates))
    shares = chance_shares(of_points + of_replicates + rest)
    assert shares is not None
    assert shares.chance[0] == pytest.approx(10 / 14, abs=0.01)
    assert shares.factors[0] == pytest.approx(4 / 14, abs=0.01)
    assert shares.left_in_means[0] == pytest.approx((9 / 40) / (4 + 9 / 40), abs=0.01)
    for value_, low, high in (shares.chance, shares.factors, shares.left_in_means):
        assert low <= value_ <= high


def test_chance_that_all_points_share_makes_no_noise_between_them() -> None:
    shared = np.arange(5.0)[None, :] + np.arange(10.0)[:, None]
    shares = chance_shares(shared)
    assert shares is not None
    assert shares.left_in_means[0] == pytest.approx(0.0, abs=1e-12)
    assert shares.chance[0] == pytest.approx(2.5 / (2.5 + 55 / 6), rel=1e-9)


def test_chance_is_unknown_without_replicates() -> None:
    assert chance_shares(np.ones((10, 2)).cumsum(axis=0)) is None
    assert chance_shares(np.ones((10, 5))) is None
    done = analysis_of(
        experiment_on(factors("ab", 0, 1), ("sobol",), samples=16), lambda x: x[:, 0]
    )
    assert index(done, "chance", "share_of_runs").value == "unknown"


def test_mere_noise_is_all_chance() -> None:
    random = np.random.default_rng(2)
    made = experiment_on(factors("ab", 0.0, 1.0), ("sobol",), samples=64)
    done = analysis_of(made, lambda x: random.normal(size=(len(x), 10)), replicates=10)
    assert value(done, "chance", "share_of_runs") > 0.95
    assert value(done, "chance", "share_of_means") > 0.8


# With the model


def test_from_file_to_tables(tmp_path: Path) -> None:
    made = experiment(tmp_path, SENSITIVITY, "sensitivity")
    run_sensitivity(made, tmp_path / "out", How(jobs=1))
    run_sensitivity(made, tmp_path / "again", How(jobs=3))
    assert tables(tmp_path / "out") == tables(tmp_path / "again")
    with (tmp_path / "out" / "indices.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    assert head == ["method", "outcome", "factor", "index", "value", "low", "high"]
    assert "nan" not in (tmp_path / "out" / "indices.csv").read_text().lower()
    assert all(cell for row in rows for cell in row)
    constant = {
        tuple(row[4:]) for row in rows if row[1] == "weeks_sheltered" and row[2] in made.targets
    }
    assert constant == {("constant",) * 3}
    with (tmp_path / "out" / "design.csv").open(encoding="utf-8", newline="") as file:
        design = list(csv.DictReader(file))
    assert len(design) == 6 * 4 + 8 * 5
    assert [int(row["point"]) for row in design] == list(range(len(design)))


def test_a_result_can_be_made_again(tmp_path: Path) -> None:
    made = experiment(tmp_path, SENSITIVITY, "sensitivity")
    run_sensitivity(made, tmp_path / "out")
    done = CliRunner().invoke(app, ["rerun", str(tmp_path / "out"), "--no-report"])
    assert done.exit_code == 0, done.output
    assert tables(tmp_path / "out-rerun") == tables(tmp_path / "out")


def test_more_contacts_are_seen_to_matter(tmp_path: Path) -> None:
    made = replace(
        experiment(tmp_path, SENSITIVITY, "sensitivity"), methods=("morris",), replicates=20
    )
    done = run_sensitivity(made, tmp_path / "out")
    first, *_ = [one for outcome, one in done.indices if outcome == "weeks_worked"]
    assert first.factor == "programme.employer_contacts_per_week"
    contacts = value(done, first.factor, "mu")
    assert contacts > value(done, "programme.split_roles", "mu_star")


def test_indices_again_from_the_same_runs_only(tmp_path: Path) -> None:
    made = experiment(tmp_path, SENSITIVITY, "sensitivity")
    done = run_sensitivity(made, tmp_path / "out")
    assert analyse_again(made, tmp_path / "out").indices == done.indices
    other = analyse_again(replace(made, outcomes=("employed_ever",)), tmp_path / "out")
    assert {outcome for outcome, _ in other.indices} == {"employed_ever"}
    with pytest.raises(RunError, match="another design"):
        analyse_again(replace(made, trajectories=7), tmp_path / "out")
    with pytest.raises(RunError, match="another design"):
        analyse_again(made.with_runs(2, None), tmp_path / "out")
    with pytest.raises(RunError, match="another replicates"):
        analyse_again(made.with_runs(None, 4), tmp_path / "out")


def test_results_of_another_design_are_refused(tmp_path: Path) -> None:
    made = experiment(tmp_path, SENSITIVITY, "sensitivity")
    plan, parts = sensitivity_plan(made)
    figures = np.zeros((len(FIGURES), len(plan.values) + 1, 3))
    with pytest.raises(RunError, match="the design has 64 points, the results 65"):
        analysed(made, plan, parts, figures, {})


def test_the_command(tmp_path: Path) -> None:
    path = written(tmp_path, SENSITIVITY)
    arguments = ["sensitivity", str(path), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "total order, interactions included" in done.output
    assert "constant" in done.output
    figures = {one.name for one in (tmp_path / "out" / "figures").iterdir()}
    assert {
        "morris-weeks-worked-plane.svg",
        "morris-weeks-worked-ranked.svg",
        "sobol-weeks-worked-ranked.png",
        "sobol-weeks-worked-settling.svg",
    } <= figures
    assert not [name for name in figures if "sheltered" in name]
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 2
    assert "is there already" in again.output
    quiet = [*arguments, "--force", "--json", "--no-report", "--replicates", "2"]
    said = json.loads(CliRunner().invoke(app, quiet).stdout)
    assert {one["method"] for one in said["indices"]} == {"morris", "sobol"}


def test_a_sweep_is_no_sensitivity_analysis(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["sensitivity", str(written(tmp_path, SWEEP))])
    assert done.exit_code == 2
    assert "design: found a key of a sweep" in done.output


def test_writing_needs_no_model(tmp_path: Path, of_ishigami: Sensitivity) -> None:
    names = [path.name for path in write_sensitivity(of_ishigami, tmp_path)]
    assert names == ["indices.csv", "settling.csv"]


def test_a_design_is_sampled_once_for_reading_and_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its points are looked at for contradictions when it is read, and run later."""
    from SALib.sample import morris  # type: ignore[import-untyped]

    sampled = []
    as_before = morris.sample

    def counted(*one: Any, **more: Any) -> Any:
        sampled.append(one)
        return as_before(*one, **more)

    monkeypatch.setattr(morris, "sample", counted)
    text = SENSITIVITY.replace("[morris, sobol]", "[morris]").replace(
        "split_roles: [false, true]", "caseload_limit: [6, 24]\nseed: 77"
    )
    made = experiment(tmp_path, text, "sensitivity")
    (part,) = sensitivity_parts(made)
    assert len(sampled) == 1
    with pytest.raises(ValueError, match="read-only"):
        part.places[0] = 0.0
    sensitivity_plan(made.with_runs(78, None))
    assert len(sampled) == 2
