"""The reference page of scenario files, made from the schema."""

from __future__ import annotations

from ips_sim.scenario.catalogue import (
    UNLIMITED,
    change_keys,
    keys_of,
    person_columns,
    sections,
    show_value,
)
from ips_sim.scenario.changes import NOT_CHANGED
from ips_sim.scenario.people_rows import LARGEST_PEOPLE_FILE_BYTES
from ips_sim.scenario.principles import principles
from ips_sim.scenario.published import EDITOR_HINT, SCHEMA_FILE_NAME, first_sentence
from ips_sim.scenario.reader import LARGEST_FILE_BYTES
from ips_sim.scenario.resolve import as_mapping, load_scenario
from ips_sim.scenario.schema import CHANGES_TO_PROGRAMME, PEOPLE_ROWS_MEANING, Scenario


def _change_table() -> str:
    keys = change_keys()
    lines = [f"| `{one.name}` | {one.allowed} | {one.meaning} |\n" for one in keys.values()]
    programme = f"| `programme_of` | the name of a scenario file | {CHANGES_TO_PROGRAMME} |\n"
    for section, unread in NOT_CHANGED.items():
        but = f" but {', '.join(f'`{name}`' for name in sorted(unread))}" * bool(unread)
        lines.append(f"| `{section}` | keys of {section}{but} | what holds from then on |\n")
    head = "| key | allowed | meaning |\n| --- | --- | --- |\n"
    return "".join([head, lines[0], programme, *lines[1:], "\n"])


def scenario_page() -> str:
    """The reference page of scenario files, in Markdown."""
    shipped_values = as_mapping(load_scenario("ips"))
    parts = [_INTRODUCTION]
    for section, model in sections().items():
        parts.append(f"## `{section}`\n\n{first_sentence(model.__doc__ or '')}\n\n")
        parts.append("| key | allowed | in `ips.yaml` | meaning |\n| --- | --- | --- | --- |\n")
        for key in keys_of(section):
            value = show_value(shipped_values[section][key.name])
            parts.append(f"| `{key.name}` | {key.allowed} | {value} | {key.meaning} |\n")
        parts.append("\n")
        if section == "people":
            parts.append(_own_people_text())
    parts.append(_VARIANT + _PARAMETERS + _CHANGES + _change_table())
    parts.append(_principles_text())
    return "".join(parts)


def _own_people_text() -> str:
    rows = "".join(
        f"| `{key.name}` | {key.allowed} | {key.meaning} |\n" for key in person_columns().values()
    )
    return f"{_OWN_PEOPLE}| column | allowed | meaning |\n| --- | --- | --- |\n{rows}\n"


def _principles_text() -> str:
    rows = [
        "## Principles\n\n`drop` sets the levers of a principle to what traditional services do. "
        "No lever belongs to two principles.\n\n"
        "| principle | lever | traditional services | why | status, rests on |\n"
        "| --- | --- | --- | --- | --- |\n"
    ]
    for principle in principles().values():
        for number, (lever, value) in enumerate(principle.levers.items()):
            first = number == 0
            name = f"`{principle.name}`" if first else ""
            why = principle.why if first else ""
            basis = f"{principle.status}: {principle.rests_on}" if first else ""
            rows.append(f"| {name} | `{lever}` | {show_value(value)} | {why} | {basis} |\n")
    return "".join(rows)


_INTRODUCTION = f"""\
# Scenario files

A scenario says what a programme does, who its staff are, whom it serves, where, and how that is
observed. It is a YAML file:

```yaml
# What this programme is, in a sentence or two.
title: IPS, caseload 30
based_on: ips.yaml        # everything else is inherited
drop: [benefits_planning] # principles left out
programme:
  caseload_limit: 30
```

- `title` names the scenario in tables. Each file has its own.
- `summary` says what it stands for; without it, the comment at the top of the file counts.
- `based_on` names the scenario that everything else is inherited from: a file in the same folder
  or below it, or one that ships with ips-sim (`ips-sim show scenarios`), with or without `.yaml`.
  A file without it has to
  be complete. A list names several, and the later ones count more:
  `based_on: [ips.yaml, people/early_psychosis.yaml, places/denmark.yaml]` is IPS with these people
  in this place. Each file in the list brings what it says itself and not once more what it
  inherits: what several are based on lies beneath them all, so that
  `based_on: [services/job_club.yaml, places/denmark.yaml]` is a job club in Denmark.
- `drop` lists principles to leave out. It sets their levers; a file can't drop a principle and set
  one of its levers as well, but a file based on it can.
- The sections `programme`, `staff`, `people`, `place` and `design` hold the keys below, as many as
  differ. `parameters` sets parameters of the model for this scenario alone.
- `variant` names a structural variant of the model, and `changes` says what changes over time,
  see below.

`ips-sim check FILE` prints the resolved scenario and where each value comes from.
`ips-sim new FILE` writes a commented file to start from. Editors that know JSON Schema complete and
explain keys once `{SCHEMA_FILE_NAME}` lies beside the file and its first line is
`{EDITOR_HINT}`.

The format is YAML 1.2 in UTF-8: `true` and `false` are truth values and `yes` is a text. Aliases,
anchors, tags, directives, several documents, duplicate keys, numbers that are not decimal, NaN and
infinity are refused, as are files of more than {LARGEST_FILE_BYTES:,} bytes. All mistakes of a
file are told at once, each with its line, what was found, what is allowed and the nearest right
name; nothing runs, and the exit code is 2.

Every quantity names its unit in its key. Limits in weeks may say `{UNLIMITED}`. Whole numbers may
be written `20.0` or `2e1`. A key of `design` that the chosen kind does not read is refused where a
file says it: a cohort has no `specialists_per_site` and no `warm_up_weeks`, an open programme no
`entry_weeks`.

Experiments, calibrations and files of players have a JSON Schema too, beside the shipped ones in
`experiments/`; `ips-sim show schema experiment --json` prints it.

"""

_OWN_PEOPLE = f"""\
### `rows`: people given one by one

{PEOPLE_ROWS_MEANING}

`rows` names a CSV file in the folder of the scenario file or below it, in UTF-8, with commas, of
at most {LARGEST_PEOPLE_FILE_BYTES:,} bytes; or it is a list of people with the same names as keys.
Its columns are any of those below, in any order. An empty cell is something not known, as are `NaN`
and `NA`, and nothing or NaN in a list; from Python, `rows` may be a pandas DataFrame. Rows and
unnamed columns that hold nothing are left out. There may not be more rows than `design.people`.
`rows: []` takes away those of a scenario that is inherited.
`true` and `false` may be written 1 and 0.

"""

_VARIANT = f"""\
## `variant`

{Scenario.model_fields["variant"].description}

With `--draws` a scenario runs with the draws of its variant, and without with their centre.
`parameters` counts on top. Where two variants disagree about a programme, the evidence can't tell.

"""

_CHANGES = f"""\
## `changes`

{Scenario.model_fields["changes"].description} An item for each week in which something changes,
in the order of weeks; what an item does not say stays as it was.

```yaml
changes:
  - week: 53 # the second year begins
    programme_of: ips.yaml
    programme: {{offered_unasked: true}}
    referred_anew: true
    staff_begin_anew: true
  - week: 79
    place: {{unemployment_share: 0.14}}
```

"""

_PARAMETERS = """\
## `parameters`

Parameters of the model by name, as `ips-sim show parameters` lists them with unit, range and
origin. A value outside a parameter's range is refused.

"""
