"""Trials as pairs of scenarios: what each design says, and nothing that it found.

A trial's people and place are library files, of the 28 named in ``trial_settings.csv``, and what
``trial_baselines.csv`` gives of them takes the place of the file's values by the one mapping of
``baseline_fields.csv``; its control condition follows from the features in ``trial_designs.csv`` by
that of ``control_features.csv``, so that conditions with the same features are one service.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from ips_sim.evidence.reading import read_rows, stop_on_problems
from ips_sim.evidence.tables import columns_of, package_data
from ips_sim.evidence.trials import (
    TrialBaseline,
    TrialDesign,
    TrialResult,
    trial_baselines,
    trial_designs,
)
from ips_sim.model.arrays import Array
from ips_sim.model.entities import Work
from ips_sim.runs.counts import key_and_value
from ips_sim.scenario import Scenario, load_scenario
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.schema import UNLIMITED_WEEKS, People, Place

ENTRY_WEEKS = 26
"""Weeks over which a virtual trial recruits; assumed."""

_IN_BOTH_ARMS = ("ips_integrated", "early_intervention")
"""Features that set levers of the IPS arm too."""
_PER_CENT = 100.0


def _as_it_is(value: float, _key: str, _people: People) -> float:
    return value


def _per_cent_to_share(value: float, _key: str, _people: People) -> float:
    return value / _PER_CENT


def _the_rest(value: float, _key: str, _people: People) -> float:
    return 1.0 - value


def _among_those_who_worked(value: float, _key: str, people: People) -> float:
    recent = 1.0 - people.no_recent_work_share
    return min(1.0, value / recent) if recent > 0 else 0.0


def _scaled_to_the_sum(value: float, key: str, people: People) -> float:
    """Keep the proportion of the two benefits; where there is neither, half and half."""
    both = people.tapered_benefit_share + people.cliff_benefit_share
    own: float = getattr(people, key)
    return value * (own / both if both > 0 else 1 / 2)


_HOW: dict[str, Callable[[float, str, People], float]] = {
    "as it is": _as_it_is,
    "per cent to share": _per_cent_to_share,
    "the rest": _the_rest,
    "among those who worked in five years": _among_those_who_worked,
    "scaled to the sum": _scaled_to_the_sum,
}
"""Ways in which a published figure becomes a field, by their names in ``baseline_fields.csv``."""


@dataclass(frozen=True)
class ControlLever:
    """One row of ``control_features.csv``: what a feature's level means for a lever."""

    feature: str
    level: str
    lever: str
    value: float | int | bool
    basis: str


@dataclass(frozen=True)
class TrialSetting:
    """One row of ``trial_settings.csv``: where a trial's people and place come from.

    Attributes
    ----------
    people, place
        Names of library files; empty for the library's own.
    school
        Keys set, as in `Trial`, where a trial counted education and school is to be followed.
    """

    people: str
    place: str
    school: str
    basis: str


@dataclass(frozen=True)
class BaselineField:
    """One row of ``baseline_fields.csv``: how what is published of a trial's people sets a field.

    Attributes
    ----------
    column
        Of ``trial_baselines.csv``.
    key
        Key of a scenario, such as ``people.age_mean_years``.
    how
        The way from the figure to the field.
    except_for_benefits
        Benefits of a design, as in ``trial_designs.csv``, with which the row does not hold.
    """

    column: str
    key: str
    how: str
    except_for_benefits: str
    basis: str


@dataclass(frozen=True)
class Trial:
    """A trial to simulate, and what it published, if that is given.

    Attributes
    ----------
    people, place
        Names of library files; empty for the library's own.
    sets
        Keys set beyond the design, as ``KEY=VALUE; KEY=VALUE``: those of ``programme`` in the IPS
        arm alone, since the other's follow from its features, all others in both arms.
    ips_rate, control_rate
        Published, in per cent; None where nothing is given.
    is_counted
        Whether its rates are scored; an upper bound is shown only.
    """

    design: TrialDesign
    baseline: TrialBaseline
    people: str = ""
    place: str = ""
    sets: str = ""
    ips_rate: float | None = None
    control_rate: float | None = None
    is_counted: bool = True

    @property
    def trial_id(self) -> str:
        """The key of the design."""
        return self.design.trial_id

    @property
    def of_ips(self) -> tuple[object, ...]:
        """What two designs have in common that have one IPS arm."""
        one = self.design
        return (
            (one.first_author, one.year, one.site, one.months, one.n_ips, one.n_sites),
            (one.ips_integrated, one.outcome_counted, self.people, self.place, self.sets),
            replace(self.baseline, trial_id=""),
        )

    def rate(self, arm: str) -> float:
        """Give the published rate of an arm; NaN where none is given."""
        given = self.ips_rate if arm == "ips" else self.control_rate
        return float("nan") if given is None else given


@dataclass(frozen=True)
class VirtualTrial:
    """A design with the scenario of each arm."""

    design: TrialDesign
    ips: Scenario
    control: Scenario


@cache
def control_levers() -> tuple[ControlLever, ...]:
    """Read the mapping from features of a control condition to levers."""
    with package_data("control_features.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            ControlLever(
                feature=row["feature"],
                level=row["level"],
                lever=row["key"].removeprefix("programme."),
                value=_value(row["value"]),
                basis=row["basis"],
            )
            for row in csv.DictReader(file)
        )


def _value(text: str) -> float | int | bool:
    if text in ("true", "false"):
        return text == "true"
    if text == "unlimited":
        return UNLIMITED_WEEKS
    return float(text) if "." in text else int(text)


@cache
def trial_settings() -> dict[str, TrialSetting]:
    """Read which people and place each trial has."""
    with package_data("trial_settings.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["trial_id"]: TrialSetting(row["people"], row["place"], row["school"], row["basis"])
            for row in csv.DictReader(file)
        }


@cache
def baseline_fields() -> tuple[BaselineField, ...]:
    """Read the mapping from what is published of a trial's people to fields, in order of use."""
    columns = columns_of(BaselineField)
    rows = read_rows(package_data("baseline_fields.csv"), columns=columns, required=columns)
    allowed = [key for key in keys() if key.startswith(("people.", "place."))]
    table = tuple(
        BaselineField(
            column=row.choice("column", columns_of(TrialBaseline)),
            key=row.choice("key", allowed),
            how=row.choice("how", list(_HOW)),
            except_for_benefits=row.text("except_for_benefits", required=False),
            basis=row.text("basis"),
        )
        for row in rows
    )
    stop_on_problems(rows)
    return table


def at_baseline(
    design: TrialDesign, baseline: TrialBaseline, people: People, place: Place
) -> tuple[People, Place]:
    """Put what is published of a trial's people and place where the library only assumes."""
    found: dict[str, dict[str, float]] = {"people": {}, "place": {}}
    known = people
    for row in baseline_fields():
        value: float | None = getattr(baseline, row.column)
        if value is None or row.except_for_benefits == design.benefits:
            continue
        section, _, name = row.key.partition(".")
        found[section][name] = _HOW[row.how](value, name, known)
        if name == "no_recent_work_share":  # the share of a year is of those left
            known = people.model_copy(update={name: found[section][name]})
    return (
        People(**(people.model_dump() | found["people"])),
        Place(**(place.model_dump() | found["place"])),
    )


def features_of(design: TrialDesign) -> dict[str, str]:
    """List the features of a trial's control service, as they stand in the table."""
    return {
        "control_access": str(int(design.control_access)),
        "control_prevocational": str(int(design.control_prevocational)),
        "control_sheltered_or_transitional": str(int(design.control_sheltered_or_transitional)),
        "control_search_help": str(int(design.control_search_help)),
        "control_integrated": design.control_integrated,
        # Programmes for the first years alone; who takes others too treats them as usual.
        "early_intervention": "1" if design.stage == "early" else "0",
    }


def levers_for(features: dict[str, str]) -> dict[str, float | int | bool]:
    """Turn features into levers by the stated mapping; ``any`` rows hold for every control."""
    return _levers({"any": "any", **features})


def _levers(features: dict[str, str]) -> dict[str, float | int | bool]:
    return {
        row.lever: row.value for row in control_levers() if features.get(row.feature) == row.level
    }


def shipped_trial(
    trial_id: str, result: TrialResult | None = None, *, with_school: bool = False
) -> Trial:
    """Give one of the 28 trials, with rates or without.

    Parameters
    ----------
    trial_id
        The key of its design.
    result
        What it published, if that is given.
    with_school
        Whether people have goals for school where the trial counted education.  The figures that
        were fitted were made without.

    Raises
    ------
    KeyError
        If no design has this id.
    """
    design, setting = trial_designs()[trial_id], trial_settings()[trial_id]
    return Trial(
        design,
        trial_baselines()[trial_id],
        setting.people,
        setting.place,
        setting.school if with_school else "",
        ips_rate=None if result is None else result.ips_rate,
        control_rate=None if result is None else result.control_rate,
        is_counted=result is None or result.in_error_summary,
    )


def settings_of(sets: str) -> dict[str, object]:
    """Read keys and values written as ``KEY=VALUE; KEY=VALUE``.

    Raises
    ------
    RunError
        If a part is of another form.
    """
    return dict(key_and_value("a setting", part) for part in sets.split(";") if part.strip())


def virtual_trial(trial: Trial | str) -> VirtualTrial:
    """Build the two arms of a trial, of one of the 28 by its id alone.

    Raises
    ------
    KeyError
        If no design has this id.
    ScenarioError
        If what is set beyond the design has mistakes.
    """
    if isinstance(trial, str):
        trial = shipped_trial(trial)
    design = trial.design
    base = load_scenario("ips")
    people = load_scenario(f"people/{trial.people}").people if trial.people else base.people
    place = load_scenario(f"places/{trial.place}").place if trial.place else base.place
    place = place.model_copy(
        update={"dismissal_protection_index": design.dismissal_protection_oecd}
    )
    people, place = at_baseline(design, trial.baseline, people, place)
    shared = {"people": people, "place": place}
    observed = base.design.model_copy(
        update={
            "weeks": design.weeks,
            "people": design.n_ips,
            "sites": design.n_sites,
            "entry_weeks": ENTRY_WEEKS,
            "work_goal_required": design.work_goal_required,
        }
    )
    features = {**features_of(design), "ips_integrated": design.ips_integrated}
    ips_levers = _levers({name: features[name] for name in _IN_BOTH_ARMS})
    ips = base.model_copy(
        update={
            **shared,
            "title": f"{design.trial_id}, IPS",
            "programme": base.programme.model_copy(update=ips_levers),
            "design": observed,
        }
    )
    control = base.model_copy(
        update={
            **shared,
            "title": f"{design.trial_id}, {design.control_condition}"[:120],
            "programme": base.programme.model_copy(update=levers_for(features_of(design))),
            "design": observed.model_copy(update={"people": design.n_control}),
        }
    )
    if trial.sets:
        own = settings_of(trial.sets)
        both = {key: value for key, value in own.items() if not key.startswith("programme.")}
        ips, control = load_scenario(ips, own), load_scenario(control, both)
    return VirtualTrial(design, ips, control)


def with_outcome(people: Array, design: TrialDesign) -> Array:
    """Say of each person whether they had what a trial counted."""
    found = people["jobs_held"] > 0
    match design.simulated_outcome:
        case "paid_ever":
            found = found | people["paid_other_ever"]
        case "work_or_school_ever":
            found = found | (people["enrolments"] > 0)
        case "employed_at_end":
            found = people["work"] == Work.COMPETITIVE
        case "work_or_school_at_end":
            found = (people["work"] == Work.COMPETITIVE) | people["in_school"]
        case "worked_weeks":
            found = people["weeks_worked"] >= design.least_weeks
    return np.asarray(found)
