"""A user's own people: rows of a CSV beside the scenario, or a list in it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ips_sim.scenario import (
    Scenario,
    ScenarioError,
    as_mapping,
    load_scenario,
    resolve_scenario,
    shipped,
)
from ips_sim.scenario.catalogue import Key, person_columns
from ips_sim.scenario.people_rows import (
    LARGEST_PEOPLE_FILE_BYTES,
    MOST_MISTAKES,
    check_people,
    read_people,
)
from ips_sim.scenario.reader import from_python
from ips_sim.scenario.schema import PersonRow
from tests.mangling import cases, damaged

MINE = "title: Mine\nbased_on: ips.yaml\npeople:\n  rows: people.csv\n"
COLUMNS = ", ".join(person_columns())
HEADER = COLUMNS.replace(" ", "")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(MINE)
    return tmp_path


def rows_of(csv: str | bytes) -> tuple[PersonRow, ...]:
    Path("people.csv").write_bytes(csv.encode() if isinstance(csv, str) else csv)
    return load_scenario("mine.yaml").people_rows


def refused(csv: str | bytes) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        rows_of(csv)
    return [str(one) for one in caught.value.mistakes]


# What is taken


def test_every_column(folder: Path):
    cells = (
        "31,52,true,true,false,12,true,false,true,0.5,true,false,true,false,1.5,true,false,"
        "cliff,0.25,0.75,20,false"
    )
    assert rows_of(f"{HEADER}\n{cells}\n") == (
        PersonRow(
            age_years=31,
            work_history_weeks=52,
            ever_worked=True,
            worked_past_year=True,
            studied_past_year=False,
            years_ill=12,
            psychotic=True,
            physical_limits=False,
            cognitive_limits=True,
            symptoms=0.5,
            substance_use=True,
            in_remission=False,
            cares_for_children=True,
            legal_history=False,
            months_served=1.5,
            housed=True,
            has_transport=False,
            benefit="cliff",
            benefit_fear=0.25,
            interest=0.75,
            preferred_hours=20,
            discloses=False,
        ),
    )


def test_some_columns_in_any_order_and_empty_cells(folder: Path):
    assert rows_of("benefit,age_years\nnone,\n,40.5\n") == (
        PersonRow(benefit="none"),
        PersonRow(age_years=40.5),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("TRUE", True), ("False", False), ("1", True), ("0", False)],
)
def test_what_spreadsheets_write_for_yes_and_no(folder: Path, text: str, value: bool):
    (person,) = rows_of(f"discloses\n{text}\n")
    assert person.discloses is value


@pytest.mark.parametrize(
    "csv",
    [
        b"\xef\xbb\xbfage_years,benefit\r\n31,none\r\n",  # as Excel saves
        b" age_years , benefit\n 31 , none \n\n",
        b'"age_years","benefit"\n"31","none"',
        b"age_years,benefit\n\n31,none\n   \n",
    ],
)
def test_ways_to_write_a_csv(folder: Path, csv: bytes):
    assert rows_of(csv) == (PersonRow(age_years=31, benefit="none"),)


def test_a_list_in_the_file_says_the_same(folder: Path):
    Path("listed.yaml").write_text(
        "title: Listed\nbased_on: ips.yaml\npeople:\n  rows:\n"
        "    - {age_years: 31, benefit: cliff}\n    - discloses: true\n"
    )
    listed = load_scenario("listed.yaml").people_rows
    assert listed == rows_of("age_years,benefit,discloses\n31,cliff,\n,,1\n")


def test_a_file_in_a_folder_below(folder: Path):
    Path("data").mkdir()
    Path("data/people.csv").write_text("age_years\n31\n")
    Path("mine.yaml").write_text(MINE.replace("people.csv", "data/people.csv"))
    assert load_scenario("mine.yaml").people_rows == (PersonRow(age_years=31),)


def test_it_stands_beside_the_file_that_names_it(folder: Path):
    Path("towns").mkdir()
    Path("towns/town.yaml").write_text(MINE)
    Path("towns/people.csv").write_text("age_years\n31\n")
    Path("mine.yaml").write_text("title: Mine\nbased_on: towns/town.yaml\n")
    resolved = resolve_scenario("mine.yaml")
    assert resolved.scenario.people_rows == (PersonRow(age_years=31),)
    assert str(resolved.origins["people.rows"]) == "towns/town.yaml:4 (reads people.csv)"


def test_inherited_people_can_be_taken_away_or_replaced(folder: Path):
    rows_of("age_years\n31\n")
    Path("without.yaml").write_text("title: W\nbased_on: mine.yaml\npeople: {rows: []}\n")
    resolved = resolve_scenario("without.yaml")
    assert resolved.scenario.people_rows == ()
    assert "people.rows" not in resolved.origins
    Path("other.csv").write_text("age_years\n50\n")
    changed = load_scenario("mine.yaml", {"people.rows": "other.csv"})
    assert changed.people_rows == (PersonRow(age_years=50),)
    assert load_scenario("mine.yaml", {"people.rows": []}).people_rows == ()


def test_nobody_is_given_unless_somebody_is():
    assert all(
        load_scenario(name).people_rows == ()
        for name in shipped()
        if not name.startswith("examples/")
    )


def test_as_mapping_holds_the_rows_and_is_read_back(folder: Path):
    rows_of("age_years,benefit,substance_use\n31,cliff,1\n,tapered,\n")
    scenario = load_scenario("mine.yaml")
    written = json.loads(json.dumps(as_mapping(scenario)))
    assert written["people"]["rows"] == [
        {"age_years": 31.0, "substance_use": True, "benefit": "cliff"},
        {"benefit": "tapered"},
    ]
    Path("people.csv").unlink()
    assert load_scenario(written) == scenario
    assert load_scenario(scenario) == scenario
    changed = load_scenario(scenario, {"people.age_mean_years": 50.0})
    assert changed.people_rows == scenario.people_rows


def test_mapping_and_overrides_name_a_file_from_the_working_folder(folder: Path):
    people = rows_of("age_years\n31\n")
    assert (
        load_scenario({"based_on": "ips.yaml", "people": {"rows": "people.csv"}}).people_rows
        == people
    )
    assert load_scenario("ips", {"people.rows": "people.csv"}).people_rows == people


def test_what_spreadsheets_add_is_left_out(folder: Path):
    """Rows and unnamed columns of nothing, blank lines above the names, a line for Excel."""
    two = (PersonRow(age_years=31, benefit="none"), PersonRow(age_years=40))
    assert rows_of("sep=,\n\n,,,\nage_years,benefit,,\n31,none,,\n,,,\n40,,,\n,,,,,\n") == two


@pytest.mark.parametrize("said", ["", "NaN", "nan", "NA", "N/A", "#N/A", "<NA>", "None", "null"])
def test_ways_to_say_that_something_is_not_known(folder: Path, said: str):
    assert rows_of(f"age_years,interest,discloses\n31,{said},{said}\n") == (
        PersonRow(age_years=31),
    )


def test_people_from_a_data_frame():
    """With what pandas puts where nothing is known."""
    frame = pd.DataFrame(
        {
            "age_years": [31, 40],
            "benefit": ["cliff", None],
            "interest": [0.5, np.nan],
            "discloses": pd.array([True, None], dtype="boolean"),
        }
    )
    wanted = (
        PersonRow(age_years=31, benefit="cliff", interest=0.5, discloses=True),
        PersonRow(age_years=40),
    )
    for rows in (frame, frame.to_dict("records")):
        said = {"based_on": "ips.yaml", "people": {"rows": rows}}
        assert load_scenario(said).people_rows == wanted
        assert load_scenario("ips", {"people.rows": rows}).people_rows == wanted


# What is refused

SAVED = "allowed: a table saved as CSV UTF-8 (in Excel: Save As, CSV UTF-8)."


@pytest.mark.parametrize(
    ("csv", "message"),
    [
        ("age,benefit\n31,none\n", f"1: age: found an unknown column; allowed: {COLUMNS}."),
        (
            "age_year\n31\n",
            f"1: age_year: found an unknown column; allowed: {COLUMNS}. Did you mean age_years?",
        ),
        ("age_years,\n31,4\n", f"1: found a column without a name; allowed: {COLUMNS}."),
        (
            "age_years,age_years\n31,32\n",
            "1: age_years: found the column a second time; allowed: once.",
        ),
        (
            "age_years;benefit\n31;none\n",
            "1: found columns separated by semicolons; allowed: columns separated by commas.",
        ),
        (
            "age_years\tbenefit\n31\tnone\n",
            "1: found columns separated by tabs; allowed: columns separated by commas.",
        ),
        (
            "age_years\n31\n12\n",
            "3: age_years: found 12; allowed: a number from 16 to 75 (years).",
        ),
        (
            "symptoms\n.nan\n",
            "2: found a row that says nothing about the person; allowed: at least one value.",
        ),
        ("symptoms\n.inf\n", "2: symptoms: found inf; allowed: a number from 0 to 1 (score)."),
        (
            'symptoms\n"0,5"\n',
            "2: symptoms: found the text '0,5'; allowed: a number from 0 to 1 (score). Did you "
            "mean 0.5?",
        ),
        ("symptoms\ntrue\n", "2: symptoms: found true; allowed: a number from 0 to 1 (score)."),
        (
            "symptoms\n40%\n",
            "2: symptoms: found the text '40%'; allowed: a number from 0 to 1 (score). Did you "
            "mean 0.4?",
        ),
        (
            "discloses\nyes\n",
            "2: discloses: found the text 'yes'; allowed: true or false, or 1 or 0. Did you "
            "mean true?",
        ),
        (
            'work_history_weeks\n"1,200"\n',
            "2: work_history_weeks: found the text '1,200'; allowed: a number from 0 to 260 "
            "(weeks). Did you mean 1200?",
        ),
        ("discloses\n2\n", "2: discloses: found 2; allowed: true or false, or 1 or 0."),
        ("discloses\n1.5\n", "2: discloses: found 1.5; allowed: true or false, or 1 or 0."),
        (
            "benefit\nCliff\n",
            "2: benefit: found the text 'Cliff'; allowed: none or tapered or cliff. Did you "
            "mean cliff?",
        ),
        (
            "benefit\nSSDI\n",
            "2: benefit: found the text 'SSDI'; allowed: none or tapered or cliff.",
        ),
        (
            "benefit,benefit_fear\nnone,0.4\n",
            "2: benefit_fear: found 0.4 for a person without a benefit; allowed: 0 or nothing "
            "where benefit is none.",
        ),
        (
            "ever_worked,work_history_weeks\nfalse,12\n",
            "2: work_history_weeks: found 12 for a person who has never worked; allowed: 0 or "
            "nothing where ever_worked is false.",
        ),
        (
            "worked_past_year,ever_worked\n1,0\n",
            "2: worked_past_year: found 1 for a person who has never worked; allowed: false "
            "or nothing where ever_worked is false.",
        ),
        (
            "age_years,benefit\n31\n",
            "2: found 1 cell under 2 column names; allowed: a cell for each column, if empty.",
        ),
        (
            "age_years\n31,none\n",
            "2: found 2 cells under 1 column name; allowed: a cell for each column, if empty.",
        ),
        (
            "benefit\nNone\n",
            "2: benefit: found the text 'None'; allowed: none or tapered or cliff. Did you mean "
            "none?",
        ),
        (
            "symptoms,age_years\n0.5,31\nnan,NA\n",
            "3: found a row that says nothing about the person; allowed: at least one value.",
        ),
        (
            "age_years\nWAHR\n",
            "2: age_years: found the text 'WAHR'; allowed: a number from 16 to 75 (years).",
        ),
        (
            "discloses\nWAHR\n",
            "2: discloses: found the text 'WAHR'; allowed: true or false, or 1 or 0. Did you mean "
            "true?",
        ),
        (
            "People of ours,\nage_years,benefit\n31,none\n",
            "1: found a line above the column names, which stand on line 2; allowed: the column "
            "names on the first line.",
        ),
        (
            "sep=;\nage_years;benefit\n31;none\n",
            "2: found columns separated by semicolons; allowed: columns separated by commas.",
        ),
        (
            "age_years,benefit\n31,none\nTotal,\n",
            "3: found a line of totals (Total); allowed: rows of data alone.",
        ),
        (
            'age_years,benefit\n31,"no\n',
            "2: found a quotation mark that opens here and is never closed; allowed: quotation "
            "marks in pairs.",
        ),
        (
            "age_years\n",
            " found no people; allowed: a line for each person.",
        ),
        (
            "",
            " found an empty file; allowed: a CSV file of people, in UTF-8, with a line of column "
            "names.",
        ),
        (
            "\n\n",
            " found an empty file; allowed: a CSV file of people, in UTF-8, with a line of column "
            "names.",
        ),
        (
            b"benefit\ncaf\xe9\n",
            f"2: found a byte that is not UTF-8 (0xe9, which is é in Windows-1252); {SAVED}",
        ),
        ("age_years\n31\n".encode("utf-16"), f" found text in UTF-16; {SAVED}"),
        (
            b"PK\x03\x04\0\0",
            f" found a workbook (such as .xlsx) or another zip file; {SAVED}",
        ),
        (b"age\0years\n", f"1: found binary data; {SAVED}"),
        (
            b"benefit\n" + LARGEST_PEOPLE_FILE_BYTES * b"x",
            " found a file of more than 2,000,000 bytes; allowed: at most 2,000,000 bytes.",
        ),
    ],
)
def test_one_mistake_one_message(folder: Path, csv: str | bytes, message: str):
    assert refused(csv) == [f"people.csv:{message}"]


def test_all_mistakes_at_once_with_those_of_the_scenario(folder: Path):
    Path("mine.yaml").write_text(MINE + "  age_sd_years: 90\n")
    assert [one.split(": found")[0] for one in refused("age_years,benefit\n31,x\n9,none\n1\n")] == [
        "mine.yaml:5: people.age_sd_years",
        "people.csv:2: benefit",
        "people.csv:3: age_years",
        "people.csv:4",
    ]


def test_lines_are_those_of_the_file(folder: Path):
    """Also after empty lines and cells that run over several."""
    told = refused('age_years,benefit\n\n31,"no\nne"\n\n9,none\n')
    assert [one.split(": found")[0] for one in told] == [
        "people.csv:3: benefit",
        "people.csv:6: age_years",
    ]


def test_a_wrong_column_does_not_fill_the_screen(folder: Path):
    told = refused("age_years\n" + 1000 * "9\n")
    assert len(told) == MOST_MISTAKES + 1
    assert told[-1] == "people.csv:1001: found 900 more mistakes; allowed: none."


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        (
            "peple.csv",
            "found the text 'peple.csv', which is not there; ALLOWED. Did you mean people.csv?",
        ),
        ("../up.csv", "found the text '../up.csv', which lies outside the folder; ALLOWED."),
        ("linked.csv", "found the text 'linked.csv', which lies outside the folder; ALLOWED."),
        ("/up.csv", "found the text '/up.csv', which lies outside the folder; ALLOWED."),
        ("3", "found 3; allowed: the name of a CSV file, or a list of people."),
        ("{a: 1}", "found a mapping; allowed: the name of a CSV file, or a list of people."),
        ("", "found nothing; allowed: the name of a CSV file, or a list of people."),
        ('"a\\u0007"', "found the character U+0007; allowed: text that prints."),
        ('"a\\0"', "found the character U+0000; allowed: text that prints."),
    ],
)
def test_name_that_can_not_be_used(
    tmp_path_factory: pytest.TempPathFactory, folder: Path, name: str, finding: str
):
    outside = tmp_path_factory.mktemp("outside") / "up.csv"
    outside.write_text("age_years\n31\n")
    Path("people.csv").write_text("age_years\n31\n")
    Path("../up.csv").write_text("age_years\n31\n")
    Path("linked.csv").symlink_to(outside)
    Path("mine.yaml").write_text(MINE.replace("people.csv", name))
    with pytest.raises(ScenarioError) as caught:
        load_scenario("mine.yaml")
    allowed = "allowed: a CSV file in the folder of mine.yaml or below"
    assert str(caught.value) == f"mine.yaml:4: people.rows: {finding.replace('ALLOWED', allowed)}"


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (".", ".: found a folder; "),
        ("pipe", "pipe: found something that is not a file; "),
    ],
)
def test_place_where_no_file_is(folder: Path, place: str, message: str):
    import os

    os.mkfifo("pipe")
    Path("mine.yaml").write_text(MINE.replace("people.csv", place))
    with pytest.raises(ScenarioError) as caught:
        load_scenario("mine.yaml")
    assert str(caught.value).startswith(message)


def test_more_rows_than_people_would_leave_some_out(folder: Path):
    rows_of("age_years\n" + 100 * "31\n")
    told = refused("age_years\n" + 101 * "31\n")
    assert told == [
        "mine.yaml:4: people.rows: found 101 rows of people for 100 people; allowed: at most a row "
        "for each; raise design.people to at least 101."
    ]


def test_a_misspelt_key_is_told(folder: Path):
    Path("mine.yaml").write_text(MINE.replace("rows:", "row:"))
    assert refused("age_years\n31\n")[0].endswith("Did you mean rows?")


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ("[3]", "person 1: found 3; allowed: a mapping with some of "),
        ("[{age_years: 31}, {age: 3}]", "person 2, age: found an unknown key; allowed: "),
        (
            "[{age_years: 9}]",
            "person 1, age_years: found 9; allowed: a number from 16 to 75 (years).",
        ),
        ("[{age_years: }]", "person 1: found a row that says nothing about the person; allowed:"),
        ("[{discloses: 'true'}]", "person 1, discloses: found the text 'true'; allowed: true or"),
        ("[{}]", "person 1: found a row that says nothing about the person; allowed: at least one"),
    ],
)
def test_a_list_is_checked_alike(folder: Path, listed: str, message: str):
    Path("mine.yaml").write_text(MINE.replace("people.csv", listed))
    told = refused("age_years\n31\n")
    assert told[0].startswith(f"mine.yaml:4: people.rows, {message}")


# What is published


def test_columns_are_what_the_schema_checks():
    properties = Scenario.model_json_schema()["$defs"]["PersonRow"]["properties"]
    assert list(properties) == list(person_columns())
    for name, key in person_columns().items():
        said = properties[name]
        (inner,) = [one for one in said["anyOf"] if one != {"type": "null"}]
        assert key.meaning == said["description"]
        assert key.low == inner.get("minimum")
        assert key.high == inner.get("maximum")
        assert key.unit == inner.get("unit", "")
        assert list(key.choices) == inner.get("enum", [])


# Thousands of damaged files

GOOD = (
    f"{HEADER}\n31,52,0.5,true,false,cliff,0.25,0.75,20,false\n,,,,,,,0.5,,\n"
    "60,0,1,0,1,none,,0,45,1\n"
).encode()


@cases(400)
@given(
    data=st.one_of(damaged([GOOD]), st.binary(max_size=60), st.text(max_size=60).map(str.encode))
)
def test_damaged_bytes_are_refused_or_people(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    path = tmp_path_factory.getbasetemp() / "people.csv"
    path.write_bytes(data)
    people, mistakes = read_people(path, "people.csv")
    assert people or mistakes
    for mistake in mistakes:
        assert str(mistake).isprintable()
        assert mistake.found
    if not mistakes:
        # Read again from what was understood: nothing is lost and nothing is out of range.
        items = from_python([row.model_dump(exclude_none=True) for row in people]).value
        assert isinstance(items, list)
        again, found = check_people(items, "x")
        assert found == []
        assert again == people
        rows = [line for line in data.decode("utf-8-sig").splitlines() if line.strip()]
        assert len(people) <= len(rows) - 1 or b'"' in data or b"\r" in data


def wrong_cells(key: Key) -> list[str]:
    wrong = ["word", "-.inf", "inf", "1 week", "'1'", "{}", "5,5"]
    if key.kind == "number":
        assert key.low is not None
        assert key.high is not None
        wrong += ["true", f"{key.low - 1}", f"{key.high + 1}", f"{key.high + 1}0000000"]
    if key.kind == "yes or no":
        wrong += ["yes", "2", "-1", "0.5", "True story"]
    return wrong


@cases(300)
@given(data=st.data())
def test_one_wrong_cell_is_told_at_its_line(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    key = data.draw(st.sampled_from(list(person_columns().values())))
    right = {"number": "20" if key.high and key.high > 1 else "0.5", "yes or no": "1"}
    good = right.get(key.kind, "cliff")
    rows = [good] * data.draw(st.integers(1, 6))
    at = data.draw(st.integers(0, len(rows) - 1))
    rows[at] = f'"{data.draw(st.sampled_from(wrong_cells(key)))}"'
    path = tmp_path_factory.getbasetemp() / "cell.csv"
    path.write_text("\n".join([key.name, *rows]), encoding="utf-8")
    people, (mistake,) = read_people(path, "cell.csv")
    assert (mistake.line, mistake.key) == (at + 2, key.name)
    assert len(people) == len(rows) - 1
