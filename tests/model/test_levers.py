"""What each principle does by itself, what it must not do, and that it may do nothing.

Worlds share all chance, so whatever differs between two of them comes from the lever, in the very
same people.  Strengths of mechanisms are set by hand; nothing here depends on the values fitted.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pytest

from ips_sim.model import arrays
from ips_sim.model.compiled.execute import SteppedSite
from ips_sim.model.entities import Benefit, Service, Work
from ips_sim.scenario.principles import principles
from ips_sim.scenario.schema import PRINCIPLES, Scenario
from tests.model.builders import differing, drawn, run, scenario, weeks_of

# What people live through, without what the programme does for it.
LIFE = frozenset(
    {
        "work",
        "employer_row",
        "job_hours",
        "job_wage_usd",
        "job_found_by_specialist",
        "preferences_met",
        "tenure_weeks",
        "fixed_weeks_left",
        "problem",
        "warned",
        "interest",
        "symptoms",
        "in_relapse",
        "hospital_weeks_left",
        "benefit_fear",
        "benefit_stopped",
        "months_without_benefit",
        "gain_expected",
        "preferred_hours",
        "preferred_kind",
        "work_skill",
        "weeks_observed",
        "weeks_to_first_job",
        "weeks_worked",
        "jobs_held",
        "first_job_weeks",
        "longest_job_weeks",
        "most_hours",
        "hours_worked",
        "earnings_usd",
        "dropped_out_ever",
        "hospital_admissions",
        "hospital_days",
        "benefits_usd",
        "taxes_usd",
        "left_benefits",
        "endings_quit",
        "endings_dismissed",
        "endings_temporary",
        "endings_laid_off",
        "problems_met",
        "problems_solved",
        "warnings",
        "weeks_in_liked_jobs",
        "applications",
        "refusals",
        "offers_declined",
        "vacancies_taken",
        "hidden_vacancies_taken",
    }
)
Sections = Mapping[str, Mapping[str, Any]]

# Time and jobs for everybody: ten people at a site, one specialist who works long hours, many
# employers who always have a vacancy, all at the same wage, and sites that do not differ.
AMPLE: Sections = {
    "programme": {
        "caseload_limit": 10,
        "specialist_hours_per_week": 60.0,
        "office_share": 0.0,
    },
    "staff": {"turnover_per_year": 0.0, "skill_sd": 0.0},
    "place": {
        "employers_per_100_people": 200.0,
        "vacancies_per_employer_per_year": 50.0,
        "filled_by_others_per_week": 0.0,
        "hidden_share": 0.0,
        "wage_over_minimum_mean": 1.0,
    },
    "design": {"people": 60, "sites": 6, "entry_weeks": 1},
}
AMPLE_PARAMETERS = {
    "vacancies_at_start": 1.0,
    "site_spread_of_labour_market": 0.0,
    # A specialist knows of them all, and asking leaves every door open.
    "employers_in_book": 1000.0,
    "employers_in_mind": 1000.0,
    "employers_looked_through": 1000.0,
    "goodwill_lost_by_asking_early": 0.0,
    "weeks_closed_by_asking_early": 0.0,
    "weeks_between_asks": 0.0,
    "carving_per_visit": 0.0,
}


def merged(*all_sections: Sections) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    for sections in all_sections:
        for name, values in sections.items():
            made.setdefault(name, {}).update(values)
    return made


def ips(**sections: Mapping[str, Any]) -> Scenario:
    return scenario("ips", **sections)


def without(principle: str, **sections: Mapping[str, Any]) -> Scenario:
    return scenario("ips", drop=[principle], **sections)


def both(
    principle: str, replicates: int = 20, sections: Sections | None = None, **changes: Any
) -> tuple[arrays.Array, arrays.Array]:
    """The same people with all eight principles, and without one."""
    worlds = ips(**(sections or {})), without(principle, **(sections or {}))
    one, other = (run(world, replicates, seed=1, **changes).people for world in worlds)
    return one, other


def test_no_lever_belongs_to_two_principles() -> None:
    owned = [lever for one in principles().values() for lever in one.levers]
    assert len(owned) == len(set(owned))


def test_traditional_is_ips_with_all_eight_dropped_and_nothing_else() -> None:
    one, other = scenario("traditional"), scenario("ips", drop=PRINCIPLES)
    plain = {"title": "", "summary": ""}
    assert one.model_copy(update=plain) == other.model_copy(update=plain)


# What each does


def test_zero_exclusion_admits_whom_readiness_screens_out() -> None:
    with_it, without_it = both("zero_exclusion")
    assert not (with_it["service"] == Service.NOT_ADMITTED).any()
    gone = without_it["service"] == Service.GONE
    turned_away = without_it["service"] == Service.NOT_ADMITTED
    using = without_it["substance_use"]
    assert turned_away[using & ~gone].all()
    assert turned_away[~using].any()  # for symptoms at the time of intake
    assert (without_it["lasting_symptoms"][turned_away & ~using] > 0.4).all()
    # Those turned away are left to find work alone.
    assert (without_it["employer_contacts"][turned_away] == 0).all()
    assert (without_it["staff_hours"][turned_away] == 0).all()
    assert (with_it["employer_contacts"][turned_away] > 0).any()
    assert without_it["jobs_held"][turned_away].sum() < with_it["jobs_held"][turned_away].sum()


def jobs_through_specialists(world: Scenario, **changes: Any) -> np.ndarray[Any, Any]:
    """How many wishes each job that a specialist found meets, where it was still held on Sunday."""
    met = []
    for seed in range(1, 9):
        before = np.zeros(1, np.int64)
        for stepped in weeks_of(world, seed, **changes):
            seekers = stepped.seekers
            new = (seekers["jobs_found_by_specialist"] > before) & (
                seekers["job_found_by_specialist"]
            )
            met += seekers["preferences_met"][new].tolist()
            before = seekers["jobs_found_by_specialist"].copy()
    return np.array(met)


def test_preferences_are_met_in_the_jobs_that_specialists_find() -> None:
    asked, not_asked = (jobs_through_specialists(one) for one in (ips(), without("preferences")))
    assert len(asked) > 100
    assert len(not_asked) > 100
    assert asked.mean() > not_asked.mean() + 0.1


def test_preferences_met_keep_people_in_their_jobs() -> None:
    """Through problems that do not arise, if the strength is above zero; against it if below."""
    problems = {}
    for strength in (-0.3, 1.5):
        with_it, without_it = both("preferences", preferences_on_keeping=strength)
        problems[strength] = [
            people["problems_met"].sum() / people["weeks_worked"].sum()
            for people in (with_it, without_it)
        ]
    assert problems[1.5][0] < problems[1.5][1]
    gap = {strength: one - other for strength, (one, other) in problems.items()}
    assert gap[1.5] < gap[-0.3]


def test_benefits_planning_takes_fear_away() -> None:
    with_it, without_it = both("benefits_planning", plan_on_fear=0.5)
    assert not without_it["has_benefits_plan"].any()
    assert without_it["benefits_plans"].sum() == 0
    planned = with_it["has_benefits_plan"]
    assert (with_it["benefit"][planned] != Benefit.NONE).all()
    assert with_it["benefit_fear"][planned].mean() < without_it["benefit_fear"][planned].mean()


def test_benefits_planning_prevents_overpayments() -> None:
    """Earnings are reported, so the shock of a cut is rarer; fear and problems left aside."""
    changes: dict[str, Any] = {
        "plan_on_reporting": 1.0,
        "unreported_share": 0.7,
        "months_until_overpayment_is_found": 2.0,
        "cut_shock_kept_per_month": 0.8,
    }
    with_it, neglected = (
        run(
            ips(programme={"benefits_follow_up_share": share}), replicates=20, seed=1, **changes
        ).people
        for share in (1.0, 0.0)
    )
    planned = with_it["has_benefits_plan"] & neglected["has_benefits_plan"]
    assert with_it["overpaid_months"][planned].sum() < neglected["overpaid_months"][planned].sum()
    assert with_it["cut_shock"][planned].mean() < neglected["cut_shock"][planned].mean()


def test_integration_keeps_people_and_responds_early() -> None:
    with_it, without_it = both("integration", team_on_dropout=1.0, early_response=0.4)
    assert with_it["dropped_out_ever"].sum() < without_it["dropped_out_ever"].sum()
    assert with_it["hospital_days"].sum() < without_it["hospital_days"].sum()
    # It is only this that changed for whoever never had a relapse and stayed in the service.
    assert (with_it["weeks_in_relapse"] == without_it["weeks_in_relapse"]).all()


def test_integration_helps_with_symptoms_at_work_and_no_other_problem() -> None:
    symptoms_only = {
        f"weight_{kind}": 0.0
        for kind in (
            "getting_there",
            "task",
            "people",
            "benefits",
            "accommodation",
            "something_better",
        )
    }
    no_symptoms = {"weight_symptoms": 0.0}
    other_paths = NO_TEAM | {"team_on_solving": 1.2}
    sections = merged(AMPLE)
    for kinds, helps in ((symptoms_only, True), (no_symptoms, False)):
        with_it, without_it = both(
            "integration", 10, sections, **(AMPLE_PARAMETERS | other_paths | kinds)
        )
        solved = [
            people["problems_solved"].sum() / people["problems_met"].sum()
            for people in (with_it, without_it)
        ]
        assert (solved[0] > solved[1]) == helps
        assert (solved[0] == solved[1]) != helps


def test_integration_does_not_change_wages() -> None:
    with_it, without_it = (
        list(snapshots(world, team_on_dropout=1.0)) for world in (ips(), without("integration"))
    )
    for one, other in zip(with_it, without_it, strict=True):
        assert one["employers"]["wage_usd"].tobytes() == other["employers"]["wage_usd"].tobytes()
        for now in (one, other):
            working = now["seekers"]["work"] == Work.COMPETITIVE
            rows = now["seekers"]["employer_row"][working]
            paid = now["seekers"]["job_wage_usd"][working]
            assert (paid == now["employers"]["wage_usd"][rows]).all()


def snapshots(world: Scenario, **changes: Any) -> Iterable[dict[str, arrays.Array]]:
    for stepped in weeks_of(world, **changes):
        yield {"seekers": stepped.seekers.copy(), "employers": stepped.employers.copy()}


def test_rapid_search_gets_people_to_employers_sooner() -> None:
    # Nobody comes back: who leaves before the end of preparation would start it again.
    with_it, without_it = both("rapid_search", coming_back_per_week=0.0)
    weeks = ips_drop_value("rapid_search", "preparation_weeks")
    assert with_it["weeks_preparing"].sum() == 0
    # The last week of preparation is the first of search.
    assert without_it["weeks_preparing"].max() == weeks - 1
    met = (with_it["weeks_to_first_contact"] >= 0) & (without_it["weeks_to_first_contact"] >= 0)
    later = without_it["weeks_to_first_contact"][met] - with_it["weeks_to_first_contact"][met]
    assert later.mean() > 0.8 * weeks
    assert (without_it["weeks_to_first_contact"][met] >= weeks).all()


def ips_drop_value(principle: str, lever: str) -> int:
    return int(principles()[principle].levers[lever])


def test_interest_decays_while_people_are_prepared() -> None:
    """Where nothing happens interest fades, and where it has gone people leave."""
    changes: dict[str, Any] = {"interest_fades_per_week": 0.06, "interest_on_dropout": 3.0}
    weeks = ips_drop_value("rapid_search", "preparation_weeks")
    sites = [SteppedSite(world, drawn(**changes), 1) for world in (ips(), without("rapid_search"))]
    for _ in range(weeks):
        for site in sites:
            site.step()
    quick, slow = (site.seekers for site in sites)
    still_there = np.isin(quick["service"], (Service.SERVED, Service.PREPARING)) & (
        slow["service"] == Service.PREPARING
    )
    assert still_there.sum() > 20
    assert slow["interest"][still_there].mean() < quick["interest"][still_there].mean()
    with_it, without_it = both("rapid_search", **changes)
    assert with_it["dropped_out_ever"].sum() < without_it["dropped_out_ever"].sum()


def test_training_may_help_too() -> None:
    """Skill and hope gained in preparation are read: with much of both more people find work."""
    world = without("rapid_search")
    nothing, much = (
        run(world, 20, 1, skill_per_training_week=gain, hope_per_training_week=gain).people
        for gain in (0.0, 0.02)
    )
    assert much["work_skill"].mean() > nothing["work_skill"].mean()
    assert (much["jobs_held"] > 0).sum() > (nothing["jobs_held"] > 0).sum()


def test_competitive_employment_spares_people_the_detour() -> None:
    with_it, without_it = both("competitive_employment", set_aside_work_on_own_search=2.0)
    for name in ("weeks_sheltered", "weeks_transitional"):
        assert with_it[name].sum() == 0
        assert without_it[name].sum() > 0
    assert not with_it["paid_other_ever"].any()
    detoured = without_it["paid_other_ever"]
    share = without_it["weeks_sheltered"][detoured] + without_it["weeks_transitional"][detoured]
    assert (share > 0).all()
    assert (
        with_it["weeks_worked"][detoured].sum() > 1.1 * without_it["weeks_worked"][detoured].sum()
    )


def test_nobody_is_taken_to_employers_during_the_detour() -> None:
    world = without("competitive_employment")
    contacts = 0
    before = None
    for stepped in weeks_of(world):
        seekers = stepped.seekers
        if before is not None:
            aside = np.isin(before["work"], (Work.SHELTERED, Work.TRANSITIONAL)) & np.isin(
                seekers["work"], (Work.SHELTERED, Work.TRANSITIONAL)
            )
            contacts += int(aside.sum())
            assert (seekers["employer_contacts"][aside] == before["employer_contacts"][aside]).all()
        before = seekers.copy()
    assert contacts > 100


def test_employer_relationships_bring_contacts_trust_and_hidden_vacancies() -> None:
    with_it, without_it = both("employer_relationships")
    assert with_it["employer_contacts"].sum() > 2 * without_it["employer_contacts"].sum()
    assert with_it["hidden_vacancies_taken"].sum() > without_it["hidden_vacancies_taken"].sum()
    assert with_it["jobs_found_by_specialist"].sum() > without_it["jobs_found_by_specialist"].sum()
    trust = []
    for world in (ips(), without("employer_relationships")):
        *_, last = weeks_of(world)
        trust.append(last.relationships["trust"].mean())
    assert trust[0] > trust[1]


@pytest.mark.parametrize("asks_at", [2, 4, 6])
def test_specialists_ask_only_once_they_know_an_employer(asks_at: int) -> None:
    """Every job that a specialist finds is with an employer seen so many times."""
    world = ips(
        programme={"visits_before_asking": asks_at},
        staff={"programme_age_weeks": 0, "turnover_per_year": 0.0},
        place={"vacancies_per_employer_per_year": 20.0},
    )
    found = 0
    visits = []
    for stepped in weeks_of(world):
        seekers, employers = stepped.seekers, len(stepped.employers)
        new = (seekers["jobs_found_by_specialist"] > found) & seekers["job_found_by_specialist"]
        rows = seekers["specialist_row"][new] * employers + seekers["employer_row"][new]
        visits += stepped.relationships["visits"][rows].tolist()
        found = seekers["jobs_found_by_specialist"].copy()
    assert len(visits) > 10
    assert min(visits) >= asks_at


def test_unlimited_support_solves_problems_and_closes_nobody() -> None:
    with_it, without_it = both("time_unlimited_support", support_on_solving=1.5)
    hours = [
        people["support_hours"].sum() / people["weeks_worked"].sum()
        for people in (with_it, without_it)
    ]
    assert hours[0] > 2 * hours[1]
    solved = [
        people["problems_solved"].sum() / people["problems_met"].sum()
        for people in (with_it, without_it)
    ]
    assert solved[0] > solved[1]
    assert without_it["closed_ever"].sum() > with_it["closed_ever"].sum()
    # Support that ends hands people over before they have worked for long.
    assert without_it["transferred_ever"].sum() > with_it["transferred_ever"].sum()


def test_those_who_lose_a_job_come_back_if_they_may() -> None:
    sections = {"programme": {"transfer_after_weeks_worked": 4}}
    people = {}
    for may in (True, False):
        levers = sections["programme"] | {"return_without_referral": may}
        people[may] = run(ips(programme=levers), 10, 1).people
    again = {
        may: (one["transferred_ever"] & (one["service"] == Service.SERVED)).sum()
        for may, one in people.items()
    }
    assert again[True] > 0
    assert again[False] == 0


def test_unlimited_support_takes_hours_from_others() -> None:
    """With one specialist for many, hours for those in work are missing in the search of others."""
    scarce = {
        "programme": {"caseload_limit": 100, "specialist_hours_per_week": 30.0},
        "place": {"vacancies_per_employer_per_year": 20.0},
    }
    no_support = {"trouble_support_hours_per_week": 0.0, "new_job_support_hours_per_week": 0.0}
    much = {"trouble_support_hours_per_week": 8.0, "new_job_support_hours_per_week": 6.0}
    contacts = []
    for hours in (no_support, much):
        sections = merged(scarce, {"programme": hours})
        contacts.append(run(ips(**sections), 10, 1, support_on_solving=0.0).people)
    assert contacts[1]["support_hours"].sum() > contacts[0]["support_hours"].sum() == 0
    assert contacts[1]["search_hours"].sum() < contacts[0]["search_hours"].sum()
    assert contacts[1]["employer_contacts"].sum() < contacts[0]["employer_contacts"].sum()


def test_caseload_acts_through_hours_alone() -> None:
    """Half a post, and time to spare: people live as with a whole one."""
    people = []
    for limit in (1, 2):
        sections = merged(AMPLE, {"programme": {"caseload_limit": limit}})
        sections["programme"] |= {
            "employer_contacts_per_week": 16.0,
            "community_share": 0.0,
            "family_contact_share": 0.0,
            "vr_contact_share": 0.0,
        }
        sections["design"] |= {"sites": 60}
        world = ips(**sections)
        # More visits for the book, but what they build does nothing here.
        known = AMPLE_PARAMETERS | APART | {"most_contacts_per_seeker": 1.0}
        people.append(run(world, 4, 1, **known).people)
    assert differing(*people) == {"staff_hours"}
    assert people[1]["staff_hours"].sum() == pytest.approx(people[0]["staff_hours"].sum() / 2)


# That each may do nothing: with the strength of its mechanism at zero, dropping a principle changes
# nothing that people live through.  Help from a specialist is switched off where the lever decides
# who gets it; what remains is what the principle does by itself.

NO_TEAM = {
    "team_on_dropout": 0.0,
    "team_on_hope": 0.0,
    "team_on_solving": 0.0,
    "team_on_offer": 0.0,
    "team_on_interest_per_week": 0.0,
    "team_on_coming_back": 0.0,
    "team_refers_per_week": 0.0,
    "early_response": 0.0,
    # Families and the counsellor belong to it.
    "family_on_dropout": 0.0,
    "family_on_leads": 0.0,
    "counsellor_on_getting_there": 0.0,
}
NO_HELP = NO_TEAM | {
    "contact_offer_odds": 0.0,
    "help_on_own_search": 0.0,
    "alliance_on_dropout": 0.0,
    "trust_on_solving": 0.0,
    "support_on_solving": 0.0,
    "warning_on_support": 0.0,
    # Who leaves the service sees other adverts, learns nothing from a job and hears no comfort.
    "better_offer_odds": 0.0,
    "learning_from_jobs": 0.0,
    "help_after_loss": 0.0,
    "interest_fades_per_week": 0.0,
    "interest_returns_per_week": 0.0,
    "interest_returns_alone_per_week": 0.0,
    "interest_returns_with_help_per_week": 0.0,
    "discouragement_per_refusal": 0.0,
    "agreed_closing_per_review": 0.0,
    # Hours that are free go to outreach too.
    "coming_back_per_week": 0.0,
    "asking_again_per_week": 0.0,
}

NULLS: dict[str, dict[str, Any]] = {
    "zero_exclusion": {"symptoms_noise": 0.0},
    "preferences": {
        "preferences_on_keeping": 0.0,
        "preferences_on_acceptance": 0.0,
        "mismatch_on_something_better": 0.0,
        "mismatch_on_friction": 0.0,
        # Where the visit leads must not matter in any other way, nor whether it is asked there.
        "wishes_worth_asking_share": 0.0,
        "learning_from_jobs": 0.0,
        "better_offer_odds": 0.0,
        "job_hours_sd": 0.0,
        "discouragement_per_refusal": 0.0,
        "stigma_on_offer": 0.0,
        "stigma_with_advocate": 0.0,
        "trust_on_offer": 0.0,
        "trust_on_solving": 0.0,
        "carving_per_visit": 0.0,
    },
    "benefits_planning": {"plan_on_fear": 0.0, "plan_on_reporting": 0.0, "plan_on_solving": 0.0},
    "integration": NO_TEAM,
    "rapid_search": NO_HELP
    | {
        "preparing_on_own_search": 0.0,
        "skill_per_training_week": 0.0,
        "hope_per_training_week": 0.0,
    },
    "competitive_employment": NO_HELP
    | {
        "set_aside_work_on_own_search": 0.0,
        "skill_per_training_week": 0.0,
        "hope_per_training_week": 0.0,
    },
    "employer_relationships": NO_HELP,
    # Nobody drops out of a place that others have lost, and who comes back gets no second plan.
    "time_unlimited_support": NO_HELP
    | {
        "dropout_odds": 0.0,
        "plan_on_fear": 0.0,
        "plan_on_reporting": 0.0,
        "plan_on_solving": 0.0,
        # Nor does anybody with a specialist learn to like a kind of work.
        "liked_from_share": 2.0,
    },
}
NULL_SECTIONS: dict[str, Sections] = {
    "zero_exclusion": {
        "people": {
            "substance_use_share": 0.0,
            "symptoms_mean": 0.0,
            "symptoms_sd": 0.0,
            "relapses_per_year": 0.0,
        }
    },
    "preferences": {"programme": {"visits_before_asking": 1}},
}
# What may differ all the same, because the lever is just that.
NULL_DIFFERENCES: dict[str, set[str]] = {
    "preferences": {"employer_row", "preferences_met", "preferred_kind", "weeks_in_liked_jobs"},
    "benefits_planning": {"has_benefits_plan", "benefits_plans"},
    # A specialist who speaks for somebody in vain is turned down all the same.
    "rapid_search": {"refusals"},
    "competitive_employment": {"work", "refusals"},
    "employer_relationships": {"refusals"},
    "time_unlimited_support": {"refusals"},
}
# With these not even the hours of others change.
COSTLESS = ("zero_exclusion", "preferences", "benefits_planning", "integration")


def null_worlds(principle: str) -> tuple[arrays.Array, arrays.Array]:
    sections = merged(AMPLE, NULL_SECTIONS.get(principle, {}))
    return both(principle, 10, sections, **(AMPLE_PARAMETERS | NULLS[principle]))


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_with_the_mechanism_at_zero_nobody_lives_differently(principle: str) -> None:
    with_it, without_it = null_worlds(principle)
    assert (with_it["jobs_held"] > 0).mean() > 0.05  # there is a life that might differ
    different = differing(with_it, without_it)
    allowed = NULL_DIFFERENCES.get(principle, set())
    assert different & LIFE <= allowed
    if principle in COSTLESS:
        assert different <= allowed
    competitive = [people["work"] == Work.COMPETITIVE for people in (with_it, without_it)]
    assert (competitive[0] == competitive[1]).all()


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_with_the_mechanism_at_work_somebody_lives_differently(principle: str) -> None:
    """The other half of the test above: its worlds are not blind to the lever."""
    sections = merged(AMPLE, {"people": {"tapered_benefit_share": 0.5}})
    high = {
        name: 1.0
        for name in (
            "team_on_dropout",
            "team_on_hope",
            "team_on_solving",
            "support_on_solving",
            "plan_on_solving",
            "preferences_on_keeping",
            "trust_on_offer",
        )
    }
    with_it, without_it = both(principle, 10, sections, **(AMPLE_PARAMETERS | high))
    assert differing(with_it, without_it) & LIFE


def test_integration_at_zero_costs_the_hours_of_its_meetings() -> None:
    sections = merged(AMPLE)
    worlds = ips(**sections), without("integration", **sections)
    changes: dict[str, Any] = AMPLE_PARAMETERS | NULLS["integration"] | {"hours_per_partner": 0.5}
    # What is left of the hours decides how many are sought out.
    changes["coming_back_per_week"] = 0.0
    for one, other in zip(*(weeks_of(world, **changes) for world in worlds), strict=True):
        assert differing(one.seekers, other.seekers) == set()
        assert differing(one.specialists, other.specialists) <= {
            "client_hours",
            "meeting_hours",
            "travel_hours",
            "idle_hours",
        }
        if one.week:
            with_all, with_few = (world.programme for world in worlds)
            partners = with_all.family_contact_share + with_all.vr_contact_share
            meetings = with_all.team_meeting_hours_per_week + 0.5 * partners
            assert (one.specialists["meeting_hours"] == meetings).all()
            few = 0.5 * with_few.vr_contact_share
            assert (other.specialists["meeting_hours"] == few).all()


# Whom a lever does not touch

# Others on the same caseload share what a post costs; this is what they have to do with each other.
SHARED_COST = {"staff_hours", "search_hours"}
APART = {
    "trust_on_offer": 0.0,
    "trust_on_solving": 0.0,
    "trust_by_introduction": 0.0,
    "trust_by_appointment": 0.0,
    "trust_by_return": 0.0,
    "trust_by_good_placement": 0.0,
    "carving_per_visit": 0.0,
    "most_contacts_per_seeker": 3.0,
    "coming_back_per_week": 0.0,
    # Whom intake turned away stays away.
    "team_refers_per_week": 0.0,
    "vacancies_at_start": 3.0,
}


def untouched(principle: str, **people: Any) -> tuple[arrays.Array, arrays.Array]:
    sections = merged(AMPLE, {"people": people})
    sections["programme"] |= {"employer_contacts_per_week": 20.0, "visits_before_asking": 1}
    # Every employer has the same doors, and each person a site: a specialist sees an employer once
    # a week, so people on one caseload stand in each other's way.
    sections["design"] |= {"sites": 60}
    return both(principle, 10, sections, **(AMPLE_PARAMETERS | APART))


def test_people_without_benefits_do_not_feel_benefits_planning() -> None:
    with_it, without_it = untouched("benefits_planning", tapered_benefit_share=0.3)
    none = with_it["benefit"] == Benefit.NONE
    assert 100 < none.sum() < len(none) - 100
    assert differing(with_it[none], without_it[none]) <= SHARED_COST
    assert differing(with_it[~none], without_it[~none]) & LIFE
    for name in SHARED_COST:
        assert (with_it[name][none] > 0).any()


def test_those_who_would_be_admitted_anyway_do_not_feel_zero_exclusion() -> None:
    with_it, without_it = untouched("zero_exclusion", substance_use_share=0.4)
    same = without_it["admitted_ever"]
    assert 100 < same.sum() < len(same) - 100
    # Tickets of the waiting list are numbered on, whoever is in it.
    assert differing(with_it[same], without_it[same]) <= SHARED_COST | {"ticket"}
    assert differing(with_it[~same], without_it[~same]) & LIFE


def test_those_not_steered_do_not_feel_set_aside_work() -> None:
    with_it, without_it = untouched("competitive_employment")
    same = ~without_it["paid_other_ever"]
    assert 100 < same.sum() < len(same) - 100
    assert differing(with_it[same], without_it[same]) <= SHARED_COST
    assert differing(with_it[~same], without_it[~same]) & LIFE


# What must not happen


@pytest.mark.parametrize("name", ["ips", "traditional"])
def test_without_employers_nobody_finds_a_job(name: str) -> None:
    people = run(scenario(name, place={"employers_per_100_people": 0.0}), 5).people
    assert people["jobs_held"].sum() == 0
    assert people["weeks_worked"].sum() == 0
    assert people["employer_contacts"].sum() == 0
    assert (people["admitted_ever"]).any()


@pytest.mark.parametrize("name", ["ips", "traditional"])
def test_without_vacancies_nobody_finds_a_job(name: str) -> None:
    place = {"vacancies_per_employer_per_year": 0.0}
    nothing: dict[str, Any] = {"vacancies_at_start": 0.0, "carving_per_visit": 0.0}
    people = run(scenario(name, place=place), 5, **nothing).people
    assert people["jobs_held"].sum() == 0
    # Unless an employer makes one, which only a specialist can bring about.
    made = run(scenario(name, place=place), 5, **(nothing | {"carving_per_visit": 0.5})).people
    assert made["jobs_held"].sum() == made["jobs_found_by_specialist"].sum() > 0
    assert made["applications"].sum() == 0


@pytest.mark.parametrize("name", ["ips", "traditional"])
def test_a_caseload_limit_of_zero_admits_nobody(name: str) -> None:
    people = run(scenario(name, programme={"caseload_limit": 0}), 5).people
    assert not people["admitted_ever"].any()
    for field in ("weeks_on_caseload", "staff_hours", "employer_contacts", "weeks_preparing"):
        assert people[field].sum() == 0
    assert people["weeks_waiting"].sum() > 0
    assert people["jobs_held"].sum() > people["jobs_found_by_specialist"].sum() == 0


def test_a_service_that_enrols_nobody_serves_nobody() -> None:
    people = run(ips(programme={"enrolment_share": 0.0}), 5).people
    assert np.isin(people["service"], (Service.NOT_ADMITTED, Service.GONE)).all()
    assert people["staff_hours"].sum() == 0
    assert people["jobs_held"].sum() > 0


def test_without_hours_specialists_change_nothing() -> None:
    """A specialist without time is no specialist: the same lives as under no service at all."""
    idle = {
        "specialist_hours_per_week": 0.0,
        "team_meeting_hours_per_week": 0.0,
        "benefits_planning_share": 0.0,
    }
    served = run(ips(programme=idle), 5, team_on_dropout=0.0).people
    assert served["admitted_ever"].all()
    for field in ("employer_contacts", "search_hours", "support_hours", "staff_hours"):
        assert served[field].sum() == 0
    assert served["jobs_found_by_specialist"].sum() == 0


def test_nobody_without_interest_applies_alone() -> None:
    world = ips(
        people={"interest_mean": 0.0, "interest_sd": 0.0},
        design={"work_goal_required": False},
        programme={"caseload_limit": 0},
    )
    people = run(world, 5, hope_per_training_week=0.0).people
    assert people["jobs_held"].sum() == 0


def test_more_of_everything_that_opens_doors_never_closes_them() -> None:
    """Vacancies help in both worlds: a place with none of them and one with plenty."""
    for name in ("ips", "traditional"):
        found = [
            (run(scenario(name, place={"vacancies_per_employer_per_year": a_year}), 5).people)[
                "jobs_held"
            ].sum()
            for a_year in (0.5, 4.0, 40.0)
        ]
        assert found == sorted(found)
        assert found[0] < found[-1]
