"""Which levers stand behind a decision: those that the rules read, and that move it when changed.

Nothing here lists levers.  The source of a rule says which it reads; each that differs between two
worlds is put into the other's place and the rule asked again, and so is the planning of the
specialist's week, and every rule that earlier set what the decision looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ips_sim.model.entities import SpecialistFields
from ips_sim.model.luck import StaffLuck
from ips_sim.model.rules.staff import begin_specialist, plan_hours
from ips_sim.scenario.schema import Levers
from ips_sim.story.decisions import Decision, Influence, Mechanism, with_field
from ips_sim.story.noting import Call, Rule, copy_of, fields_written, levers_read
from ips_sim.story.watching import Life

_STEPS_BACK = 2
"""How far a number that a decision looked at is followed back within its week."""

Lever = tuple[str, Any, Any]
"""Name, here and there."""


class Behind:
    """Levers of two worlds, and what they move; `found` grows as decisions are looked into."""

    def __init__(self, here: Life, there: Life, week: int) -> None:
        self._lives, self._week = (here, there), week
        self._programmes = here.holds_in(week).programme, there.holds_in(week).programme
        self.found: dict[str, None] = {}

    @property
    def levers(self) -> tuple[Lever, ...]:
        """What was found, in the order of the schema."""
        return tuple(
            (name, getattr(self._programmes[0], name), getattr(self._programmes[1], name))
            for name in Levers.model_fields
            if name in self.found
        )

    def _differing(self, rule: Rule) -> Iterator[tuple[str, Any, Any]]:
        for name in levers_read(rule):
            values = tuple(getattr(one, name) for one in self._programmes)
            if name not in self.found and values[0] != values[1]:
                yield name, *values

    def _other(self, name: str, value: Any) -> Any:
        one, other = (getattr(each, name) for each in self._programmes)
        return other if value == one else one

    def decided(self, *decisions: Decision, seen: tuple[Any, Any] | None = None) -> None:
        """Find the levers that a decision itself looked at.

        Parameters
        ----------
        seen
            What a later decision saw of this outcome in the two worlds; a lever counts if it
            moves the outcome from the one to the other.
        """
        for decision in decisions:
            levers = getattr(decision.at, "levers", None)
            for name, *_ in self._differing(decision.call.rule) if levers else ():
                other = with_field(levers, name, self._other(name, getattr(levers, name)))
                if seen is None:
                    moves = decision.moves(levers=other)
                else:
                    moves = _leads(decision.outcome, decision.again(levers=other), seen)
                if moves:
                    self.found[name] = None

    def differing(self, one: Decision, other: Decision, most: int) -> None:
        """Find the levers behind what made a decision differ between the worlds."""
        self.decided(one, other)
        for influence in one.influences(other)[:most]:
            self._followed(influence, one, _STEPS_BACK)

    def _followed(self, influence: Influence, decision: Decision, steps: int) -> None:
        if influence.part == "specialist":
            self._planned(influence.field, decision.at.specialist)
        elif influence.part == "seeker" and steps:
            self._set(influence, steps)

    def _planned(self, field: str, specialist: SpecialistFields) -> None:
        """Find the levers that change a number of the specialist's week."""

        def planned(levers: Levers, busier: float = 1.0) -> Any:
            again = copy_of(specialist, SpecialistFields)
            again.searching = busier * specialist.searching
            plan_hours(again, levers, self._parameters(), StaffLuck())
            return getattr(again, field)

        for name, *values in self._differing(plan_hours):
            levers = (with_field(self._programmes[0], name, value) for value in values)
            if len({planned(each) for each in levers}) > 1:
                self.found[name] = None
        if planned(self._programmes[0]) != planned(self._programmes[0], busier=2.0):
            # Whom a specialist has place for decides how many share the time.
            self.places()

    def places(self) -> None:
        """Find the levers that say how many people a specialist has place for."""
        for name, *_ in self._differing(begin_specialist):
            self.found[name] = None

    def _parameters(self) -> Any:
        calls = (call for life in self._lives for week in life.weeks for call in week.calls)
        return next(call.at.parameters for call in calls if hasattr(call.at, "parameters"))

    def _set(self, influence: Influence, steps: int) -> None:
        """Find the levers that moved a field of the person where it last changed.

        What drifts a little every week is not followed further than that: it follows from all
        that came before.
        """
        for life in self._lives:
            for week in reversed(life.weeks[: self._week]):
                calls = [call for call in week.calls if _changes(call, influence.field)]
                for call in calls:
                    self._set_by(call, week.number, influence, steps)
                if calls:
                    break

    def _set_by(self, call: Call, number: int, influence: Influence, steps: int) -> None:
        one = Decision(_value_of(influence.field, call.rule), call)
        self.decided(one, seen=(influence.here, influence.there))
        if hasattr(call.at, "levers"):
            return
        for life in self._lives:
            for other in life.weeks[number - 1].calls if number <= len(life.weeks) else ():
                if other.rule is call.rule and other is not call:
                    for each in one.influences(Decision(one.mechanism, other)):
                        self._followed(each, one, steps - 1)


def _leads(was: Any, would_be: Any, seen: tuple[Any, Any]) -> bool:
    """Whether a change leads from what was seen in one world towards what was seen in the other."""
    if not isinstance(was, float):
        return was != would_be and {was, would_be} == set(seen)
    ends = sorted(seen, key=lambda value: abs(value - was))
    return bool((would_be - was) * (ends[1] - ends[0]) > 0.0)


def _changes(call: Call, field: str) -> bool:
    if call.after is None or field not in fields_written(call.rule):
        return False
    return bool(getattr(call.after, field) != getattr(call.at.seeker, field))


def _value_of(field: str, rule: Rule) -> Mechanism:
    """Ask a rule for a field of the person, instead of for what it decides."""
    return Mechanism(field, rule.__name__, "", "", lambda _, before, after: getattr(after, field))
