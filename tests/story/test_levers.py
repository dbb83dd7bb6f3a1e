"""Levers behind a decision are found by asking rules again, not looked up."""

from ips_sim.model.entities import Benefit, Service, Tier
from ips_sim.model.luck import Luck, StaffLuck
from ips_sim.story.decisions import Question
from ips_sim.story.levers import Behind
from ips_sim.story.watching import Week
from tests.model import builders
from tests.story.test_decisions import RULES, decided
from tests.story.test_telling import life_of, titled


def worlds(**levers):
    """Two scenarios that differ in levers alone: each lever's value here and there."""
    here, there = (
        titled(title, programme={name: values[at] for name, values in levers.items()})
        for at, title in enumerate(("Here", "There"))
    )
    return here, there


def behind(of, weeks, one, other):
    lives = [life_of(each, world.title, world) for each, world in zip(weeks, of, strict=True)]
    found = Behind(*(life.weeks[-1] for life in lives))
    found.differing(one, other, 3)
    return [name for name, _, _ in found.found]


def test_a_fear_that_was_taken_weeks_before_leads_to_the_planner():
    of = worlds(benefits_planning_share=(1.0, 0.0), preparation_weeks=(0, 0))
    parameters = builders.parameters(
        plan_on_fear=0.5, own_search_odds=0.5, money_on_search=1.0, weeks_per_month=4.0
    )
    place = builders.place(
        cliff_benefit_usd_per_month=500.0,
        trial_work_months=9,
        trial_work_usd_per_month=100.0,
        minimum_wage_usd_per_hour=10.0,
        wage_over_minimum_mean=1.0,
    )
    weeks, asks = [], []
    for world in of:
        entered = decided(
            "benefits planning",
            seeker=builders.seeker(
                service=Service.WAITING,
                benefit=Benefit.CLIFF,
                benefit_fear=0.8,
                interest=1.0,
                preferred_hours=20.0,
            ),
            levers=world.programme,
            parameters=parameters,
        )
        reckoned = decided(
            _rule("look_at_money"), seeker=entered.call.after, place=place, parameters=parameters
        )
        searching = decided("own search", seeker=reckoned.call.after, parameters=parameters)
        first = Week(1, entered.at.seeker, entered.call.after, calls=[entered.call])
        second = Week(2, first.after, reckoned.call.after, calls=[reckoned.call])
        third = Week(3, second.after, second.after, calls=[searching.call])
        weeks.append([first, second, third])
        asks.append(searching)
    assert asks[0].chance > asks[1].chance
    assert behind(of, weeks, *asks) == ["benefits_planning_share"]


def test_a_specialists_time_leads_to_the_plan_of_the_week():
    of = worlds(
        employer_contacts_per_week=(6.0, 1.0),
        outreach_share=(0.0, 1.0),
        benefits_planning_share=(1.0, 0.0),
    )
    weeks, asks = [], []
    for world in of:
        post = builders.specialist(searching=10.0)
        parameters = builders.parameters(most_contacts_per_seeker=1.0)
        RULES["plan_hours"](post, world.programme, parameters, StaffLuck())
        contact = decided(
            "employer contact",
            seeker=builders.seeker(service=Service.SERVED, tier=Tier.SEARCH, search_weight=1.0),
            specialist=post,
            parameters=parameters,
        )
        stays = decided("leaving for good", parameters=parameters)
        calls = [contact.call, stays.call]
        weeks.append([Week(1, contact.at.seeker, contact.at.seeker, calls=calls)])
        asks.append(contact)
    assert asks[0].chance > asks[1].chance > 0.0
    assert behind(of, weeks, *asks) == ["employer_contacts_per_week"]


def test_hours_of_help_lead_through_the_need_to_the_lever():
    of = worlds(trouble_support_hours_per_week=(2.0, 0.5), close_after_weeks_without_work=(50, 20))
    parameters = builders.parameters(solving_odds=0.5, support_on_solving=1.0)
    weeks, asks = [], []
    for world in of:
        need = decided(
            _rule("state_need"),
            seeker=builders.seeker(service=Service.SERVED, work=3, problem=2, employer_row=0),
            levers=world.programme,
            parameters=parameters,
        )
        given = decided(
            _rule("receive_hours"),
            seeker=need.call.after,
            specialist=builders.specialist(caseload=1, trouble_met=1.0),
            parameters=parameters,
        )
        solution = decided(
            "solution",
            seeker=given.call.after,
            levers=world.programme,
            skill=1.0,
            parameters=parameters,
            luck=Luck(solution=0.4),
        )
        calls = [need.call, given.call, solution.call]
        weeks.append([Week(1, need.at.seeker, given.call.after, calls=calls)])
        asks.append(solution)
    assert asks[0].chance > asks[1].chance
    assert behind(of, weeks, *asks) == ["trouble_support_hours_per_week"]


def _rule(name):
    return Question(name, name, "", "")


def test_a_lever_that_the_rule_reads_and_that_moves_nothing_is_left_out():
    of = worlds(
        screened_out_above_symptoms=(1.0, 0.6), screened_out_for_substance_use=(False, True)
    )
    entries = [
        decided(
            "screening",
            seeker=builders.seeker(symptoms=0.2, substance_use=True),
            levers=world.programme,
        )
        for world in of
    ]
    weeks = [[Week(1, one.at.seeker, one.at.seeker, calls=[one.call])] for one in entries]
    assert behind(of, weeks, *entries) == ["screened_out_for_substance_use"]
