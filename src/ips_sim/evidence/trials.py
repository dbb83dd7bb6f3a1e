"""The randomized trials of IPS: how each was designed, and what those for calibration found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from types import MappingProxyType
from typing import Literal, cast, get_args

from ips_sim.evidence.reading import Row, perhaps, read_rows, stop_on_problems
from ips_sim.evidence.tables import (
    Confidence,
    Target,
    check_grade,
    columns_of,
    package_data,
    targets,
)
from ips_sim.evidence.units import months_to_weeks

Integration = Literal["0", "partial", "1"]
OutcomeCounted = Literal[
    "competitive",
    "competitive (at least 1 day)",
    "new competitive",
    "competitive or education",
    "competitive at the end",
    "competitive or education at the end",
    "competitive 13 weeks or more",
    "competitive 26 weeks or more",
    "paid",
    "unknown",
]

RESULT_COLUMNS = (
    "trial_id",
    "first_author",
    "year",
    "site",
    "country",
    "us",
    "control_condition",
    "months",
    "n_ips",
    "n_control",
    "population",
    "outcome_counted",
    "ips_rate",
    "control_rate",
    "outcome_definition",
    "source",
    "status",
    "confidence",
    "note",
    "use",
)
UPPER_BOUND = "upper bound"
"""So begins the use of rates that count more than the model does."""

MOST_MONTHS = 240
"""Follow-up of twenty years, as long as a scenario may last."""
MOST_PEOPLE = 100_000
"""More than any trial had in an arm."""

_WITH_EDUCATION = (
    "counts education too: work or school, where people have goals for school; in the fit nobody "
    "has, and work alone counts"
)
_NOT_COMPETITIVE_WORK_ALONE = {
    "competitive or education": _WITH_EDUCATION,
    "competitive or education at the end": _WITH_EDUCATION,
    "unknown": "what was counted is not known: simulated as competitive work",
}
_LEAST_WEEKS = {"competitive 13 weeks or more": 13, "competitive 26 weeks or more": 26}


class ControlAccess(IntEnum):
    """How people in the control arm came to their vocational service."""

    NONE = 0
    REFERRAL = 1
    ENROLLED = 2


class SearchHelp(IntEnum):
    """How much the control service helped to look for competitive work."""

    NONE = 0
    SOME = 1
    ACTIVE = 2


@dataclass(frozen=True, slots=True)
class TrialDesign:
    """A randomized trial as known before any result (``trial_designs.csv``).

    Attributes
    ----------
    trial_id
        Key; a trial with two control arms has two, and its IPS arm is then counted once.
    months
        Follow-up from randomisation; `weeks` gives it in weeks.
    n_ips, n_control
        People per arm.
    outcome_counted
        What the publication counted; `simulated_outcome` says what stands for it in the model.
    control_access, control_prevocational, control_sheltered_or_transitional, control_search_help
        What the control service consisted of.
    control_integrated, ips_integrated
        Whether vocational and mental health services were one: 0, partial or 1.
    dismissal_protection_oecd
        OECD index, 0 weak to 4 strong.
    """

    trial_id: str
    first_author: str
    year: int
    site: str
    country: str
    us: bool
    control_condition: str
    months: int
    n_ips: int
    n_control: int
    population: str
    outcome_counted: OutcomeCounted
    n_sites: int
    stage: str
    work_goal_required: bool
    benefits: str
    control_access: ControlAccess
    control_prevocational: bool
    control_sheltered_or_transitional: bool
    control_search_help: SearchHelp
    control_integrated: Integration
    ips_integrated: Integration
    dismissal_protection_oecd: float
    feature_status: str
    ips_extras: str

    @property
    def weeks(self) -> int:
        """Follow-up in whole weeks."""
        return months_to_weeks(self.months)

    @property
    def simulated_outcome(
        self,
    ) -> Literal[
        "employed_ever",
        "paid_ever",
        "employed_at_end",
        "worked_weeks",
        "work_or_school_ever",
        "work_or_school_at_end",
    ]:
        """The model's outcome that stands for what this trial counted."""
        if self.outcome_counted == "paid":
            return "paid_ever"
        if self.outcome_counted == "competitive or education":
            return "work_or_school_ever"
        if self.outcome_counted == "competitive or education at the end":
            return "work_or_school_at_end"
        if self.outcome_counted == "competitive at the end":
            return "employed_at_end"
        return "worked_weeks" if self.least_weeks else "employed_ever"

    @property
    def least_weeks(self) -> int:
        """Weeks in competitive work from which a person counts; 0 where any job counts."""
        return _LEAST_WEEKS.get(self.outcome_counted, 0)

    @property
    def simulated_outcome_note(self) -> str:
        """How the model's outcome differs from the published one; empty if it does not."""
        return _NOT_COMPETITIVE_WORK_ALONE.get(self.outcome_counted, "")


@dataclass(frozen=True, slots=True)
class TrialBaseline:
    """Who a trial's people were when they came in, and where (``trial_baselines.csv``).

    All of it was known before any result; None or an empty text where nothing was found.

    Attributes
    ----------
    age_mean
        Years.
    share_schizophrenia, share_worked_past_year, share_worked_past_5y, share_on_benefits
        Of everybody at entry, 0 to 1.
    unemployment_rate
        Per cent, in the place and year of `unemployment_place_year`.
    entry_requirement
        Who could take part, in words.
    lost_to_follow_up
        Share of everybody, 0 to 1.
    status
        A grade such as *seen*, and of what.
    """

    trial_id: str
    age_mean: float | None
    share_schizophrenia: float | None
    share_worked_past_year: float | None
    share_worked_past_5y: float | None
    share_on_benefits: float | None
    education: str
    unemployment_rate: float | None
    unemployment_place_year: str
    unemployment_status: str
    work_history_other: str
    entry_requirement: str
    lost_to_follow_up: float | None
    fidelity: str
    source: str
    status: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class TrialResult:
    """Published rates of one trial, in per cent (``trial_results.csv``).

    Attributes
    ----------
    ips_rate, control_rate
        People with the counted outcome during follow-up, 0 to 100.
    use
        What the file says about its use: *fit*, *check*, or *upper bound …*; may be empty.
    """

    trial_id: str
    months: int
    n_ips: int
    n_control: int
    ips_rate: float
    control_rate: float
    use: str
    outcome_definition: str
    source: str
    status: str
    confidence: str
    note: str

    @property
    def in_likelihood(self) -> bool:
        """Whether calibration may fit these rates."""
        return self.use == "fit"

    @property
    def in_error_summary(self) -> bool:
        """Whether the rates count in the error summary; an upper bound does not."""
        return not self.use.startswith(UPPER_BOUND)


@cache
def trial_designs() -> Mapping[str, TrialDesign]:
    """Give all trial designs by id, in the order of the table, read-only."""
    columns = columns_of(TrialDesign)
    rows = read_rows(package_data("trial_designs.csv"), columns=columns, required=columns)
    designs: dict[str, TrialDesign] = {}
    for row in rows:
        design = design_of(row)
        if design.trial_id in designs:
            row.problem(f"trial_id {design.trial_id} is there twice")
        designs[design.trial_id] = design
    stop_on_problems(rows)
    return MappingProxyType(designs)


def design_of(row: Row) -> TrialDesign:
    """Read a design from a row with the columns of ``trial_designs.csv``."""
    return TrialDesign(
        trial_id=row.text("trial_id"),
        first_author=row.text("first_author"),
        year=row.integer("year"),
        site=row.text("site"),
        country=row.text("country"),
        us=row.choice("us", ("True", "False")) == "True",
        control_condition=row.text("control_condition"),
        months=row.integer("months", low=1, high=MOST_MONTHS),
        n_ips=row.integer("n_ips", low=1, high=MOST_PEOPLE),
        n_control=row.integer("n_control", low=1, high=MOST_PEOPLE),
        population=row.text("population"),
        outcome_counted=cast(
            OutcomeCounted, row.choice("outcome_counted", get_args(OutcomeCounted))
        ),
        n_sites=row.integer("n_sites", low=1),
        stage=row.text("stage"),
        work_goal_required=row.choice("work_goal_required", ("yes", "no")) == "yes",
        benefits=row.text("benefits"),
        control_access=ControlAccess(int(row.choice("control_access", ("0", "1", "2")))),
        control_prevocational=row.choice("control_prevocational", ("0", "1")) == "1",
        control_sheltered_or_transitional=row.choice(
            "control_sheltered_or_transitional", ("0", "1")
        )
        == "1",
        control_search_help=SearchHelp(int(row.choice("control_search_help", ("0", "1", "2")))),
        control_integrated=cast(
            Integration, row.choice("control_integrated", get_args(Integration))
        ),
        ips_integrated=cast(Integration, row.choice("ips_integrated", get_args(Integration))),
        dismissal_protection_oecd=row.number("dismissal_protection_oecd", low=0, high=4),
        feature_status=row.text("feature_status"),
        ips_extras=row.text("ips_extras", required=False),
    )


@cache
def trial_baselines() -> Mapping[str, TrialBaseline]:
    """Give what was published of the people of each trial, by trial id, read-only."""
    columns = columns_of(TrialBaseline)
    rows = read_rows(package_data("trial_baselines.csv"), columns=columns, required=columns)
    baselines: dict[str, TrialBaseline] = {}
    for row in rows:
        baseline = baseline_of(row)
        if baseline.trial_id not in trial_designs():
            row.problem(
                f"trial_id '{baseline.trial_id}' is not known"
                f"{perhaps(baseline.trial_id, trial_designs())}"
            )
        if baseline.trial_id in baselines:
            row.problem(f"trial_id {baseline.trial_id} is there twice")
        baselines[baseline.trial_id] = baseline
    stop_on_problems(rows)
    return MappingProxyType(baselines)


def baseline_of(row: Row) -> TrialBaseline:
    """Read who people were from a row with the columns of ``trial_baselines.csv``."""

    def share(column: str) -> float | None:
        return row.optional_number(column, low=0, high=1)

    def words(column: str) -> str:
        return row.text(column, required=False)

    baseline = TrialBaseline(
        trial_id=row.text("trial_id"),
        age_mean=row.optional_number("age_mean", low=16, high=75),
        share_schizophrenia=share("share_schizophrenia"),
        share_worked_past_year=share("share_worked_past_year"),
        share_worked_past_5y=share("share_worked_past_5y"),
        share_on_benefits=share("share_on_benefits"),
        education=words("education"),
        unemployment_rate=row.optional_number("unemployment_rate", low=0, high=100),
        unemployment_place_year=words("unemployment_place_year"),
        unemployment_status=words("unemployment_status"),
        work_history_other=words("work_history_other"),
        entry_requirement=words("entry_requirement"),
        lost_to_follow_up=share("lost_to_follow_up"),
        fidelity=words("fidelity"),
        source=row.text("source"),
        status=row.text("status"),
        confidence=cast(Confidence, row.choice("confidence", get_args(Confidence))),
        note=words("note"),
    )
    check_grade(row, baseline.status)
    if baseline.unemployment_rate is not None and not baseline.unemployment_status:
        row.problem("unemployment_status is empty, but there is a rate")
    return baseline


@cache
def trial_results() -> Mapping[str, TrialResult]:
    """Give the published rates that calibration may use, by trial id, read-only."""
    path = package_data("trial_results.csv")
    rows = read_rows(path, columns=RESULT_COLUMNS, required=RESULT_COLUMNS)
    results: dict[str, TrialResult] = {}
    for row in rows:
        trial_id = row.choice("trial_id", list(trial_designs()))
        if trial_id in results:
            row.problem(f"trial_id {trial_id} is there twice")
        results[trial_id] = _result(row)
    stop_on_problems(rows)
    return MappingProxyType(results)


def _result(row: Row) -> TrialResult:
    return TrialResult(
        trial_id=row.text("trial_id"),
        months=row.integer("months", low=1, high=MOST_MONTHS),
        n_ips=row.integer("n_ips", low=1, high=MOST_PEOPLE),
        n_control=row.integer("n_control", low=1, high=MOST_PEOPLE),
        ips_rate=row.number("ips_rate", low=0, high=100),
        control_rate=row.number("control_rate", low=0, high=100),
        use=use_of(row),
        outcome_definition=row.text("outcome_definition", required=False),
        source=row.text("source", required=False),
        status=row.text("status", required=False),
        confidence=row.text("confidence", required=False),
        note=row.text("note", required=False),
    )


def use_of(row: Row) -> str:
    """Read what a row says about the use of its rates; it may say nothing."""
    use = row.text("use", required=False)
    if use not in ("", "fit", "check") and not use.startswith(UPPER_BOUND):
        row.problem(f"use is '{use}', allowed are fit, check, '{UPPER_BOUND} …' or nothing")
    return use


def trial_behind(target: Target) -> str | None:
    """Give the trial from which alone a target comes, so that leaving one out leaves out both.

    Parameters
    ----------
    target
        A row of ``targets.csv``.

    Returns
    -------
    str or None
        The trial id whose author and year are the target's whole source; None if there is none.
    """
    for design in trial_designs().values():
        if target.source == f"{design.first_author} {design.year}":
            return design.trial_id
    return None


def fit_targets(*, without: Collection[str] = ()) -> tuple[Target, ...]:
    """Give the targets with role *fit*, less those that come from a trial left out.

    Parameters
    ----------
    without
        Ids of the trials that are left out.

    Raises
    ------
    KeyError
        If no design has such an id.
    """
    for trial_id in without:
        trial_designs()[trial_id]
    return tuple(
        target
        for target in targets()
        if target.role == "fit" and trial_behind(target) not in without
    )
