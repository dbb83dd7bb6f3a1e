"""Chance has its order and its place: worlds share it, and nothing else decides."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ips_sim.model import luck
from ips_sim.model.agents import IPSModel
from ips_sim.model.compiled.execute import SteppedSite, decisions_of, execute
from ips_sim.model.philox import Kind, uniforms
from ips_sim.model.results import Runs
from ips_sim.model.world import STRIDES, calendar, entry_week, site_size, visiting_order
from tests.model.builders import differing, drawn, run, runs, scenario, weeks_of

# The position of a decision is its place in the random stream.  A new decision goes to the end of
# its list, here as there; anywhere else it would hand everyone somebody else's luck.
ORDER: dict[Any, tuple[str, ...]] = {
    luck.Luck: (
        "symptoms",
        "relapse",
        "admission",
        "hospital_stay",
        "leaving_site",
        "enrolment",
        "steering",
        "steered_weeks",
        "dropout",
        "coming_back",
        "benefits_plan",
        "own_search",
        "own_employer",
        "own_offer",
        "contact",
        "contact_employer",
        "contact_offer",
        "acceptance",
        "temporary",
        "temporary_weeks",
        "problem",
        "problem_kind",
        "solution",
        "ending",
        "ending_kind",
        "lay_off",
        "reporting",
        "better_employer",
        "agreed_closing",
        "lead",
        "carving",
        "first_review",
        "hold_up",
        "use",
        "home",
        "child_care",
        "school_application",
        "school_dropout",
    ),
    luck.StartLuck: (
        "age",
        "any_work_history",
        "work_history",
        "finding",
        "keeping",
        "symptoms",
        "substance_use",
        "legal_history",
        "benefit",
        "benefit_fear",
        "interest",
        "disclosure",
        "preferred_kind",
        "preferred_hours",
        "prefers_days",
        "travel_limit",
        "prefers_people",
        "working_already",
        "finding_again",
        "in_relapse",
        "importance_of_wishes",
        "first_employer",
        "first_tenure",
        "ever_worked",
        "worked_past_year",
        "studied_past_year",
        "years_ill",
        "psychotic",
        "physical_limits",
        "cognitive_limits",
        "in_remission",
        "cares_for_children",
        "months_served",
        "housed",
        "has_transport",
        "assistance",
        "must_take_part",
        "assistance_months",
        "child_care",
        "duties",
        "duty_weeks",
        "held",
        "held_weeks",
        "on_leave",
        "leave_weeks",
        "leave_employer",
        "school_goal",
        "school_only",
    ),
    luck.PlaceLuck: ("opening", "hidden", "filling", "hidden_filling", "telling"),
    luck.PlaceStartLuck: (
        "kind",
        "hours",
        "days",
        "distance",
        "people",
        "wage",
        "openness",
        "vacancies",
        "size",
        "credential",
    ),
    luck.StaffLuck: ("leaving", "skill", "book", "first_call"),
    luck.SiteLuck: ("labour_market", "other_help", "staff_skill", "finding", "keeping", "term"),
}


@pytest.mark.parametrize("kind", ORDER)
def test_decisions_keep_their_order(kind: Any) -> None:
    assert kind._fields == ORDER[kind]


def test_every_kind_of_luck_is_held() -> None:
    kinds = {
        kind
        for kind in vars(luck).values()
        if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")
    }
    assert kinds == set(ORDER)


@pytest.mark.parametrize("kind", ORDER)
def test_luck_is_even_unless_a_test_says_otherwise(kind: Any) -> None:
    assert set(kind()) == {0.5}


# Where each thing's luck comes from


def test_agents_are_dealt_the_numbers_of_their_place() -> None:
    world = scenario("ips", design={"people": 100, "sites": 4, "entry_weeks": 5})
    seed, replicate, site = 77, 3, 2
    size = site_size(world, site)
    model = IPSModel(world, seed=seed, replicate=replicate, site=site)
    for _ in range(16):  # beyond the weeks that are drawn at once
        model.step()
        week = model.week
        places: list[tuple[Any, Kind, int]] = [
            (model.seekers, Kind.SEEKER, size.first_person),
            (model.employers, Kind.EMPLOYER, size.first_employer),
            (model.specialists, Kind.SPECIALIST, site * 8),
        ]
        for agents, thing, first in places:
            decisions = len(agents[0].luck)
            numbers = uniforms(seed, replicate, week, thing, first, len(agents), decisions)
            here = [
                (list(agent.luck), row)
                for agent, row in zip(agents, numbers.tolist(), strict=True)
                if getattr(agent, "entry_week", 0) <= week
            ]
            assert here
            assert all(mine == row for mine, row in here)


def test_a_site_run_again_alone_gives_the_same_people() -> None:
    world = scenario("ips", design={"people": 75, "sites": 4, "weeks": 30})
    together = run(world, replicates=3, seed=5)
    for index in (0, 5, 10, 11):
        alone = Runs(*(one[index : index + 1] for one in _parts(together.runs)))
        again = execute(world, drawn(), alone, 5)
        start, end = together.offsets[index : index + 2]
        assert differing(together.people[start:end], again.people) == set()
        assert together.weekly[index].tobytes() == again.weekly[0].tobytes()


def _parts(asked: Runs) -> tuple[Any, Any, Any]:
    return asked.draw, asked.replicate, asked.site


def test_people_are_the_same_however_many_sites_there_are() -> None:
    """Numbered across sites: person 60 of 100 is the same at any site, but for what sites give."""
    still = {
        name: 0.0
        for name in (
            "site_spread_of_finding",
            "site_spread_of_keeping",
            "site_spread_of_labour_market",
            "site_spread_of_other_help",
            "site_spread_of_staff_skill",
        )
    }
    people = []
    for sites in (1, 4):
        world = scenario("ips", design={"people": 100, "sites": sites, "entry_weeks": 1})
        parameters = drawn(**still)
        people.append(
            np.concatenate(
                [SteppedSite(world, parameters, 5, site=k).seekers for k in range(sites)]
            )
        )
    assert differing(*people) == set()


def test_seeds_replicates_and_sites_are_other_people() -> None:
    world = scenario("ips", design={"people": 40, "sites": 2})
    kinds = [
        SteppedSite(world, drawn(), 1).seekers,
        SteppedSite(world, drawn(), 2).seekers,
        SteppedSite(world, drawn(), 1, replicate=1).seekers,
        SteppedSite(world, drawn(), 1, site=1).seekers,
        SteppedSite(world, drawn(), 2**32 + 1).seekers,  # both halves of the seed count
    ]
    ages = np.concatenate([one["age_years"] for one in kinds])
    assert len(np.unique(ages)) == len(ages)


# Two worlds share all chance


def test_draws_of_parameters_share_chance() -> None:
    """The number of a draw is no part of the key: equal parameters give equal people."""
    world = scenario("ips", design={"people": 30, "weeks": 30})
    parameters = np.concatenate([drawn(problem_odds=0.2), drawn()])
    asked = runs(2)
    other = Runs(np.ones_like(asked.draw), asked.replicate, asked.site)
    one = execute(world, drawn(), asked, 3)
    assert differing(one.people, execute(world, parameters, other, 3).people) == set()
    assert differing(one.people, execute(world, parameters, asked, 3).people) != set()


# What a person brings, and what happens to illness, before any programme has a say in it.
BEYOND_EVERY_LEVER = (
    "entry_week",
    "age_years",
    "work_history_weeks",
    "ease_of_finding",
    "ease_of_keeping",
    "record_on_paper",
    "ever_worked",
    "worked_past_year",
    "studied_past_year",
    "years_ill",
    "psychotic",
    "physical_limits",
    "cognitive_limits",
    "substance_use",
    "in_remission",
    "cares_for_children",
    "legal_history",
    "months_served",
    "housed",
    "has_transport",
    "discloses",
    "interest_at_entry",
    "lasting_symptoms",
    "symptoms",
    "in_relapse",
    "weeks_in_relapse",
    "prefers_days",
    "travel_limit",
    "prefers_people",
    "importance_of_wishes",
    "benefit_at_entry",
    "weeks_since_entry",
    "weeks_observed",
)


def test_fields_that_no_lever_reaches_are_equal_in_all_worlds_throughout() -> None:
    worlds = [
        scenario("ips"),
        scenario("traditional"),
        scenario("ips", programme={"caseload_limit": 0}),
        scenario("ips", programme={"employer_contacts_per_week": 20.0, "outreach_share": 0.0}),
    ]
    for weeks in zip(*(weeks_of(world, seed=3) for world in worlds), strict=True):
        first = weeks[0]
        for other in weeks[1:]:
            different = differing(first.seekers, other.seekers)
            assert not different & set(BEYOND_EVERY_LEVER), f"week {first.week}"
    # The worlds are different ones, or this would say nothing.
    assert {"service", "jobs_held", "interest", "alliance"} <= different


def test_vacancies_open_and_are_filled_by_others_as_they_would_have() -> None:
    """With nobody from the programme at work, employers live the same life in every world."""
    worlds = [
        scenario("ips", programme={"caseload_limit": 0}),
        scenario("traditional", programme={"enrolment_share": 0.0}),
    ]
    for one, other in zip(*(weeks_of(world, own_offer_odds=0.0) for world in worlds), strict=True):
        # Only what a team knows of them is the team's.
        assert differing(one.employers, other.employers) <= {"team_trust"}


def test_a_scenario_against_itself_differs_by_exactly_nothing() -> None:
    for name in ("ips", "traditional"):
        one, other = (run(scenario(name), replicates=5, seed=2) for _ in range(2))
        assert differing(one.people, other.people) == set()
        assert one.weekly.tobytes() == other.weekly.tobytes()


# Who goes first


@given(week=st.integers(1, 2000), count=st.integers(1, 500))
def test_everyone_is_visited_exactly_once_a_week(week: int, count: int) -> None:
    first, stride = visiting_order(week, count)
    assert Counter((first + k * stride) % count for k in range(count)) == Counter(range(count))


def test_strides_are_prime_to_any_number_of_people() -> None:
    assert len(set(STRIDES)) == len(STRIDES)
    for stride in STRIDES:
        assert stride > 10_000_000 // 100  # far more than a site holds
        divisors = np.arange(2, int(stride**0.5) + 1)
        assert (stride % divisors).all()


def test_who_goes_first_changes_from_week_to_week() -> None:
    for count in (2, 23, 100, 250, 500):
        starts = [visiting_order(week, count)[0] for week in range(1, 79)]
        assert len(set(starts)) >= min(count, 78) // 2
        assert all(one != other for one, other in zip(starts, starts[1:], strict=False))


@given(people=st.integers(1, 500), entry_weeks=st.integers(1, 520))
def test_people_enter_in_order_and_in_time(people: int, entry_weeks: int) -> None:
    weeks = [entry_week(row, people, entry_weeks) for row in range(people)]
    assert weeks == sorted(weeks)
    assert weeks[0] == 1
    assert weeks[-1] <= entry_weeks
    assert max(Counter(weeks).values()) - people / entry_weeks < 1


def test_calendar_of_an_open_programme_counts_after_the_warm_up() -> None:
    world = scenario("ips", design={"kind": "open_programme", "weeks": 20, "warm_up_weeks": 7})
    weeks = calendar(world)
    assert (weeks.weeks_to_run, weeks.rows, weeks.warm_up_weeks) == (27, 20, 7)


@pytest.mark.parametrize(
    ("people", "left_out"),
    [
        ({}, ("hold_up", "use", "home", "child_care", "school_application", "school_dropout")),
        ({"homes_lost_per_year": 0.1}, ("school_application", "school_dropout")),
        ({"school_goal_share": 0.1}, ()),
    ],
)
def test_what_nothing_can_come_of_is_not_drawn(
    people: dict[str, float], left_out: tuple[str, ...]
) -> None:
    world = scenario("ips", people=people)
    assert luck.Luck._fields[decisions_of([world]) :] == left_out
    assert luck.Luck._fields[decisions_of([scenario("ips"), world]) :] == left_out
