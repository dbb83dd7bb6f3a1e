"""Choose a person: by number, or by what they are like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ips_sim.evidence.likely import nearest
from ips_sim.model.agents import IPSModel
from ips_sim.model.entities import Benefit, JobSeekerFields
from ips_sim.scenario.schema import Scenario
from ips_sim.story.errors import StoryError
from ips_sim.story.watching import site_of

_BENEFITS = {
    "none": Benefit.NONE,
    "tapered": Benefit.TAPERED,
    "cliff": Benefit.CLIFF,
    "ssi": Benefit.TAPERED,
    "ssdi": Benefit.CLIFF,
}
_YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False}


@dataclass(frozen=True)
class Trait:
    """Something by which a person can be chosen.

    Attributes
    ----------
    name, meaning
        For people.
    value
        Reads it off a person in week 0.
    near
        How far from the number asked for a person may be; 0 for what is asked for exactly.
    words
        What may be said instead of a number.
    """

    name: str
    meaning: str
    value: Callable[[JobSeekerFields], float]
    near: float = 0.0
    words: tuple[tuple[str, float], ...] = ()

    def shown(self, value: float) -> str:
        """A value as it would be asked for."""
        for word, number in self.words:
            if number == value:
                return f"{self.name}={word}"
        return f"{self.name}={value:.2f}" if self.near < 1.0 else f"{self.name}={value:.0f}"


def _number(name: str, field: str, near: float, meaning: str) -> Trait:
    return Trait(name, meaning, lambda person: float(getattr(person, field)), near)


def _yes_or_no(name: str, field: str, meaning: str) -> Trait:
    words = tuple((word, float(value)) for word, value in _YES_OR_NO.items())
    return Trait(name, meaning, lambda person: float(getattr(person, field)), words=words)


TRAITS = {
    trait.name: trait
    for trait in (
        _number("age", "age_years", 5.0, "years"),
        _number("history", "work_history_weeks", 26.0, "weeks worked in the last five years"),
        _number("symptoms", "symptoms", 0.1, "0 none to 1 extreme"),
        _number("interest", "interest", 0.1, "interest in work, 0 to 1"),
        _number("hours", "preferred_hours", 4.0, "hours a week that the person would like"),
        _number("fear", "benefit_fear", 0.1, "fear of losing benefits, 0 to 1"),
        Trait(
            "benefit",
            "none, tapered (SSI) or cliff (SSDI)",
            lambda person: float(person.benefit),
            words=tuple((word, float(kind)) for word, kind in _BENEFITS.items()),
        ),
        _yes_or_no("substance_use", "substance_use", "yes or no"),
        _yes_or_no("legal_history", "legal_history", "yes or no"),
        _yes_or_no("discloses", "discloses", "yes or no; to an employer"),
    )
}
"""Everything that ``--like`` may name."""


@dataclass(frozen=True)
class Wish:
    """One trait asked for: a value with what counts as near, or a span.

    Attributes
    ----------
    low, high
        The span that is near enough; both ends belong to it.
    aim
        The value that the chosen person should be nearest to.
    """

    trait: Trait
    low: float
    high: float
    aim: float

    def misses_by(self, person: JobSeekerFields) -> float:
        """How far a person is outside the span, in units of what counts as near; 0 inside."""
        value = self.trait.value(person)
        outside = max(self.low - value, value - self.high, 0.0)
        return outside / (self.trait.near or 1.0)

    def distance(self, person: JobSeekerFields) -> float:
        """How far a person is from the aim, in the same units."""
        return abs(self.trait.value(person) - self.aim) / (self.trait.near or 1.0)


def read_wishes(text: str) -> list[Wish]:
    """Read ``age=35,benefit=cliff,interest=0.4-0.7``.

    Raises
    ------
    StoryError
        If a part is no trait with a value; the message lists the traits.
    """
    wishes: list[Wish] = []
    for part in text.split(","):
        name, equals, said = (piece.strip().lower() for piece in part.partition("="))
        if name not in TRAITS:
            meant = nearest(name, list(TRAITS))
            hint = f" Did you mean {meant}?" if meant else ""
            known = "; ".join(f"{trait.name} ({trait.meaning})" for trait in TRAITS.values())
            msg = f"--like: found {part.strip() or 'nothing'!r}; traits are {known}.{hint}"
            raise StoryError(msg)
        if any(wish.trait.name == name for wish in wishes):
            raise StoryError(f"--like: {name} is asked for twice")
        wishes.append(_wish(TRAITS[name], said if equals else ""))
    return wishes


def _wish(trait: Trait, said: str) -> Wish:
    words = dict(trait.words)
    if said in words:
        value = words[said]
        return Wish(trait, value, value, value)
    allowed = trait.meaning if words else f"a number or a span such as 30-40; {trait.meaning}"
    low, dash, high = said.partition("-")
    try:
        ends = (float(low), float(high)) if dash else (float(low), float(low))
    except ValueError:
        ends = (1.0, 0.0)
    # A word trait takes no number, a span needs its ends in order, and nan is in no order.
    if words or not 0.0 <= ends[0] <= ends[1] < float("inf"):
        raise StoryError(f"--like: {trait.name}: found {said or 'nothing'!r}; allowed: {allowed}")
    if dash:
        return Wish(trait, *ends, aim=(ends[0] + ends[1]) / 2.0)
    return Wish(trait, ends[0] - trait.near, ends[0] + trait.near, aim=ends[0])


def person_by_number(scenarios: list[Scenario], person: int, site: int | None) -> int:
    """Check that a person lives in every scenario, and at the site if one is named.

    Raises
    ------
    StoryError
        If not; the message says who there is.
    """
    for scenario in scenarios:
        size = site_of(scenario, person)
        if size is None:
            msg = (
                f"--person: found {person}; {scenario.title} has {scenario.design.people} people, "
                f"numbered 0 to {scenario.design.people - 1}"
            )
            raise StoryError(msg)
        if site is not None and size.site != site:
            msg = (
                f"--person: person {person} lives at site {size.site} of {scenario.title}, "
                f"not at site {site}"
            )
            raise StoryError(msg)
    return person


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
        msg = (
            f"--site: found {site}; {scenario.title} has {scenario.design.sites} site(s), "
            f"numbered 0 to {scenario.design.sites - 1}"
        )
        raise StoryError(msg)
    model = IPSModel(scenario, seed=seed, replicate=replicate, site=site)
    if not model.seekers:
        raise StoryError(f"--site: nobody lives at site {site} of {scenario.title}")

    def farness(row: int) -> tuple[float, float, int]:
        person = model.seekers[row]
        return (
            sum(wish.misses_by(person) for wish in wishes),
            sum(wish.distance(person) for wish in wishes),
            row,
        )

    misses, _, row = min(farness(row) for row in range(len(model.seekers)))
    number = model.size.first_person + row
    if misses > 0.0:
        person = model.seekers[row]
        asked = ", ".join(_asked(wish) for wish in wishes)
        found = ", ".join(wish.trait.shown(wish.trait.value(person)) for wish in wishes)
        msg = (
            f"--like: none of the {len(model.seekers)} people at site {site} of {scenario.title} "
            f"is like {asked}. The nearest is person {number}: {found}. "
            "Ask for less, or try another --replicate or --seed."
        )
        raise StoryError(msg)
    return number


def _asked(wish: Wish) -> str:
    shown = wish.trait.shown(wish.aim)
    if wish.low == wish.high:
        return shown
    low, high = (wish.trait.shown(max(end, 0.0)).partition("=")[2] for end in (wish.low, wish.high))
    return f"{wish.trait.name} from {low} to {high}"
