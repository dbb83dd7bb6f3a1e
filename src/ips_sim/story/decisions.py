"""Decisions about a person: which rule decided, by what chance, and what made the chance differ.

`MECHANISMS` is the one table of what stories know of rules: the question that a rule answers, the
lot that decides it, and a sentence.  A rule that decides by a lot and has no line there is told all
the same, by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel

from ips_sim.model.entities import Benefit, Service, Work
from ips_sim.story.noting import Call, Rule, luck_read, names_of

_HALVINGS = 40
"""A chance is found by halving; so often that what is left over is far below any word for it."""
_NOTICEABLE_SHARE = 0.1
"""Share of a gap between two chances from which a difference is named as a reason for it."""

Outcome = Callable[[Any, Any, Any], Any]
"""Reads what was decided off a rule's result, and the person before and after it."""


def _result(result: Any, before: Any, after: Any) -> Any:
    return result


def _yes_or_no(result: Any, before: Any, after: Any) -> bool:
    return bool(result)


def _always(at: SimpleNamespace) -> bool:
    return True


@dataclass(frozen=True)
class Mechanism:
    """A question that a rule decides.

    Attributes
    ----------
    name
        What it is called in files.
    rule
        The name of the rule.
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
    arises: Callable[[SimpleNamespace], bool] = _always


def _can_get_plan(at: SimpleNamespace) -> bool:
    return bool(at.seeker.benefit != Benefit.NONE and not at.seeker.has_benefits_plan)


def _may_be_closed(at: SimpleNamespace) -> bool:
    return bool(at.seeker.service == Service.SERVED and at.seeker.work == Work.NONE)


SCREENING = Mechanism(
    "screening", "is_screened_out", "", "intake turns the person away for not being ready"
)
ENROLMENT = Mechanism(
    "enrolment",
    "enter",
    "enrolment",
    "the person is enrolled",
    lambda _, before, after: after.service != Service.NOT_ADMITTED,
)
PREPARATION = Mechanism(
    "preparation",
    "admit",
    "",
    "assessment and training come before search",
    lambda _, before, after: after.service == Service.PREPARING,
)
STEERING = Mechanism(
    "set-aside work",
    "begin_search",
    "steering",
    "the person is steered to sheltered or transitional work first",
    lambda _, before, after: after.work != Work.NONE,
    lambda at: not at.seeker.admitted_ever and at.seeker.work == Work.NONE,
)
PLAN = Mechanism(
    "benefits planning",
    "admit",
    "benefits_plan",
    "a planner works out what earnings would mean for the benefit",
    lambda _, before, after: after.has_benefits_plan,
    _can_get_plan,
)
RELAPSE = Mechanism(
    "relapse",
    "live_with_illness",
    "relapse",
    "a relapse begins",
    lambda _, before, after: after.in_relapse,
    lambda at: not at.seeker.in_relapse,
)
RECOVERY = Mechanism(
    "recovery",
    "live_with_illness",
    "relapse",
    "the relapse is over",
    lambda _, before, after: not after.in_relapse,
    lambda at: at.seeker.in_relapse,
)
ADMISSION = Mechanism(
    "hospital admission",
    "live_with_illness",
    "admission",
    "the relapse leads to a hospital stay",
    lambda _, before, after: after.hospital_admissions > before.hospital_admissions,
    lambda at: at.seeker.in_relapse,
)
APPLICATION = Mechanism(
    "own application", "applies_alone", "own_search", "the person applies alone for a job"
)
OFFER_ALONE = Mechanism(
    "offer to own application", "gets_offer_alone", "own_offer", "the application brings an offer"
)
CONTACT = Mechanism(
    "employer contact",
    "is_helped_to_employer",
    "contact",
    "the specialist goes to see an employer for this person",
)
CHOICE = Mechanism(
    "choice of employer", "employer_to_visit", "", "which employer is visited", _result
)
ASKING = Mechanism(
    "asking for a job", "speaks_for", "", "the specialist speaks of the person at this visit"
)
OFFER = Mechanism(
    "offer through the specialist",
    "gets_offer_through_contact",
    "contact_offer",
    "the visit brings an offer",
)
ACCEPTANCE = Mechanism("acceptance", "accepts", "acceptance", "the person takes the job")
LAY_OFF = Mechanism(
    "lay-off",
    "ending_by_others",
    "lay_off",
    "the employer lays people off",
    arises=lambda at: at.seeker.fixed_weeks_left != 0,
)
PROBLEM = Mechanism("problem at work", "meets_problem", "problem", "a problem arises at work")
MOVE = Mechanism(
    "move to a better job", "moves_to", "own_offer", "the person wins the better job looked for"
)
SOLUTION = Mechanism("solution", "solves_problem", "solution", "the problem is solved")
ENDING = Mechanism(
    "end of the job", "problem_ends_job", "ending", "the unsolved problem ends the job"
)
LEAVING = Mechanism("leaving for good", "leaves_site", "leaving_site", "the person leaves for good")
TRANSFER = Mechanism("end of support", "support_is_over", "", "support in the job comes to an end")
CLOSING = Mechanism(
    "closing",
    "place_is_closed",
    "agreed_closing",
    "the place is given up",
    arises=_may_be_closed,
)
DROPOUT = Mechanism("dropout", "drops_out", "dropout", "the person stops coming")
RETURN = Mechanism(
    "return",
    "comes_back",
    "coming_back",
    "outreach brings the person back",
    arises=lambda at: at.seeker.work != Work.COMPETITIVE,
)

MECHANISMS = tuple(each for each in vars().values() if isinstance(each, Mechanism))
"""Everything that stories have words for."""


@cache
def mechanisms_of(rule: Rule) -> tuple[Mechanism, ...]:
    """Give what a rule decides; a rule that is not in the table and draws a lot, by its name."""
    known = tuple(each for each in MECHANISMS if each.rule == rule.__name__)
    lots = luck_read(rule)
    if known or not lots or rule.__annotations__.get("return") not in ("bool", bool):
        return known
    name = rule.__name__.replace("_", " ")
    return (Mechanism(name, rule.__name__, lots[0], f"the rule '{name}' says yes"),)


@dataclass(frozen=True)
class Influence:
    """A difference between two worlds that made a decision differ.

    Attributes
    ----------
    part, field
        What differs: a field of the person, the specialist, the levers, ...
    here, there
        Its value in the one world and in the other.
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

    mechanism: Mechanism
    call: Call

    @property
    def at(self) -> SimpleNamespace:
        """Everything that the rule saw."""
        return self.call.at

    @property
    def lot(self) -> float:
        """The uniform number that decided."""
        return float(getattr(self.at.luck, self.mechanism.luck))

    @cached_property
    def outcome(self) -> Any:
        """What was decided."""
        before = getattr(self.at, "seeker", None)
        return self.mechanism.outcome(self.call.result, before, self.call.after)

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
        return self.mechanism.outcome(result, before, after)

    def _chance(self, changed: dict[str, Any]) -> float:
        """Find the lot below which the answer is yes."""
        if not self.mechanism.luck:
            return float(bool(self.again(**changed)))

        def answer(lot: float) -> bool:
            luck = self.at.luck._replace(**{self.mechanism.luck: lot})
            return bool(self.again(**changed, luck=luck))

        low, high = 0.0, 1.0
        smallest = 0.5**_HALVINGS
        if not answer(smallest):
            return 0.0
        if answer(1.0 - smallest):
            return 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            if answer(middle):
                low = middle
            else:
                high = middle
        return (low + high) / 2.0

    def moves(self, **changed: Any) -> bool:
        """Whether a change moves the chance, or the outcome where no lot decides."""
        if self.mechanism.luck:
            return abs(self._chance(changed) - self.chance) > 2.0 * 0.5**_HALVINGS
        return bool(self.again(**changed) != self.outcome)

    def influences(self, there: Decision) -> list[Influence]:
        """Say which differences from another world made the decision differ, greatest first.

        Each value from there is put into the circumstances here, alone, and the rule is asked
        again; and the other way round, because of two differences that act only together neither
        shows from one side.
        """

        def measured(decision: Decision, changed: dict[str, Any]) -> float:
            if self.mechanism.luck:
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


def swaps(here: Call, there: Call) -> Iterator[tuple[str, str, Any, Any, dict[str, Any]]]:
    """Give every single difference between what a rule saw in two worlds, and how it is put right.

    Part, field, value here, value there, and the arguments that the rule is to be asked with.
    """
    employers = here.rows.get("employer"), there.rows.get("employer")
    for part, one in vars(here.at).items():
        other = getattr(there.at, part)
        if part == "luck" or (part == "relationship" and employers[0] != employers[1]):
            continue
        if part == "employer" and employers[0] != employers[1]:
            # Another employer is another employer, not a list of its fields.
            both = {name: getattr(there.at, name, None) for name in ("employer", "relationship")}
            changed = {name: value for name, value in both.items() if hasattr(here.at, name)}
            yield part, "row", *employers, changed
        elif isinstance(one, list):
            yield part, part, None, None, {part: other}
        elif isinstance(one, (int, float)):
            if one != other:
                yield part, part, one, other, {part: other}
        else:
            for name in names_of(type(one)):
                mine, theirs = getattr(one, name), getattr(other, name)
                if mine != theirs:
                    yield part, name, mine, theirs, {part: with_field(one, name, theirs)}


def with_field(thing: Any, name: str, value: Any) -> Any:
    """Give a copy of an entity or of a section of a scenario with one value changed."""
    if isinstance(thing, BaseModel):
        return thing.model_copy(update={name: value})
    return replace(thing, **{name: value})
