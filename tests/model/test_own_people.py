"""People whom a user brings: what is given is so in both drivers, and the rest is as drawn."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from ips_sim.model.agents import IPSModel
from ips_sim.model.arrays import GIVEN, given_people
from ips_sim.model.compiled.execute import SteppedSite
from ips_sim.model.entities import Benefit
from ips_sim.scenario import Scenario, load_scenario
from ips_sim.scenario.schema import PersonRow
from tests.model.builders import differing, drawn, run

ROWS: list[dict[str, Any]] = [
    {"age_years": 20.0, "benefit": "cliff", "benefit_fear": 0.9, "interest": 0.2},
    {"discloses": True},
    {"work_history_weeks": 70.0, "worked_past_year": True},
    {"ever_worked": False},
    {
        "age_years": 60.0,
        "work_history_weeks": 0.0,
        "ever_worked": True,
        "studied_past_year": True,
        "years_ill": 40.0,
        "psychotic": False,
        "physical_limits": True,
        "cognitive_limits": True,
        "symptoms": 0.9,
        "substance_use": True,
        "in_remission": True,
        "cares_for_children": True,
        "legal_history": False,
        "months_served": 3.0,
        "housed": False,
        "has_transport": False,
        "benefit": "none",
        "interest": 1.0,
        "preferred_hours": 40.0,
        "discloses": False,
    },
]
FIELDS = {"symptoms": "lasting_symptoms", "interest": "interest_at_entry"}


def with_rows(
    rows: Sequence[Mapping[str, object]], base: str = "ips", **design: object
) -> Scenario:
    sizes = {f"design.{name}": value for name, value in ({"people": 23} | design).items()}
    return load_scenario(base, {"people.rows": rows, **sizes})


@pytest.mark.parametrize("base", ["ips", "traditional"])
def test_both_drivers_agree_in_every_field_of_every_week(base: str):
    of = with_rows(ROWS, base, sites=2, weeks=30)
    for site in (0, 1):
        mesa = IPSModel(of, seed=5, site=site)
        compiled = SteppedSite(of, drawn(), 5, site=site)
        for week in range(mesa.calendar.weeks_to_run + 1):
            here = mesa.snapshot()
            for kind in ("seekers", "specialists", "employers", "relationships", "site"):
                assert differing(here[kind], getattr(compiled, kind)) == set(), (week, kind)
            assert here["weekly"].tobytes() == compiled.weekly.tobytes(), week
            if week < mesa.calendar.weeks_to_run:
                mesa.step()
                compiled.step()


def test_what_is_given_is_so_for_each_person_of_every_site():
    of = with_rows(ROWS, sites=2)
    numbers = 0
    for site in (0, 1):
        for seeker in SteppedSite(of, drawn(), 1, site=site).seekers:
            row = ROWS[numbers % len(ROWS)]
            for name, value in row.items():
                said = Benefit[value.upper()] if isinstance(value, str) else value
                assert seeker[FIELDS.get(name, name)] == said, (numbers, name)
            numbers += 1
    assert numbers == of.design.people


def test_what_is_not_given_is_drawn_as_ever():
    """A row that says one thing changes that, and what follows from it, and no other draw."""
    ages = [{"age_years": 20.0}]
    plain = SteppedSite(with_rows([]), drawn(), 1).seekers
    given = SteppedSite(with_rows(ages), drawn(), 1).seekers
    # Nobody has been ill for longer than a life allows.
    assert differing(plain, given) == {"age_years", "years_ill", "record_on_paper"}
    assert (given["years_ill"] <= 6.0).all()


def test_benefit_and_fear_belong_together():
    plain = SteppedSite(with_rows([]), drawn(), 1).seekers
    without = SteppedSite(with_rows([{"benefit": "none"}]), drawn(), 1).seekers
    assert set(plain["benefit"].tolist()) == {0, 1, 2}
    assert set(without["benefit_fear"].tolist()) == {0.0}
    some = SteppedSite(with_rows([{"benefit": "cliff"}]), drawn(), 1).seekers
    # Who was drawn without a benefit and is given one has a fear of it too, drawn like the others'.
    assert (some["benefit_fear"] > 0.0).all()
    had = plain["benefit"] != Benefit.NONE
    assert some["benefit_fear"][had].tobytes() == plain["benefit_fear"][had].tobytes()
    feared = SteppedSite(with_rows([{"benefit_fear": 0.8}]), drawn(), 1).seekers
    assert feared["benefit_fear"].tolist() == [0.8 if gets else 0.0 for gets in had]


def test_record_that_employers_read_is_that_of_the_given_person():
    young = {
        "age_years": 25.0,
        "work_history_weeks": 200.0,
        "worked_past_year": True,
        "studied_past_year": False,
        "years_ill": 3.0,
        "psychotic": True,
        "physical_limits": False,
        "substance_use": False,
    }
    same = [{**young, "legal_history": False}]
    record = SteppedSite(with_rows(same), drawn(), 1).seekers["record_on_paper"]
    assert len(set(record.tolist())) == 1
    burdened = [{**young, "legal_history": True}]
    other = SteppedSite(with_rows(burdened), drawn(), 1).seekers["record_on_paper"]
    assert (other < record).all()


def test_a_history_that_is_given_outlives_what_was_drawn():
    """Who was drawn as never having worked has, where a history is given."""
    never = {"people.no_recent_work_share": 1.0, "people.worked_before_share": 0.0}
    rows = [{"work_history_weeks": 70.0}, {"preferred_hours": 30.0}]
    of = load_scenario("ips", never | {"people.rows": rows, "design.people": 20})
    seekers = SteppedSite(of, drawn(), 1).seekers
    assert seekers["work_history_weeks"].tolist() == [70.0, 0.0] * 10
    assert seekers["ever_worked"].tolist() == [True, False] * 10
    assert seekers["preferred_hours"][1::2].tolist() == [30.0] * 10


def test_interest_counts_as_it_stands_where_a_work_goal_is_required():
    for required in (True, False):
        of = with_rows([{"interest": 0.1}], work_goal_required=required)
        assert set(SteppedSite(of, drawn(), 1).seekers["interest"].tolist()) == {0.1}


def test_fewer_people_than_a_round_of_rows_and_more():
    ages = [{"age_years": float(20 + number)} for number in range(5)]
    for people in (5, 7, 12):
        of = with_rows(ages, people=people, sites=3)
        found = run(of).people["age_years"]
        assert found.tolist() == [20.0 + number % 5 for number in range(people)]


def test_numbers_of_a_row():
    (row,) = given_people([PersonRow(age_years=31, benefit="tapered", discloses=False)])
    said = {name: row[name].item() for name in GIVEN.names or ()}
    assert (said.pop("age_years"), said.pop("benefit"), said.pop("discloses")) == (31.0, 1.0, 0.0)
    assert all(map(math.isnan, said.values()))
    (blank,) = given_people([])
    assert np.isnan(blank.tolist()).all()


def test_every_column_has_a_field():
    assert list(PersonRow.model_fields) == list(GIVEN.names or ())
