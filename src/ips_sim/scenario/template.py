"""The commented scenario that ``ips-sim new`` writes to start from."""

from __future__ import annotations

import json
import textwrap
from contextlib import suppress
from pathlib import Path
from typing import Any

from ips_sim.evidence.mistakes import Mistake
from ips_sim.scenario.catalogue import Key, keys_of, person_columns, sections, show_value
from ips_sim.scenario.errors import ScenarioError
from ips_sim.scenario.published import EDITOR_HINT, SCHEMA_FILE_NAME, schema_text
from ips_sim.scenario.resolve import Resolved, as_mapping, resolve_text
from ips_sim.scenario.schema import PRINCIPLES

_WIDTH = 96
_ROWS_LINES = [
    "  ## Your own people, one by one: `rows: my_people.csv` names a CSV file beside this one,",
    f"  ## with any of the columns {', '.join(list(person_columns())[:5])},",
    f"  ## {', '.join(list(person_columns())[5:])}.",
    "  ## What is not there is drawn from the values above.",
]


def write_template(path: Path, based_on: str = "ips.yaml") -> list[Path]:
    """Write a scenario in which every inherited value stands as a comment.

    The JSON Schema for editors is put beside it, where there is none.

    Parameters
    ----------
    path
        The file to write; there must be none yet.
    based_on
        What it inherits from: a shipped scenario, or a file in its folder or below.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ScenarioError
        If there is such a file already, no such folder, or no such base.
    """
    if not path.name or path.is_dir():
        allowed = "the name of a file to write, such as my_programme.yaml"
        raise ScenarioError([Mistake(str(path), None, "", "a folder", allowed)])
    opening = _opening(path, based_on)
    text = opening + _sections_text(resolve_text(opening, path))
    _write_new(path, text)
    schema = path.with_name(SCHEMA_FILE_NAME)
    if schema.exists():
        return [path]
    try:
        _write_new(schema, schema_text())
    except ScenarioError:
        path.unlink()  # so that the same command may be given again
        raise
    return [path, schema]


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        found, allowed = "something of this name", "a new name, since nothing is overwritten"
        raise ScenarioError([Mistake(str(path), None, "", found, allowed)]) from None
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)  # it is half written
        found = f"a place that can't be written to ({error.strerror})"
        allowed = "a file in a folder that is there"
        raise ScenarioError([Mistake(str(path), None, "", found, allowed)]) from None


def _opening(path: Path, based_on: str) -> str:
    title = json.dumps(path.stem.replace("_", " "), ensure_ascii=False)
    named = json.dumps(based_on, ensure_ascii=False) if '"' in based_on else based_on
    choices = "".join(f"#   {name}\n" for name in PRINCIPLES)
    return (
        f"{EDITOR_HINT}\n"
        "#\n"
        "# What this scenario stands for, in a sentence or two. Reports quote this comment.\n"
        "\n"
        f"title: {title}\n"
        f"based_on: {named} # everything that is not said here is inherited\n"
        "\n"
        "# Principles left out: their levers take the values of traditional services.\n"
        f"{choices}"
        "drop: []\n"
    )


def _sections_text(inherited: Resolved) -> str:
    values = as_mapping(inherited.scenario)
    lines = [
        "",
        "# Below stands what is inherited. To change a value, take the # away from its line.",
    ]
    for section in sections():
        lines += ["", f"{section}:"]
        for key in keys_of(section):
            lines += _key_lines(key, values[section])
        if section == "people":
            lines += _ROWS_LINES
    lines += [
        "",
        "# Parameters of the model to set for this scenario alone; `ips-sim show parameters`.",
        "parameters:",
        "",
    ]
    return "\n".join(lines)


def _key_lines(key: Key, values: dict[str, Any]) -> list[str]:
    meaning = textwrap.wrap(f"{key.meaning} Allowed: {key.allowed}.", _WIDTH)
    said = [f"  ## {line}" for line in meaning]
    return [*said, f"  # {key.name}: {show_value(values[key.name])}"]
