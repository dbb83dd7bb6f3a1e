"""Virtual trials against published ones: files, tables, and who is counted."""

import csv
import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import ips_sim
import ips_sim.evidence.draws as draws_module
import ips_sim.evidence.trial_layer as layer_module
from ips_sim.analysis.calibration.statistics import fitted_trials
from ips_sim.analysis.trials.scores import Prediction, baseline_of_constants
from ips_sim.analysis.trials.trial_files import other_trials
from ips_sim.analysis.trials.validation import (
    each_arm_once,
    gains,
    ips_arm_of,
    validate,
)
from ips_sim.analysis.trials.validation_folder import (
    TABLES,
    make_validation_plan,
    validate_to_folder,
)
from ips_sim.analysis.trials.virtual_trials import (
    control_levers,
    features_of,
    levers_for,
    virtual_trial,
)
from ips_sim.cli import app
from ips_sim.evidence.tables import package_data
from ips_sim.evidence.trial_layer import DRAWS as LAYER_DRAWS
from ips_sim.evidence.trial_layer import LEVELS, SPREADS, strengths
from ips_sim.evidence.trials import ControlAccess, trial_designs, trial_results
from ips_sim.report.validation_figures import published_interval
from ips_sim.runs.errors import InterruptedRunError, RunError
from ips_sim.runs.how import How
from ips_sim.runs.kinds import plan_again
from ips_sim.runs.manifest import FORMAT, MANIFEST, read_manifest, write_json
from ips_sim.runs.work import MemoryStore
from tests.analysis.small_fits import simulate_little

COLUMNS = [
    *["trial_id", "arm", "n", "months", "published", "predicted", "low90", "high90"],
    *["simulation_predicted", "simulation_low90", "simulation_high90"],
]
SAMPLES = "4"
Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def made_up(trial_id: str, arm: str, predicted: float, published: float) -> Prediction:
    return Prediction(trial_id, arm, 50, 12, published, np.array([predicted]))


@pytest.fixture
def draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A few draws in place of those that ship, some of them for each trial left out."""
    few_draws(tmp_path, monkeypatch)
    yield
    forget_draws()


def few_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = [f"{0.2 + 0.02 * number:.2f}" for number in range(5)]
    (tmp_path / "posterior_draws.csv").write_text("contact_offer_odds\n" + "\n".join(rates) + "\n")
    lines = [f"{result.trial_id},{rate}" for result in fitted_trials() for rate in rates[:2]]
    text = "\n".join(["left_out,contact_offer_odds", *lines]) + "\n"
    (tmp_path / "left_out_draws.csv").write_text(text)
    left_out = ["", "", "", "", "", *(one.trial_id for one in fitted_trials() for _ in range(2))]
    layers = [f",{one},0.5,0.5,0,0,0.2,0.2,0.2,0.4,-1,0.2,-1,0.3,0.3,0.1" for one in left_out]
    header = ",".join(["variant", "left_out", *strengths(), *LEVELS, *SPREADS])
    (tmp_path / LAYER_DRAWS).write_text("\n".join([header, *layers]) + "\n")

    def find(name: str) -> Path:
        own = tmp_path / name
        return own if own.exists() else package_data(name)

    simulate_little(monkeypatch)
    monkeypatch.setattr(draws_module, "package_data", find)
    monkeypatch.setattr(layer_module, "package_data", find)
    forget_draws()


def forget_draws() -> None:
    for read_once in (
        draws_module.posterior_draws,
        draws_module.left_out_draws,
        draws_module.posterior_centre,
        layer_module._every_draw,
    ):
        read_once.cache_clear()


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["validate", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small validation with the rates that ship, run through the command."""
    folder = tmp_path_factory.mktemp("validation") / "result"
    with pytest.MonkeyPatch.context() as monkeypatch:
        few_draws(tmp_path_factory.mktemp("draws"), monkeypatch)
        _run_into(folder)
    forget_draws()
    yield folder


def _run_into(folder: Path) -> None:
    code, out, err = run("--out", folder, "--samples", SAMPLES)
    assert code == 0, err
    assert "model, cross-validated" in out
    assert "standard error" in out


def test_tables(result: Path):
    rows = read(result / "validation.csv")
    assert list(rows[0]) == COLUMNS
    assert [(row["trial_id"], row["arm"]) for row in rows] == [
        (trial, arm) for trial in trial_designs() for arm in ("ips", "control")
    ]
    for row in rows:
        design = trial_designs()[row["trial_id"]]
        assert int(row["n"]) == (design.n_ips if row["arm"] == "ips" else design.n_control)
        assert int(row["months"]) == design.months
        low, middle, high = (float(row[name]) for name in ("low90", "predicted", "high90"))
        assert 0 <= low <= middle <= high <= 100
        given = trial_results().get(row["trial_id"])
        rate = None if given is None else getattr(given, f"{row['arm']}_rate")
        assert row["published"] == ("" if rate is None else f"{rate:g}")
    crossed = read(result / "cross_validation.csv")
    assert list(crossed[0]) == COLUMNS
    assert {row["trial_id"] for row in crossed} == {one.trial_id for one in fitted_trials()}
    assert len(crossed) == 26
    scores = read(result / "scores.csv")
    arms = {row["who"]: int(row["arms"]) for row in scores if row["arm"] == "both"}
    assert arms == {
        "model, fitted": 26,
        "simulation alone, fitted": 26,
        "model, cross-validated": 26,
        "simulation alone, cross-validated": 26,
        "means of the other trials, cross-validated": 26,
        "constants of the overview, cross-validated": 26,
    }


def test_picture_and_manifest(result: Path):
    for name in ("forest", "forest-cross-validated"):
        assert (result / "figures" / f"{name}.svg").read_text().startswith("<?xml")
        assert (result / "figures" / f"{name}.png").stat().st_size > 10_000
    manifest = read_manifest(result)
    assert manifest["kind"] == "validation"
    assert set(manifest["tables"]) == {"validation.csv", "cross_validation.csv", "scores.csv"}


def test_the_same_whatever_the_jobs_and_over_an_earlier_result(
    draws: None, result: Path, tmp_path: Path
):
    result = shutil.copytree(result, tmp_path / "result")
    before = (result / "validation.csv").read_bytes()
    again = ("--out", result, "--samples", SAMPLES, "--no-report")
    code, _, err = run(*again)
    assert (code, "is there already" in err) == (2, True)
    assert run(*again, "--force", "--jobs", "1")[0] == 0
    assert (result / "validation.csv").read_bytes() == before
    assert run(*again, "--force", "--seed", "2")[0] == 0
    assert (result / "validation.csv").read_bytes() != before


def test_a_stopped_one_goes_on(draws: None, tmp_path: Path):
    plan = make_validation_plan(None, samples=2, seed=1)
    validate_to_folder(plan, tmp_path / "whole")

    def stop(stage: str, done: int, total: int) -> None:
        if done > 20:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedRunError):
        validate_to_folder(plan, tmp_path / "out", How(progress=stop))
    seen: list[int] = []
    how = How(progress=lambda stage, done, total: seen.append(done))
    validate_to_folder(plan, tmp_path / "out", how)
    assert seen[0] > 20
    for name in TABLES:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_two_into_one_folder_do_not_mix(draws: None, tmp_path: Path):
    plan, other = (make_validation_plan(None, samples=1, seed=seed) for seed in (1, 2))

    def meanwhile(stage: str, done: int, total: int) -> None:
        with pytest.raises(RunError, match="another process is working on"):
            validate_to_folder(other, tmp_path / "out")

    validate_to_folder(plan, tmp_path / "out", How(progress=meanwhile))


def test_rates_of_other_trials(draws: None, tmp_path: Path):
    """The least that a file may have, for trials that the fit never saw, in any order."""
    trials = tmp_path / "new.csv"
    trials.write_text(
        "control_rate,trial_id,ips_rate\n"
        "10,viering2015,20\n"
        "30,mueser2004_brokered,50\n"
        "20,mueser2004_psr,50\n"
        "12.5,drake1999,40.25\n"
    )
    folder = tmp_path / "there" / "already"
    folder.mkdir(parents=True)
    code, _, err = run("--trials", trials, "--out", folder, "--samples", SAMPLES, "--no-report")
    assert code == 0, err
    rows = {(row["trial_id"], row["arm"]): row for row in read(folder / "validation.csv")}
    assert len(rows) == 58
    published = {pair: row["published"] for pair, row in rows.items() if row["published"]}
    assert published == {
        ("drake1999", "ips"): "40.25",
        ("drake1999", "control"): "12.5",
        ("mueser2004_psr", "ips"): "50",
        ("mueser2004_psr", "control"): "20",
        ("mueser2004_brokered", "ips"): "50",
        ("mueser2004_brokered", "control"): "30",
        ("viering2015", "ips"): "20",
        ("viering2015", "control"): "10",
    }
    shared = [rows[f"mueser2004_{name}", "ips"]["predicted"] for name in ("psr", "brokered")]
    assert shared[0] == shared[1]
    arms = {
        (row["who"], row["arm"]): int(row["arms"])
        for row in read(folder / "scores.csv")
        if row["who"] == "model, new"
    }
    # the IPS arm that two designs share is counted once
    assert arms == {
        ("model, new", "ips"): 3,
        ("model, new", "control"): 4,
        ("model, new", "both"): 7,
    }
    assert not any(row["who"] == "model, fitted" for row in read(folder / "scores.csv"))


def test_trials_of_ones_own(draws: None, tmp_path: Path):
    """Beside the 28: predicted, scored where a rate is given, and shown by themselves."""
    trials = tmp_path / "own.csv"
    trials.write_text(
        "trial_id,us,months,n_ips,n_control,control_access,control_prevocational,"
        "control_sheltered_or_transitional,control_search_help,ips_rate,control_rate,place\n"
        "ours,False,6,30,20,1,1,0,1,48,,denmark\n"
        "planned,True,12,24,25,0,0,0,0,,,\n"
        "gold2006,,,,,,,,,64,26,\n"
    )
    folder = tmp_path / "out"
    code, out, err = run("--trials", trials, "--out", folder, "--samples", SAMPLES, "--no-report")
    assert code == 0, err
    assert "published 48" in out
    rows = read(folder / "validation.csv")
    assert len(rows) == 62
    assert [row["published"] for row in rows[-4:]] == ["48", "", "", ""]
    shown = read(folder / "trials.csv")
    assert [(row["trial_id"], row["months"]) for row in shown] == [
        ("ours", "6"),
        ("planned", "12"),
        ("gold2006", "24"),
    ]
    assert [row["ips_predicted"] for row in shown[:2]] == [
        row["predicted"] for row in rows[-4:] if row["arm"] == "ips"
    ]
    assert {row["how_far"] for row in shown} == {"near", "inside"}
    arms = {(row["who"], row["arm"]): row["arms"] for row in read(folder / "scores.csv")}
    assert arms["model, new", "both"] == "1"
    assert arms["means of the other trials, new", "both"] == "1"
    assert arms["model, fitted", "both"] == "2"
    # a plan holds the trials, so that it can be made again without the file
    trials.unlink()
    kind, plan = plan_again(folder)
    assert plan.trials[0].design.control_access is ControlAccess.REFERRAL
    kind.run(plan, tmp_path / "again", How())
    for name in (*TABLES, "trials.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_others_alone(draws: None, tmp_path: Path):
    code, out, err = run("--others", "--out", tmp_path / "out", "--samples", "2")
    assert code == 0, err
    assert ("Not as scenarios yet:" in out) == any(
        other.trial is None for other in other_trials().values()
    )
    assert not (tmp_path / "out" / "scores.csv").exists()
    rows = {row["trial_id"]: row for row in read(tmp_path / "out" / "trials.csv")}
    assert list(rows) == list(other_trials())
    for trial_id, other in other_trials().items():
        assert (rows[trial_id]["ips_predicted"] == "") == (other.trial is None)
        assert rows[trial_id]["basis"] == other.basis
        assert rows[trial_id]["ips_published"] == rows[trial_id]["control_published"] == ""
    made = ips_sim.validate(others=True, samples=2)
    assert made.trials["ips_predicted"].notna().sum() == 23
    assert str(made) in out
    with pytest.raises(RunError, match="not both"):
        ips_sim.validate(tmp_path / "x.csv", others=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("trial_id,ips_rate,control_rate\ngold2005,40,20\n", ["new.csv:2", "gold2006"]),
        (
            "trial_id,ips_rate,control_rate\nours,40,20\n",
            ["new.csv:2", "a trial of one's own has to say us, months, n_ips"],
        ),
        ("trial_id,ips_rate,control_rate\ngold2006,40,101\n", ["control_rate is 101", "0 to 100"]),
        ("trial_id,ips_rate,control_rate\ngold2006,-1,20\n", ["ips_rate is -1", "0 to 100"]),
        (
            "trial_id,control_condition,ips_rate,control_rate\ngold2006,Job club,40,20\n",
            ["control_condition 'Job club'", "gold2006"],
        ),
        (
            "trial_id,ips_rate,control_rate\nnobody,x,20\ngold2006,40,y\n",
            ["new.csv:2", "nobody", "ips_rate is 'x'", "new.csv:3", "control_rate is 'y'"],
        ),
        ("ips_rate,control_rate\n40,20\n", ["no column trial_id"]),
        ("", ["found an empty file"]),
    ],
)
def test_mistakes_in_the_file(tmp_path: Path, text: str, words: list[str]):
    trials = tmp_path / "new.csv"
    trials.write_text(text)
    code, out, err = run("--trials", trials, "--out", tmp_path / "result")
    assert code == 2
    assert not out
    assert "Traceback" not in err
    for word in words:
        assert word in err
    assert not (tmp_path / "result").exists()


def test_other_things_that_can_not_be(tmp_path: Path):
    code, _, err = run("--trials", tmp_path / "nothing.csv", "--out", tmp_path / "result")
    assert (code, "found no such file" in err) == (2, True)
    code, _, err = run("--samples", "0")
    assert (code, "samples must be a whole number from 1" in err) == (2, True)
    code, _, err = run("--variant", "people_differs")
    assert (code, "people_differ" in err) == (2, True)
    (tmp_path / "file").write_text("")
    code, _, err = run("--samples", "1", "--out", tmp_path / "file")
    assert (code, "file is there already" in err) == (2, True)


def test_an_upper_bound_is_never_counted(draws: None, tmp_path: Path):
    """Also where a user's file does not say so."""
    trials = tmp_path / "new.csv"
    trials.write_text("trial_id,ips_rate,control_rate\nchristensen2019,59.9,46.5\n")
    validation = validate(make_validation_plan(trials, samples=2, seed=1), MemoryStore())
    assert {one.who.split(", ")[1] for one in validation.scores} == {"cross-validated"}


def test_arms_that_two_designs_share():
    shared = {trial for trial in trial_designs() if ips_arm_of(trial) != trial}
    assert shared == {"mueser2004_brokered"}
    first, second = virtual_trial("mueser2004_psr").ips, virtual_trial("mueser2004_brokered").ips
    assert first.model_copy(update={"title": second.title}) == second
    both = [
        made_up(f"mueser2004_{name}", arm, 1, 2)
        for name in ("psr", "brokered")
        for arm in ("ips", "control")
    ]
    assert [(one.trial_id, one.arm) for one in each_arm_once(both)] == [
        ("mueser2004_psr", "ips"),
        ("mueser2004_psr", "control"),
        ("mueser2004_brokered", "control"),
    ]


def test_gain_over_a_baseline_counts_trials():
    """Errors by hand: arms of one trial go together, so that trials are what is counted."""
    us = [one for one in fitted_trials() if trial_designs()[one.trial_id].us]
    perfect = [
        made_up(one.trial_id, arm, rate, rate)
        for one in us
        for arm, rate in (("ips", one.ips_rate), ("control", one.control_rate))
    ]
    found = {one.who: one for one in gains(perfect)}["constants of the overview"]
    assert found.share == pytest.approx(1)
    by_trial = [error_of_constants(one.trial_id, one.ips_rate, one.control_rate) for one in us]
    assert found.points == pytest.approx(np.mean(by_trial))
    assert found.se == pytest.approx(np.std(by_trial, ddof=1) / math.sqrt(len(us)))


def error_of_constants(trial_id: str, ips: float, control: float) -> float:
    """Mean error over both arms of the seed's constants, whose tails are cut off at 0 and 100."""
    design = trial_designs()[trial_id]
    rivals = [
        baseline_of_constants(design, arm, fitted_trials(), rate)
        for arm, rate in (("ips", ips), ("control", control))
    ]
    return float(np.mean([one.error for one in rivals]))


def test_published_interval_is_wilsons():
    """10 of 40: the ends solve (share - rate)² = z² rate (1 - rate) / n."""
    n, z2 = 40, 1.645**2
    each = Prediction("gold2006", "ips", n, 12, 25.0, np.array([0.0]))
    roots = np.roots([1 + z2 / n, -(2 * 0.25 + z2 / n), 0.25**2])
    assert published_interval(each) == pytest.approx(tuple(100 * np.sort(roots)))


@pytest.mark.parametrize("trial_id", list(trial_designs()))
def test_control_conditions_follow_from_the_mapping_alone(trial_id: str):
    """Set before the fit: every lever of every control comes from the features' table."""
    trial, design = virtual_trial(trial_id), trial_designs()[trial_id]
    wanted = trial.ips.programme.model_copy(
        update={
            "team_contact_share": virtual_trial("gold2006").ips.programme.team_contact_share,
            **levers_for(features_of(design)),
        }
    )
    assert trial.control.programme == wanted
    written = {row.lever for row in control_levers()}
    differ = {
        name
        for name, value in trial.control.programme
        if value != getattr(trial.ips.programme, name)
    }
    assert differ <= written | {"team_contact_share"}


def test_another_result_is_not_replaced(tmp_path: Path) -> None:
    write_json(tmp_path / MANIFEST, {"format": FORMAT, "kind": "sweep"})
    plan = make_validation_plan(None, samples=2, seed=1)
    with pytest.raises(RunError, match="is there already"):
        validate_to_folder(plan, tmp_path)
