"""Choosing a person by number or by traits."""

import pytest

from ips_sim.model.agents import IPSModel
from ips_sim.model.entities import Benefit, GivenFields
from ips_sim.runs.errors import RunError
from ips_sim.scenario.catalogue import person_columns
from ips_sim.story import StoryError
from ips_sim.story.choosing import Wish, person_by_traits, read_wishes
from ips_sim.story.telling import tell_story
from tests.model.builders import scenario

IPS = scenario()


@pytest.fixture(scope="module")
def people():
    return IPSModel(IPS, seed=1).seekers


def chosen(text, **changes):
    return person_by_traits(
        IPS, read_wishes(text), **({"site": 0, "seed": 1, "replicate": 0} | changes)
    )


def test_the_nearest_is_chosen(people):
    number = chosen("age=35,benefit=cliff")
    person = people[number]
    assert person.benefit == Benefit.CLIFF
    others = [one for one in people if one.benefit == Benefit.CLIFF]
    assert abs(person.age_years - 35) == min(abs(one.age_years - 35) for one in others)


def test_a_span_holds_at_both_ends(people):
    person = people[chosen("age=30-33,substance_use=no, legal_history=NO")]
    assert 30 <= person.age_years <= 33
    assert not person.substance_use and not person.legal_history


def test_every_trait_can_be_asked_for(people):
    for row in (3, 50):
        text = ",".join(
            f"{trait.name}={wish.shown(wish.value(people[row]))}"
            for trait in person_columns().values()
            for wish in [Wish(trait, 0.0, 0.0, 0.0)]
        )
        assert chosen(text) == row, text


def test_a_trait_may_be_named_by_a_word_of_its_name():
    names = {"age": "age_years", "history": "work_history_weeks", "hours": "preferred_hours"}
    for short, name in (names | {"fear": "benefit_fear", "benefit": "benefit"}).items():
        (wish,) = read_wishes(f"{short}=none" if short == "benefit" else f"{short}=1")
        assert wish.trait is person_columns()[name]
    assert list(person_columns()) == list(GivenFields.__dataclass_fields__)


def test_another_site_has_other_people():
    of = scenario(design={"people": 60, "sites": 3})
    assert 40 <= person_by_traits(of, read_wishes("age=40"), 2, seed=1, replicate=0) < 60
    with pytest.raises(StoryError, match=r"--site: found 3; ips has 3 site\(s\), numbered 0 to 2"):
        person_by_traits(of, read_wishes("age=40"), 3, seed=1, replicate=0)


def test_nobody_is_like_that_and_how_near_the_nearest_is(people):
    oldest = max(range(len(people)), key=lambda row: people[row].age_years)
    message = (
        r"none of the 100 people at site 0 of ips is like age_years from 95 to 105\. "
        rf"The nearest is person {oldest}: age_years={people[oldest].age_years:.0f}\."
    )
    with pytest.raises(StoryError, match=message):
        chosen("age=100")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ages=35", r"found 'ages=35'; traits are age_years, .*Did you mean age\?"),
        ("", "found 'nothing'; traits are age_years"),
        ("age=35,", "found 'nothing'; traits are age_years"),
        ("age", "age_years: found 'nothing'; allowed: a number or a span such as 30-40; Age"),
        ("age=old", "age_years: found 'old'; allowed: a number"),
        ("age=40-30", "age_years: found '40-30'"),
        ("age=nan", "age_years: found 'nan'"),
        ("age=inf", "age_years: found 'inf'"),
        ("age=-3", "age_years: found '-3'"),
        ("benefit=rent", "benefit: found 'rent'; allowed: none, tapered, cliff, ssi, ssdi"),
        ("benefit=1", "benefit: found '1'"),
        ("discloses=maybe", "discloses: found 'maybe'; allowed: yes, no"),
        ("age=30,age=40", "age_years is asked for twice"),
    ],
)
def test_what_cannot_be_read_is_said(text, message):
    with pytest.raises(StoryError, match=message):
        read_wishes(text)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"person": 100}, r"--person: found 100; ips has 100 people, numbered 0 to 99"),
        ({"person": -1}, r"--person: found -1;"),
        ({"person": 3, "site": 1}, "person 3 lives at site 0 of ips, not at site 1"),
        ({}, "choose the person by --person N or by --like TRAITS"),
        ({"person": 1, "like": "age=30"}, "choose the person by"),
        (
            {"person": 1, "replicate": -1},
            "--replicate must be a whole number from 0 to .*, found -1",
        ),
        ({"person": 1, "seed": -1}, "the seed must be .*, found -1"),
    ],
)
def test_a_person_who_is_not_there_is_said(asked, message):
    with pytest.raises(RunError, match=message):
        tell_story(IPS, **asked)


def test_a_person_must_live_in_both_worlds():
    smaller = scenario(design={"people": 50}).model_copy(update={"title": "Smaller"})
    with pytest.raises(StoryError, match="found 70; Smaller has 50 people"):
        tell_story(IPS, smaller, person=70)


def test_one_or_two_worlds():
    with pytest.raises(StoryError, match="one or two scenarios, found 3"):
        tell_story(IPS, IPS, IPS, person=0)
