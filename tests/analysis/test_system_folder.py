"""Systems run: windows counted as quarters are, the same from any number of threads."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ips_sim.analysis.systems.counting import COUNTS, SITE_FIGURES
from ips_sim.analysis.systems.folder import (
    KIND,
    WINDOWS,
    make_system_plan,
    run_system,
    sentences,
    shares_in_bands,
    system_plan_from_json,
)
from ips_sim.analysis.systems.running import SystemResult
from ips_sim.analysis.systems.system import Picture, load_system
from ips_sim.model.quarters import by_quarter
from ips_sim.model.results import Runs
from ips_sim.model.rules.counting import Weekly
from ips_sim.report.drawing import drawn_all
from ips_sim.report.system_figures import system_figures
from ips_sim.runs.how import How
from ips_sim.runs.work import MemoryStore
from ips_sim.shown.aligned import WIDEST

SMALL = """\
title: Small
window_weeks: 13
same_sites: true
groups:
  alone: {scenario: stay.yaml, sites: 4, set: {design.people: 40, design.weeks: 39,
    design.warm_up_weeks: 20}}
  together: {scenario: open_programme, sites: 4, reviews: true, set: {design.people: 80,
    design.sites: 2, design.sites_per_area: 2, design.weeks: 39, design.warm_up_weeks: 20}}
differ:
  programme.caseload_limit: {low: 20, high: 30}
reviews: {first_week: 15, every_weeks: 26, toward: ips, found_share: 1.0, moved_share: 0.5,
  measured_sites: 1}
time_out: {hours_per_week: 20.0, lost_per_programme_hour: 0.5}
draws: 2
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("system") / "small.yaml"
    # Who moves away within a quarter is served in it, but no longer there when quarters end.
    stay = "title: Stay\nbased_on: open_programme\nparameters: {leaving_site_per_week: 0.0001}\n"
    path.with_name("stay.yaml").write_text(stay)
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="module")
def made(file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[SystemResult, Path]:
    folder = tmp_path_factory.mktemp("made") / "small"
    return run_system(make_system_plan(load_system(file)), folder), folder


def test_windows_of_a_quarter_are_counted_as_quarters_are(
    file: Path, made: tuple[SystemResult, Path]
) -> None:
    from ips_sim.analysis.systems.sites import site_scenario
    from ips_sim.model.compiled.execute import execute_many

    system = made[0].system
    group = system.groups[0]
    scenarios = [site_scenario(system, group, site) for site in range(4)]
    zeros = np.zeros(4, np.int64)
    runs = Runs(zeros, np.arange(4), zeros)
    plan = make_system_plan(system)
    result = execute_many(scenarios, np.arange(4), plan.parameters[0], runs, system.seed)
    quarters = by_quarter(result.weekly)
    counts = made[0].counts[0][..., 0]
    for name, column in (
        ("served", Weekly.SERVED_IN_QUARTER),
        ("employed_served", Weekly.EMPLOYED_IN_QUARTER),
        ("stays_ended", Weekly.PLACES_LEFT),
        ("staff_hours", Weekly.STAFF_HOURS),
    ):
        mine = counts[COUNTS.index(name)].T
        assert np.allclose(mine, quarters[..., column]), name


def test_tables_hold_every_group_window_and_site(made: tuple[SystemResult, Path]) -> None:
    import pandas as pd

    result, folder = made
    windows, sites = pd.read_csv(folder / WINDOWS), pd.read_parquet(folder / "sites.parquet")
    assert set(windows["group"]) == {"alone", "together"} and set(windows["window"]) == {1, 2, 3}
    assert len(sites) == 2 * 4 * 3 * 2
    assert len(pd.read_csv(folder / "programmes.csv")) == 8
    names = [one.name for one in SITE_FIGURES]
    served = sites.query("group == 'alone' and window == 2")["served"]
    mean = windows.query("group == 'alone' and window == 2 and figure == 'served'")["mean"]
    assert np.isclose(mean.iloc[0], served.mean()) and "served" in names
    assert result.of_sites(0).shape == (len(SITE_FIGURES), 3, 4, 2)


def test_fidelity_stands_where_a_review_measured_it(made: tuple[SystemResult, Path]) -> None:
    import pandas as pd

    result, folder = made
    sites = pd.read_parquet(folder / "sites.parquet")
    (found,) = sites.dropna(subset="fidelity").to_dict("records")
    where = {name: found[name] for name in ("group", "site", "draw", "replicate", "window")}
    assert where == {"group": "together", "site": 0, "draw": 0, "replicate": 0, "window": 2}
    assert 25 <= found["fidelity"] <= 125
    windows = pd.read_csv(folder / WINDOWS).query("figure == 'fidelity'")
    assert windows[["group", "window", "mean"]].to_numpy().tolist() == [
        ["together", 2, found["fidelity"]]
    ]
    assert np.isnan(result.fidelity[0]).all()


def test_people_are_told_apart_by_whether_there_is_a_programme(tmp_path: Path) -> None:
    path = tmp_path / "mixed.yaml"
    path.write_text(
        "title: Mixed\nwindow_weeks: 13\ngroups:\n"
        "  mixed: {scenario: systems/region, sites: 10, others: systems/region_alone,"
        " others_in_area: 7, set: {design.people: 100, design.weeks: 26}}\ndraws: 1\n"
    )
    from ips_sim.analysis.systems.running import run_sites_of

    counts = run_sites_of(make_system_plan(load_system(path)), MemoryStore()).counts[0]
    there = counts[COUNTS.index("with_programme"), 0, :, 0]
    elsewhere = counts[COUNTS.index("without_programme"), 0, :, 0]
    assert there.tolist() == 3 * [10.0] + 7 * [0.0]
    assert elsewhere.tolist() == 3 * [0.0] + 7 * [10.0]
    assert counts[COUNTS.index("served"), 0, 3:, 0].sum() == 0
    worked = ("employed_with_programme", "employed_without_programme")
    both = sum(counts[COUNTS.index(name)] for name in worked)
    assert np.array_equal(both, counts[COUNTS.index("employed")])


def test_threads_change_nothing(file: Path, made: tuple[SystemResult, Path]) -> None:
    from ips_sim.analysis.systems.running import run_sites_of

    plan = make_system_plan(load_system(file))
    again = run_sites_of(plan, MemoryStore(), How(jobs=2))
    for one, other in zip(made[0].counts, again.counts, strict=True):
        assert one.tobytes() == other.tobytes()


def test_a_manifest_brings_the_plan_back(file: Path) -> None:
    plan = make_system_plan(load_system(file))
    assert system_plan_from_json(plan.as_json()) == plan
    assert KIND.name == plan.as_json()["kind"]


def test_sites_are_sorted_into_bands() -> None:
    shares = np.array([[[0.2], [0.31], [0.45], [np.nan]]])
    found = {name: float(one[0, 0]) for name, one in shares_in_bands(shares).items()}
    third = pytest.approx(1 / 3)
    assert found == {
        "sites_below_minimal_share": third,
        "sites_minimal_share": third,
        "sites_average_share": third,
        "sites_excellent_share": 0.0,
    }


@pytest.mark.parametrize("picture", ["before_and_after", "quarters", "saturation"])
def test_every_picture_is_drawn(picture: Picture, made: tuple[SystemResult, Path]) -> None:
    result = replace(made[0], system=replace(made[0].system, picture=picture))
    (drawn,) = drawn_all(system_figures(result))
    assert not drawn.error and drawn.picture and drawn.picture.narrow and drawn.picture.is_full


def test_what_a_person_sees(made: tuple[SystemResult, Path]) -> None:
    lines = KIND.shown(made[0])
    assert max(map(len, lines)) <= WIDEST
    assert "Worked competitively, of people served" in lines
    assert any(line.startswith("alone") for line in lines)
    assert KIND.as_json(made[0])["windows"]


@pytest.mark.parametrize("picture", ["before_and_after", "quarters", "saturation"])
def test_where_there_is_nobody_no_share_is_told(
    picture: Picture, made: tuple[SystemResult, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = replace(made[0], system=replace(made[0].system, picture=picture))
    assert "worked in the last 13 weeks" in sentences(result)[0]
    for name in ("mean", "of_draws"):
        nobody = np.full_like(getattr(result, name)(0), np.nan)
        monkeypatch.setattr(SystemResult, name, lambda self, number, nobody=nobody: nobody)
    assert "there were no people" in sentences(result)[0]
