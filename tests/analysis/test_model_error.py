"""What is missed of trials that were left out: known errors are found, and none where none is."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal  # type: ignore[import-untyped]

import ips_sim.evidence.tables as tables_module
from ips_sim.analysis.trials.model_error import (
    CAN_NOT_TELL,
    GRID,
    LEAST_SAMPLES,
    MODEL_ERROR,
    RIDGE,
    _log_likelihood,
    find_model_error,
    sentence,
    write_model_error,
)
from ips_sim.analysis.trials.scores import Prediction
from ips_sim.analysis.trials.validation import Validation
from ips_sim.analysis.trials.validation_folder import summary_sentences, write_validation
from ips_sim.evidence import ModelError, model_error, package_data
from ips_sim.runs.model_error import log_odds

PEOPLE = 120
ARMS = {"ips": 0.4, "control": -1.1}
"""Log odds that are predicted, on average."""
SITES = 0.3
"""Standard deviation by site, in predictions and in trials."""


def rates(random: np.random.Generator, log_odds: np.ndarray) -> np.ndarray:
    return 100 * random.binomial(PEOPLE, 1 / (1 + np.exp(-log_odds))) / PEOPLE


def left_out(
    random: np.random.Generator, trials: int, *, level: float = 0.0, slope: float = 0.0
) -> Sequence[Prediction]:
    """Trials that are missed by so much, and otherwise as they are predicted."""
    found = []
    for number in range(trials):
        about, site = random.normal(0, 0.5), random.normal(0, SITES, 201)
        missed = random.normal(0, 1, 2)
        for arm, usual in ARMS.items():
            here = usual + about
            away = level * missed[0] + slope * missed[1] * (here - model_error().middle)
            sample = rates(random, here + site)
            published = rates(random, here + site[-1:] + away)[0]
            found.append(Prediction(f"trial{number}", arm, PEOPLE, 18, published, sample[:-1]))
    return found


@pytest.mark.parametrize(("level", "slope"), [(0.5, 0.0), (0.0, 0.6), (0.4, 0.5)])
def test_known_errors_are_found(level: float, slope: float):
    found = find_model_error(left_out(np.random.default_rng(1), 200, level=level, slope=slope))
    assert found is not None
    assert found.trials == 200
    for one, true in ((found.level_sd, level), (found.slope_sd, slope)):
        assert one.value == pytest.approx(true, abs=0.12)
        assert one.low <= one.value <= one.high


def test_intervals_hold_the_truth_nine_times_in_ten():
    random = np.random.default_rng(2)
    held = []
    for _ in range(60):
        found = find_model_error(left_out(random, 13, level=0.5, slope=0.5))
        assert found is not None
        held += [one.low <= 0.5 <= one.high for one in (found.level_sd, found.slope_sd)]
    assert 0.8 <= np.mean(held) <= 0.98


def test_where_nothing_is_missed_nothing_is_found():
    random = np.random.default_rng(3)
    found = []
    for _ in range(60):
        one = find_model_error(left_out(random, 13))
        assert one is not None
        found += [one.level_sd, one.slope_sd]
    # One in twenty intervals ends above the truth.
    assert np.mean([one.low == 0.0 for one in found]) > 0.9
    assert np.mean([one.value == 0.0 for one in found]) > 0.4
    assert np.mean([one.value for one in found]) < 0.1


def test_the_likelihood_is_that_of_a_normal_distribution():
    made = left_out(np.random.default_rng(8), 1, level=0.5, slope=0.5)
    for arms in (made, made[:1]):
        found = _log_likelihood(arms)
        sampled = np.array([[log_odds(one / 100, PEOPLE) for one in arm.sample] for arm in arms])
        noise = np.atleast_2d(np.cov(sampled)) + RIDGE * np.eye(len(arms))
        away = sampled.mean(axis=1) - model_error().middle
        published = [log_odds(arm.published / 100, PEOPLE) for arm in arms]
        tried = [(0, 0), (30, 0), (0, 70), (40, 90)]
        densities = [
            multivariate_normal(
                sampled.mean(axis=1),
                noise + GRID[level] ** 2 + GRID[slope] ** 2 * np.outer(away, away),
            ).logpdf(published)
            for level, slope in tried
        ]
        apart = np.array(densities) - [found[one] for one in tried]
        assert apart == pytest.approx(apart[0], abs=1e-9)


def test_arms_without_a_rate_are_left_out_and_few_samples_say_nothing():
    random = np.random.default_rng(4)
    many = left_out(random, 13, level=0.5)
    unknown = Prediction("other", "ips", PEOPLE, 18, float("nan"), np.full(200, 50.0))
    assert find_model_error([*many, unknown]) == find_model_error(many)
    few = Prediction("few", "ips", PEOPLE, 18, 40.0, np.full(LEAST_SAMPLES - 1, 50.0))
    assert find_model_error([*many, few]) is None
    assert find_model_error([]) is None


def test_equal_samples_end_in_no_error():
    equal = Prediction("equal", "ips", PEOPLE, 18, 0.0, np.full(LEAST_SAMPLES, 0.0))
    assert find_model_error([*left_out(np.random.default_rng(5), 3), equal]) is not None


def test_what_is_written_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    middle = model_error().middle
    found = find_model_error(left_out(np.random.default_rng(6), 13, level=0.6))
    assert found is not None
    path = write_model_error(found, tmp_path / MODEL_ERROR)
    monkeypatch.setattr(tables_module, "package_data", lambda name: tmp_path / name)
    written = model_error.__wrapped__()
    assert written == ModelError(found.level_sd.value, found.slope_sd.value, middle)
    assert f"90% profile-likelihood interval {found.level_sd.range}" in path.read_text()


def test_zero_says_that_cross_validation_can_not_tell(tmp_path: Path):
    random = np.random.default_rng(3)
    found = next(
        one
        for one in (find_model_error(left_out(random, 13)) for _ in range(50))
        if one and one.level_sd.value == one.slope_sd.value == 0.0
    )
    assert write_model_error(found, tmp_path / MODEL_ERROR).read_text().count(CAN_NOT_TELL) == 2
    assert CAN_NOT_TELL in sentence(found)


def test_a_validation_has_it_as_a_table_and_in_words(tmp_path: Path):
    fitted = ("gold2006", "latimer2006", "wong2008")
    made = left_out(np.random.default_rng(7), len(fitted), level=0.5)
    crossed = tuple(
        Prediction(
            fitted[row // 2],
            one.arm,
            one.n,
            one.months,
            one.published,
            one.sample,
            alone=one.sample,
        )
        for row, one in enumerate(made)
    )
    validation = Validation(crossed, crossed, ())
    assert tmp_path / MODEL_ERROR in write_validation(validation, tmp_path)
    header = package_data(MODEL_ERROR).read_text().splitlines()[0]
    assert (tmp_path / MODEL_ERROR).read_text().startswith(header)
    found = find_model_error(crossed)
    assert found is not None
    assert summary_sentences(validation)[-1] == sentence(found)
    nobody = Validation(crossed, (), ())
    (tmp_path / "none").mkdir()
    assert MODEL_ERROR not in {one.name for one in write_validation(nobody, tmp_path / "none")}
