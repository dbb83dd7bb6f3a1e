"""Tables: fixed columns with unit and meaning, empty where there is no value, always alike."""

import csv

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.csv  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from ips_sim.model.outcomes import FIGURES, OUTCOMES
from ips_sim.model.rules.counting import STATUSES, Weekly
from ips_sim.runs.folder import run_to_folder, write_tables
from ips_sim.runs.plan import blocks_of
from ips_sim.runs.rounds import collect
from ips_sim.runs.tables import (
    PEOPLE_COLUMNS,
    RUNS_COLUMNS,
    WEEKLY_COLUMNS,
    Coded,
    Column,
    TableWriter,
    arrow_table,
    write_rows,
)
from ips_sim.runs.work import MemoryStore

TABLES = {"runs": RUNS_COLUMNS, "people": PEOPLE_COLUMNS, "weekly": WEEKLY_COLUMNS}


@pytest.fixture(scope="module")
def collected():
    from ips_sim.runs.plan import make_plan
    from tests.runs.conftest import SMALL

    overrides = SMALL | {"design.sites": 2}
    plan = make_plan(["ips", "traditional"], draws=1, replicates=4, overrides=overrides)
    return collect(plan, MemoryStore())


@pytest.fixture
def written(collected, tmp_path):
    write_tables(collected, tmp_path)
    return {name: pq.read_table(tmp_path / f"{name}.parquet") for name in TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_every_column_carries_unit_and_meaning(name: str, written):
    schema = written[name].schema
    assert schema.names == [one.name for one in TABLES[name]]
    for column, field in zip(TABLES[name], schema, strict=True):
        assert field.metadata[b"meaning"].decode() == column.meaning != ""
        assert field.metadata[b"unit"].decode() == column.unit


def test_every_column_of_the_week_is_told():
    assert [one.name for one in WEEKLY_COLUMNS[4:]] == [one.name.lower() for one in Weekly]


def test_people_without_a_job_have_an_empty_first_job(written):
    people = written["people"]
    found = people["employed_ever"].to_numpy()
    assert people.schema.field("weeks_to_first_job").type == pa.int64()
    assert found.any()
    assert not found.all()
    for name in ("weeks_to_first_job", "first_job_weeks"):
        assert np.array_equal(people[name].is_valid().to_numpy(), found)
    assert people["weeks_worked"].null_count == 0


def test_runs_are_the_means_of_their_people(written):
    people, runs = written["people"].to_pandas(), written["runs"].to_pandas()
    keys = ["scenario", "draw", "replicate", "site"]
    by_run = people.groupby(keys, sort=False)
    assert len(runs) == 2 * 4 * 2
    for outcome in OUTCOMES:
        means = by_run[outcome.name].mean().reset_index(drop=True)
        assert np.allclose(runs[outcome.name], means, rtol=1e-12, atol=1e-12, equal_nan=True)
    assert by_run.size().tolist() == runs["people"].tolist()
    assert by_run["employed_ever"].sum().tolist() == runs["finders"].tolist()


def test_weekly_figures_agree_with_people(written):
    people, weekly = written["people"].to_pandas(), written["weekly"].to_pandas()
    statuses = [one.name.lower() for one in Weekly if one < STATUSES]
    assert (weekly[statuses].sum(axis=1) == 12).all()
    assert weekly["week"].min() == 1
    assert weekly["week"].max() == 26
    keys = ["scenario", "replicate"]
    contacts = weekly.groupby(keys)["employer_contacts"].sum()
    assert contacts.tolist() == people.groupby(keys)["employer_contacts"].sum().tolist()
    last = weekly[weekly["week"] == 26].set_index(keys)
    last = last["employed_supported"] + last["employed_alone"]
    assert last.tolist() == people.groupby(keys, sort=False)["employed_at_end"].sum().tolist()


def test_people_are_numbered_across_sites(written):
    people = written["people"].to_pandas()
    one = people[(people["scenario"] == "IPS") & (people["replicate"] == 3)]
    assert one["person"].tolist() == list(range(12))
    assert one["site"].tolist() == [0] * 6 + [1] * 6


@pytest.mark.usefixtures("small_blocks")
def test_sites_of_a_replicate_in_two_blocks_are_added_up(small_plan, tmp_path):
    """Blocks begin and end within a replicate: its weeks are summed all the same."""
    plan = small_plan("ips", overrides={"design.sites": 3, "design.people": 30}, replicates=3)
    assert any(
        len(set(block.runs.replicate)) > 1 or block.runs.site[0] > 0 for block in blocks_of(plan)
    )
    collected = collect(plan, MemoryStore())
    write_tables(collected, tmp_path)
    weekly = pq.read_table(tmp_path / "weekly.parquet").to_pandas()
    people = pq.read_table(tmp_path / "people.parquet").to_pandas()
    assert len(weekly) == 3 * 26
    assert weekly["replicate"].tolist() == np.repeat(np.arange(3), 26).tolist()
    contacts = weekly.groupby("replicate")["employer_contacts"].sum()
    assert contacts.tolist() == people.groupby("replicate")["employer_contacts"].sum().tolist()
    assert contacts.min() > 0


def test_row_groups_do_not_depend_on_how_rows_arrive(tmp_path):
    columns = [Column("word", "text", "", "a word"), Column("x", "number", "kg", "a number")]

    def write(name: str, pieces: list[int]) -> bytes:
        writer = TableWriter(tmp_path / name, columns, "parquet")
        start = 0
        for rows in pieces:
            x = np.arange(start, start + rows, dtype=float)
            writer.add({"word": Coded(("a", "b"), np.arange(rows) % 2), "x": x})
            start += rows
        writer.close()
        return (tmp_path / name).read_bytes()

    assert write("one", [40_000, 20_000, 10]) == write("two", [40_000, 20_000, 10])
    groups = pq.ParquetFile(tmp_path / "one").metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [60_000, 10]


def test_empty_values_and_words_survive():
    columns = [
        Column("w", "text", "", ""),
        Column("n", "whole number", "", ""),
        Column("x", "number", "", ""),
        Column("b", "yes or no", "", ""),
    ]
    table = arrow_table(
        {
            "w": Coded(("", "yes"), np.array([1, 0, 1])),
            "n": np.array([3.0, np.nan, -1.0]),
            "x": np.array([np.nan, 0.5, 1.5]),
            "b": np.array([1.0, 0.0, 1.0]),
        },
        columns,
    )
    table.validate(full=True)
    assert table.to_pydict() == {
        "w": ["yes", "", "yes"],
        "n": [3, None, -1],
        "x": [None, 0.5, 1.5],
        "b": [True, False, True],
    }


def test_numbers_that_are_not_known_are_left_empty(tmp_path):
    path = tmp_path / "small.csv"
    write_rows(path, [Column("a", "number", "", ""), Column("b", "text", "", "")], [(1.5, "x,y")])
    write_rows(path, [Column("a", "number", "", ""), Column("b", "text", "", "")], [(np.nan, "z")])
    assert path.read_text() == "a,b\n,z\n"


def test_csv_holds_the_same_as_parquet(small_plan, tmp_path):
    for table_format in ("csv", "parquet"):
        run_to_folder(small_plan(table_format=table_format), tmp_path / table_format)
    for name, columns in TABLES.items():
        stored = pq.read_table(tmp_path / "parquet" / f"{name}.parquet")
        types = dict(zip(stored.schema.names, stored.schema.types, strict=True))
        read = pa.csv.read_csv(
            tmp_path / "csv" / f"{name}.csv",
            convert_options=pa.csv.ConvertOptions(column_types=types),
        )
        assert read.schema.names == [one.name for one in columns]
        assert read.equals(stored.replace_schema_metadata(None).cast(read.schema))


def test_summary_has_the_columns_of_the_design(collected, tmp_path):
    write_tables(collected, tmp_path)
    with (tmp_path / "summary.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "scenario",
        "outcome",
        "unit",
        "n",
        "mean",
        "mc_error",
        "low",
        "high",
        "interval",
    ]
    assert {row["outcome"] for row in rows} == {one.name for one in FIGURES}
    with (tmp_path / "contrasts.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert ",".join(rows[0]) == (
        "scenario,reference,outcome,unit,n,difference,low,high,ratio,ratio_low,ratio_high,interval"
    )
    assert {row["reference"] for row in rows} == {"Traditional services"}
