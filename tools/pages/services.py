"""The files of control conditions, and the tables that the page on scenarios shows of them."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

from ips_sim.analysis.trials.services import Service, services
from ips_sim.analysis.trials.virtual_trials import ControlLever, control_levers
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


PAGE = "docs/explanation/scenarios.md"


def service_files(repository: Path) -> dict[str, str]:
    """Give every service's file, and the page with the tables of today between its marks."""
    files = {
        f"scenarios/services/{one.name}.yaml": service_text(one) for one in services().values()
    }
    page = (repository / PAGE).read_text(encoding="utf-8")
    return {**files, PAGE: page_with_tables(page)}


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
        "# Written by `make documents`: change the tables, not this.",
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
