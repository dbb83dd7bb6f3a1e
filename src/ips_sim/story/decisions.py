"""Decisions about a person: which rule decided, by what chance, and what made the chance differ.

`QUESTIONS` is the one table of what stories know of rules: the question that a rule answers, the
lot that decides it, and a sentence, from ``words.yaml``.  A rule that decides by a lot and has no
line there is told all the same, by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Any, NamedTuple

from pydantic import BaseModel

from ips_sim.model.entities import Benefit, Ending, Service, Work
from ips_sim.story.noting import Call, Rule, luck_read, names_of
from ips_sim.story.words import SAID

_HALVINGS = 40
"""A chance is found by halving; so often that what is left over is far below any word for it."""
_LEAST = 0.5**_HALVINGS
_NOTICEABLE_SHARE = 0.1
"""Share of a gap between two chances from which a difference is named as a reason for it."""
_TOWN = ("site", "first_tie", "ties")
"""What a rule is told of a town besides its lists: how long they are, and where to begin."""

Outcome = Callable[[Any, Any, Any], Any]
"""Reads what was decided off a rule's result, and the person before and after it."""


def _yes_or_no(result: Any, before: Any, after: Any) -> bool:
    return bool(result)


def _always(call: Call) -> bool:
    return True


class Question(NamedTuple):
    """What a rule decides.

    Attributes
    ----------
    name, rule
        What it is called in files, and the name of the rule.
    luck
        The field of `Luck` that decides, yes where it is small enough; empty where no lot does.
    asks
        What is asked, as it follows "whether".
    outcome
        What was decided.
    arises
        Whether the question comes up at all in what the rule saw.
    """

    name: str
    rule: str
    luck: str
    asks: str
    outcome: Outcome = _yes_or_no
    arises: Callable[[Call], bool] = _always


def _grows(field: str) -> Outcome:
    return lambda _, before, after: bool(getattr(after, field) > getattr(before, field))


def _is_review(call: Call) -> bool:
    """Whether a place was reviewed, so that the weeks to the next one were set, without work."""
    before, after = call.at.seeker, call.after
    return (
        after is not None
        and after.weeks_to_review >= before.weeks_to_review
        and (before.service, before.work) == (Service.SERVED, Work.NONE)
    )


_OUTCOMES: dict[str, Outcome] = {
    "preparation": lambda _, before, after: after.service == Service.PREPARING,
    "set-aside work": lambda _, before, after: after.work in (Work.SHELTERED, Work.TRANSITIONAL),
    "benefits planning": _grows("has_benefits_plan"),
    "relapse": _grows("in_relapse"),
    "recovery": lambda _, before, after: not after.in_relapse,
    "hospital admission": _grows("hospital_admissions"),
    "going back": lambda row, before, after: row >= 0,
    "opening seen": lambda row, before, after: row >= 0,
    "choice of employer": lambda row, before, after: row,
    "dismissal": lambda ending, before, after: ending == Ending.DISMISSED,
}
"""What was decided, where it is not whether the rule says yes."""
_ARISES: dict[str, Callable[[Call], bool]] = {
    "set-aside work": lambda call: (
        not call.at.seeker.admitted_ever and call.at.seeker.work == Work.NONE
    ),
    "benefits planning": lambda call: (
        (call.at.seeker.benefit != Benefit.NONE or call.at.seeker.assistance)
        and not call.at.seeker.has_benefits_plan
    ),
    "relapse": lambda call: not call.at.seeker.in_relapse,
    "recovery": lambda call: call.at.seeker.in_relapse,
    "hospital admission": lambda call: call.at.seeker.in_relapse,
    "lay-off": lambda call: call.at.seeker.fixed_weeks_left != 0,
    "closing": _is_review,
}
"""When a question comes up, where it does not at every call of its rule."""


QUESTIONS = {
    name: Question(
        name, rule, luck, asks, _OUTCOMES.get(name, _yes_or_no), _ARISES.get(name, _always)
    )
    for name, (rule, luck, asks) in SAID["questions"].items()
}
"""Everything that stories have words for, by name."""


@cache
def questions_of(rule: Rule) -> tuple[Question, ...]:
    """Give what a rule decides; a rule that is not in the table and draws a lot, by its name."""
    known = tuple(each for each in QUESTIONS.values() if each.rule == rule.__name__)
    lots = luck_read(rule)
    if known or not lots or rule.__annotations__.get("return") not in ("bool", bool):
        return known
    name = rule.__name__.replace("_", " ")
    return (Question(name, rule.__name__, lots[0], f"the rule '{name}' says yes"),)


def decisions_in(calls: Iterable[Call]) -> Iterator[Decision]:
    """Give what was decided in some calls and in all that came of them, in order."""
    for call in calls:
        for each in call.within():
            for question in questions_of(each.rule):
                if question.arises(each):
                    yield Decision(question, each)


class Influence(NamedTuple):
    """A difference between two worlds that made a decision differ.

    Attributes
    ----------
    part, field
        What differs: a field of the person, the specialist, the levers, ...
    change
        By how much it alone moves the chance, or the outcome where no lot decides.
    """

    part: str
    field: str
    here: Any
    there: Any
    change: float


@dataclass(frozen=True)
class Decision:
    """A question as a rule decided it."""

    question: Question
    call: Call

    @property
    def at(self) -> SimpleNamespace:
        """Everything that the rule saw."""
        return self.call.at

    @property
    def lot(self) -> float:
        """The uniform number that decided."""
        return float(getattr(self.at.luck, self.question.luck))

    @cached_property
    def outcome(self) -> Any:
        """What was decided."""
        before = getattr(self.at, "seeker", None)
        return self.question.outcome(self.call.result, before, self.call.after)

    @property
    def happened(self) -> bool:
        """Whether the answer was yes."""
        return bool(self.outcome)

    @cached_property
    def chance(self) -> float:
        """The chance of a yes in these circumstances; 0 or 1 where no lot decides."""
        return self._chance({})

    def again(self, **changed: Any) -> Any:
        """Give what is decided if something that the rule saw is different."""
        result, after = self.call.ask(**changed)
        before = changed.get("seeker", getattr(self.at, "seeker", None))
        return self.question.outcome(result, before, after)

    def _chance(self, changed: dict[str, Any]) -> float:
        """Find the lot below which the answer is yes."""
        if not self.question.luck:
            return float(bool(self.again(**changed)))

        def answer(lot: float) -> bool:
            luck = self.at.luck._replace(**{self.question.luck: lot})
            return bool(self.again(**changed, luck=luck))

        if not answer(_LEAST):
            return 0.0
        if answer(1.0 - _LEAST):
            return 1.0
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if answer(middle) else (low, middle)
        return (low + high) / 2.0

    def moves(self, **changed: Any) -> bool:
        """Whether a change moves the chance, or the outcome where no lot decides."""
        if self.question.luck:
            return abs(self._chance(changed) - self.chance) > 2.0 * _LEAST
        return bool(self.again(**changed) != self.outcome)

    def influences(self, there: Decision) -> list[Influence]:
        """Say which differences from another world made the decision differ, greatest first.

        Each value from there is put into the circumstances here, alone, and the rule is asked
        again; and the other way round, because of two differences that act only together neither
        shows from one side.
        """

        def measured(decision: Decision, changed: dict[str, Any]) -> float:
            if self.question.luck:
                return decision._chance(changed)
            outcome = decision.again(**changed)
            return outcome if isinstance(outcome, float) else float(outcome == self.outcome)

        ours, theirs = measured(self, {}), measured(there, {})
        gap = ours - theirs
        if gap == 0.0:
            return []
        back = {
            (part, name): measured(there, changed) - theirs
            for part, name, _, _, changed in swaps(there.call, self.call)
        }
        found = []
        for part, name, one, other, changed in swaps(self.call, there.call):
            forth = ours - measured(self, changed)
            share = max(forth / gap, back.get((part, name), 0.0) / gap)
            if share >= _NOTICEABLE_SHARE:
                found.append(Influence(part, name, one, other, share * gap))
        return sorted(found, key=lambda one: -abs(one.change))


def nearest(decisions: Sequence[Decision]) -> Decision:
    """Give the decision whose lot came nearest to a yes."""
    return min(decisions, key=lambda one: one.lot - one.chance)


def swaps(here: Call, there: Call) -> Iterator[tuple[str, str, Any, Any, dict[str, Any]]]:
    """Give every single difference between what a rule saw in two worlds, and how it is put right.

    Part, field, value here, value there, and the arguments that the rule is to be asked with.
    """
    ours, theirs = vars(here.at), vars(there.at)
    employers = here.rows.get("employer"), there.rows.get("employer")
    together = {"luck"}
    lists = [part for part, one in ours.items() if isinstance(one, list)]
    if any(len(ours[part]) != len(theirs[part]) for part in lists):
        # Another town is another town: its lists and the places in them belong together.
        town = {part: theirs[part] for part in (*lists, *_TOWN) if part in ours}
        if "seeker" in ours:
            post = theirs["seeker"].specialist_row
            town["seeker"] = with_field(ours["seeker"], "specialist_row", post)
            together.add("specialist_row")
        yield lists[0], lists[0], None, None, town
        together |= town.keys() - {"seeker"}
    if employers[0] != employers[1]:
        # Another employer is another employer, not a list of its fields.
        both = [part for part in ("employer", "relationship") if part in ours]
        yield "employer", "row", *employers, {part: theirs[part] for part in both}
        together |= {*both}
    for part, one in ours.items():
        other = theirs[part]
        if part in together:
            continue
        if isinstance(one, list):
            yield part, part, None, None, {part: other}
        elif isinstance(one, (int, float)):
            if one != other:
                yield part, part, one, other, {part: other}
        else:
            for name in names_of(type(one)):
                mine, their = getattr(one, name), getattr(other, name)
                if mine != their and name not in together:
                    yield part, name, mine, their, {part: with_field(one, name, their)}


def with_field(thing: Any, name: str, value: Any) -> Any:
    """Give a copy of an entity or of a section of a scenario with one value changed."""
    if isinstance(thing, BaseModel):
        return thing.model_copy(update={name: value})
    return replace(thing, **{name: value})
