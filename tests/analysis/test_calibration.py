"""The fit: space, emulator, likelihood, sampler, and the whole of it on a few points."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]
from typer.testing import CliRunner, Result

import ips_sim.analysis.calibration.fit as fit_module
import ips_sim.analysis.calibration.points as points_module
import ips_sim.analysis.calibration.posterior as posterior_module
import ips_sim.evidence.draws as draws_module
from ips_sim.analysis.calibration import trial_layer
from ips_sim.analysis.calibration.emulator import Emulator, Regression
from ips_sim.analysis.calibration.fit import fit, simulate
from ips_sim.analysis.calibration.likelihood import Likelihood
from ips_sim.analysis.calibration.plan_files import load_calibration
from ips_sim.analysis.calibration.posterior import draws_to_choose_from, sample_posterior
from ips_sim.analysis.calibration.shipping import ship
from ips_sim.analysis.calibration.space import PRIOR_SD, Pin, space_of
from ips_sim.analysis.calibration.statistics import (
    back_from_scale,
    expit,
    fitted_targets,
    fitted_trials,
    logit,
    pooled_means,
    scale_of,
    simulate_statistics,
    variance_share,
)
from ips_sim.cli import app
from ips_sim.evidence.parameters import load_parameters
from ips_sim.evidence.tables import package_data, targets
from ips_sim.evidence.trial_layer import strengths
from ips_sim.evidence.trials import trial_designs
from ips_sim.model import arrays
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.work import FileStore
from ips_sim.scenario import ScenarioError, load_scenario
from tests.analysis.experiments import CALIBRATION
from tests.analysis.small_fits import simulate_little

Floats = NDArray[np.float64]

NORMAL, LOG, TRIANGULAR = "spread_of_finding", "solving_odds", "history_tied_to_finding"
NAMES = [NORMAL, LOG, TRIANGULAR]


# Space


def test_space_turns_values_into_coordinates_and_back():
    space = space_of(NAMES)
    known = load_parameters()
    ends = np.array([[known[name].low for name in NAMES], [known[name].high for name in NAMES]])
    assert space.coordinates(ends) == pytest.approx(np.array([[-1.0] * 3, [1.0] * 3]))
    points = np.random.default_rng(1).uniform(-1, 1, (50, 3))
    assert space.coordinates(space.values(points)) == pytest.approx(points)
    log = known[LOG]
    assert space.values(np.zeros((1, 3)))[0, 1] == pytest.approx((log.low * log.high) ** 0.5)


def test_log_prior_is_the_density_that_is_drawn_from():
    """Of each parameter alone, against SciPy's own distributions."""
    space = space_of(NAMES)
    drawn = space.draw_prior(20_000, np.random.default_rng(2))
    normal = [
        stats.truncnorm((-1 - c) / PRIOR_SD, (1 - c) / PRIOR_SD, c, PRIOR_SD)
        for c in space.centre[:2]
    ]
    peak = (space.centre[2] + 1) / 2
    for column, known in enumerate([*normal, stats.triang(peak, -1, 2)]):
        assert stats.kstest(drawn[:, column], known.cdf).pvalue > 0.001
        points = np.repeat(space.centre[None], 7, axis=0)
        points[:, column] = np.linspace(-0.9, 0.9, 7)
        density = np.asarray(known.logpdf(points[:, column]))
        found = space.log_prior(points)
        assert found - found[3] == pytest.approx(density - density[3])
    assert np.isneginf(space.log_prior(np.array([[0, 1.001, 0]])))


def test_a_variant_pins_a_prior_in_the_parameters_own_unit():
    space = space_of(NAMES, {NORMAL: Pin(0.5, 0.1), TRIANGULAR: Pin(0.25, 0.02)})
    values = space.values(space.draw_prior(5000, np.random.default_rng(3)))
    assert values[:, 0].mean() == pytest.approx(0.5, abs=0.005)
    assert values[:, 0].std() == pytest.approx(0.1, rel=0.05)
    assert values[:, 2].std() == pytest.approx(0.02, rel=0.05)
    one_away, centre = space.coordinates(np.array([[0.6, 0.2, 0.25], [0.5, 0.2, 0.25]]))
    gap = space.log_prior(one_away[None]) - space.log_prior(centre[None])
    assert gap[0] == pytest.approx(-0.5)
    with pytest.raises(ValueError, match=LOG):
        space_of(NAMES, {LOG: Pin(0.2, 0.1)})
    with pytest.raises(ValueError, match="own_search_odds"):
        space_of(NAMES, {"own_search_odds": Pin(0.2, 0.1)})
    with pytest.raises(ValueError, match="reference_symptoms"):
        space_of([*NAMES, "reference_symptoms"])


# Emulator


def test_emulator_recovers_a_quadratic():
    random = np.random.default_rng(4)

    def truth(points: Floats) -> Floats:
        a, b, c = points.T
        return np.stack([2 + a - 3 * b + 0.5 * a * c + b**2, -1 + c**2 - a * b], axis=1)

    points, elsewhere = random.uniform(-1, 1, (300, 3)), random.uniform(-1, 1, (100, 3))
    for output in range(2):
        exact = Regression(points, truth(points)[:, output])
        assert np.abs(exact(elsewhere) - truth(elsewhere)[:, output]).max() < 0.01
        assert np.abs(exact.missed).max() < 0.01


def test_an_output_bends_in_the_parameters_that_move_it_most():
    """Among forty, all of which count in a straight line."""
    random = np.random.default_rng(7)
    slopes = np.concatenate([np.full(5, 1.0), np.full(35, 0.05)])

    def truth(points: Floats) -> Floats:
        return points @ slopes + points[:, 1] * points[:, 3] + 0.5 * points[:, 4] ** 2

    points, elsewhere = random.uniform(-1, 1, (400, 40)), random.uniform(-1, 1, (200, 40))
    found = Regression(points, truth(points))
    assert np.abs(found(elsewhere) - truth(elsewhere)).max() < 0.05


def test_emulator_knows_its_own_error():
    """What it says it misses is what it misses at points that it never saw."""
    random = np.random.default_rng(5)

    def rough(points: Floats) -> Floats:
        return np.sin(4 * points[:, 0]) + 0.3 * random.normal(size=len(points))

    points, elsewhere = random.uniform(-1, 1, (400, 2)), random.uniform(-1, 1, (4000, 2))
    emulator = Regression(points, rough(points))
    missed = np.sqrt(((emulator(elsewhere) - rough(elsewhere)) ** 2).mean())
    assert np.sqrt((emulator.missed**2).mean()) == pytest.approx(missed, rel=0.05)


@pytest.mark.parametrize("bend", [0.0, 0.6])
def test_the_simulators_own_chance_is_no_error_of_the_emulator(bend: float):
    """With that chance known, the error is how far the stand-in is from endless runs."""
    random = np.random.default_rng(8)
    space = space_of(["site_spread_of_finding", NORMAL])

    def smooth(points: Floats) -> Floats:
        return points[:, 1] + bend * np.sin(6 * points[:, 1])

    points, elsewhere = random.uniform(-1, 1, (600, 2)), random.uniform(-1, 1, (2000, 2))
    spread = np.zeros((600, 3))
    table = np.column_stack([smooth(points) + 0.3 * random.normal(size=600), spread])
    emulator = Emulator(space, points, table, np.array([0.09, 0, 0, 0]))
    missed = np.sqrt(((emulator(elsewhere)[:, 0] - smooth(elsewhere)) ** 2).mean())
    assert emulator.missed[0] > 0.28
    # Below a fifth of the chance itself, 600 points can hardly tell an error.
    assert emulator.error[0] == pytest.approx(missed, abs=0.07)


def test_emulated_spread_of_sites_is_a_sum_over_squares_of_site_spreads():
    """Whatever the other parameters do, and never below nothing."""
    names = ["site_spread_of_finding", "site_spread_of_labour_market", NORMAL]
    space = space_of(names)
    random = np.random.default_rng(6)
    points = random.uniform(-1, 1, (200, 3))
    values = space.values(points)
    true = 0.1 + 2 * values[:, 0] ** 2 + 0.5 * values[:, 1] ** 2
    mean = 1 + points[:, 2]
    table = np.stack([mean, true, 0 * true - 0.1, true / 2], axis=1)
    emulator = Emulator(space, points, table)
    found = emulator(points)
    assert found[:, 1] == pytest.approx(true, abs=1e-6)
    assert found[:, 3] == pytest.approx(true / 2, abs=1e-6)
    assert found[:, 2] == pytest.approx(0)  # a variance below nothing is noise
    assert emulator.error.shape == (1,)


# Likelihood


class Straight:
    """Stands in for an emulator: outputs that are given."""

    def __init__(self, table: Floats, error: float) -> None:
        self.table, self.error = table, np.full(table.shape[1], error)

    def __call__(self, coordinates: Floats) -> Floats:
        return np.repeat(self.table[None, 0], len(coordinates), axis=0)


def outputs(ips: float, control: float, spread: tuple[float, float, float]) -> Floats:
    hit = [float(scale_of(target)(target.value)) for target in fitted_targets()]
    return np.array([[*hit, *[ips, control] * len(fitted_trials()), *spread]])


AS_SIMULATED = {"counted_ips": 1.0, "counted_control": 1.0}
"""A layer that counts what is simulated in full, and adds nothing."""


def layer_of(**strong: float) -> Floats:
    return np.array([[strong.get(name, 0.0) for name in strengths()]])


def likelihood_of(
    table: Floats, without: list[str], error: float = 0.1, layer: Floats | None = None
) -> float:
    space = space_of(NAMES)
    coordinates = space.centre[None]
    layer = layer_of(**AS_SIMULATED) if layer is None else layer
    points = np.concatenate([coordinates, layer], axis=1)
    whole = Likelihood(space, Straight(table, error), without)(points)  # type: ignore[arg-type]
    priors = space.log_prior(coordinates) + trial_layer.log_prior(layer)
    return float((whole - priors)[0])


def middle_trial(us: bool, arm: str, without: list[str], variance: float) -> float:
    """Log odds of the middle trial of a region, by hand: the overview's mean less some rates."""
    mean, count = {
        (True, "ips"): (61.0, 12),
        (True, "control"): (27.0, 12),
        (False, "ips"): (51.0, 16),
        (False, "control"): (23.0, 16),
    }[us, arm]
    gone = [
        one.ips_rate if arm == "ips" else one.control_rate
        for one in fitted_trials()
        if one.trial_id in without and trial_designs()[one.trial_id].us == us
    ]
    rest = (count * mean - sum(gone)) / (count - len(gone)) / 100
    # The mean over trials that differ lies nearer to a half than the middle one.
    return float(logit(rest)) * np.sqrt(1 + 0.345843 * variance)


@pytest.mark.parametrize("spread", [(0.3, 0.2, 0.12), (0.02, 0.02, 0.0), (1.0, 1.2, -0.4)])
@pytest.mark.parametrize("trial_id", ["gold2006", "tsang2009", "michon2014"])
def test_trials_against_a_brute_force_integral(trial_id: str, spread: tuple[float, float, float]):
    """The binomial likelihood of both arms where the layer puts them, averaged over deviations."""
    ips, control = 0.4, -2.0
    design = trial_designs()[trial_id]
    result = next(one for one in fitted_trials() if one.trial_id == trial_id)
    worked = [
        round(result.ips_rate * design.n_ips / 100),
        round(result.control_rate * design.n_control / 100),
    ]
    covariance = np.array([[spread[0], spread[2]], [spread[2], spread[1]]])
    covariance *= variance_share(design.n_sites)
    covariance += 0.3**2 + np.diag([0.1**2, 0.2**2])
    # Over the arms' log odds themselves, on a grid as fine as it takes.
    grid = np.linspace(-9, 9, 1501)
    arms = [
        stats.binom.pmf(had, of, expit(grid)) / stats.binom.pmf(had, of, had / of)
        for had, of in zip(worked, (design.n_ips, design.n_control), strict=True)
    ]
    first, second = np.meshgrid(grid, grid, indexing="ij")
    every = [one.trial_id for one in fitted_trials()]
    others = [one for one in every if one != trial_id]
    simulated = {"ips": ips, "control": control}
    pooled = {
        (one.studies[0][0].us, one.arm): fitted_targets()[one.target].value
        for one in pooled_means()
    }
    counted = {"ips": 0.4, "control": 0.9}
    longer = np.log(design.months / 18)
    centre = [
        middle_trial(design.us, arm, others, covariance[row, row])
        + counted[arm] * (simulated[arm] - float(logit(pooled[design.us, row])))
        + 0.2 * longer
        for row, arm in enumerate(simulated)
    ]
    prior = stats.multivariate_normal(centre, covariance)
    density = prior.pdf(np.stack([first, second], axis=-1)) * np.outer(*arms)
    brute = np.log(density.sum() * (grid[1] - grid[0]) ** 2)
    brute += sum(
        had * np.log(had / of) + (of - had) * np.log(1 - had / of)
        for had, of in zip(worked, (design.n_ips, design.n_control), strict=True)
    )
    table = outputs(ips, control, spread)
    layer = layer_of(
        counted_ips=0.4,
        counted_control=0.9,
        months_ips=0.2,
        months_control=0.2,
        strays_together=0.3,
        strays_ips=0.1,
        strays_control=0.2,
    )
    # Targets that say next to nothing leave the trials.
    vague = 1e6
    found = likelihood_of(table, others, vague, layer) - likelihood_of(table, every, vague, layer)
    assert found == pytest.approx(brute, abs=0.01)


def test_targets_by_hand():
    """A target missed by one standard deviation, its range read as a 90 % interval."""
    every = [result.trial_id for result in fitted_trials() if result.trial_id != "burns2007"]
    table = outputs(0.0, -1.0, (0.3, 0.2, 0.1))
    row = next(i for i, one in enumerate(fitted_targets()) if one.name == "first_job_tenure")
    target = fitted_targets()[row]
    sd = np.hypot((np.log(target.high) - np.log(target.low)) / (2 * 1.645), 0.1)
    missed = table.copy()
    missed[0, row] += sd
    assert likelihood_of(missed, every) - likelihood_of(table, every) == pytest.approx(-0.5)


def test_leaving_out_burns_leaves_out_the_targets_that_rest_on_it():
    table = outputs(0.0, -1.0, (0.3, 0.2, 0.1))
    rows = [i for i, one in enumerate(fitted_targets()) if one.name == "dropped_out"]
    assert len(rows) == 2
    missed = table.copy()
    missed[0, rows] += 3
    assert likelihood_of(missed, ["gold2006"]) < likelihood_of(table, ["gold2006"]) - 1
    assert likelihood_of(missed, ["burns2007"]) == likelihood_of(table, ["burns2007"])


def test_check_rows_never_enter_the_likelihood():
    """Neither by the list of what is fitted nor by any number that they hold."""
    fitted = fitted_targets()
    assert all(one.role == "fit" for one in fitted)
    assert len(fitted) == sum(one.role == "fit" for one in targets())
    density = Likelihood(space_of(NAMES), Straight(outputs(0, -1, (0.3, 0.2, 0.1)), 0.1))  # type: ignore[arg-type]
    assert len(density._wanted) == len(fitted)
    assert "christensen2019" not in {one.trial_id for one in fitted_trials()}


def test_changing_a_check_row_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    import ips_sim.analysis.calibration.statistics as statistics_module

    table = outputs(0.0, -1.0, (0.3, 0.2, 0.1))
    before = likelihood_of(table, [])

    def moved(role: str) -> float:
        rows = tuple(
            replace(one, value=one.value * 1.07) if one.role == role else one for one in targets()
        )
        monkeypatch.setattr(statistics_module, "targets", lambda: rows)
        fitted_targets.cache_clear()
        return likelihood_of(table, [])

    try:
        assert moved("check") == before
        assert moved("fit") != before
    finally:
        monkeypatch.undo()
        fitted_targets.cache_clear()


def test_site_effects_give_back_variances_and_covariance():
    spread = np.array([[0.5, 0.4, 0.2], [0.3, 0.2, -0.1]])
    effects = trial_layer.effects_of(spread)
    assert effects.shared**2 == pytest.approx(spread[:, 0])
    assert effects.own_of_ips_in_control**2 + effects.own**2 == pytest.approx(spread[:, 1])
    assert effects.shared * effects.own_of_ips_in_control == pytest.approx(spread[:, 2])
    nothing = trial_layer.effects_of(np.array([[-0.1, -0.1, 0.5]]))
    assert nothing.shared**2 == pytest.approx(trial_layer.LEAST_VARIANCE)


@pytest.mark.parametrize("target", fitted_targets(), ids=lambda one: f"{one.name}-{one.arm}")
def test_scales_and_back(target):
    assert float(back_from_scale(target, scale_of(target)(target.value))) == pytest.approx(
        target.value
    )


def test_log_odds():
    assert expit(logit(np.array([0.1, 0.5, 0.9]))) == pytest.approx(np.array([0.1, 0.5, 0.9]))
    assert np.isfinite(logit(np.array([0.0, 1.0]))).all()


# Sampler


def test_sampler_recovers_a_known_gaussian(monkeypatch: pytest.MonkeyPatch):
    mean = np.array([0.2, -0.1, 0.05])
    covariance = np.array([[0.02, 0.012, 0], [0.012, 0.03, 0], [0, 0, 0.01]])

    def known(*_: object) -> Callable[[Floats], Floats]:
        target = stats.multivariate_normal(mean, covariance)
        return lambda points: np.atleast_1d(
            target.logpdf(points[:, :3]) + trial_layer.log_prior(points[:, 3:])
        )

    monkeypatch.setattr(posterior_module, "Likelihood", known)
    nothing = Straight(np.zeros((1, 1)), 1.0)
    found = sample_posterior(space_of(NAMES), nothing, draws=1000, steps=2000, seed=1)  # type: ignore[arg-type]
    assert found.coordinates.shape == (1000, 3)
    assert found.coordinates.mean(axis=0) == pytest.approx(mean, abs=0.02)
    assert np.cov(found.coordinates.T) == pytest.approx(covariance, abs=0.004)
    assert 1 <= found.largest_r_hat < 1.02
    once, again = (
        sample_posterior(space_of(NAMES), nothing, draws=50, steps=200, seed=1)  # type: ignore[arg-type]
        for _ in range(2)
    )
    assert np.array_equal(again.coordinates, once.coordinates)
    walkers = posterior_module.WALKERS_PER_PARAMETER * (3 + trial_layer.size())
    assert draws_to_choose_from(3, 4000) == 2 * walkers * 200
    # Nothing is known of the layer here, so its priors come back.
    prior = trial_layer.draw_prior(20_000, np.random.default_rng(2))
    assert found.layer.mean(axis=0) == pytest.approx(prior.mean(axis=0), abs=0.05)
    assert found.layer.std(axis=0) == pytest.approx(prior.std(axis=0), abs=0.05)


# The whole fit


@pytest.fixture(scope="module", autouse=True)
def little() -> Iterator[None]:
    """Simulate few people, and leave out two trials only."""
    with pytest.MonkeyPatch.context() as patch:
        simulate_little(patch)
        patch.setattr(fit_module, "fitted_trials", lambda: fitted_trials()[:2])
        yield


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fit of three parameters to a few points, run through the command."""
    folder = tmp_path_factory.mktemp("calibration")
    (folder / "tiny.yaml").write_text(CALIBRATION)
    result = CliRunner().invoke(
        app, ["calibrate", str(folder / "tiny.yaml"), "--out", str(folder / "out"), "--jobs", "2"]
    )
    assert result.exit_code == 0, result.stderr
    assert "spread left" in result.stdout
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_what_a_fit_writes(tiny: Path):
    out = tiny / "out"
    draws = rows(out / "posterior_draws.csv")
    assert len(draws) == 12
    assert list(draws[0]) == ["contact_offer_odds", "own_search_odds", "spread_of_finding"]
    for name, info in load_parameters().items():
        assert all(info.low <= float(row[name]) <= info.high for row in draws if name in row)
    left_out = rows(out / "left_out_draws.csv")
    counts = {one.trial_id: 5 for one in fitted_trials()[:2]}
    found = [row["left_out"] for row in left_out]
    assert {name: found.count(name) for name in found} == counts
    pinned = [
        float(row["spread_of_finding"]) for row in rows(out / "posterior_draws_interest_fades.csv")
    ]
    assert len(pinned) == 12
    assert 0.2 <= np.mean(pinned) <= 0.8  # its prior holds it at 0.5 ± 0.1; the free one is 1.2
    assert {row["parameter"] for row in rows(out / "learned.csv")} == set(draws[0])
    predicted = {(row["name"], row["arm"]) for row in rows(out / "predictive.csv")}
    assert predicted >= {(one.name, one.arm) for one in fitted_targets()}
    simulated = rows(out / "simulated.csv")
    assert {row["variant"] for row in simulated} == {"", "interest_fades"}
    assert {row["role"] for row in simulated} == {"fit", "check"}
    assert all(float(row["mc_error"]) >= 0 for row in simulated)
    names = ("prior-and-posterior", "predictive-targets", "predictive-trials")
    assert all((out / "figures" / f"{name}.png").exists() for name in names)
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["kind"] == "calibration"
    assert "posterior_draws_interest_fades.csv" in manifest["tables"]


class StoppedError(Exception):
    """Instead of a kill, which leaves the same."""


@pytest.mark.slow
def test_a_stopped_fit_goes_on_and_comes_to_the_same(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    plan = load_calibration(tiny / "tiny.yaml").plan
    space = space_of(list(plan.free))
    simulated, stop_at = [], [2]

    def counted(*arguments, **named):
        simulated.append(len(arguments[0]))
        if stop_at == [len(simulated)]:
            stop_at.clear()
            raise StoppedError
        return simulate_statistics(*arguments, **named)

    monkeypatch.setattr(points_module, "simulate_statistics", counted)
    monkeypatch.setattr(points_module, "BLOCK", 2)  # so that there is something to stop between

    def go_on(jobs: int, where: Path = tmp_path):
        return simulate(plan, space, FileStore(where), How(jobs=jobs))

    def assert_same_points(one, other):
        assert one.coordinates.tobytes() == other.coordinates.tobytes()
        assert one.table.tobytes() == other.table.tobytes()

    with pytest.raises(StoppedError):
        go_on(1)
    (kept,) = tmp_path.iterdir()
    assert kept.name.startswith("wide-000000-")
    before = kept.stat().st_mtime_ns
    (tmp_path / "wide-000002.writing").write_bytes(b"half")  # as a kill leaves it
    found = go_on(2)
    # The stopped block once more, three blocks near, and the first of those once more.
    assert len(simulated) == 2 + 1 + 3 + 1
    assert kept.stat().st_mtime_ns == before
    simulated.clear()
    again = go_on(1)
    assert not simulated  # a second look simulates nothing
    assert_same_points(again, found)
    kept.write_bytes(b"PK\003\004half")
    assert_same_points(go_on(1), found)
    assert simulated == [2]  # what is damaged is done again
    (tmp_path / "fresh").mkdir()
    assert_same_points(go_on(1, tmp_path / "fresh"), found)


def test_ctrl_c_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(points_module, "simulate_statistics", stop)
    (tmp_path / "tiny.yaml").write_text(CALIBRATION)
    result = CliRunner().invoke(
        app, ["calibrate", str(tmp_path / "tiny.yaml"), "--out", str(tmp_path / "out")]
    )
    assert result.exit_code == 130
    assert "the same command goes on from there" in result.stderr
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "out.partial").exists()


def calibrate(path: Path, *options: str | Path) -> Result:
    return CliRunner().invoke(app, ["calibrate", str(path), *map(str, options)])


@pytest.mark.slow
def test_an_earlier_fits_points_serve_one_with_other_draws(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(points_module, "simulate_statistics", never)
    (tmp_path / "more.yaml").write_text(CALIBRATION.replace("draws: 12", "draws: 20"))
    more = calibrate(
        *(tmp_path / "more.yaml", "--points", tiny / "out"),
        *("--out", tmp_path / "more", "--no-report"),
    )
    assert more.exit_code == 0, more.output
    assert len(rows(tmp_path / "more" / "posterior_draws.csv")) == 20
    same = calibrate(
        tiny / "tiny.yaml", "--points", tiny / "out", "--out", tmp_path / "same", "--no-report"
    )
    assert same.exit_code == 0, same.output
    for name in json.loads((tiny / "out" / "manifest.json").read_text())["tables"]:
        assert (tmp_path / "same" / name).read_bytes() == (tiny / "out" / name).read_bytes(), name


@pytest.mark.slow
def test_points_of_other_settings_or_rules_are_refused(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "other.yaml").write_text(CALIBRATION.replace("seed: 5", "seed: 6"))
    options = ("--points", tiny / "out", "--out", tmp_path / "out")
    other = calibrate(tmp_path / "other.yaml", *options)
    assert other.exit_code == 2
    assert "other settings (seed)" in other.stderr
    monkeypatch.setattr("ips_sim.analysis.calibration.folder.compiled_hash", lambda: "other rules")
    changed = calibrate(tiny / "tiny.yaml", *options)
    assert changed.exit_code == 2
    assert "other settings (rules)" in changed.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_finished_fit_is_replaced_by_force_only(tiny: Path):
    again = calibrate(tiny / "tiny.yaml", "--out", tiny / "out")
    assert again.exit_code == 2
    assert "is there already" in again.stderr


@pytest.mark.slow
def test_shipping(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Draws and tables go into the data, and the centre becomes the value without draws."""
    import ips_sim.analysis.calibration.shipping as shipping_module

    for name in ("model_parameters.csv",):
        (tmp_path / name).write_bytes(package_data(name).read_bytes())
    monkeypatch.setattr(shipping_module, "package_data", lambda name: tmp_path / name)
    plan = load_calibration(tiny / "tiny.yaml").plan
    points = points_module.read_points(tiny / "out", len(plan.free))
    found = fit(plan, space_of(list(plan.free)), points, PLAIN)
    written = {path.name for path in ship(found, tiny / "out")}
    assert written >= {"posterior_draws.csv", "posterior_draws_interest_fades.csv", "learned.csv"}
    before = rows(package_data("model_parameters.csv"))
    after = rows(tmp_path / "model_parameters.csv")
    changed = {a["name"] for a, b in zip(after, before, strict=True) if a != b}
    assert changed == set(plan.free)
    draws = [float(row["contact_offer_odds"]) for row in rows(tmp_path / "posterior_draws.csv")]
    value = next(float(row["value"]) for row in after if row["name"] == "contact_offer_odds")
    assert value == pytest.approx(stats.gmean(draws), rel=1e-3)


# Files


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("seed: 5", "sead: 5"), [":2", "sead", "seed", ":1: seed: found nothing"]),
        (("points: 4", "points: 9"), [":3: points: found 9", "power of two"]),
        (("draws: 12", "draws: many"), [":4: draws", "whole number"]),
        (("steps: 80", "steps: 16"), [":5: steps", "from 80"]),
        (("draws: 12", "draws: 2000"), [":5: steps", "draws would take 2000 of 160"]),
        (("own_search_odds", "own_search_od"), [":7: free", "Did you mean own_search_odds"]),
        (("own_search_odds", "contact_offer_odds"), [":7: free", "a second time"]),
        (("own_search_odds", "reference_symptoms"), [":7: free", "a parameter that is not fixed"]),
        (("interest_fades:", "interest_fade:"), [":9", "Did you mean interest_fades"]),
        (("    spread_of_finding:", "    contact_offer_odds:"), [":10", "log scale"]),
        (("sd: 0.1", "sd: 0"), [":10", "sd: found 0"]),
        (("centre: 0.5", "centre: 50"), [":10", "from 0.2 to 2.5"]),
        (("centre: 0.5, ", ""), [":10", "centre: found nothing"]),
        (("free: [contact_offer_odds, own_search_odds, spread_of_finding]", "free: []"), [":7"]),
    ],
)
def test_mistakes_in_a_file(tmp_path: Path, change: tuple[str, str], words: list[str]):
    path = tmp_path / "mine.yaml"
    assert change[0] in CALIBRATION
    path.write_text(CALIBRATION.replace(*change, 1))
    result = CliRunner().invoke(app, ["calibrate", str(path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()
    for word in words:
        assert word in result.stderr


def test_all_mistakes_at_once_in_the_order_of_lines(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text(CALIBRATION.replace("seed: 5", "seed: -1").replace("draws: 12", "draws: 0", 1))
    with pytest.raises(ScenarioError) as caught:
        load_calibration(path)
    assert [one.line for one in caught.value.mistakes] == [2, 4]
    with pytest.raises(ScenarioError, match="no such file"):
        load_calibration(tmp_path / "nothing.yaml")


def test_the_file_that_ships(repository: Path):
    found = load_calibration(repository / "experiments" / "calibration.yaml")
    known = load_parameters()
    called_calibrated = {name for name, one in known.items() if one.origin == "calibrated"}
    assert called_calibrated <= set(found.plan.free)
    assert set(found.plan.variants) == set(draws_module.VARIANTS) - {""}
    assert found.plan.draws >= 500


# Variants in scenarios


@pytest.fixture
def variant_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = "contact_offer_odds,spread_of_finding\n0.1,0.4\n0.4,0.6\n"
    (tmp_path / "posterior_draws_interest_fades.csv").write_text(text)

    def find(name: str) -> Path:
        own = tmp_path / name
        if not own.exists() and name.startswith("posterior_draws"):
            raise FileNotFoundError(name)
        return own if own.exists() else package_data(name)

    def forget() -> None:
        draws_module.posterior_draws.cache_clear()
        draws_module.posterior_centre.cache_clear()

    monkeypatch.setattr(draws_module, "package_data", find)
    forget()
    yield
    forget()


def test_a_scenario_runs_with_the_draws_of_its_variant(variant_draws: None):
    scenario = load_scenario("ips", {"variant": "interest_fades"})
    drawn = parameter_draws(scenario, 2)
    assert drawn["contact_offer_odds"] == pytest.approx([0.1, 0.4])
    centre = parameter_draws(scenario, 1)
    assert centre["contact_offer_odds"] == pytest.approx([0.2])  # odds: the mean of their logs
    assert centre["spread_of_finding"] == pytest.approx([0.5])
    own = load_scenario(scenario, {"parameters.spread_of_finding": 1.0})
    assert own.variant == "interest_fades"
    assert parameter_draws(own, 1)["spread_of_finding"] == pytest.approx([1.0])
    with pytest.raises(RunError, match="2"):
        parameter_draws(scenario, 3)
    with pytest.raises(RunError, match="people_differ"):
        parameter_draws(load_scenario("ips", {"variant": "people_differ"}), 1)
    plain = parameter_draws(load_scenario("ips"), 1)
    assert plain == arrays.as_record(arrays.default_parameters({}), arrays.PARAMETERS)


def test_agents_take_the_variants_centre_too(variant_draws: None):
    from ips_sim.model.agents import IPSModel

    small = {"design.people": 5, "design.weeks": 1, "variant": "interest_fades"}
    assert IPSModel(load_scenario("ips", small), seed=1).parameters.spread_of_finding == 0.5


def test_a_variant_in_a_file(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\nbased_on: ips.yaml\nvariant: people_differ\n")
    assert load_scenario(str(path)).variant == "people_differ"
    assert "people_differ" in CliRunner().invoke(app, ["check", str(path)]).stdout
    path.write_text("title: Mine\nbased_on: ips.yaml\nvariant: people_difer\n")
    with pytest.raises(ScenarioError, match="Did you mean people_differ") as caught:
        load_scenario(str(path))
    assert caught.value.mistakes[0].line == 3
    assert load_scenario("ips").variant == "none"
