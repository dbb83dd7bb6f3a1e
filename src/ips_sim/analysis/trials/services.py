"""The control conditions of the trials as scenario files, derived from features by one mapping.

``services.csv`` says which conditions of which trials a service stands for, `trial_designs` what
features they had, and ``control_features.csv`` what each feature means for the levers. Nothing is
set for a service by itself, so conditions with the same features are one service under several
names, and their files say so. ``python -m ips_sim.analysis.trials.services`` writes the files anew.
"""

from __future__ import annotations

import csv
import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ips_sim.analysis.trials.virtual_trials import ControlLever, control_levers, features_of
from ips_sim.evidence.tables import package_data
from ips_sim.evidence.trials import trial_designs
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.published import EDITOR_HINT

MAPPING_BEGINS, MAPPING_ENDS = "<!-- mapping begins -->\n", "<!-- mapping ends -->\n"
"""Between these marks of the page on scenarios stands what `mapping_table` writes."""

_ANY = "any"
_WIDTH = 96
_FEATURES = {
    "control_access": ("no service", "people are referred", "people are enrolled"),
    "control_prevocational": ("no preparatory phase", "a preparatory phase"),
    "control_sheltered_or_transitional": (
        "no sheltered or transitional jobs",
        "sheltered or transitional jobs",
    ),
    "control_search_help": (
        "no help with a search",
        "some help with a search",
        "active help with a search",
    ),
    "control_integrated": ("apart from mental health care", "in one team with mental health care"),
    "early_intervention": ("clinical care as usual", "clinical care of early intervention"),
}


@dataclass(frozen=True)
class Service:
    """One control condition (``services.csv``).

    Attributes
    ----------
    name, title
        Of its scenario file, and of the scenario.
    trials
        Ids of the trials whose control condition it stands for; all have the same features.
    stands_for
        What it is, in a sentence.
    features
        The features of those trials, as they stand in the table of designs.
    """

    name: str
    title: str
    trials: tuple[str, ...]
    stands_for: str
    features: Mapping[str, str]


@cache
def services() -> Mapping[str, Service]:
    """Give every service by name, in the order of the table, read-only.

    Raises
    ------
    ValueError
        If the trials of a service differ in a feature.
    """
    with package_data("services.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["service"]: _service(row) for row in csv.DictReader(file)})


def _service(row: Mapping[str, str]) -> Service:
    trials = tuple(row["trials"].split())
    first, *others = [features_of(trial_designs()[trial]) for trial in trials]
    if any(other != first for other in others):
        msg = f"the trials of {row['service']} differ in their features: {', '.join(trials)}"
        raise ValueError(msg)
    return Service(row["service"], row["title"], trials, row["stands_for"], first)


def service_text(service: Service) -> str:
    """Write the scenario file of a service."""
    title = json.dumps(service.title, ensure_ascii=False) if "," in service.title else service.title
    lines = [
        EDITOR_HINT.replace("schema=", "schema=../"),
        "#",
        *_comment(_source(service)),
        *_comment(_same_features(service)),
        "#",
        *_comment(
            "The levers follow from the features by the one mapping of control_features.csv, the "
            "same for every service; the line above a lever says on what it rests. The features "
            f"are {_status(service)}. Staff, people, place and design are those of ips.yaml."
        ),
        "#",
        "# Written by `python -m ips_sim.analysis.trials.services`: change the tables, not this.",
        "",
        f"title: {title}",
        "summary: >-",
        *textwrap.wrap(service.stands_for, _WIDTH, initial_indent="  ", subsequent_indent="  "),
        "based_on: ips.yaml",
        "",
        "programme:",
    ]
    feature = basis = ""
    for row in _rows(service):
        if row.feature != feature:
            feature, basis = row.feature, ""
            lines.append(f"  ## {_feature_title(row)}")
        if row.basis != basis:
            basis = row.basis
            lines.append(f"  # {basis}")
        lines.append(f"  {row.lever}: {_shown(row)}")
    return "\n".join(lines) + "\n"


def mapping_table() -> str:
    """Write the mapping from features to levers as a table in Markdown."""
    lines = ["| feature | lever | value | rests on |", "| --- | --- | --- | --- |"]
    said = ""
    for row in control_levers():
        title = _feature_title(row)
        lines.append(
            f"| {title if title != said else ''} | `{row.lever}` | {_shown(row)} | {row.basis} |"
        )
        said = title
    return "\n".join(lines) + "\n"


def services_table() -> str:
    """Write the services with their trials and features as a table in Markdown."""
    lines = ["| file | stands for the control condition of | features |", "| --- | --- | --- |"]
    for one in services().values():
        lines.append(
            f"| `services/{one.name}.yaml` | {_trials(one)} | {'; '.join(_features(one))} |"
        )
    return "\n".join(lines) + "\n"


def page_with_tables(page: str) -> str:
    """Put the tables of today between the marks of the page on scenarios."""
    before, rest = page.split(MAPPING_BEGINS)
    _, after = rest.split(MAPPING_ENDS)
    tables = f"\n{services_table()}\n{mapping_table()}\n"
    return f"{before}{MAPPING_BEGINS}{tables}{MAPPING_ENDS}{after}"


def write_services(repository: Path) -> list[Path]:
    """Write every service and the tables of the page into a checkout; say which files they are."""
    folder = repository / "scenarios" / "services"
    folder.mkdir(parents=True, exist_ok=True)
    files = {folder / f"{one.name}.yaml": service_text(one) for one in services().values()}
    page = repository / "docs" / "explanation" / "scenarios.md"
    files[page] = page_with_tables(page.read_text(encoding="utf-8"))
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def _rows(service: Service) -> list[ControlLever]:
    return [
        row
        for row in control_levers()
        if row.feature == _ANY or service.features.get(row.feature) == row.level
    ]


def _shown(row: ControlLever) -> str:
    return keys()[f"programme.{row.lever}"].shown(row.value)


def _feature_title(row: ControlLever) -> str:
    if row.feature == _ANY:
        return "any control condition"
    words = _FEATURES.get(row.feature)
    said = f"{row.feature} {row.level}"
    return f"{said}: {words[int(row.level)]}" if words else said


def _features(service: Service) -> list[str]:
    return [words[int(service.features[name])] for name, words in _FEATURES.items()]


def _trials(service: Service) -> str:
    conditions: dict[str, list[str]] = {}
    for trial in service.trials:
        conditions.setdefault(trial_designs()[trial].control_condition, []).append(trial)
    return "; ".join(f"{', '.join(trials)} ({said})" for said, trials in conditions.items())


def _source(service: Service) -> str:
    return (
        f"It stands for the control condition of {_trials(service)}. Features in the table of "
        f"trial designs: {'; '.join(_features(service))}."
    )


def _same_features(service: Service) -> str:
    same = [
        other.name
        for other in services().values()
        if other.features == service.features and other.name != service.name
    ]
    if not same:
        return "No other service has the same features."
    return f"One service under several names: {', '.join(same)} have the same features."


def _status(service: Service) -> str:
    return "; ".join(dict.fromkeys(trial_designs()[one].feature_status for one in service.trials))


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH, break_on_hyphens=False)]


if __name__ == "__main__":
    for written in write_services(Path.cwd()):
        print(written)
