"""Experiment files: what they say, and every mistake at once with its line."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import truncnorm  # type: ignore[import-untyped]
from typer.testing import CliRunner

from ips_sim.analysis.experiments.experiment import Kind
from ips_sim.analysis.experiments.factors import PRIOR_SD_SHARE, Factor, Range
from ips_sim.analysis.experiments.files import load_experiment
from ips_sim.cli import app
from ips_sim.evidence.draws import posterior_draws
from ips_sim.evidence.parameters import load_parameters
from ips_sim.scenario import ScenarioError, load_scenario
from tests.analysis.experiments import SENSITIVITY, SWEEP, experiment, written


def mistakes(folder: Path, text: str, kind: Kind) -> dict[int | None, str]:
    """What is told of a file, by line."""
    with pytest.raises(ScenarioError) as told:
        experiment(folder, text, kind)
    return {one.line: str(one) for one in told.value.mistakes}


def test_what_a_file_says(tmp_path: Path) -> None:
    made = experiment(tmp_path, SWEEP, "sweep")
    assert made.title == "A test"
    assert made.summary == "What the test asks."
    assert made.base.design.people == 12
    assert made.targets == ("programme.caseload_limit", "programme.support_limit_weeks")
    assert made.factors[0].unit == "people"
    assert made.outcomes == ("weeks_worked", "employed_ever", "weeks_to_first_job")
    assert (made.seed, made.replicates, made.draws) == (1, 4, 1)


def test_all_mistakes_at_once_with_their_lines(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        "title: T\n"
        "base: ipss.yaml\n"
        "methods: [sobol, moris]\n"
        "samples: 9\n"
        "pointz: 100\n"
        "set:\n"
        "  design.people: many\n"
        "  programme.preparation_months: 3\n"
        "factors:\n"
        "  programme.caseload_limit: {low: 40, high: 13}\n"
        "  half_hours: prior\n"
        "  parameters.half_hours: {low: 0.5, high: 9}\n"
        "  programme.split_roles: {low: 0, high: 1}\n"
        "  programme.preparation_weeks: [0, 2.5]\n"
        "  staff.turnover_per_year: {low: 0, high: 1, unit: weeks}\n"
        "  staff.skill_mean: prior\n"
        "outcomes: [employed]\n",
        "sensitivity",
    )
    assert set(told) == {2, 3, 4, 5, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17}
    assert "Did you mean ips?" in told[2]
    assert "Did you mean morris?" in told[3]
    assert "a power of two" in told[4]
    assert "Did you mean points?" in told[5]
    assert "Did you mean programme.preparation_weeks (weeks)?" in told[8]
    assert "low 40 and high 13" in told[10]
    assert "Did you mean parameters.half_hours?" in told[11]
    assert "from 0.3 to 3 (hours)" in told[12]
    assert "each true or false" in told[13]
    assert "found 2.5" in told[14]
    assert "allowed: times a year" in told[15]
    assert "only parameters have priors" in told[16]
    assert "Did you mean employed_ever?" in told[17]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "an empty file"),
        ("- 1\n", "a mapping with title"),
        ("title: T\nbase: ips\n", "factors: what is varied"),
        ("title: T\nbase: ips\nfactors: {}\n", "a mapping of names"),
        ("title: T\nbase: ips\nmethods: [sobol]\nfactors: {}\n", "ips-sim sensitivity"),
        (
            "title: T\nbase: ips\nfactors:\n  staff.skill_mean: {low: 0.5, high: 1}\n",
            "a range with steps",
        ),
        (
            "title: T\nbase: ips\ndesign: list\nfactors:\n  staff.skill_mean: [0.5, 1]\n"
            "  staff.skill_sd: [0.1, 0.2, 0.3]\n",
            "all of one length",
        ),
        (
            "title: T\nbase: ips\nset:\n  staff.skill_mean: 1\nfactors:\n"
            "  staff.skill_mean: [0.5, 1]\n",
            "one of the two",
        ),
        (
            "title: T\nbase: ips\nlinked:\n  both:\n    staff.skill_mean: [0.5, 1]\n"
            "    staff.skill_sd: [0.1, 0.2, 0.3]\n",
            "lists of one length",
        ),
        (
            "title: T\nbase: ips\nfactors:\n  staff.skill_mean: [0.5, 1]\n"
            "goal:\n  maximise: weeks_worked\n  where:\n    programme_cost_usd: {at_mist: 1}\n",
            "Did you mean at_most?",
        ),
        (
            "title: T\nbase: ips\nset:\n  people.tapered_benefit_share: 0.9\n"
            "factors:\n  staff.skill_mean: [0.5, 1]\n",
            ":4: people.tapered_benefit_share: found tapered_benefit_share",
        ),
        (
            "title: T\nbase: ips\nseed: -1\nreplicates: 0\nfactors:\n  staff.skill_mean: [1, 2]\n",
            "replicates: found 0",
        ),
    ],
)
def test_a_mistake_in_a_sweep(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as told:
        experiment(tmp_path, text, "sweep")
    assert said in str(told.value)


def test_a_mistake_ends_with_exit_code_2_and_nothing_runs(tmp_path: Path) -> None:
    path = written(tmp_path, SWEEP.replace("caseload_limit: [", "caseload_limt: ["))
    done = CliRunner().invoke(app, ["sweep", str(path), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert re.search(
        r"experiment.yaml:\d+: .*caseload_limt.*caseload_limit \(people\)", done.output
    )
    assert not list(tmp_path.glob("out*"))


def test_a_scenario_beside_the_file_comes_before_a_shipped_one(tmp_path: Path) -> None:
    own = "title: Own\nbased_on: ips.yaml\nprogramme:\n  caseload_limit: 33\n"
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    made = experiment(tmp_path, SWEEP.replace("base: ips.yaml", "base: own.yaml"), "sweep")
    assert made.base.programme.caseload_limit == 33


def test_every_shipped_experiment_can_be_read(repository: Path) -> None:
    found = sorted((repository / "experiments").glob("*.yaml"))
    kinds: dict[str, Kind] = {
        path.stem: "sensitivity" if "\nmethods:" in path.read_text(encoding="utf-8") else "sweep"
        for path in found
    }
    sweeps = {"caseload", "preparation", "support_limits", "vacancies", "turnover"}
    analyses = {"sobol", "sobol_groups", "posterior", "morris"}
    assert sweeps | analyses <= set(kinds)
    for name in sweeps | analyses:
        made = load_experiment(repository / "experiments" / f"{name}.yaml", kinds[name])
        assert made.summary
        assert bool(made.methods) == (name in analyses)


def test_the_screening_has_every_parameter_that_is_not_fixed(repository: Path) -> None:
    made = load_experiment(repository / "experiments" / "morris.yaml", "sensitivity")
    free = {
        f"parameters.{name}"
        for name, one in load_parameters().items()
        if one.distribution != "fixed"
    }
    assert {name for name in made.targets if name.startswith("parameters.")} == free


def test_calibrated_draws_are_one_factor(tmp_path: Path) -> None:
    factors = "factors:\n  staff.skill_mean: {low: 0.8, high: 1.2}\n  parameters: posterior\n"
    text = SENSITIVITY.partition("factors:")[0] + factors
    made = experiment(tmp_path, text, "sensitivity")
    draws = posterior_draws()
    assert [one.name for one in made.factors] == ["staff.skill_mean", "calibrated parameters"]
    assert made.targets[1:] == tuple(f"parameters.{name}" for name in draws[0])
    drawn = {made.factors[1].at((row + 0.5) / len(draws)) for row in range(len(draws))}
    assert drawn == {tuple(draw.values()) for draw in draws}
    told = mistakes(tmp_path, text.replace("posterior", "all"), "sensitivity")
    assert "or `prior`" in next(iter(told.values()))


shares = st.floats(0, 1, exclude_max=True)


@given(shares, shares)
def test_a_prior_stays_in_its_range_and_rises(one: float, other: float) -> None:
    for info in load_parameters().values():
        if info.distribution == "fixed":
            continue
        span = Range(info.low, info.high, False, info.distribution, info.prior_centre)
        low, high = span.at(min(one, other)), span.at(max(one, other))
        assert info.low <= low <= high <= info.high


def test_a_normal_prior_has_the_spread_that_calibration_gives_it() -> None:
    from ips_sim.analysis.calibration.space import PRIOR_SD

    # Its coordinates run from -1 to 1, so its range is 2 wide.
    assert PRIOR_SD_SHARE == PRIOR_SD / 2
    span = Range(-4.0, 4.0, scale="normal", centre=0.0)
    assert span.at(0.5) == pytest.approx(0.0, abs=1e-12)
    reference = truncnorm(-2.0, 2.0, loc=0.0, scale=2.0)
    for share in (0.01, 0.25, 0.75, 0.99):
        assert span.at(share) == pytest.approx(reference.ppf(share), rel=1e-9)


def test_a_triangular_prior_has_half_its_mass_where_it_should() -> None:
    span = Range(0.0, 1.0, scale="triangular", centre=0.25)
    # Above the peak the mass is (1 - x)² / 0.75.
    assert span.at(0.5) == pytest.approx(1 - (0.5 * 0.75) ** 0.5)
    assert span.at(0.25) == pytest.approx(0.25)


def test_whole_numbers_and_listed_values_are_equally_likely() -> None:
    whole = Range(1, 4, whole=True)
    assert [whole.at(share / 8) for share in range(9)] == [1, 1, 2, 2, 3, 3, 4, 4, 4]
    listed = Factor("x", ("x",), "", "", levels=((False,), (True,)))
    assert [listed.at(share / 4) for share in range(5)] == [
        (False,),
        (False,),
        (True,),
        (True,),
        (True,),
    ]


def test_a_grid_over_a_range_holds_its_ends() -> None:
    assert Range(0, 10, whole=True, steps=3).grid() == [0, 5, 10]
    assert Range(1, 3, whole=True, steps=9).grid() == [1, 2, 3]
    assert Range(1.0, 100.0, scale="logarithmic", steps=3).grid() == pytest.approx([1, 10, 100])


def test_sensitivity_over_groups(tmp_path: Path) -> None:
    text = SENSITIVITY + (
        "groups:\n  help: [programme.employer_contacts_per_week, parameters.contact_offer_odds]\n"
    )
    made = experiment(tmp_path, text, "sensitivity")
    assert made.groups == {
        "help": ("programme.employer_contacts_per_week", "parameters.contact_offer_odds")
    }
    told = mistakes(
        tmp_path, text.replace("help: [programme.em", "help: [programme.xm"), "sensitivity"
    )
    assert "Did you mean programme.employer_contacts_per_week?" in next(iter(told.values()))


def test_base_is_a_scenario_with_what_the_file_sets(tmp_path: Path) -> None:
    made = experiment(tmp_path, SWEEP, "sweep")
    changes = {
        "design.people": 12,
        "design.weeks": 26,
        "place.vacancies_per_employer_per_year": 12.0,
    }
    assert made.base == load_scenario("ips", changes)
