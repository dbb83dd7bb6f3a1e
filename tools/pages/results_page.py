"""The reference page of result folders, made from the columns that are written."""

from __future__ import annotations

from collections.abc import Sequence

from ips_sim.runs.events import KINDS
from ips_sim.runs.tables import (
    CONTRASTS_COLUMNS,
    EVENTS_COLUMNS,
    PEOPLE_COLUMNS,
    QUARTERS_COLUMNS,
    RUNS_COLUMNS,
    SUMMARY_COLUMNS,
    WEEKLY_COLUMNS,
    Column,
)
from tools.pages.markdown import table

_TABLES: tuple[tuple[str, str, Sequence[Column]], ...] = (
    (
        "summary.csv",
        "The mean of every outcome and measure of every scenario, a row for each kind of range.",
        SUMMARY_COLUMNS,
    ),
    (
        "contrasts.csv",
        "Every scenario against the reference, if there are several.",
        CONTRASTS_COLUMNS,
    ),
    (
        "quarters.csv",
        "Of open programmes: what they did in each quarter, and in one on average. Weeks after the "
        "last whole quarter are left out. What comes about by work carries what cross-validation "
        "says the model misses.",
        QUARTERS_COLUMNS,
    ),
    (
        "runs.parquet",
        "A row for each scenario, draw, replicate and site: means and shares of the outcomes over "
        "the people counted, then measures. A mean over nobody is empty.",
        RUNS_COLUMNS,
    ),
    (
        "people.parquet",
        "A row for each person who counts, with every outcome and the quantities that other "
        "prices need. In an open programme those count who entered after the warm-up.",
        PEOPLE_COLUMNS,
    ),
    (
        "weekly.parquet",
        "A row for each scenario, draw, replicate and week, summed over sites. Everyone present is "
        "in one of the first ten columns, by where they stand at the end of the week: a job's last "
        "week counts in `in_competitive_work` and in `weeks_worked` of people, and no longer in "
        "`employed_supported` or `employed_alone`.",
        WEEKLY_COLUMNS,
    ),
    (
        "events.parquet",
        "Only with `--events`: what happened to whom and when. Weeks count from 1, so that the "
        "first job starts in week `weeks_to_first_job` + 1.",
        EVENTS_COLUMNS,
    ),
)

_INTRODUCTION = """\
# Result folders

`ips-sim run` and `ips-sim compare` leave a folder with these files. All columns carry their unit
and meaning in the files, too (the field metadata of Parquet). `--format csv` writes the Parquet
tables as CSV.

| file | holds |
| --- | --- |
| `manifest.json` | command, resolved scenarios, seed, replicates, draws, driver, versions, source \
hash, git state, times, and a checksum of each table |
| `summary.csv` | means of outcomes and measures, with Monte Carlo error and ranges |
| `contrasts.csv` | differences and ratios between scenarios, paired |
| `quarters.csv` | of open programmes, what they did in each quarter |
| `runs.parquet` | means, shares and measures of each run |
| `people.parquet` | every outcome of every person |
| `weekly.parquet` | people in each status, hours and quantities, week by week |
| `events.parquet` | with `--events`, what happened to whom and when |
| `report.html`, `figures/` | the same for reading; left out with `--no-report` |

## Kinds of range

The column `interval` says what the 90 % range from `low` to `high` covers:

- `predictive`: all of it. The results of every draw and replicate are an equally weighted sample,
  each with people, sites and parameters of its own, moved by what cross-validation says the model
  misses: a level and a slope along the log odds of ever working, which all scenarios share. The
  ends are its quantiles.
- `luck`, `sites`, `parameters`, `model`: its parts, each as the mean and 1.645 standard deviations,
  from components of variance. Luck is what people of one run differ by, over their number; sites
  what replicates of one draw differ by besides; parameters, there with several draws only, what
  draws differ by once chance is taken out. More people narrow luck, more sites narrow sites,
  evidence narrows parameters, a better model narrows model.
- `people`: how far people differ from each other.

A part is empty where it is not known: the model's outside what comes about by work, and luck and
sites of measures, which have no value for each person.

The Monte Carlo error is something else: how far the printed mean may be off because only so many
replicates were run of each draw. It shrinks with more of them, the ranges do not. With
`--precision 0.005` the replicates are a pilot, from whose spread follows, once, how many it takes
until the mean of `employed_ever` and 1.645 times 0.005 hold what endless replicates would give nine
times in ten (Stein's rule); `--precision qalys=0.001` does so for another outcome. The number that
it came to is in the manifest.

Differences are paired: each replicate runs all scenarios with the same people, the same sites and
the same chance, and the differences within pairs are what the ranges cover. A scenario compared
with itself differs by exactly zero. Replicates are numbered across draws: no two runs share their
chance.

## While it runs

A result is `NAME.partial` until it is finished, and nothing reads that as a result. It holds the
plan and a file for each finished block of runs. After Ctrl-C, a kill or a power cut the same
command goes on from there and brings the same bytes as an uninterrupted run. A folder that was
begun with other settings, or a result that is there already, is left alone unless `--force` is
given.

The tables depend on the scenarios, seed, replicates, draws and the source hash: not on the
driver, `--jobs` or the machine. `ips-sim rerun FOLDER` makes the same tables again from the
manifest and says whether they are the same to the byte. Before that it hashes the folder's own
tables: one that is missing, or was changed since it was written, is named, nobody vouches for it,
and the exit code is 1.

A report or figure that can't be drawn costs no result: the folder has its name and all its tables,
a sentence says what is missing and why, and the exit code is 1.

## Reading the tables

The CSV tables open in any spreadsheet, the Parquet ones in Python, R and others. In Python, read
them with `pandas.read_parquet(path, use_threads=False)`: with threads of its own the library below
may abort a short script when it ends, after all work is done.

"""


def results_page() -> str:
    """The page, in Markdown."""
    parts = [_INTRODUCTION]
    for name, text, columns in _TABLES:
        parts.append(f"## `{name}`\n\n{text}\n\n")
        rows = map(_column_row, columns)
        parts.append(f"{table(('column', 'kind', 'unit', 'meaning'), rows)}\n\n")
    kinds: dict[str, list[str]] = {}
    for kind in KINDS:
        kinds.setdefault(kind.name, []).append(kind.meaning)
    parts.append("## Events\n\nIn the order in which those of one week are listed.\n\n")
    events = ((f"`{name}`", meanings[0]) for name, meanings in kinds.items())
    parts.append(f"{table(('event', 'meaning'), events)}\n")
    return "".join(parts)


def _column_row(column: Column) -> tuple[str, ...]:
    return (f"`{column.name}`", column.kind, column.unit, column.meaning)
