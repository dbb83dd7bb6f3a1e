"""Decisions of the model, kept so that they can be asked again with another lot.

A decision is one of the model's own rules together with copies of everything that it saw.  Because
the copies can be changed without touching the run, the chance behind a yes or no can be read off
the rule itself, and so can which difference between two worlds made their chances differ.  No
number of a rule is repeated here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from pydantic import BaseModel

from ips_sim.model.entities import (
    EmployerFields,
    JobSeekerFields,
    RelationshipFields,
    Service,
    SiteFields,
    SpecialistFields,
)
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.health import live_with_illness
from ips_sim.model.rules.leaving import comes_back, drops_out, keep_or_leave
from ips_sim.model.rules.referral import enter, is_screened_out
from ips_sim.model.rules.search import (
    accepts,
    applies_alone,
    gets_offer_alone,
    gets_offer_through_contact,
    is_helped_to_employer,
    make_contact,
    speaks_for,
)
from ips_sim.model.rules.work import (
    begin_problem,
    ending_by_others,
    meets_problem,
    moves_to,
    problem_ends_job,
    solves_problem,
)
from ips_sim.scenario.schema import Levers, People, Place

Thing = TypeVar("Thing")

_HALVINGS = 40
"""A chance is found by halving; so often that what is left over is far below any word for it."""
_NOTICEABLE_SHARE = 0.1
"""Share of a gap between two chances from which a difference is named as a reason for it."""


@dataclass(frozen=True)
class Circumstances:
    """Copies of all that a rule may look at when it decides about a person.

    Attributes
    ----------
    employer, employer_row, relationship
        The employer in question, if there is one.
    skill, trust
        What the specialist's hour achieves for a worker, and the trust of the worker's employer.
    """

    seeker: JobSeekerFields
    site: SiteFields
    luck: Luck
    levers: Levers
    people: People
    place: Place
    parameters: Parameters
    specialist: SpecialistFields | None = None
    employer: EmployerFields | None = None
    employer_row: int = -1
    relationship: RelationshipFields | None = None
    skill: float = 0.0
    trust: float = 0.0


@dataclass(frozen=True)
class Question:
    """Something that chance decides.

    Attributes
    ----------
    name
        What it is called in files.
    luck
        The field of `Luck` that decides; the answer is yes where it is small enough.
    answer
        The model's own rule, asked of copies.
    """

    name: str
    luck: str
    answer: Callable[[Circumstances], bool]


@dataclass(frozen=True)
class Influence:
    """A difference between two worlds that made a chance differ.

    Attributes
    ----------
    part, field
        What differs: a field of the person, the specialist, the levers, ...
    here, there
        Its value in the one world and in the other.
    change
        By how much it alone moves the chance.
    """

    part: str
    field: str
    here: Any
    there: Any
    change: float


@dataclass(frozen=True)
class Decision:
    """A question that came up for a person, with everything the model saw."""

    question: Question
    at: Circumstances

    @property
    def lot(self) -> float:
        """The uniform number that decided."""
        return float(getattr(self.at.luck, self.question.luck))

    @cached_property
    def happened(self) -> bool:
        """How it was decided."""
        return self.question.answer(self.at)

    @cached_property
    def chance(self) -> float:
        """The chance of a yes in these circumstances."""
        return _chance(self.question, self.at)

    def influences(self, there: Decision) -> list[Influence]:
        """Say which differences from another world made the chance here larger, greatest first.

        Each value from there is put into the circumstances here, alone, and the rule is asked
        again; and the other way round, because of two differences that act only together neither
        shows from one side.
        """
        gap = self.chance - there.chance
        if gap == 0.0:
            return []
        back = {
            (part, name): _chance(self.question, changed) - there.chance
            for part, name, _, _, changed in _swaps(there.at, self.at)
        }
        found = []
        for part, name, one, other, changed in _swaps(self.at, there.at):
            forth = self.chance - _chance(self.question, changed)
            share = max(forth / gap, back.get((part, name), 0.0) / gap)
            if share >= _NOTICEABLE_SHARE:
                found.append(Influence(part, name, one, other, share * gap))
        return sorted(found, key=lambda one: -abs(one.change))


def _chance(question: Question, at: Circumstances) -> float:
    """Find the lot below which the answer is yes."""

    def answer(lot: float) -> bool:
        return question.answer(replace(at, luck=at.luck._replace(**{question.luck: lot})))

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


def _swaps(
    here: Circumstances, there: Circumstances
) -> Iterator[tuple[str, str, Any, Any, Circumstances]]:
    """Give every single difference, with the circumstances here after it is put right."""
    for field in fields(Circumstances):
        part = field.name
        one, other = getattr(here, part), getattr(there, part)
        if part in ("luck", "employer_row") or one is None or other is None:
            continue
        if part == "employer":
            # Another employer is another employer, not a list of its fields.
            if here.employer_row != there.employer_row:
                yield (
                    part,
                    "row",
                    here.employer_row,
                    there.employer_row,
                    replace(
                        here,
                        employer=other,
                        employer_row=there.employer_row,
                        relationship=there.relationship,
                    ),
                )
                continue
        elif part == "relationship" and here.employer_row != there.employer_row:
            continue
        if isinstance(one, float):
            if one != other:
                yield part, part, one, other, replace(here, **{part: other})
            continue
        for name in names_of(type(one)):
            mine, theirs = getattr(one, name), getattr(other, name)
            if mine != theirs:
                yield part, name, mine, theirs, replace(here, **{part: _with(one, name, theirs)})


def _with(thing: Any, name: str, value: Any) -> Any:
    if isinstance(thing, BaseModel):
        return thing.model_copy(update={name: value})
    return replace(thing, **{name: value})


_names: dict[type, tuple[str, ...]] = {}


def names_of(kind: type) -> tuple[str, ...]:
    """Name the fields of an entity or of a section of a scenario."""
    if kind not in _names:
        if is_dataclass(kind):
            _names[kind] = tuple(field.name for field in fields(kind))
        else:
            assert issubclass(kind, BaseModel)
            _names[kind] = tuple(kind.model_fields)
    return _names[kind]


def copy_of(thing: Thing, kind: type[Thing]) -> Thing:
    """Copy the fields of an agent into a plain entity."""
    return kind(*[getattr(thing, name) for name in names_of(kind)])


# What the model decides about a person. Rules that change something are asked of a further copy.


def _enters(at: Circumstances) -> bool:
    seeker = copy_of(at.seeker, JobSeekerFields)
    enter(seeker, copy_of(at.site, SiteFields), at.levers, at.luck)
    return seeker.service != Service.NOT_ADMITTED


def _passes_screening(at: Circumstances) -> bool:
    return not is_screened_out(at.seeker, at.levers)


def _lived_with_illness(at: Circumstances) -> JobSeekerFields:
    seeker = copy_of(at.seeker, JobSeekerFields)
    live_with_illness(seeker, at.people, at.levers, at.parameters, at.luck)
    return seeker


def _relapses(at: Circumstances) -> bool:
    return not at.seeker.in_relapse and _lived_with_illness(at).in_relapse


def _is_admitted_to_hospital(at: Circumstances) -> bool:
    return _lived_with_illness(at).hospital_admissions > at.seeker.hospital_admissions


def _applies_alone(at: Circumstances) -> bool:
    return applies_alone(at.seeker, at.site, at.parameters, at.luck)


def _gets_offer_alone(at: Circumstances) -> bool:
    assert at.employer is not None
    return gets_offer_alone(at.seeker, at.employer, at.place, at.parameters, at.luck)


def _is_helped(at: Circumstances) -> bool:
    assert at.specialist is not None
    return is_helped_to_employer(at.seeker, at.specialist, at.parameters, at.luck)


def _gets_offer_through_contact(at: Circumstances) -> bool:
    assert at.specialist is not None and at.employer is not None
    relationship = _after_the_visit(at)
    return speaks_for(relationship, at.levers) and gets_offer_through_contact(
        at.seeker,
        at.specialist,
        at.employer,
        relationship,
        at.place,
        at.parameters,
        at.luck,
    )


def is_spoken_for(at: Circumstances) -> bool:
    """Say whether the specialist, visiting an employer in these circumstances, asks for a job."""
    return speaks_for(_after_the_visit(at), at.levers)


def _after_the_visit(at: Circumstances) -> RelationshipFields:
    assert at.relationship is not None
    relationship = copy_of(at.relationship, RelationshipFields)
    make_contact(copy_of(at.seeker, JobSeekerFields), relationship, at.parameters)
    return relationship


def _accepts(at: Circumstances) -> bool:
    assert at.employer is not None
    return accepts(copy_of(at.seeker, JobSeekerFields), at.employer, at.parameters, at.luck)


def _ends_by_others(at: Circumstances) -> bool:
    return bool(ending_by_others(at.seeker, at.parameters, at.luck))


def _meets_problem(at: Circumstances) -> bool:
    return meets_problem(at.seeker, at.parameters, at.luck)


def _moves_on(at: Circumstances) -> bool:
    assert at.employer is not None
    return moves_to(at.seeker, at.employer, at.skill, at.parameters, at.luck)


def _solves_problem(at: Circumstances) -> bool:
    return solves_problem(at.seeker, at.skill, at.trust, at.levers, at.parameters, at.luck)


def _problem_ends_job(at: Circumstances) -> bool:
    return problem_ends_job(at.seeker, at.parameters, at.luck)


def _is_closed(at: Circumstances) -> bool:
    seeker = copy_of(at.seeker, JobSeekerFields)
    keep_or_leave(seeker, copy_of(at.site, SiteFields), at.levers, at.parameters, at.luck)
    return seeker.service == Service.CLOSED


def _drops_out(at: Circumstances) -> bool:
    return drops_out(at.seeker, at.levers, at.parameters, at.luck)


def _comes_back(at: Circumstances) -> bool:
    return comes_back(at.seeker, at.levers, at.parameters, at.luck)


def kind_of_problem(at: Circumstances) -> int:
    """Say which kind of problem begins in these circumstances."""
    seeker = copy_of(at.seeker, JobSeekerFields)
    begin_problem(seeker, at.parameters, at.luck)
    return seeker.problem


ENROLMENT = Question("enrolment", "enrolment", _enters)
SCREENING = Question("screening", "enrolment", _passes_screening)
RELAPSE = Question("relapse", "relapse", _relapses)
ADMISSION = Question("hospital admission", "admission", _is_admitted_to_hospital)
APPLICATION = Question("own application", "own_search", _applies_alone)
OFFER_ALONE = Question("offer to own application", "own_offer", _gets_offer_alone)
CONTACT = Question("employer contact", "contact", _is_helped)
OFFER = Question("offer through the specialist", "contact_offer", _gets_offer_through_contact)
ACCEPTANCE = Question("acceptance", "acceptance", _accepts)
ENDING_BY_OTHERS = Question("lay-off or end of term", "lay_off", _ends_by_others)
PROBLEM = Question("problem at work", "problem", _meets_problem)
MOVE = Question("move to a better job", "own_offer", _moves_on)
SOLUTION = Question("solution", "solution", _solves_problem)
ENDING = Question("end of the job", "ending", _problem_ends_job)
CLOSING = Question("closing", "agreed_closing", _is_closed)
DROPOUT = Question("dropout", "dropout", _drops_out)
RETURN = Question("return", "coming_back", _comes_back)
