"""Sweeps: designs, runs that survive a stop, means, goals and figures."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from ips_sim.analysis.experiments.designs import sweep_values
from ips_sim.analysis.experiments.experiment import Bound, Goal
from ips_sim.analysis.experiments.factors import Factor
from ips_sim.analysis.experiments.goals import judge
from ips_sim.analysis.experiments.point_means import PointMeans
from ips_sim.analysis.experiments.sweep import run_sweep, sweep_plan
from ips_sim.api import simulate
from ips_sim.cli import app
from ips_sim.model.compiled import execute as driver
from ips_sim.runs import points
from ips_sim.runs.errors import InterruptedRunError, RunError
from ips_sim.runs.how import How
from ips_sim.runs.points import PointsBlock, PointsPlan
from ips_sim.runs.points_folder import read_points
from ips_sim.scenario import ScenarioError, load_scenario
from ips_sim.scenario.vary import vary
from tests.analysis.experiments import SMALL_SET, SWEEP, column, experiment, tables, written


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five small runs to a block, so that blocks end in the middle of a point."""
    monkeypatch.setattr(points, "PERSON_WEEKS_PER_BLOCK", 5 * 12 * 29)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Designs


def test_a_grid_has_every_combination_in_order(tmp_path: Path) -> None:
    assert sweep_values(experiment(tmp_path, SWEEP, "sweep")) == (
        (6, 0),
        (6, "unlimited"),
        (12, 0),
        (12, "unlimited"),
        (24, 0),
        (24, "unlimited"),
    )


def test_linked_factors_move_together(tmp_path: Path) -> None:
    text = SWEEP.replace("factors:", "linked:\n  size:\n    staff.skill_mean: [0.9, 1.1]\n"
                         "    staff.skill_sd: [0.3, 0.1]\nfactors:")  # fmt: skip
    values = sweep_values(experiment(tmp_path, text, "sweep"))
    assert len(values) == 12
    assert {row[2:] for row in values} == {(0.9, 0.3), (1.1, 0.1)}


FREE = f"""\
title: A test
base: ips.yaml
{SMALL_SET}\
design: latin_hypercube
points: 64
factors:
  programme.caseload_limit: {{low: 13, high: 44}}
  staff.turnover_per_year: {{low: 0, high: 1}}
  programme.split_roles: [false, true]
"""


@pytest.mark.parametrize("design", ["latin_hypercube", "sobol"])
def test_free_designs_fill_the_space_evenly(tmp_path: Path, design: str) -> None:
    made = experiment(tmp_path, FREE.replace("latin_hypercube", design), "sweep")
    values = sweep_values(made)
    assert len(values) == 64
    caseloads = Counter(row[0] for row in values)
    assert caseloads == {number: 2 for number in range(13, 45)}
    assert sum(bool(row[2]) for row in values) == 32
    assert values == sweep_values(made)
    assert values != sweep_values(made.with_runs(2, None))


def test_a_list_goes_row_by_row(tmp_path: Path) -> None:
    text = SWEEP.replace("design: grid", "design: list").replace("[6, 12, 24]", "[6, 12]")
    assert sweep_values(experiment(tmp_path, text, "sweep")) == ((6, 0), (12, "unlimited"))


# Points


CHANGES: dict[str, object] = {
    "programme.caseload_limit": 30,
    "programme.support_limit_weeks": "unlimited",
    "programme.split_roles": True,
    "staff.turnover_per_year": 1,
    "people.interest_mean": 0.3,
    "place.unemployment_share": 0.1,
    "design.weeks": 52,
    "parameters.half_hours": 2.0,
}


@pytest.mark.parametrize("base", ["ips", "traditional"])
def test_varying_is_overriding(base: str) -> None:
    scenario = load_scenario(base, {"parameters.trust_on_offer": 0.3})
    assert vary(scenario, CHANGES) == load_scenario(scenario, CHANGES)
    for name, value in CHANGES.items():
        assert vary(scenario, {name: value}) == load_scenario(scenario, {name: value})


@pytest.mark.parametrize(
    "wrong",
    [
        {"programme.caseload_limit": 300},
        {"programme.caseload_limit": "many"},
        {"programme.caseload_limt": 3},
        {"programme.caseload_limit": 5},
        {"people.tapered_benefit_share": 0.9},
    ],
)
def test_what_overriding_refuses_varying_refuses(wrong: dict[str, Any]) -> None:
    scenario = load_scenario("ips")
    with pytest.raises(ScenarioError) as told:
        vary(scenario, wrong)
    with pytest.raises(ScenarioError) as told_by_overrides:
        load_scenario(scenario, wrong)
    (mine,), (other,) = told.value.mistakes, told_by_overrides.value.mistakes
    assert (mine.found, mine.key.partition(".")[0]) == (other.found, other.key.partition(".")[0])


def test_a_point_is_what_its_scenario_alone_would_be(tmp_path: Path) -> None:
    done = run_sweep(experiment(tmp_path, SWEEP, "sweep"), tmp_path / "out")
    for point, (caseload, limit) in enumerate(done.plan.values):
        changes = {"programme.caseload_limit": caseload, "programme.support_limit_weeks": limit}
        alone = simulate(load_scenario(done.plan.base, changes), draws=1, replicates=4)
        summary = alone.summary[alone.summary["interval"] == "predictive"].set_index("outcome")
        for name, means in done.means.items():
            assert means.mean[point] == pytest.approx(summary.loc[name, "mean"], rel=1e-12)
            assert means.error[point] == pytest.approx(summary.loc[name, "mc_error"], rel=1e-9)
    runs = column(tmp_path / "out" / "runs.parquet", "weeks_worked")
    assert runs[-4:] == alone.runs["weeks_worked"].tolist()


def test_points_may_differ_in_size_length_and_sites(tmp_path: Path) -> None:
    head, _, _ = SWEEP.replace("  design.people: 12\n  design.weeks: 26\n", "").partition("factors")
    text = head + (
        "factors:\n  design.people: [12, 20]\n  design.weeks: [20, 26]\n  design.sites: [1, 3]\n"
        "replicates: 4\noutcomes: [weeks_worked]\n"
    )
    done = run_sweep(experiment(tmp_path, text, "sweep"), tmp_path / "out")
    for point, (people, weeks, sites) in enumerate(done.plan.values):
        changes = {"design.people": people, "design.weeks": weeks, "design.sites": sites}
        alone = simulate(load_scenario(done.plan.base, changes), draws=1, replicates=4)
        mean = alone.people["weeks_worked"].mean()
        assert done.means["weeks_worked"].mean[point] == pytest.approx(mean, rel=1e-12)
    assert column(tmp_path / "out" / "runs.parquet", "people")[:8:4] == [12, 12]


# Running


@pytest.mark.usefixtures("small_blocks")
def test_the_number_of_workers_changes_nothing(tmp_path: Path) -> None:
    made = experiment(tmp_path, SWEEP, "sweep")
    run_sweep(made, tmp_path / "one", How(jobs=1))
    run_sweep(made, tmp_path / "three", How(jobs=3))
    assert tables(tmp_path / "one") == tables(tmp_path / "three")
    assert set(tables(tmp_path / "one")) == {"design.csv", "runs.parquet", "points.csv"}


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("damaged_at", [10, 1000, -30])
def test_a_stop_costs_only_what_was_in_flight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged_at: int
) -> None:
    made = experiment(tmp_path, SWEEP, "sweep")
    run_sweep(made, tmp_path / "whole")

    def stop(stage: str, done: int, total: int) -> None:
        if done > 10:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedRunError):
        run_sweep(made, tmp_path / "stopped", How(jobs=1, progress=stop))
    partial = tmp_path / "stopped.partial"
    kept = sorted(partial.glob("blocks/*.npz"))
    assert len(kept) == 3
    # One bit of a file is wrong, another file is half written.
    content = bytearray(kept[0].read_bytes())
    content[damaged_at] ^= 1
    kept[0].write_bytes(content)
    kept[1].write_bytes(kept[1].read_bytes()[:200])
    ran: list[PointsBlock] = []
    original = PointsPlan.do

    def watched(plan: Any, block: PointsBlock, threads: int) -> Any:
        ran.append(block)
        return original(plan, block, threads)

    monkeypatch.setattr(PointsPlan, "do", watched)
    run_sweep(made, tmp_path / "stopped", How(jobs=1))
    assert [block.number for block in ran] == [0, 1, 3, 4]
    assert tables(tmp_path / "stopped") == tables(tmp_path / "whole")
    assert not partial.exists()


def test_other_settings_do_not_go_on_with_what_was_begun(tmp_path: Path) -> None:
    made = experiment(tmp_path, SWEEP, "sweep")

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(InterruptedRunError):
        run_sweep(made, tmp_path / "out", How(progress=stop))
    with pytest.raises(RunError, match="other settings"):
        run_sweep(made.with_runs(5, None), tmp_path / "out")


def test_a_contradictory_point_is_told_before_anything_runs(tmp_path: Path) -> None:
    text = SWEEP.replace("[6, 12, 24]", "[1, 12]")  # twelve specialists at one site
    with pytest.raises(ScenarioError) as told:
        experiment(tmp_path, text, "sweep")
    (one,) = told.value.mistakes
    assert str(one) == (
        f"{tmp_path / 'experiment.yaml'}:10: programme.caseload_limit: found a point with 12 "
        "people at a site with a caseload of 1, so 12 specialists; allowed: at most 8 specialists "
        "at a site."
    )


def test_a_contradictory_point_is_a_row_with_its_reason(tmp_path: Path) -> None:
    made = experiment(tmp_path, SWEEP.replace("[6, 12, 24]", "[6, 12]"), "sweep")
    name = "programme.caseload_limit"
    made = replace(made, factors=(Factor(name, (name,), "", "", ((1,), (12,))), made.factors[1]))
    done = run_sweep(made, tmp_path / "out")
    failure = column(tmp_path / "out" / "runs.parquet", "failure")
    assert all("at most 8 specialists at a site" in text for text in failure[:8])
    assert failure[8:] == [""] * 8
    assert column(tmp_path / "out" / "runs.parquet", "weeks_worked")[:8] == [None] * 8
    assert set(done.failures) == {0, 1}
    found = [row for row in rows(tmp_path / "out" / "points.csv") if row["point"] == "0"]
    assert {(row["runs"], row["failed"], row["mean"]) for row in found} == {("0", "4", "")}


def test_a_run_that_fails_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = sweep_plan(experiment(tmp_path, SWEEP, "sweep"))
    (block,) = plan.blocks()
    whole = plan.do(block, 1)
    original = driver.execute_many

    def failing(scenarios: Any, which: Any, parameters: Any, runs: Any, *rest: Any) -> Any:
        if any(
            scenarios[int(one)].programme.caseload_limit == 12 for one in which[runs.replicate == 2]
        ):
            raise ZeroDivisionError("division by zero")
        return original(scenarios, which, parameters, runs, *rest)

    monkeypatch.setattr(driver, "execute_many", failing)
    broken = plan.do(block, 1)
    failed = [row for row, text in enumerate(broken["failure"]) if text]
    assert failed == [2 * 4 + 2, 3 * 4 + 2]
    assert set(broken["failure"][failed].tolist()) == {"ZeroDivisionError: division by zero"}
    kept = [row for row in range(24) if row not in failed]
    assert np.array_equal(broken["totals"][:, kept], whole["totals"][:, kept])


def test_draws_are_crossed_with_points(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="draws must be 1 or more"):
        sweep_plan(replace(experiment(tmp_path, SWEEP, "sweep"), draws=0))


# Reading back


def test_design_and_runs_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    made = experiment(tmp_path, SWEEP, "sweep")
    run_sweep(made, tmp_path / "out")
    stored = read_points(tmp_path / "out")
    assert stored.names == made.targets
    assert stored.design[1] == ("6", "unlimited")
    assert stored.figures.shape[1:] == (6, 4)
    design = tmp_path / "out" / "design.csv"
    text = design.read_text()
    for changed in (
        text.replace("1,6,unlimited", "1,6,13"),
        text.replace("5,24,unlimited\n", ""),
    ):
        design.write_text(changed)
        with pytest.raises(RunError, match=r"not as it was written: design\.csv was changed"):
            read_points(tmp_path / "out")
    # Someone who changes the checksums too is found out by the runs.
    manifest = tmp_path / "out" / "manifest.json"
    said_of_itself = json.loads(manifest.read_text())
    digits = hashlib.sha256(design.read_bytes()).hexdigest()
    said_of_itself["tables"]["design.csv"] = digits
    manifest.write_text(json.dumps(said_of_itself))
    with pytest.raises(RunError, match="another design"):
        read_points(tmp_path / "out")
    said_of_itself["design_sha256"] = digits
    manifest.write_text(json.dumps(said_of_itself))
    with pytest.raises(RunError, match="has 5 points, and 6 were run"):
        read_points(tmp_path / "out")


def test_the_manifest_tells_what_was_done(tmp_path: Path) -> None:
    made = experiment(tmp_path, SWEEP, "sweep")
    run_sweep(made, tmp_path / "out", How(command=["ips-sim", "sweep"]))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["kind"] == "sweep"
    assert manifest["experiment"]["title"] == "A test"
    assert set(manifest["tables"]) == {"design.csv", "runs.parquet", "points.csv"}
    assert manifest["points"] == 6


def test_a_result_can_be_made_again(tmp_path: Path) -> None:
    text = SWEEP + "goal:\n  maximise: weeks_worked\n"
    made = experiment(tmp_path, text, "sweep").with_runs(9, 3)
    run_sweep(made, tmp_path / "out")
    done = CliRunner().invoke(app, ["rerun", str(tmp_path / "out"), "--no-report"])
    assert done.exit_code == 0, done.output
    assert "the same tables" in done.output
    assert tables(tmp_path / "out-rerun") == tables(tmp_path / "out")


# Goals


def means_of(values: list[float], noise: list[list[float]], name: str = "gain") -> PointMeans:
    residual = np.array(noise)
    return PointMeans(
        name,
        "",
        np.array(values),
        residual,
        np.ones(residual.shape, bool),
        np.array(values)[:, None],
    )


def judged(goal: Goal, **means: PointMeans) -> list[tuple[str, str]]:
    return [(one.verdict, one.bounds) for one in judge(goal, means)]


def test_only_differences_that_chance_cannot_explain_count() -> None:
    # Points 0 and 1 share their noise, so a small difference is a sure one; 2 has noise of its own.
    gain = means_of([1.0, 0.99, 0.98], [[0.05, -0.05], [0.05, -0.05], [-0.05, 0.05]])
    assert judged(Goal("gain", True, ()), gain=gain) == [
        ("best", "yes"),
        ("worse", "yes"),
        ("tied", "yes"),
    ]
    assert judged(Goal("gain", False, ()), gain=gain)[2] == ("best", "yes")


def test_a_bound_is_kept_broken_or_in_doubt() -> None:
    gain = means_of([3.0, 2.0, 1.0], [[0.0, 0.0]] * 3)
    cost = means_of([10.0, 5.0, 4.9], [[0.0, 0.0], [0.2, -0.2], [0.0, 0.0]], "cost")
    goal = Goal("gain", True, (Bound("cost", None, 5.0),))
    assert judged(goal, gain=gain, cost=cost) == [
        ("outside", "no"),
        ("best", "perhaps"),
        ("worse", "yes"),
    ]
    only_bounds = Goal("", True, (Bound("cost", None, 5.0),))
    assert [one for one, _ in judged(only_bounds, cost=cost)] == ["outside", "tied", "tied"]


def test_points_without_figures_are_no_candidates() -> None:
    gain = means_of([np.nan, 2.0], [[0.0, 0.0]] * 2)
    assert [one for one, _ in judged(Goal("gain", True, ()), gain=gain)] == ["failed", "best"]
    nowhere = Goal("gain", True, (Bound("gain", 9.0, None),))
    assert [one for one, _ in judged(nowhere, gain=gain)] == ["failed", "outside"]


def test_the_best_region_is_a_table_and_told(tmp_path: Path) -> None:
    text = (
        SWEEP + "goal:\n  maximise: weeks_worked\n  where:\n    employed_ever: {at_least: 0.01}\n"
    )
    path = written(tmp_path, text)
    done = CliRunner().invoke(
        app, ["sweep", str(path), "--out", str(tmp_path / "out"), "--jobs", "1"]
    )
    assert done.exit_code == 0, done.output
    assert "goal: largest time in competitive work, 0.01 ≤ had a competitive job" in done.output
    found = rows(tmp_path / "out" / "region.csv")
    assert found[0]["verdict"] == "best"
    assert float(found[0]["difference"]) == 0.0
    assert len(found) == 6
    assert "best region:" in done.output


# Figures and JSON


def test_figures_are_drawn_alike_each_time(tmp_path: Path) -> None:
    path = written(tmp_path, SWEEP)
    for name in ("one", "two"):
        done = CliRunner().invoke(app, ["sweep", str(path), "--out", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
    drawn = {
        path.name: path.read_bytes() for path in sorted((tmp_path / "one" / "figures").iterdir())
    }
    assert {f"{name}-{kind}.svg" for name in ("weeks-worked", "employed-ever")
            for kind in ("curves", "map")} <= set(drawn)  # fmt: skip
    assert drawn == {
        path.name: path.read_bytes() for path in sorted((tmp_path / "two" / "figures").iterdir())
    }


def test_free_designs_and_lists_are_drawn_too(tmp_path: Path) -> None:
    free = FREE.replace("points: 64", "points: 16\nreplicates: 1\noutcomes: [weeks_worked]")
    one_by_one = SWEEP.replace("design: grid", "design: list").replace("[6, 12, 24]", "[6, 12]")
    for name, text, figure in (("free", free, "along"), ("list", one_by_one, "curves")):
        path = written(tmp_path / name, text)
        done = CliRunner().invoke(app, ["sweep", str(path), "--out", str(tmp_path / name / "out")])
        assert done.exit_code == 0, done.output
        assert (tmp_path / name / "out" / "figures" / f"weeks-worked-{figure}.svg").exists()


def test_json_for_other_programs(tmp_path: Path) -> None:
    path = written(tmp_path, SWEEP)
    arguments = ["sweep", str(path), "--out", str(tmp_path / "out"), "--json", "--no-report"]
    done = CliRunner().invoke(app, arguments)
    said: Mapping[str, Any] = json.loads(done.stdout)
    assert [one["values"]["programme.support_limit_weeks"] for one in said["points"]] == [
        0,
        "unlimited",
    ] * 3
    assert not (tmp_path / "out" / "figures").exists()
    assert Path(said["folder"]) == tmp_path / "out"
