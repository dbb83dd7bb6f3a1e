"""Trials beside the 28: one's own from a file, and trials of IPS for other people.

A row says as much of a trial as it knows: where it names one of the 28, what it leaves empty is
that trial's; a trial of one's own gives its design by features, and what else is empty is a stated
default.  ``other_designs.csv`` holds trials outside severe mental illness as they were designed;
``other_settings.csv``, in the same form, what stands for each in the model, or why nothing does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ips_sim.analysis.trials.virtual_trials import (
    Trial,
    baseline_fields,
    features_of,
    settings_of,
    shipped_trial,
    virtual_trial,
)
from ips_sim.evidence.likely import NOT_KNOWN
from ips_sim.evidence.reading import EvidenceError, Row, perhaps, read_rows, stop_on_problems
from ips_sim.evidence.tables import columns_of, package_data
from ips_sim.evidence.trials import (
    RESULT_COLUMNS,
    UPPER_BOUND,
    TrialDesign,
    baseline_of,
    design_of,
    trial_designs,
    trial_results,
    use_of,
)
from ips_sim.runs.counts import key_and_value
from ips_sim.runs.errors import RunError
from ips_sim.scenario import ScenarioError, load_scenario, shipped
from ips_sim.scenario.catalogue import keys

NEEDED = (
    "us",
    "months",
    "n_ips",
    "n_control",
    "control_access",
    "control_prevocational",
    "control_sheltered_or_transitional",
    "control_search_help",
)
"""What a trial of one's own has to say."""
DEFAULTS: Mapping[str, str] = {
    "year": "0",
    "site": "not said",
    "country": "not said",
    "control_condition": "control",
    "population": "not said",
    "outcome_counted": "competitive",
    "n_sites": "1",
    "stage": "long-term",
    "work_goal_required": "yes",
    "benefits": "unknown",
    "control_integrated": "0",
    "ips_integrated": "1",
    "feature_status": "as the file says",
    "source": "the file",
    "status": "assumed",
    "unemployment_status": "as the file says",
    "confidence": "medium",
}
"""What a trial of one's own is taken for where it says nothing."""

SETS = "set"
"""Column of keys set beyond the design."""
_SECTIONS = ("people.", "place.", "staff.", "programme.")
_DESIGN_KEYS = ("design.entry_weeks", "design.jobless_at_entry")
_FIGURES = tuple(dict.fromkeys(row.column for row in baseline_fields()))
_OWN = (*columns_of(TrialDesign), *_FIGURES, "people", "place", SETS)
COLUMNS = tuple(dict.fromkeys((*RESULT_COLUMNS, *_OWN)))
"""Columns that a file of trials may have."""
_REQUIRED = ("trial_id",)


@dataclass(frozen=True)
class OtherTrial:
    """One row of ``other_designs.csv`` with what stands for it in the model.

    Attributes
    ----------
    trial
        Its design in the model's features; None if the model can't tell it yet.
    population
        Who took part.
    months, n_ips, n_control
        As published; None where nothing was found, and `trial` says what is assumed.
    grade
        Of what stands for it: *recalled* where what the arms got is known, else *assumed*.
    basis
        What stands for what; of a trial that can't be told yet, why not.
    """

    trial_id: str
    trial: Trial | None
    population: str
    months: int | None
    n_ips: int | None
    n_control: int | None
    grade: str
    basis: str


def read_trials(path: Path) -> tuple[Trial, ...]:
    """Read trials from a file: of the 28 or of one's own, with published rates or without.

    Only ``trial_id`` must be there.  Of one of the 28, cells that are there take the place of its
    design's; any other trial has to give `NEEDED`, and may give every other column of
    ``trial_designs.csv``, the figures of ``trial_baselines.csv``, library files by ``people`` and
    ``place``, and further keys by ``set``.

    Returns
    -------
    tuple of Trial
        In the order of the file.

    Raises
    ------
    EvidenceError
        With every mistake, each with file and line: what a trial of one's own lacks; a trial that
        is there twice; a control condition that is not the one of that trial; a code, a number or
        a key that is not allowed; rates that look like shares; an unknown column.
    """
    rows = read_rows(path, columns=COLUMNS, required=_REQUIRED)
    trials: dict[str, Trial | None] = {}
    for row in rows:
        trial_id = row.text("trial_id")
        if trial_id and trial_id in trials:
            row.problem(f"trial_id {trial_id} is there twice")
        trials[trial_id] = _known(row) if trial_id in trial_designs() else _own(row)
    stop_on_problems(rows)
    read = tuple(trial for trial in trials.values() if trial is not None)
    _refuse_shares(path, read)
    return read


def _known(row: Row) -> Trial | None:
    base = _shipped_cells()[row.cells["trial_id"]]
    condition = row.text("control_condition", required=False)
    if condition and condition != base["control_condition"]:
        row.problem(
            f"control_condition '{condition}' is not that of {base['trial_id']}, "
            f"which is '{base['control_condition']}'"
        )
    return _trial(row, base)


def _own(row: Row) -> Trial | None:
    trial_id = row.text("trial_id", required=False)
    lacks = [name for name in NEEDED if not _filled(row, name)]
    if not trial_id or lacks:
        if trial_id:
            row.problem(
                f"trial_id '{trial_id}' is not known{perhaps(trial_id, trial_designs())}; "
                f"a trial of one's own has to say {', '.join(lacks)} too"
            )
        _rates(row)  # so that mistakes in the rates are told too
        return None
    return _trial(row, {**DEFAULTS, "first_author": trial_id})


def _trial(row: Row, base: Mapping[str, str]) -> Trial | None:
    """Read a trial: what the row says, and for the rest what is known already."""
    before = len(row.problems)
    cells = {**base, **{name: row.cells[name] for name in _OWN if _filled(row, name)}}
    whole = Row(row.file, row.line, cells, row.problems)
    people, place = (_of_library(whole, name, folder) for name, folder in _FOLDERS.items())
    if "dismissal_protection_oecd" not in cells:
        there = load_scenario(f"places/{place}" if place else "ips").place
        cells["dismissal_protection_oecd"] = str(there.dismissal_protection_index)
    for name in ("stage", "benefits"):
        whole.choice(name, sorted({getattr(one, name) for one in trial_designs().values()}))
    design, baseline, sets = design_of(whole), baseline_of(whole), cells.get(SETS, "")
    (ips, control), use = _rates(row), use_of(row)
    _check_sets(row, sets)
    if len(row.problems) > before:
        return None
    # Also where a user's file does not say so, rates of more than the model counts are not scored.
    ours = trial_results().get(design.trial_id)
    is_counted = not use.startswith(UPPER_BOUND) and (ours is None or ours.in_error_summary)
    trial = Trial(design, baseline, people, place, sets, ips, control, is_counted)
    try:
        pair = virtual_trial(trial)
        for scenario in (pair.ips, pair.control):
            load_scenario(scenario)
    except ScenarioError as error:
        told = [str(replace(one, where=row.file, line=row.line)) for one in error.mistakes]
        for key, column in _COLUMN_OF.items():
            told = [one.replace(key, column) for one in told]
        row.problems.extend(dict.fromkeys(told))
        return None
    return trial


_COLUMN_OF = {"design.sites": "n_sites", "design.people": "n_ips, n_control"}
_FOLDERS = {"people": "people", "place": "places"}


def _of_library(row: Row, column: str, folder: str) -> str:
    if not row.cells.get(column):
        return ""
    names = [name.partition("/")[2] for name in shipped() if name.startswith(f"{folder}/")]
    return row.choice(column, names)


def _check_sets(row: Row, sets: str) -> None:
    allowed = [key for key in keys() if key.startswith(_SECTIONS) or key in _DESIGN_KEYS]
    for part in filter(str.strip, sets.split(";")):
        try:
            key, _ = key_and_value(f"a part of {SETS}", part)
        except RunError as error:
            row.problem(str(error))
            continue
        if key not in allowed:
            row.problem(
                f"{SETS} names {key}{perhaps(key, allowed)}; allowed are keys of people, place, "
                f"staff and programme, and {' and '.join(_DESIGN_KEYS)}"
            )


def _rates(row: Row) -> tuple[float | None, float | None]:
    return (
        row.optional_number("ips_rate", low=0, high=100),
        row.optional_number("control_rate", low=0, high=100),
    )


def _filled(row: Row, name: str) -> bool:
    return row.cells.get(name, "").lower() not in NOT_KNOWN


def _refuse_shares(path: Path, trials: Sequence[Trial]) -> None:
    """Refuse a file whose rates are all at most 1, some of them fractions: shares, not per cent."""
    both = [rate for one in trials for rate in (one.ips_rate, one.control_rate)]
    rates = [rate for rate in both if rate is not None]
    if rates and max(rates) <= 1 and any(0 < rate < 1 for rate in rates):
        raise EvidenceError(
            [f"{path}: no rate is above 1; rates are per cent, so 0.55 should be written 55"]
        )


@cache
def _shipped_cells() -> Mapping[str, Mapping[str, str]]:
    """What the package's tables say of each of the 28 trials, as they say it."""
    found: dict[str, dict[str, str]] = {}
    for name in ("trial_designs.csv", "trial_baselines.csv", "trial_settings.csv"):
        path = package_data(name)
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        for row in read_rows(path, columns=header, required=header):
            found.setdefault(row.cells["trial_id"], {}).update(row.cells)
    return found


_PUBLISHED = {
    "study_id": "trial_id",
    "year": "year",
    "country": "country",
    "setting": "site",
    "population": "population",
    "control_condition": "control_condition",
    "months": "months",
    "n_ips": "n_ips",
    "n_control": "n_control",
    "share_worked_past_year": "share_worked_past_year",
}
"""Columns of ``other_designs.csv`` that say what those of ``trial_designs.csv`` do."""
_OTHER_COLUMNS = (
    *_PUBLISHED,
    "design",
    "outcome_counted",
    "baseline_other",
    "status",
    "confidence",
)
_SETTING_COLUMNS = (*_OWN, "grade", "basis", "not_yet")


@cache
def other_trials() -> Mapping[str, OtherTrial]:
    """Give the trials of IPS outside the 28 by id, in the order of their table, read-only."""
    path = package_data("other_designs.csv")
    designs = {
        row.text("study_id"): row
        for row in read_rows(path, columns=_OTHER_COLUMNS, required=_OTHER_COLUMNS)
    }
    settings = read_rows(
        package_data("other_settings.csv"), columns=_SETTING_COLUMNS, required=("trial_id",)
    )
    found: dict[str, OtherTrial] = {}
    for row in settings:
        trial_id = row.choice("trial_id", list(designs))
        found[trial_id] = _other(row, designs[trial_id])
    for row in (next(iter(designs.values())), settings[0]):
        stop_on_problems([row])
    missing = [trial_id for trial_id in designs if trial_id not in found]
    if missing:
        raise EvidenceError([f"{settings[0].file}: no row for {', '.join(missing)}"])
    return MappingProxyType({trial_id: found[trial_id] for trial_id in designs})


def _other(row: Row, design: Row) -> OtherTrial:
    published = {
        ours: text for theirs, ours in _PUBLISHED.items() if (text := design.cells[theirs])
    }
    trial_id, why_not = row.cells["trial_id"], row.text("not_yet", required=False)
    base = {**DEFAULTS, "first_author": trial_id, **published}
    return OtherTrial(
        trial_id=trial_id,
        trial=None if why_not else _trial(row, base),
        population=design.text("population"),
        months=design.optional_integer("months"),
        n_ips=design.optional_integer("n_ips"),
        n_control=design.optional_integer("n_control"),
        grade="" if why_not else row.choice("grade", ("recalled", "assumed")),
        basis=why_not or row.text("basis"),
    )


OTHER_PEOPLE = "other people"
MANY_KEYS = 4
"""So many keys of people that are set, or more, make other people than the library's."""
FAR = 3
"""So many things outside the fit, or more, are called far."""


def beyond_the_fit(trial: Trial) -> tuple[str, ...]:
    """Name what of a trial lies outside all that the model was fitted to.

    Returns
    -------
    tuple of str
        Of *people* (another library file, or keys of one's own; *other people* where those are
        `MANY_KEYS`), *place* (another one), *control* (features together that no fitted control
        service had), *programme* (IPS with levers of its own, or not integrated as theirs),
        *months* and *outcome*.
    """
    fitted = [
        shipped_trial(result.trial_id)
        for result in trial_results().values()
        if result.in_error_summary
    ]
    designs = [one.design for one in fitted]
    months = [one.months for one in designs]
    sections = [key.partition(".")[0] for key in settings_of(trial.sets)]
    own = sections.count("people")
    outside = {
        OTHER_PEOPLE: own >= MANY_KEYS,
        "people": 0 < own < MANY_KEYS
        or (own == 0 and trial.people not in {one.people for one in fitted}),
        "place": "place" in sections or trial.place not in {one.place for one in fitted},
        "control": features_of(trial.design) not in [features_of(one) for one in designs],
        "programme": bool({"programme", "staff"} & set(sections))
        or trial.design.ips_integrated not in {one.ips_integrated for one in designs},
        "months": not min(months) <= trial.design.months <= max(months),
        "outcome": trial.design.outcome_counted not in {one.outcome_counted for one in designs},
    }
    return tuple(name for name, is_outside in outside.items() if is_outside)


def how_far(outside: Sequence[str]) -> str:
    """Grade a prediction by how much of its trial lies outside the fit."""
    if not outside:
        return "inside"
    return "far" if OTHER_PEOPLE in outside or len(outside) >= FAR else "near"
