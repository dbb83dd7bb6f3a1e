"""What holds in every world at every week, whatever the values.

All weeks of a world are held to a law at once: a table's first axis are the weeks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from ips_sim.evidence.parameters import load_parameters
from ips_sim.model import arrays
from ips_sim.model.compiled.execute import SteppedSite, execute
from ips_sim.model.entities import Benefit, Problem, Service, Tier, Work
from ips_sim.model.rules.counting import STATUSES, Weekly
from ips_sim.model.rules.labour_market import MOST_VACANCIES
from ips_sim.model.world import calendar
from ips_sim.scenario import shipped
from ips_sim.scenario.changes import phases
from ips_sim.scenario.schema import Scenario
from tests.mangling import how_many
from tests.model.builders import (
    drawn,
    ranges,
    run,
    runs,
    scenario,
    special_scenarios,
    weeks_to_run,
)
from tests.model.test_identity import any_world

NEARLY = 1e-9
"""Hours may be off by this much, because sums of numbers are rounded."""

HOURS = [
    Weekly.HOURS_TROUBLE,
    Weekly.HOURS_NEW_JOB,
    Weekly.HOURS_SEARCH,
    Weekly.HOURS_EMPLOYER_CONTACT,
    Weekly.HOURS_KEEP_IN_TOUCH,
    Weekly.HOURS_SCHOOL,
]
ENDINGS = ("endings_quit", "endings_dismissed", "endings_temporary", "endings_laid_off")

TABLES = ("seekers", "specialists", "employers", "relationships", "site")

Moment = dict[str, Any]
"""Tables after a week, and the weekly figures until then."""
Weeks = dict[str, Any]
"""Tables after each of several weeks, shape (weeks, rows)."""


def lived_weeks(world: Scenario, seed: int, parameters: arrays.Array | None = None) -> Weeks:
    """Copies of all tables after each week, week 0 first, and the weekly figures at the end."""
    stepped = SteppedSite(world, drawn() if parameters is None else parameters, seed)
    count = weeks_to_run(world) + 1
    lived = {}
    for name in TABLES:
        table = getattr(stepped, name)
        lived[name] = np.empty((count, len(table)), table.dtype)
    while True:
        for name in TABLES:
            # As plain memory, which is copied fast.
            table, memory = getattr(stepped, name), f"V{lived[name].dtype.itemsize}"
            lived[name][stepped.week].view(memory)[...] = table.view(memory)
        if stepped.week == count - 1:
            return lived | {"weekly": stepped.weekly}
        stepped.step()


def moments(world: Scenario, seed: int) -> Iterator[Moment]:
    """Everything after each week, week 0 first."""
    lived = lived_weeks(world, seed)
    for week in range(len(lived["site"])):
        yield {name: lived[name][week] for name in TABLES} | {"weekly": lived["weekly"]}


def of_rows(table: Any, here: Any, rows: Any) -> Any:
    """Records in the rows that stand where something is the case, each of its own week."""
    weeks, _ = np.nonzero(here)
    return table[weeks, rows[here]]


def is_one_of(values: Any, *among: int) -> Any:
    """Which values are among a few; NumPy's own `isin` takes ten times as long for so few."""
    return np.logical_or.reduce([values == one for one in among])


def on_caseload(seekers: arrays.Array) -> Any:
    return is_one_of(seekers["service"], Service.PREPARING, Service.SERVED)


def endings(seekers: arrays.Array) -> Any:
    return sum(seekers[name] for name in ENDINGS)


# Laws of the end of each week


def standing_makes_sense(now: Weeks) -> None:
    """Whoever has a place has a specialist, whoever waits a ticket, and nobody else either."""
    seekers = now["seekers"]
    placed = on_caseload(seekers)
    assert ((seekers["specialist_row"] >= 0) == placed).all()
    assert (seekers["specialist_row"] < now["specialists"].shape[1]).all()
    assert ((seekers["ticket"] >= 0) == (seekers["service"] == Service.WAITING)).all()
    tickets = np.sort(seekers["ticket"], axis=1)
    assert ((tickets[:, 1:] != tickets[:, :-1]) | (tickets[:, 1:] < 0)).all()
    assert (seekers["tier"][~placed] == Tier.NONE).all()
    for name in ("hours_needed", "hours_received", "school_hours_needed", "school_hours"):
        assert (seekers[name][~placed] == 0).all()
    for name, kind in (("service", Service), ("work", Work), ("tier", Tier), ("benefit", Benefit)):
        assert set(np.unique(seekers[name]).tolist()) <= set(kind)
    set_aside = is_one_of(seekers["work"], Work.SHELTERED, Work.TRANSITIONAL)
    assert (seekers["service"][set_aside] == Service.SERVED).all()
    for name in ("weeks_to_review", "refusals", "applications", "warnings"):
        assert (seekers[name] >= 0).all()
    # Only a problem at work brings a warning, and it goes with the problem.
    assert (seekers["problem"][seekers["warned"]] != Problem.NONE).all()
    # Whoever works has lost no job since.
    working = seekers["work"] == Work.COMPETITIVE
    assert (seekers["weeks_since_loss"] >= -1).all()
    assert (seekers["weeks_since_loss"][working] == -1).all()
    # A benefit that was left is gone for good.
    left = seekers["left_benefits"]
    assert (seekers["benefit"][left] == Benefit.NONE).all()
    assert (seekers["benefit_at_entry"][left] != Benefit.NONE).all()
    kept = seekers["benefit"] == seekers["benefit_at_entry"]
    assert kept[~left].all()


def nobody_has_two_jobs(now: Weeks, had_one: Any) -> None:
    """A competitive job has one employer, hours and a wage; without one there is nothing of it."""
    seekers = now["seekers"]
    working = seekers["work"] == Work.COMPETITIVE
    assert ((seekers["employer_row"] >= 0) == working).all()
    assert (seekers["employer_row"] < now["employers"].shape[1]).all()
    assert (seekers["problem"][~working] == Problem.NONE).all()
    for name in ("job_hours", "job_wage_usd", "tenure_weeks", "preferences_met"):
        assert (seekers[name][~working] == 0).all()
    # Every job but the one held now has ended, by leaving the site if not in another way.
    gone = seekers["service"] == Service.GONE
    over = seekers["jobs_held"] - endings(seekers)
    assert (over[~gone] == working[~gone]).all()
    assert is_one_of(over[gone], 0, 1).all()
    assert not working[gone].any()
    taken = seekers["vacancies_taken"] + seekers["hidden_vacancies_taken"]
    # A job that somebody had at the start, or was on leave from, was never open.
    assert (taken == seekers["jobs_held"] - had_one - seekers["returned_from_leave"]).all()
    assert (seekers["jobs_found_by_specialist"] <= seekers["jobs_held"]).all()


def wages_are_legal(now: Weeks, world: Scenario) -> None:
    seekers, employers = now["seekers"], now["employers"]
    working = seekers["work"] == Work.COMPETITIVE
    lowest = world.place.minimum_wage_usd_per_hour
    assert (employers["wage_usd"] >= lowest).all()
    assert (seekers["job_wage_usd"][working] >= lowest).all()
    paid = seekers["job_wage_usd"][working]
    offered = of_rows(employers["wage_usd"], working, seekers["employer_row"])
    assert (paid >= offered).all()
    plain = ~seekers["has_credential"][working]
    assert (paid[plain] == offered[plain]).all()


def school_makes_sense(now: Weeks) -> None:
    """Nobody is at school without having wanted to be, and no term lasts longer than a life."""
    seekers = now["seekers"]
    at_school, wanted = seekers["in_school"], seekers["wants_school"] | seekers["has_credential"]
    assert (wanted | ((seekers["enrolments"] == 0) & (seekers["weeks_enrolled"] == 0))).all()
    assert seekers["wants_school"][at_school | seekers["has_school_place"]].all()
    assert not (at_school & seekers["has_school_place"]).any()
    assert not (at_school & (seekers["service"] == Service.GONE)).any()
    assert (seekers["term_weeks_left"][~at_school] == 0).all()
    assert not (seekers["has_credential"] & seekers["wants_school"]).any()
    assert (seekers["weeks_enrolled"] <= seekers["weeks_observed"]).all()
    assert (seekers["wants_work"] | seekers["wants_school"]).all()
    assert ((seekers["weeks_to_enrolment"] >= 0) == (seekers["enrolments"] > 0)).all()
    assert (seekers["weeks_to_enrolment"] <= seekers["weeks_since_entry"]).all()
    assert (seekers["school_dropouts"] <= seekers["enrolments"]).all()
    assert (seekers["terms_finished"] <= seekers["weeks_enrolled"]).all()


def shares_are_shares(now: Weeks) -> None:
    seekers = now["seekers"]
    for name in (
        "interest",
        "interest_at_entry",
        "symptoms",
        "lasting_symptoms",
        "alliance",
        "benefit_fear",
        "cut_shock",
        "work_skill",
        "preferences_met",
    ):
        values = seekers[name]
        assert ((values >= 0) & (values <= 1)).all(), (name, values.min(), values.max())
    for table, name in (
        ("relationships", "trust"),
        ("employers", "team_trust"),
        ("employers", "reticence"),
        ("employers", "openness"),
        ("specialists", "trouble_met"),
        ("specialists", "new_job_met"),
        ("specialists", "search_met"),
        ("specialists", "keep_met"),
    ):
        values = now[table][name]
        assert ((values >= 0) & (values <= 1)).all(), (name, values.min(), values.max())


def vacancies_are_never_owed(now: Weeks) -> None:
    for name in ("vacancies", "hidden_vacancies"):
        assert (now["employers"][name] >= 0).all()
        assert (now["employers"][name] <= MOST_VACANCIES).all()


def visits_are_remembered(now: Weeks) -> None:
    """Nobody is known who was never seen, and no visit lies ahead."""
    ties, week = now["relationships"], now["site"]["week"]
    assert (ties["visits"] >= 0).all()
    assert ((ties["last_week"] >= 0) & (ties["last_week"] <= week)).all()
    assert (ties["visits"][(ties["last_week"] == week) & (week > 0)] > 0).all()


def hours_are_never_overspent(now: Weeks, world: Scenario, parameters: arrays.Array) -> None:
    """What a specialist hands out, and what is left idle, are the hours there are."""
    posts, week = now["specialists"], now["site"]["week"] - calendar(world).warm_up_weeks
    phase = np.searchsorted([one.first_week for one in phases(world)], np.maximum(week, 0), "right")
    office_share, employer_contacts = (
        np.array([getattr(one.programme, name) for one in phases(world)])[phase - 1]
        for name in ("office_share", "employer_contacts_per_week")
    )
    office = posts["paid_hours"] * office_share
    parts = posts["client_hours"] + posts["meeting_hours"] + posts["travel_hours"] + office
    assert (abs(parts - posts["paid_hours"]) <= NEARLY).all()
    contacts = posts["contact_hours_each"] * posts["searching"] + posts["book_hours"]
    handed_out = (
        posts["trouble_needed"] * posts["trouble_met"]
        + posts["new_job_needed"] * posts["new_job_met"]
        + posts["search_needed"] * posts["search_met"]
        + contacts
        + posts["keep_needed"] * posts["keep_met"]
    )
    assert (abs(handed_out + posts["idle_hours"] - posts["client_hours"]) <= NEARLY).all()
    aimed = posts["full_time_share"] * employer_contacts
    most = aimed * parameters["most_contacts_over_target"][0]
    assert (contacts <= most * parameters["hours_per_employer_contact"][0] + NEARLY).all()
    assert (posts["book_visits"] <= most + 1).all()
    for name in (
        "trouble_needed",
        "new_job_needed",
        "search_needed",
        "keep_needed",
        "searching",
        "contact_chance",
        "contact_hours_each",
        "book_hours",
        "book_visits",
        "idle_hours",
        "travel_hours",
        "meeting_hours",
    ):
        assert (posts[name] >= 0).all(), name


def nobody_works_in_an_empty_post(now: Weeks) -> None:
    posts = now["specialists"]
    empty = posts["vacant_weeks_left"] > 0
    assert (posts["vacant_weeks_left"] >= 0).all()
    for name in (
        "paid_hours",
        "client_hours",
        "meeting_hours",
        "travel_hours",
        "idle_hours",
        "contact_hours_each",
        "book_hours",
        "book_visits",
    ):
        assert (posts[name][empty] == 0).all(), name


def nobody_gets_more_than_asked_for(now: Weeks) -> None:
    seekers = now["seekers"]
    assert (seekers["hours_received"] <= seekers["hours_needed"]).all()
    assert (seekers["hours_received"] >= 0).all()
    assert (seekers["school_hours"] <= seekers["school_hours_needed"]).all()
    assert (seekers["school_hours"] >= 0).all()


# Laws of a week


def places_are_not_overfilled(before: Weeks, now: Weeks) -> None:
    posts = now["specialists"]
    # A change that lowers the limit sends nobody away.
    most = np.maximum(posts["places"], before["specialists"]["caseload"])
    assert (posts["caseload"] <= most).all()
    # Whoever came onto a caseload this week found a free place with somebody at work.
    new = on_caseload(now["seekers"]) & ~on_caseload(before["seekers"])
    joined = of_rows(posts, new, now["seekers"]["specialist_row"])
    assert (joined["vacant_weeks_left"] == 0).all()
    assert (joined["caseload"] <= joined["places"]).all()


def caseloads_are_counted(before: Weeks, now: Weeks) -> None:
    """At least everyone who still has a place at the end of the week had one during it."""
    seekers, caseload = now["seekers"], now["specialists"]["caseload"]
    held = np.zeros_like(caseload)
    placed = on_caseload(seekers)
    np.add.at(held, (np.nonzero(placed)[0], seekers["specialist_row"][placed]), 1)
    # A cohort's people keep their standing after their own follow-up, but nobody counts them.
    present = seekers["weeks_since_entry"] > before["seekers"]["weeks_since_entry"]
    all_count = (present | (seekers["entry_week"] > now["site"]["week"])).all(axis=1)
    assert (held <= caseload)[all_count].all()


def the_gone_never_change(before: Weeks, now: Weeks) -> None:
    gone = before["seekers"]["service"] == Service.GONE
    old, new = before["seekers"][gone], now["seekers"][gone]
    goes_on = {"weeks_since_entry"}  # the calendar
    if not now["site"]["free_places_refilled"].any():
        goes_on.add("staff_hours")  # posts are paid for those who were referred
    for name in arrays.SEEKER.names or ():
        if name not in goes_on:
            assert (old[name] == new[name]).all(), name


def tenure_adds_up(before: Weeks, now: Weeks) -> None:
    """A week of work is a week more in the job held, unless it ended or was exchanged."""
    old, new = before["seekers"], now["seekers"]
    worked = new["weeks_worked"] - old["weeks_worked"]
    assert is_one_of(worked, 0, 1).all()
    carried = old["tenure_weeks"] + worked
    ended = (endings(new) > endings(old)) | (new["service"] == Service.GONE)
    assert (new["tenure_weeks"][~ended] == carried[~ended]).all()
    assert (new["tenure_weeks"][ended] == 0).all()
    # Whoever had a job at the end of last week, and was followed this week, has worked.
    followed = new["weeks_observed"] > old["weeks_observed"]
    employed = old["work"] == Work.COMPETITIVE
    assert (worked[employed & followed] == 1).all()
    assert (new["longest_job_weeks"] >= carried)[worked == 1].all()
    hours = new["hours_worked"] - old["hours_worked"]
    assert (hours[worked == 0] == 0).all()
    assert (new["earnings_usd"][worked == 0] == old["earnings_usd"][worked == 0]).all()


def counts_never_fall(before: Weeks, now: Weeks) -> None:
    stays: tuple[str, ...] = (
        "stays_ended",
        "stay_weeks_ended",
        "quarters_on_caseload",
        "quarters_on_caseload_in_work",
    )
    forgets = now["site"]["warm_up_ends"]  # the programme filled; its stays are forgotten
    followed = now["seekers"]["weeks_observed"] > before["seekers"]["weeks_observed"]
    for name in stays:
        old, new = before["seekers"][name], now["seekers"][name]
        assert ((new >= old) | forgets).all(), name
        assert (new[followed & forgets] == 0).all(), name
    for name in (
        *ENDINGS,
        "weeks_observed",
        "weeks_worked",
        "jobs_held",
        "longest_job_weeks",
        "most_hours",
        "hours_worked",
        "earnings_usd",
        "paid_other_ever",
        "dropped_out_ever",
        "closed_ever",
        "transferred_ever",
        "admitted_ever",
        "weeks_waiting",
        "weeks_preparing",
        "weeks_on_caseload",
        "employer_contacts",
        "applications",
        "refusals",
        "warnings",
        "weeks_in_liked_jobs",
        "weeks_sheltered",
        "weeks_transitional",
        "weeks_in_relapse",
        "hospital_admissions",
        "hospital_days",
        "staff_hours",
        "support_hours",
        "search_hours",
        "benefits_plans",
        "benefits_usd",
        "taxes_usd",
        "left_benefits",
        "problems_met",
        "problems_solved",
        "offers_declined",
        "weeks_enrolled",
        "enrolments",
        "terms_finished",
        "school_dropouts",
        "has_credential",
    ):
        assert (now["seekers"][name] >= before["seekers"][name]).all(), name


def nobody_comes_back_from_nowhere(before: Weeks, now: Weeks, world: Scenario) -> None:
    """Only the steps between standings that the programme knows happen."""
    starts_anew = [
        one.first_week + calendar(world).warm_up_weeks for one in phases(world) if one.referred_anew
    ]
    usual = ~np.isin(now["site"]["week"][:, 0], starts_anew)
    waiting, preparing, served = Service.WAITING, Service.PREPARING, Service.SERVED
    ends = (Service.DISENGAGED, Service.CLOSED, Service.TRANSFERRED, Service.GONE)
    allowed = {
        Service.NOT_YET_REFERRED: {*Service},
        # Admitted, prepared, in a job and out again may all happen within one week.
        waiting: {waiting, preparing, served, *ends},
        preparing: {preparing, served, *ends},
        served: {served, *ends},
        # The care team may refer them, and who gave up a place may ask again.
        Service.NOT_ADMITTED: {Service.NOT_ADMITTED, waiting, Service.GONE},
        Service.DISENGAGED: {Service.DISENGAGED, waiting, Service.GONE},
        Service.CLOSED: {Service.CLOSED, waiting, Service.GONE},
        Service.TRANSFERRED: {Service.TRANSFERRED, waiting, Service.CLOSED, Service.GONE},
        Service.GONE: {Service.GONE},
    }
    old, new = before["seekers"]["service"][usual], now["seekers"]["service"][usual]
    steps = np.unique(np.stack((old.ravel(), new.ravel())), axis=1).T.tolist()
    assert [step for step in steps if step[1] not in allowed[Service(step[0])]] == []


def refusals_are_answers(before: Weeks, now: Weeks) -> None:
    """Nobody is refused who did not ask: alone, or through a specialist's visit."""
    old, new = before["seekers"], now["seekers"]
    refused = new["refusals"] - old["refusals"]
    asked = (new["applications"] - old["applications"]) + (
        new["employer_contacts"] - old["employer_contacts"]
    )
    assert (refused <= asked).all()
    assert is_one_of(new["applications"] - old["applications"], 0, 1).all()
    # Who starts a job, or turns one down, has had another answer.
    started = new["jobs_held"] > old["jobs_held"]
    # Nobody has to be asked for a job that one is on leave from.
    started = started & ~(new["returned_from_leave"] & ~old["returned_from_leave"])
    declined = new["offers_declined"] - old["offers_declined"]
    searched = old["work"] != Work.COMPETITIVE
    assert ((refused + declined + started)[searched] <= asked[searched]).all()


# Laws of a whole run


def weeks_add_up(end: Moment, world: Scenario, sums: "Sums") -> None:
    """People are conserved: each is in exactly one place each week, and weeks add up to those."""
    seekers, weekly = end["seekers"], end["weekly"]
    people = len(seekers)
    open_programme = world.design.kind == "open_programme"
    followed = weekly[:, :STATUSES].sum(axis=1)
    if open_programme:
        first = world.design.warm_up_weeks + 1
        entered = [
            (seekers["entry_week"] <= week).sum()
            for week in range(first, first + world.design.weeks)
        ]
        assert followed.tolist() == entered
    else:
        assert (followed == people).all()
    gone = seekers["service"] == Service.GONE
    lived = seekers["weeks_since_entry"] + 1
    assert (seekers["weeks_observed"][~gone] == lived[~gone]).all()
    assert (seekers["weeks_observed"] <= lived).all()
    assert (
        seekers["weeks_waiting"] + seekers["weeks_on_caseload"] <= seekers["weeks_observed"]
    ).all()
    assert (seekers["weeks_worked"] <= seekers["weeks_observed"]).all()
    assert (seekers["weeks_preparing"] <= seekers["weeks_on_caseload"]).all()
    quarters = seekers["quarters_on_caseload"]
    assert (seekers["quarters_on_caseload_in_work"] <= quarters).all()
    if open_programme:
        return
    stays = seekers["stay_weeks_ended"] + seekers["stay_weeks"]
    # The week in which a place is given up belongs to the stay no more.
    assert (stays == seekers["weeks_on_caseload"]).all()
    assert weekly[:, Weekly.FIRST_JOBS].sum() == (seekers["jobs_held"] > 0).sum()
    for column, name in (
        (Weekly.ON_CASELOAD, "weeks_on_caseload"),
        (Weekly.EMPLOYER_CONTACTS, "employer_contacts"),
        (Weekly.IN_COMPETITIVE_WORK, "weeks_worked"),
    ):
        assert weekly[:, column].sum() == seekers[name].sum(), name
    assert weekly[:, Weekly.FIRST_ENROLMENTS].sum() <= (seekers["enrolments"] > 0).sum()
    book = weekly[:, Weekly.BOOK_VISITS].sum()
    assert book == pytest.approx(sums.book_visits, rel=NEARLY)
    for column, name in (
        (Weekly.STAFF_HOURS, "staff_hours"),
        (Weekly.HOURS_WORKED, "hours_worked"),
        (Weekly.EARNINGS_USD, "earnings_usd"),
    ):
        assert weekly[:, column].sum() == pytest.approx(seekers[name].sum(), rel=NEARLY), name
    # The week in which somebody leaves for good counts for both.
    left = weekly[:, Weekly.GONE].sum() + seekers["weeks_observed"].sum()
    assert left == followed.sum() + gone.sum()


def jobs_add_up(end: Moment, had_one: Any) -> None:
    seekers = end["seekers"]
    found = seekers["jobs_held"] > 0
    assert ((seekers["weeks_to_first_job"] >= 0) == found).all()
    assert ((seekers["weeks_worked"] > 0) == found).all()
    # The weeks that a first job had lasted at the start count with it.
    new = ~had_one
    once = (seekers["jobs_held"] == 1) & new
    for name in ("first_job_weeks", "longest_job_weeks"):
        assert (seekers[name][once] == seekers["weeks_worked"][once]).all()
        assert (seekers[name] <= seekers["weeks_worked"])[new].all()
    assert (seekers["weeks_to_first_job"][had_one] == 0).all()
    assert (seekers["first_job_weeks"] <= seekers["longest_job_weeks"]).all()
    reached = seekers["weeks_to_first_job"] + seekers["weeks_worked"]
    assert (reached[found] <= seekers["weeks_observed"][found]).all()
    assert (seekers["weeks_worked_in_two_years"] <= seekers["weeks_worked"]).all()
    assert (seekers["hours_worked"] <= seekers["weeks_worked"] * seekers["most_hours"] + 1e-6).all()
    assert (seekers["problems_solved"] <= seekers["problems_met"]).all()
    assert (seekers["warnings"] <= seekers["problems_met"]).all()
    assert (seekers["endings_dismissed"] <= seekers["warnings"]).all()
    assert (seekers["weeks_in_liked_jobs"] <= seekers["weeks_worked"]).all()
    assert (seekers["refusals"] <= seekers["applications"] + seekers["employer_contacts"]).all()


USES: dict[str, Callable[[arrays.Array], Any]] = {
    "people and employers": lambda posts: posts["client_hours"] - posts["idle_hours"],
    "team": lambda posts: posts["meeting_hours"],
    "travel": lambda posts: posts["travel_hours"],
    "office": lambda posts: (
        posts["paid_hours"] - posts["client_hours"] - posts["meeting_hours"] - posts["travel_hours"]
    ),
}
"""What the hours of a post are used for, but for those that are idle."""
ON_THE_WAY = {Service.WAITING: "weeks_waiting", Service.PREPARING: "weeks_preparing"}


@dataclass
class Sums:
    """What weeks bring that are counted in the weekly table, added up from people and posts."""

    with_a_job: dict[Service, int]
    without: dict[Service, int]
    paid_hours: float
    idle_hours: float
    used: dict[str, float]
    book_visits: int

    @classmethod
    def of(cls, before: Weeks, now: Weeks, warm_up: int) -> "Sums":
        old, new = before["seekers"], now["seekers"]
        followed = new["weeks_observed"] > old["weeks_observed"]
        posts, site = now["specialists"], now["site"]
        counted = site["week"] > warm_up
        working = new["work"] == Work.COMPETITIVE
        with_a_job, without = {}, {}
        for standing, name in ON_THE_WAY.items():
            there = followed & (new["service"] == standing)
            assert (new[name] - old[name] == there).all(), name
            with_a_job[standing] = int((counted & there & working).sum())
            without[standing] = int((counted & there & ~working).sum())
        paid = (counted & (site["people"] > 0)).astype(float)
        taken = posts["caseload"].sum(axis=1, keepdims=True) / np.maximum(site["places"], 1)
        # Where free places are refilled, each pays for the own one; of no places nobody does.
        paid *= np.where(site["free_places_refilled"], taken, 1.0)
        served = counted & (posts["caseload"] > 0)
        return cls(
            with_a_job,
            without,
            paid_hours=(paid * posts["paid_hours"]).sum(),
            idle_hours=(paid * posts["idle_hours"]).sum(),
            used={use: hours(posts)[served].sum() for use, hours in USES.items()},
            book_visits=int(posts["book_visits"][served].sum()),
        )


def people_and_weeks_agree(end: Moment, world: Scenario, sums: Sums) -> None:
    """Both tables count the same weeks, but who waits or prepares in a job is told as employed."""
    seekers, weekly = end["seekers"], end["weekly"]
    for standing, name in ON_THE_WAY.items():
        assert weekly[:, Weekly[standing.name]].sum() == sums.without[standing]
        if world.design.kind == "cohort":
            counted = sums.without[standing] + sums.with_a_job[standing]
            assert seekers[name].sum() == counted


def hours_add_up(end: Moment, sums: Sums) -> None:
    """What is counted of posts' hours is what there was, paid, used and idle."""
    weekly = end["weekly"]
    for columns, expected in (
        ([Weekly.STAFF_HOURS], sums.paid_hours),
        ([Weekly.HOURS_IDLE], sums.idle_hours),
        (HOURS, sums.used["people and employers"]),
        ([Weekly.HOURS_TEAM], sums.used["team"]),
        ([Weekly.HOURS_TRAVEL], sums.used["travel"]),
        ([Weekly.HOURS_OFFICE], sums.used["office"]),
    ):
        found = weekly[:, columns].sum()
        assert found == pytest.approx(expected, rel=NEARLY, abs=1e-6), columns


def hold(world: Scenario, seed: int, parameters: arrays.Array | None = None) -> None:
    """Hold a world to all laws."""
    known = drawn() if parameters is None else parameters
    hold_weeks(lived_weeks(world, seed, known), world, known)


def hold_weeks(lived: Weeks, world: Scenario, parameters: arrays.Array) -> None:
    """Hold what was lived to all laws."""
    had_one = lived["seekers"]["jobs_held"][0] > 0
    assert not (had_one.any() and world.design.jobless_at_entry)
    standing_makes_sense(lived)
    nobody_has_two_jobs(lived, had_one)
    wages_are_legal(lived, world)
    shares_are_shares(lived)
    vacancies_are_never_owed(lived)
    visits_are_remembered(lived)
    hours_are_never_overspent(lived, world, parameters)
    nobody_works_in_an_empty_post(lived)
    nobody_gets_more_than_asked_for(lived)
    school_makes_sense(lived)
    before = {name: lived[name][:-1] for name in TABLES}
    now = {name: lived[name][1:] for name in TABLES}
    places_are_not_overfilled(before, now)
    caseloads_are_counted(before, now)
    the_gone_never_change(before, now)
    tenure_adds_up(before, now)
    counts_never_fall(before, now)
    nobody_comes_back_from_nowhere(before, now, world)
    refusals_are_answers(before, now)
    sums = Sums.of(
        before, now, world.design.warm_up_weeks if world.design.kind == "open_programme" else 0
    )
    end = {name: lived[name][-1] for name in TABLES} | {"weekly": lived["weekly"]}
    weeks_add_up(end, world, sums)
    people_and_weeks_agree(end, world, sums)
    hours_add_up(end, sums)
    jobs_add_up(end, had_one)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_laws_hold_in_every_shipped_world(name: str) -> None:
    hold(scenario(name, design={"people": 60, "sites": 1, "sites_per_area": 1}), seed=1)


@pytest.mark.parametrize("name", sorted(special_scenarios()))
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_laws_hold_off_the_beaten_track(name: str, seed: int) -> None:
    hold(special_scenarios()[name], seed)


@pytest.mark.parametrize("number", range(1000, 1000 + how_many(300)))
def test_laws_hold_in_any_world(number: int) -> None:
    hold(*any_world(number))


@pytest.mark.parametrize("end", [0, 1], ids=["low", "high"])
@pytest.mark.parametrize("name", ["ips", "traditional"])
def test_laws_hold_at_the_ends_of_every_range(name: str, end: int) -> None:
    ends = {one: bounds[end] for one, bounds in ranges().items()}
    uninterested = scenario(
        name,
        people={"interest_mean": 0.1, "interest_sd": 0.2, "tapered_benefit_share": 0.5},
        design={"people": 60, "work_goal_required": False},
        programme={"caseload_limit": 30},
    )
    for world in (uninterested, scenario(name, design={"people": 60})):
        hold(world, 3, drawn(**ends))


# Laws of the site's hours, where a person's clock is the calendar


def same_clock(name: str) -> Scenario:
    """A cohort in which everyone enters in week 1, with too little staff time for all."""
    return scenario(
        name,
        design={"people": 60, "entry_weeks": 1},
        programme={"caseload_limit": 30},
        staff={"turnover_per_year": 1.0},
    )


@pytest.mark.parametrize("name", ["ips", "traditional"])
def test_hours_received_are_within_the_hours_there_are(name: str) -> None:
    history = list(moments(same_clock(name), seed=5))
    short_of_time = False
    for week, now in enumerate(history[1:]):
        posts = now["specialists"]
        row = now["weekly"][week]
        assert row[HOURS].sum() <= posts["client_hours"].sum() + NEARLY
        places = now["site"]["places"][0]
        expected = posts["paid_hours"].sum() * posts["caseload"].sum() / places
        assert row[Weekly.STAFF_HOURS] == pytest.approx(expected, abs=NEARLY)
        served = posts[posts["caseload"] > 0]
        unused = served["idle_hours"].sum()
        assert row[HOURS].sum() == pytest.approx(served["client_hours"].sum() - unused, abs=NEARLY)
        short_of_time |= bool((posts["keep_met"] < 1).any())
    assert short_of_time or name == "traditional"


def test_scarce_hours_go_to_trouble_first() -> None:
    """Whoever has trouble at work gets all of it before a newcomer, a search or a chat."""
    world = scenario(
        "ips",
        design={"people": 60, "entry_weeks": 1},
        programme={"caseload_limit": 60, "specialist_hours_per_week": 20.0},
        place={"vacancies_per_employer_per_year": 30.0},
    )
    seen = set()
    for now in moments(world, seed=6):
        for one in now["specialists"]:
            met = [one[f"{tier}_met"] for tier in ("trouble", "new_job", "search", "keep")]
            needed = [one[f"{tier}_needed"] for tier in ("trouble", "new_job", "search", "keep")]
            for (first, _), (later, wanted) in pairwise(zip(met, needed, strict=True)):
                if first < 1 and wanted > 0:
                    assert later == 0
                    seen.add("short")
            if any(0 < share < 1 for share in met):
                seen.add("shared")
    assert seen == {"short", "shared"}


def test_the_sum_of_tenures_is_the_weeks_worked() -> None:
    """Followed job by job in one world, instead of week by week in all."""
    world = special_scenarios()["much work, many benefits"]
    lengths: dict[int, list[int]] = {}
    before: Moment | None = None
    for now in moments(world, seed=7):
        seekers = now["seekers"]
        for row, (held, tenure) in enumerate(
            zip(seekers["jobs_held"].tolist(), seekers["tenure_weeks"].tolist(), strict=True)
        ):
            mine = lengths.setdefault(row, [])
            while len(mine) < held:
                mine.append(0)
            if held and tenure:
                mine[-1] = tenure
            elif before is not None and held:
                old = before["seekers"][row]
                worked = int(seekers["weeks_worked"][row] - old["weeks_worked"])
                # The job ended this week, after a last week's work.
                last = -2 if held > old["jobs_held"] and old["tenure_weeks"] else -1
                mine[last] += worked
        before = now
    assert before is not None
    end = before["seekers"]
    assert [sum(mine) for _, mine in sorted(lengths.items())] == end["weeks_worked"].tolist()
    assert [max(mine, default=0) for _, mine in sorted(lengths.items())] == (
        end["longest_job_weeks"].tolist()
    )
    assert [mine[0] if mine else 0 for _, mine in sorted(lengths.items())] == (
        end["first_job_weeks"].tolist()
    )
    assert end["jobs_held"].max() > 2


# What the rules promise of many people at once, with shared chance


def prior_centre(**changes: Any) -> arrays.Array:
    """What was believed of the parameters before any fit."""
    centres = {name: info.prior_centre for name, info in load_parameters().items()}
    return drawn(**(centres | changes))


def employed(world: Scenario, replicates: int, parameters: arrays.Array) -> Any:
    """Share ever employed in each replicate."""
    result = execute(world, parameters, runs(replicates, world.design.sites), 1)
    found = result.people["jobs_held"] > 0
    return found.reshape(replicates, -1).mean(axis=1)


def better_by(one: Any, other: Any) -> tuple[float, float]:
    """By how much the one is better than the other, and the Monte Carlo error of that."""
    gain = one - other
    return float(gain.mean()), float(gain.std(ddof=1) / len(gain) ** 0.5)


@pytest.mark.parametrize("age", [0, 52])
def test_a_bigger_town_is_never_worse(age: int) -> None:
    """More employers than a book holds cost nobody a job, beyond Monte Carlo error."""
    towns = [
        employed(
            scenario(
                "ips",
                place={"employers_per_100_people": employers},
                staff={"programme_age_weeks": age},
            ),
            30,
            prior_centre(),
        )
        for employers in (40.0, 100.0, 200.0)
    ]
    for smaller, bigger in pairwise(towns):
        gain, error = better_by(bigger, smaller)
        assert gain > -2 * error


def test_three_visits_beat_one_in_a_new_team() -> None:
    one, three = (
        employed(
            scenario(
                "ips",
                programme={"visits_before_asking": visits},
                staff={"programme_age_weeks": 0},
            ),
            60,
            prior_centre(),
        )
        for visits in (1, 3)
    )
    gain, error = better_by(three, one)
    assert gain > 2 * error


def test_where_nothing_is_open_nobody_applies_and_nobody_is_refused() -> None:
    for name in ("ips", "traditional"):
        world = scenario(name, place={"vacancies_per_employer_per_year": 0.0})
        people = run(world, 5, vacancies_at_start=0.0, carving_per_visit=0.0).people
        assert people["applications"].sum() == people["refusals"].sum() == 0
        assert people["employer_contacts"].sum() > 0
        assert people["jobs_held"].sum() == 0
