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
from ips_sim.story.decisions import Decision, Influence, Question, with_field
from ips_sim.story.noting import Call, Rule, copy_of, fields_written, levers_read
from ips_sim.story.watching import Week

_STEPS_BACK = 2
"""How far a number that a decision looked at is followed back within its week."""

Lever = tuple[str, Any, Any]
"""Name, here and there."""


class Behind:
    """The levers that differ in a week of two worlds, and which of them moved what came of it.

    `found` grows as decisions are looked into.
    """

    def __init__(self, here: Week, there: Week) -> None:
        self._sides = here, there
        pairs = ((name, value, getattr(there.levers, name)) for name, value in here.levers)
        self._differ = {name: (one, other) for name, one, other in pairs if one != other}
        self._found: set[str] = set()

    @property
    def found(self) -> tuple[Lever, ...]:
        """Those that moved something, in the order of the schema."""
        return tuple((name, *both) for name, both in self._differ.items() if name in self._found)

    def _read(self, rule: Rule) -> Iterator[str]:
        """Name those that a rule reads and that were not found yet."""
        return (name for name in levers_read(rule) if name in self._differ.keys() - self._found)

    def _exchanged(self, levers: Any, name: str) -> Any:
        """Give the levers of one world with one of the other's."""
        one, other = self._differ[name]
        return with_field(levers, name, other if getattr(levers, name) == one else one)

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
            for name in self._read(decision.call.rule) if levers is not None else ():
                other = self._exchanged(levers, name)
                if seen is None:
                    moves = decision.moves(levers=other)
                else:
                    moves = _leads(decision.outcome, decision.again(levers=other), seen)
                if moves:
                    self._found.add(name)

    def differing(self, one: Decision, other: Decision, most: int) -> None:
        """Find the levers behind what made a decision differ between the worlds."""
        self.decided(one, other)
        for influence in one.influences(other)[:most]:
            self._followed(influence, one, _STEPS_BACK)

    def places(self) -> None:
        """Find the levers that say how many people a specialist has place for."""
        self._found.update(self._read(begin_specialist))

    def _followed(self, influence: Influence, decision: Decision, steps: int) -> None:
        if influence.part == "specialist":
            self._planned(influence.field, decision.at.specialist)
        elif influence.part == "seeker" and steps:
            self._set(influence, steps)

    def _planned(self, field: str, specialist: SpecialistFields) -> None:
        """Find the levers that change a number of the specialist's week."""
        levers = self._sides[0].levers
        calls = (call for side in self._sides for week in side.life.weeks for call in week.calls)
        parameters = next(call.at.parameters for call in calls if hasattr(call.at, "parameters"))

        def planned(levers: Levers, busier: float = 1.0) -> Any:
            again = copy_of(specialist, SpecialistFields)
            again.searching = busier * specialist.searching
            plan_hours(again, levers, parameters, StaffLuck())
            return getattr(again, field)

        for name in self._read(plan_hours):
            if planned(levers) != planned(self._exchanged(levers, name)):
                self._found.add(name)
        if planned(levers) != planned(levers, busier=2.0):
            # Whom a specialist has place for decides how many share the time.
            self.places()

    def _set(self, influence: Influence, steps: int) -> None:
        """Find the levers that moved a field of the person where it last changed.

        What drifts a little every week is not followed further than that: it follows from all
        that came before.
        """
        for side in self._sides:
            for week in reversed(side.life.weeks[: side.number]):
                calls = [call for call in week.calls if _changes(call, influence.field)]
                for call in calls:
                    self._set_by(call, week.number, influence, steps)
                if calls:
                    break

    def _set_by(self, call: Call, number: int, influence: Influence, steps: int) -> None:
        value = Question(
            influence.field, call.name, "", "", lambda _, __, after: getattr(after, influence.field)
        )
        one = Decision(value, call)
        self.decided(one, seen=(influence.here, influence.there))
        if hasattr(call.at, "levers"):
            return
        for side in self._sides:
            for week in side.life.weeks[number - 1 : number]:
                for other in week.calls:
                    if other.rule is call.rule and other is not call:
                        for each in one.influences(Decision(value, other)):
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
