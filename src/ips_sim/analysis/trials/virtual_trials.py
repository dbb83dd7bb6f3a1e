"""The 28 trials as pairs of scenarios: what each design says, and nothing that it found.

A trial's people and place are library files named in ``trial_settings.csv``; its control
condition follows from the features in ``trial_designs.csv`` by the one mapping of
``control_features.csv``, so that conditions with the same features are one service.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from ips_sim.evidence.tables import package_data
from ips_sim.evidence.trials import TrialDesign, trial_designs
from ips_sim.scenario import Scenario, load_scenario
from ips_sim.scenario.schema import UNLIMITED_WEEKS

ENTRY_WEEKS = 26
"""Weeks over which a virtual trial recruits; assumed."""


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
    """One row of ``trial_settings.csv``: the library files a trial's people and place come from."""

    people: str
    place: str
    basis: str


@dataclass(frozen=True)
class VirtualTrial:
    """A design with the scenario of each arm."""

    design: TrialDesign
    setting: TrialSetting
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
            row["trial_id"]: TrialSetting(row["people"], row["place"], row["basis"])
            for row in csv.DictReader(file)
        }


def features_of(design: TrialDesign) -> dict[str, str]:
    """List the features of a trial's control service, as they stand in the table."""
    return {
        "control_access": str(int(design.control_access)),
        "control_prevocational": str(int(design.control_prevocational)),
        "control_sheltered_or_transitional": str(int(design.control_sheltered_or_transitional)),
        "control_search_help": str(int(design.control_search_help)),
        "control_integrated": design.control_integrated,
    }


def levers_for(features: dict[str, str]) -> dict[str, float | int | bool]:
    """Turn features into levers by the stated mapping; ``any`` rows hold for every control."""
    chosen: dict[str, float | int | bool] = {}
    for row in control_levers():
        if row.feature == "any" or features.get(row.feature) == row.level:
            chosen[row.lever] = row.value
    return chosen


def virtual_trial(trial_id: str) -> VirtualTrial:
    """Build the two arms of a trial.

    Raises
    ------
    KeyError
        If no design has this id.
    """
    design = trial_designs()[trial_id]
    setting = trial_settings()[trial_id]
    base = load_scenario("ips")
    people = load_scenario(f"people/{setting.people}").people if setting.people else base.people
    place = load_scenario(f"places/{setting.place}").place if setting.place else base.place
    place = place.model_copy(
        update={"dismissal_protection_index": design.dismissal_protection_oecd}
    )
    shared = {
        "people": people,
        "place": place,
    }
    observed = base.design.model_copy(
        update={
            "weeks": design.weeks,
            "people": design.n_ips,
            "sites": design.n_sites,
            "entry_weeks": ENTRY_WEEKS,
            "work_goal_required": design.work_goal_required,
        }
    )
    ips_levers = levers_for({"ips_integrated": design.ips_integrated})
    integrated = {"team_contact_share": ips_levers["team_contact_share"]}
    ips = base.model_copy(
        update={
            **shared,
            "title": f"{trial_id}, IPS",
            "programme": base.programme.model_copy(update=integrated),
            "design": observed,
        }
    )
    control = base.model_copy(
        update={
            **shared,
            "title": f"{trial_id}, {design.control_condition}"[:120],
            "programme": base.programme.model_copy(update=levers_for(features_of(design))),
            "design": observed.model_copy(update={"people": design.n_control}),
        }
    )
    return VirtualTrial(design, setting, ips, control)
