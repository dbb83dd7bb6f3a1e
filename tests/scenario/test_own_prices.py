"""Own prices, posts and budgets in scenario files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ips_sim.economics.prices import index_ratio, prices_of, unit_costs_of
from ips_sim.model.world import full_time_posts
from ips_sim.scenario import ScenarioError, load_scenario
from ips_sim.scenario.resolve import as_mapping, resolve_scenario


def written(folder: Path, text: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(f"title: Own\nbased_on: ips.yaml\n{text}", encoding="utf-8")
    return path


def test_a_price_is_in_its_own_year_and_currency(tmp_path: Path) -> None:
    text = """prices:
  price_year: 2019
  specialist_year_usd: 61000
  inpatient_day_usd: {value: 950, price_year: 2023, currency: GBP, usd_per_unit: 1.25}
  overhead_share: 0.3
"""
    scenario = load_scenario(written(tmp_path, text))
    costs = unit_costs_of(scenario)
    assert costs["specialist_year_usd"].value == pytest.approx(61000 * index_ratio(2019, 2025))
    care = 950 * 1.25 * index_ratio(2023, 2025, "medical care")
    assert costs["inpatient_day_usd"].value == pytest.approx(care)
    assert costs["overhead_share"].value == 0.3
    assert costs["inpatient_day_usd"].low == costs["inpatient_day_usd"].high
    assert prices_of(scenario).inpatient_day_usd == costs["inpatient_day_usd"].value
    assert load_scenario(as_mapping(scenario)) == scenario


def test_without_own_prices_a_scenario_is_written_as_ever() -> None:
    assert not {"prices", "budget"} & set(as_mapping(load_scenario("ips")))


def test_a_price_of_another_file_keeps_its_year(tmp_path: Path) -> None:
    written(tmp_path, "prices: {price_year: 2019, specialist_year_usd: 61000}\n")
    above = tmp_path / "above.yaml"
    above.write_text(
        "title: A\nbased_on: own.yaml\nprices: {price_year: 2023, benefits_plan_usd: 5}\n"
    )
    prices = load_scenario(above).prices
    assert prices["specialist_year_usd"].price_year == 2019
    assert prices["benefits_plan_usd"].price_year == 2023


def test_prices_are_set_by_overrides_too() -> None:
    scenario = load_scenario("ips", {"prices.specialist_year_usd": 70_000})
    assert unit_costs_of(scenario)["specialist_year_usd"].value == 70_000


def test_posts_of_a_cohort_are_those_of_the_budget(tmp_path: Path) -> None:
    path = written(tmp_path, "budget: {posts: 2.5, usd_per_year: 150000}\n")
    resolved = resolve_scenario(path)
    assert full_time_posts(resolved.scenario) == 2.5
    assert resolved.origins["budget.posts"].line == 3


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("prices: 3\n", 3, "allowed: a mapping of unit costs to numbers"),
        ("prices:\n  price_year: 1990\n", 4, "found 1990; allowed: a year from 2001 to"),
        ("prices:\n  specialist_yer_usd: 1\n", 4, "Did you mean specialist_year_usd (US doll"),
        ("prices:\n  inpatient_day_usd: -950\n", 4, "allowed: a number from 0 to 100,000 (money"),
        ("prices:\n  overhead_share: 30\n", 4, "found 30; allowed: a number from 0 to 3 (share"),
        ("prices:\n  utility_stable: high\n", 4, "found the text 'high'; allowed: a number"),
        ("prices:\n  mileage_usd_per_mile: {value: 1, currency: EUR}\n", 4, "an exchange rate"),
        ("prices:\n  usd_per_unit: 2\n", 3, "found 2 US dollars for a US dollar"),
        ("prices:\n  overhead_share: {value: 0.1, price_year: 2020}\n", 4, "of what is no price"),
        ("budget:\n  usd: 3\n", 4, "found an unknown key; allowed: posts, usd_per_year"),
        ("budget:\n  posts: none\n", 4, "allowed: a number from 0.1 to 100,000 (posts)"),
        ("budget:\n  posts: 40\n", 4, "raise design.sites to at least 5"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(written(tmp_path, text))
    (mistake,) = caught.value.mistakes
    assert mistake.line == line
    assert said in str(mistake)


def test_posts_of_an_open_programme_stand_in_its_design() -> None:
    with pytest.raises(ScenarioError, match=r"staffed by design\.specialists_per_site"):
        load_scenario("open_programme", {"budget.posts": 4})
