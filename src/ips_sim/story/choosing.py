"""Choose a person: by number, or by what they are like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ips_sim.evidence.likely import nearest
from ips_sim.model.agents import IPSModel
from ips_sim.model.entities import Benefit, JobSeekerFields
from ips_sim.scenario.catalogue import Key, person_columns
from ips_sim.scenario.schema import Scenario
from ips_sim.story import StoryError
from ips_sim.story.watching import site_of

_NEAR = {"years": 5.0, "weeks": 26.0, "months": 6.0, "score": 0.1, "hours a week": 4.0}
"""How far from the number asked for a person may be, by unit."""
_BENEFITS = {each.name.lower(): float(each) for each in Benefit}
_WORDS: Mapping[str, Mapping[str, float]] = {
    "yes or no": {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0},
    "choice": _BENEFITS | {"ssi": float(Benefit.TAPERED), "ssdi": float(Benefit.CLIFF)},
}
"""What is said instead of a number, by the kind of trait."""


class Wish(NamedTuple):
    """One trait asked for: a span that is near enough, and what to be nearest to."""

    trait: Key
    low: float
    high: float
    aim: float

    def value(self, person: JobSeekerFields) -> float:
        """Read the trait off a person."""
        return float(getattr(person, self.trait.name))

    def farness(self, person: JobSeekerFields) -> tuple[float, float]:
        """How far a person is outside the span, and from the aim, in units of what is near."""
        value, unit = self.value(person), _NEAR.get(self.trait.unit, 1.0)
        outside = max(self.low - value, value - self.high, 0.0)
        return outside / unit, abs(value - self.aim) / unit

    def shown(self, value: float) -> str:
        """A value as it would be asked for."""
        words = _WORDS.get(self.trait.kind, {})
        decimals = 2 if _NEAR.get(self.trait.unit, 0.0) < 1.0 else 0
        found = (word for word, number in words.items() if number == value)
        return next(found, f"{value:.{decimals}f}")

    def __str__(self) -> str:
        low, high = (self.shown(max(end, 0.0)) for end in (self.low, self.high))
        name = self.trait.name
        return f"{name}={low}" if low == high else f"{name} from {low} to {high}"


def read_wishes(text: str) -> list[Wish]:
    """Read ``age=35,benefit=cliff,interest=0.4-0.7``: what a scenario may say of its own people.

    Raises
    ------
    StoryError
        If a part is no trait with a value; the message lists the traits.
    """
    wishes: list[Wish] = []
    traits = person_columns()
    for part in text.split(","):
        name, _, said = (piece.strip().lower() for piece in part.partition("="))
        # By its name, or by some whole words of it; the first in the schema.
        parts = (each for each in traits.values() if name and f"_{name}_" in f"_{each.name}_")
        trait = traits.get(name) or next(parts, None)
        if trait is None:
            meant = nearest(name, [*traits, *(each.partition("_")[0] for each in traits)])
            hint = f" Did you mean {meant}?" if meant else ""
            found = part.strip() or "nothing"
            raise StoryError(f"--like: found {found!r}; traits are {', '.join(traits)}.{hint}")
        if any(wish.trait is trait for wish in wishes):
            raise StoryError(f"--like: {trait.name} is asked for twice")
        wishes.append(_wish(trait, said))
    return wishes


def _wish(trait: Key, said: str) -> Wish:
    words = _WORDS.get(trait.kind, {})
    allowed = ", ".join(words) or f"a number or a span such as 30-40; {trait.meaning}"
    if said in words:
        return Wish(trait, *[words[said]] * 3)
    low, dash, high = said.partition("-")
    try:
        ends = (float(low), float(high if dash else low))
    except ValueError:
        ends = (1.0, 0.0)
    # A span needs its ends in order, and nan is in no order.
    if words or not 0.0 <= ends[0] <= ends[1] < float("inf"):
        found = said or "nothing"
        raise StoryError(f"--like: {trait.name}: found {found!r}; allowed: {allowed}")
    near = 0.0 if dash else _NEAR.get(trait.unit, 0.0)
    return Wish(trait, ends[0] - near, ends[1] + near, aim=sum(ends) / 2.0)


def check_alone(scenario: Scenario) -> None:
    """Check that a scenario's sites can be replayed one by one.

    Raises
    ------
    StoryError
        If they share employers.
    """
    if scenario.design.sites_per_area > 1:
        raise StoryError(
            f"a story is told of a site alone, and those of {scenario.title} share employers"
        )


def check_person(scenarios: list[Scenario], person: int, site: int | None) -> None:
    """Check that a person lives in every scenario, and at the site if one is named.

    Raises
    ------
    StoryError
        If not; the message says who there is.
    """
    for scenario in scenarios:
        size, people = site_of(scenario, person), scenario.design.people
        if size is None:
            raise StoryError(
                f"--person: found {person}; {scenario.title} has {people} people, "
                f"numbered 0 to {people - 1}"
            )
        if site not in (None, size.site):
            raise StoryError(
                f"--person: person {person} lives at site {size.site} of {scenario.title}, "
                f"not at site {site}"
            )


def person_by_traits(
    scenario: Scenario, wishes: list[Wish], site: int, *, seed: int, replicate: int
) -> int:
    """Choose the person at a site who comes nearest to what is asked for.

    Raises
    ------
    StoryError
        If nobody is near enough; the message says how near the nearest is.
    """
    if not 0 <= site < scenario.design.sites:
        raise StoryError(
            f"--site: found {site}; {scenario.title} has {scenario.design.sites} site(s), "
            f"numbered 0 to {scenario.design.sites - 1}"
        )
    model = IPSModel(scenario, seed=seed, replicate=replicate, site=site)
    if not model.seekers:
        raise StoryError(f"--site: nobody lives at site {site} of {scenario.title}")

    def farness(person: JobSeekerFields) -> tuple[float, float]:
        each = [wish.farness(person) for wish in wishes]
        return sum(one for one, _ in each), sum(one for _, one in each)

    person = min(model.seekers, key=lambda each: (*farness(each), each.row))
    number = model.size.first_person + person.row
    if farness(person)[0] > 0.0:
        found = ", ".join(f"{wish.trait.name}={wish.shown(wish.value(person))}" for wish in wishes)
        raise StoryError(
            f"--like: none of the {len(model.seekers)} people at site {site} of {scenario.title} "
            f"is like {', '.join(map(str, wishes))}. The nearest is person {number}: {found}. "
            "Ask for less, or try another --replicate or --seed."
        )
    return number
