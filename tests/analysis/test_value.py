"""A value analysis from scenarios to tables, small."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import ips_sim
from ips_sim.analysis.value.budget import budget_rows
from ips_sim.analysis.value.cheers import checklist
from ips_sim.analysis.value.folder import (
    KIND,
    priced_again,
    repriced,
    shown_lines,
    value_to_folder,
)
from ips_sim.analysis.value.plan import (
    MOST_CHANCE,
    ValuePlan,
    longest_fitted_weeks,
    make_value_plan,
    value_plan_from_json,
)
from ips_sim.analysis.value.result import Value, base_displacement, work_out
from ips_sim.cli import app
from ips_sim.economics.costs import discount_factors
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import How
from ips_sim.runs.kinds import plan_again
from ips_sim.runs.work import MemoryStore

SMALL = {"design.people": 20, "design.weeks": 60}
SCENARIOS = ("ips", "without_benefits_planning", "traditional")


def plan(**asked: Any) -> ValuePlan:
    small: dict[str, Any] = {
        "overrides": SMALL,
        "draws": 6,
        "replicates": 3,
        "variants": False,
    }
    return make_value_plan(SCENARIOS, **small | asked)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Value, Path]:
    folder = tmp_path_factory.mktemp("value") / "out"
    made = value_to_folder(plan(variants=True), folder, How(jobs=1, finish=KIND.finish))
    return made, folder


def _harmed_table(folder: Path) -> None:
    table = folder / "quantities.parquet"
    table.write_bytes(table.read_bytes()[:500])


def _harmed_manifest(key: str, value: object) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        said.pop(key)
        (folder / "manifest.json").write_text(
            json.dumps(said if value is GONE else said | {key: value}), encoding="utf-8"
        )

    return harm


GONE = object()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_harmed_table, "quantities.parquet was changed since it was written"),
        (lambda folder: (folder / "draws.parquet").unlink(), "draws.parquet is missing"),
        (_harmed_manifest("scenarios", GONE), "can't be run again: it has no 'scenarios'"),
        (_harmed_manifest("scenarios", [1]), "manifest.json can't be run again"),
        (_harmed_manifest("variants", {}), "the fit itself, '', is always among them"),
        (_harmed_manifest("draws", 10**9), "has other runs than"),
        (_harmed_manifest("replicates", "x"), "manifest.json is no whole manifest: replicates"),
    ],
)
def test_of_a_damaged_result_nothing_is_priced(
    done: tuple[Value, Path], tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    folder = shutil.copytree(done[1], tmp_path / "harmed")
    harm(folder)
    with pytest.raises(RunError) as told:
        priced_again(folder, {"prices.specialist_year_usd": 61_000.0})
    assert said in str(told.value)


def test_the_last_is_the_reference_unless_somebody_names_one() -> None:
    assert plan().names[plan().reference] == "Traditional services"
    assert plan(reference="ips").reference == 0


def test_what_is_not_possible_is_said() -> None:
    with pytest.raises(RunError, match="'socety' is not known.*perhaps 'society'"):
        plan(perspective="socety")
    with pytest.raises(RunError, match="effect 'weeks' is not known"):
        plan(effect="weeks")
    beyond = {"design.weeks": longest_fitted_weeks() + 1}
    with pytest.raises(RunError, match="longer than the .* weeks that a trial"):
        plan(overrides=beyond)
    assert plan(overrides=beyond, extrapolate=True).is_beyond_trials
    with pytest.raises(RunError, match="need the same design.kind"):
        make_value_plan(["ips", "open_programme"])
    with pytest.raises(RunError, match="name a scenario"):
        make_value_plan([])


def test_a_plan_is_read_back() -> None:
    for replicates in (3, None):
        asked = plan(perspective="society", effect="qalys", replicates=replicates)
        assert value_plan_from_json(json.loads(json.dumps(asked.as_json()))) == asked


def test_tables_do_not_depend_on_workers(done: tuple[Value, Path], tmp_path: Path) -> None:
    made, folder = done
    value_to_folder(made.plan, tmp_path / "again", How(jobs=2))
    for path in (tmp_path / "again").iterdir():
        if path.suffix in (".csv", ".parquet"):
            assert path.read_bytes() == (folder / path.name).read_bytes(), path.name
    kind, again = plan_again(folder)
    assert (kind.name, again) == ("value", made.plan)


def test_other_prices_need_no_run_and_give_what_a_run_gives(
    done: tuple[Value, Path], tmp_path: Path
) -> None:
    own = {"prices.specialist_year_usd": 61_000}
    kind, asked = repriced(done[1], own)
    kind.run(asked, tmp_path / "repriced", How(jobs=1))
    value_to_folder(plan(variants=True, overrides=SMALL | own), tmp_path / "run", How(jobs=1))
    for name in ("icers.csv", "budget.csv", "evpi.csv", "draws.parquet", "chance.csv"):
        assert (tmp_path / "repriced" / name).read_bytes() == (
            tmp_path / "run" / name
        ).read_bytes(), name
    before, after = (
        [float(row["mean"]) for row in csv.DictReader(path.open()) if row["item"] == "specialists"]
        for path in (done[1] / "budget.csv", tmp_path / "repriced" / "budget.csv")
    )
    assert all(new < old for old, new in zip(before, after, strict=True))
    with pytest.raises(RunError, match="programme.caseload_limit changes what happens"):
        priced_again(done[1], {"programme.caseload_limit": 30})


def called(*said: object) -> tuple[int, str]:
    """Call the command, and give its exit code and what it printed."""
    found = CliRunner().invoke(app, ["value", *map(str, said)])
    return found.exit_code, found.output


def test_a_finished_result_is_priced_and_seen_otherwise_by_command(
    done: tuple[Value, Path], tmp_path: Path
) -> None:
    made, folder = done
    out = tmp_path / "society"
    new = ["--set", "prices.inpatient_day_usd=900", "--perspective", "society", "--effect", "qalys"]
    assert called(folder, *new, "--out", out, "--no-report")[0] == 0
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["perspective"], manifest["effect"]) == ("society", "qalys")
    prices = list(csv.DictReader((out / "prices.csv").open()))
    assert {row["value"] for row in prices if row["key"] == "inpatient_day_usd"} == {"900.0"}
    again = ips_sim.value(folder, overrides={"prices.inpatient_day_usd": 900.0})
    assert len(again.draws) == made.plan.draws * 3 * 4 * 3 * 3
    for said, why in (
        (("--draws", "20"), "--draws needs other runs"),
        (("--set", "design.weeks=20"), "design.weeks changes what happens"),
        (("--set", "prices"), "--set is written as KEY=VALUE, found 'prices'"),
        (("--reference", "nobody"), "reference 'nobody' is not known"),
    ):
        code, text = called(folder, *said, "--out", tmp_path / "not")
        assert code == 2, text
        assert why in text
    assert not (tmp_path / "not").exists()


def test_costs_and_effects_are_discounted_by_year_and_per_person(done: tuple[Value, Path]) -> None:
    priced = done[0].priced[0]
    weeks = priced.counted[0]["weeks_worked"] * discount_factors(2, 0.03) / 20
    np.testing.assert_allclose(
        priced.effect("weeks_worked", "society")[:, 0], weeks.sum(axis=1), rtol=1e-12
    )


def test_the_base_case_table_agrees_with_the_draws(done: tuple[Value, Path]) -> None:
    made, folder = done
    import pandas as pd

    draws = pd.read_parquet(folder / "draws.parquet")
    assert set(draws["variant"]) == {"fit", "people_differ", "interest_fades"}
    table = pd.read_csv(folder / "icers.csv")
    table = table[table["displacement_share"] == base_displacement()]
    keys = ["variant", "perspective", "effect", "strategy"]
    mean = draws.rename(columns={"effect": "brought", "effect_name": "effect"})
    mean = mean.groupby(keys)[["cost", "brought"]].mean()
    joined = table.set_index(keys).join(mean, rsuffix="_of_draws")
    np.testing.assert_allclose(joined["cost"], joined["cost_of_draws"], rtol=1e-12)
    np.testing.assert_allclose(joined["effect_mean"], joined["brought"], rtol=1e-12)
    assert {"government", "society"} <= set(table["perspective"])
    assert made.plan.names[made.plan.reference] in set(table["strategy"])


def test_curves_and_information_agree_with_each_other(done: tuple[Value, Path]) -> None:
    made = done[0]
    probability, best = made.curves
    np.testing.assert_allclose(probability.sum(axis=1), 1.0)
    assert probability.shape == (len(made.thresholds), 3)
    certain = probability.max(axis=1) == 1
    np.testing.assert_allclose(made.information[certain], 0, atol=1e-9)
    assert all(one.value >= 0 and one.error >= 0 for one in made.worth)
    assert {one.kind for one in made.worth} == {"parameter", "price", "model"}
    assert len(best) == len(made.thresholds)


def test_a_turning_point_is_where_costs_are_the_same(done: tuple[Value, Path]) -> None:
    made, reference = done[0], done[0].plan.reference
    cost = made.priced[0].cost(made.plan.perspective)
    dearer = made.turning_point(0)[0] - made.programme_cost(reference).mean()
    assert dearer == pytest.approx((cost[:, 0] - cost[:, reference]).mean())


def test_a_region_pays_for_the_people_of_each_year(done: tuple[Value, Path]) -> None:
    made = done[0]
    more = made.increments_by_year(0) / made.priced[0].discount * made.plan.people_per_year
    impact = made.budget_impact(0)
    np.testing.assert_allclose(impact[:, 0], more[:, 0])
    np.testing.assert_allclose(impact[:, -1], more.sum(axis=1))


def test_a_budget_adds_up_and_asks_what_there_is_to_spend() -> None:
    asked = make_value_plan(
        ["ips"],
        overrides=SMALL | {"budget.usd_per_year": 200_000},
        draws=2,
        replicates=1,
        variants=False,
    )
    made = work_out(asked, MemoryStore(), How(jobs=1))
    rows = {(row.section, row.item, row.year): row for row in budget_rows(made)}
    parts = sum(
        row.mean
        for (section, item, year), row in rows.items()
        if (section, year) == ("spending", 1) and item != "total"
    )
    total = rows["spending", "total", 1].mean
    assert parts == pytest.approx(total)
    assert rows["income", "left", 1].mean == pytest.approx(200_000 - total)
    served = rows["people", "people_served", 1].mean
    assert rows["ratio", "people_served", 1].mean == pytest.approx(total / served)
    assert rows["posts", "places", 1].mean == pytest.approx(20 * rows["posts", "posts", 1].mean)
    assert any("Cost per person served" in str(line) for line in shown_lines(made))


def test_where_nobody_is_served_nothing_is_shared_out() -> None:
    asked = make_value_plan(
        ["services/no_additional_services"],
        overrides=SMALL,
        draws=2,
        replicates=1,
        variants=False,
    )
    made = work_out(asked, MemoryStore(), How(jobs=1))
    assert "ratio" not in {row.section for row in budget_rows(made)}
    assert not any("nan" in " ".join(line) for line in shown_lines(made))


def test_replicates_are_added_until_chance_is_small_or_there_are_enough(tmp_path: Path) -> None:
    asked = plan(draws=8, replicates=None)
    made = value_to_folder(asked, tmp_path / "out", How(jobs=1))
    assert made.replicates > 8
    assert plan_again(tmp_path / "out")[1] == asked
    again, same = priced_again(tmp_path / "out", {})
    assert again.replicates == same.replicates == made.replicates
    np.testing.assert_array_equal(same.gain, made.gain)
    assert set(made.chance) == {"cost", "effect", "net benefit"}
    assert max(made.chance.values()) <= MOST_CHANCE or made.replicates == 64


def test_pages_name_perspective_price_year_reference_and_ranges(done: tuple[Value, Path]) -> None:
    folder = done[1]
    page = (folder / "report.html").read_text(encoding="utf-8")
    for said in (
        "perspective government",
        "US dollars of 2025",
        "Reference: Traditional",
        "CHEERS",
    ):
        assert said in page
    assert "Cost per week worked" in (folder / "budget.html").read_text(encoding="utf-8")
    assert (folder / "figures" / "plane.svg").is_file()


def test_the_checklist_has_28_items_and_says_what_was_not_done(done: tuple[Value, Path]) -> None:
    rows = checklist(done[0])
    assert [number for number, _, _ in rows] == list(range(1, 29))
    assert "Not done." in {answer for _, _, answer in rows}


def test_sentences_say_where_the_answer_turns(done: tuple[Value, Path]) -> None:
    said = "\n".join(line for line in shown_lines(done[0]) if isinstance(line, str))
    assert "IPS is cheaper where the programme of Traditional services costs more than $" in said
    assert "In the structural variant people_differ:" in said
    assert "of the variance between draws" in said
