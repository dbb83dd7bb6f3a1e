"""Events against the outcomes of the same people."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from ips_sim.model.turns import turns_of
from ips_sim.runs.folder import run_to_folder
from ips_sim.runs.how import How

LIVELY = {
    "design.people": 24,
    "design.weeks": 52,
    "design.sites": 2,
    "programme.sheltered_share": 0.3,
    "programme.sheltered_weeks": 10,
    "programme.preparation_weeks": 4,
    "programme.close_after_weeks_without_work": 30,
    "programme.transfer_after_weeks_worked": 12,
    "place.vacancies_per_employer_per_year": 30.0,
    "people.relapses_per_year": 2.0,
    "place.temporary_share": 0.5,
    "parameters.temporary_job_mean_weeks": 6.0,
    "parameters.weight_something_better": 0.4,
    "parameters.better_offer_odds": 0.4,
    "parameters.problem_odds": 0.25,
}
PERSON = ["scenario", "replicate", "person"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from ips_sim.runs.plan import make_plan

    plan = make_plan(["ips"], draws=1, replicates=4, events=True, overrides=LIVELY)
    return run_to_folder(plan, tmp_path_factory.mktemp("events") / "out").folder


@pytest.fixture(scope="module")
def events(folder) -> pd.DataFrame:
    return pq.read_table(folder / "events.parquet").to_pandas()


@pytest.fixture(scope="module")
def people(folder) -> pd.DataFrame:
    return pq.read_table(folder / "people.parquet").to_pandas().set_index(PERSON)


def times(events: pd.DataFrame, people: pd.DataFrame, kind: str) -> np.ndarray:
    """How often something happened to each person."""
    counts = events[events["event"] == kind].groupby(PERSON).size()
    return counts.reindex(people.index, fill_value=0).to_numpy()


def test_everyone_enters_once_in_their_first_week(events, people):
    assert (times(events, people, "entered") == 1).all()
    assert set(events.loc[events["event"] == "entered", "week"]) == {1}


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("job_started", "employed_ever"),
        ("dropped_out", "dropped_out"),
        ("transferred", "transferred"),
        ("sheltered_started", "weeks_sheltered"),
        ("first_contact", "employer_contacts"),
        ("started_preparation", "weeks_preparing"),
    ],
)
def test_an_event_happened_to_whom_the_outcome_says(events, people, kind: str, outcome: str):
    happened = times(events, people, kind) > 0
    assert happened.any()
    assert not happened.all() or kind == "started_preparation"
    assert np.array_equal(happened, people[outcome].to_numpy() > 0)


def test_jobs_start_as_often_as_held_and_end_unless_held_still(events, people):
    started, ended = (times(events, people, kind) for kind in ("job_started", "job_ended"))
    assert np.array_equal(started, people["jobs_held"].to_numpy())
    assert np.array_equal(started - ended, people["employed_at_end"].to_numpy().astype(int))
    assert set(events.loc[events["event"] == "job_ended", "cause"]) >= {"quit", "dismissed"}
    assert set(events.loc[events["event"] != "job_ended", "cause"]) == {""}


def test_first_jobs_start_in_the_week_after_the_whole_weeks_to_them(events, people):
    first = events[events["event"] == "job_started"].groupby(PERSON)["week"].min()
    found = people["weeks_to_first_job"].dropna()
    assert (first.reindex(found.index) - 1 == found).all()


def test_a_job_ends_before_the_next_one_starts(events):
    """At every event a person has at most one job; a straight move ends it and starts another."""
    jobs = events[events["event"].isin(["job_started", "job_ended"])]
    moves = short = 0
    for _, mine in jobs.groupby([*PERSON, "site"]):
        kinds = mine["event"].tolist()
        assert kinds == ["job_started", "job_ended"] * (len(kinds) // 2) + (
            ["job_started"] if len(kinds) % 2 else []
        )
        weeks = mine["week"].tolist()
        for at in range(1, len(kinds)):
            if weeks[at] == weeks[at - 1]:
                moves += kinds[at] == "job_started"
                short += kinds[at] == "job_ended"
    assert moves > 2 and short > 0


def fields(**changes):
    from ips_sim.model.entities import JobSeekerFields

    return JobSeekerFields(**changes)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        # A straight move, one that ends in the same week as the person leaves for good,
        # a job of one week, and the loss of the only job.
        ({"work": 3, "jobs_held": 1}, {"work": 3, "jobs_held": 2, "endings_quit": 1}, "quit start"),
        (
            {"work": 3, "jobs_held": 1, "service": 3},
            {"work": 0, "jobs_held": 2, "endings_quit": 1, "service": 8},
            "quit start none gone",
        ),
        ({}, {"jobs_held": 1, "endings_temporary": 1}, "start temporary"),
        ({}, {"jobs_held": 1, "service": 8}, "start none gone"),
        ({"work": 3, "jobs_held": 1}, {"jobs_held": 1, "endings_laid_off": 1}, "laid_off"),
        ({"work": 3, "jobs_held": 1}, {"jobs_held": 1, "service": 8}, "none gone"),
        ({"work": 1}, {"work": 3, "jobs_held": 1}, "sheltered_ended start"),
    ],
)
def test_the_turns_of_a_week_stand_in_its_order(before, after, told):
    turns = turns_of(fields(**before), fields(**after))
    names = {"job_started": "start"}
    said = [
        turn.cause.name.lower() if turn.name == "job_ended" else names.get(turn.name, turn.name)
        for turn in turns
    ]
    assert said == told.split()


def test_events_stand_by_run_week_and_person(events):
    keys = events[["replicate", "site"]].drop_duplicates()
    assert len(keys) == 4 * 2
    for _, run in events.groupby(["replicate", "site"], sort=False):
        for _, person in run.groupby("person"):
            assert person["week"].is_monotonic_increasing


def test_watching_changes_nothing(folder, tmp_path):
    from ips_sim.runs.plan import make_plan

    plain = run_to_folder(
        make_plan(["ips"], draws=1, replicates=4, overrides=LIVELY), tmp_path / "plain"
    ).folder
    for name in ("people.parquet", "runs.parquet", "weekly.parquet", "summary.csv"):
        assert (folder / name).read_bytes() == (plain / name).read_bytes()
    assert not (plain / "events.parquet").exists()


def test_agents_and_arrays_tell_the_same_events(tmp_path):
    from ips_sim.runs.plan import make_plan

    written = [
        run_to_folder(
            make_plan(["ips"], draws=1, replicates=1, events=True, overrides=LIVELY, driver=driver),
            tmp_path / driver,
            How(jobs=1),
        ).folder
        for driver in ("compiled", "mesa")
    ]
    compiled, mesa = ((one / "events.parquet").read_bytes() for one in written)
    assert compiled == mesa
