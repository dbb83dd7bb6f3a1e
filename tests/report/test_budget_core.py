"""The budget in short: its figures are those of the tables, and its parts add up."""

import numpy as np
import pytest

from ips_sim.economics.prices import unit_costs_of
from ips_sim.report.budget_core import budget_core
from ips_sim.report.folder import read_result
from ips_sim.scenario import as_mapping, load_scenario
from tests.report.made_up import PEOPLE, REPLICATES, WEEKS, write_folder, write_manifest


def figures(folder) -> dict[str, list[float]]:
    """Rows of the sheet, as numbers."""
    rows = budget_core(read_result(folder))
    return {
        label: [float(one.partition(" of ")[0].replace(",", "")) for one in values]
        for label, values in rows
    }


def test_the_sheet_says_what_the_tables_say(tmp_path):
    lives = write_folder(tmp_path / "made")
    found = figures(tmp_path / "made")
    posts = PEOPLE * 1.5 / 37.5
    assert found["Full-time posts that these people use, of those there are"] == pytest.approx(
        [posts, posts], abs=0.05
    )
    assert found["People served"] == [PEOPLE, PEOPLE]
    came = [people["employed_ever"].sum() / REPLICATES for people, _ in lives.values()]
    assert found["of those served came to competitive work"] == pytest.approx(came, abs=0.5)
    spent, each, left, medicaid, milestones = (
        np.array(next(values for label, values in found.items() if label.startswith(said)))
        for said in (
            "The programme spends",
            "for each person served",
            "of it from",
            "Medicaid's",
            "Mile",
        )
    )
    np.testing.assert_allclose(spent, left + medicaid + milestones, atol=200)
    np.testing.assert_allclose(each, spent / PEOPLE, atol=60)
    year = unit_costs_of(load_scenario("ips"))["specialist_year_usd"].value
    # Supervisors, overhead and the rest come on top of posts.
    assert (spent > 1.2 * posts * year * WEEKS / 52).all()


def test_without_people_or_of_an_open_programme_there_is_none(tmp_path):
    write_folder(tmp_path / "made")
    (tmp_path / "made" / "people.parquet").unlink()
    assert not budget_core(read_result(tmp_path / "made"))
    write_folder(tmp_path / "open", ("IPS",))
    opened = as_mapping(load_scenario("open_programme", {"design.weeks": WEEKS}))
    write_manifest(tmp_path / "open", {"IPS": {**opened, "title": "IPS"}})
    assert not budget_core(read_result(tmp_path / "open"))
