"""Thousands of damaged files: each is refused with messages, or says what it seems to say."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ips_sim.scenario import (
    Resolved,
    ScenarioError,
    as_mapping,
    load_scenario,
    resolve_scenario,
    shipped,
)
from ips_sim.scenario.catalogue import Key, keys, person_columns, sections, show_value
from ips_sim.scenario.reader import parse, to_python
from ips_sim.scenario.schema import PRINCIPLES, UNLIMITED_WEEKS
from tests.mangling import cases, damaged

PARTIAL = b"""\
# A town of ours.
title: Our town
based_on: ips.yaml
drop: [benefits_planning, integration]
programme:
  caseload_limit: 30
  support_limit_weeks: unlimited
  split_roles: true
people: {age_mean_years: 40, legal_history_share: 0.2}
place:
  unemployment_share: 7.5e-2
design:
  kind: cohort
  weeks: 104
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mangled") / "mine.yaml"


def outcome(path: Path) -> Resolved | ScenarioError:
    """What reading ends in; anything else than these two is a failure of the test."""
    try:
        return resolve_scenario(path)
    except ScenarioError as error:
        assert error.mistakes
        for mistake in error.mistakes:
            assert str(mistake).isprintable()
            assert mistake.found
            assert mistake.allowed
        return error


def compact(name: str) -> bytes:
    """A shipped file without its comments, so that damage hits what matters."""
    lines = shipped()[name].read_text(encoding="utf-8").splitlines()
    kept = [line.split(" #")[0].rstrip() for line in lines if not line.lstrip().startswith("#")]
    return "\n".join(line for line in kept if line).encode() + b"\n"


SEVERAL = b"""\
title: Our town
based_on: [services/job_club.yaml, people/older_adults.yaml, places/denmark.yaml]
people:
  rows:
    - {age_years: 31, benefit: cliff}
    - discloses: true
place:
  unemployment_share: 7.5e-2
"""

# Short ones more often: reading takes as long as a file is.
SEEDS = [PARTIAL, PARTIAL, PARTIAL, SEVERAL, SEVERAL, compact("traditional"), compact("ips")]


def said_by(data: bytes) -> Iterator[tuple[str, Any]]:
    """The values of a file by an independent reader of YAML."""
    plain = YAML(typ="safe", pure=True).load(data.decode("utf-8-sig"))
    for name, value in plain.items():
        if name in sections() and value is not None:
            for key, inner in value.items():
                if (name, key) != ("people", "rows"):
                    yield f"{name}.{key}", inner
                elif not isinstance(inner, str):
                    yield "people_rows", inner
        elif name == "title":
            yield name, value


@cases(600)
@given(data=damaged(SEEDS))
def test_damaged_bytes(file: Path, data: bytes):
    file.write_bytes(data)
    end = outcome(file)
    if isinstance(end, ScenarioError):
        return
    # Accepted: then it must count for exactly what it says.
    written = end.scenario.model_dump()
    for dotted, value in said_by(data):
        section, _, name = dotted.partition(".")
        used = written[section][name] if name else written[section]
        if dotted == "people_rows":
            assert len(used) == len(value)
            for person, said in zip(used, value, strict=True):
                assert {key: person[key] for key in said} == said
            continue
        assert used == (UNLIMITED_WEEKS if value == "unlimited" else value), dotted
        assert isinstance(used, bool) == isinstance(value, bool)
        assert name == "" or end.origins[dotted].where == str(file)


@cases(200)
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_junk(file: Path, data: bytes):
    file.write_bytes(data)
    assert isinstance(outcome(file), ScenarioError)


def wrong_values(key: Key) -> list[str]:
    """Texts of values that this key never takes."""
    wrong = ["", "[1]", "{a: 1}", "'1'", "word", ".nan", ".inf", "-.inf", "!!int 1", "*a", "1 week"]
    if key.kind in {"number", "whole number"}:
        assert key.low is not None
        assert key.high is not None
        wrong += ["true", f"{key.low - 1}", f"{key.high + 1}", f"{int(key.high) + 1}0000000"]
    if key.kind == "whole number":
        wrong += ["1.5", "1e-1", "1.0e-3"]
    if key.kind == "yes or no":
        wrong += ["yes", "0", "True story"]
    if key.kind == "choice":
        wrong += ["true", "7"]
    if not key.may_be_unlimited:
        wrong.append("unlimited")
    return wrong


KEYS = list(keys().values())
COMPLETE = compact("ips").decode()
RIGHT = as_mapping(load_scenario("ips"))


@cases(300)
@given(data=st.data(), complete=st.sampled_from([False, False, False, True]))
def test_one_wrong_value_or_name_is_told_at_its_line(
    file: Path, data: st.DataObject, complete: bool
):
    """Whatever is wrong, and in whichever file, the message points at it."""
    key = data.draw(st.sampled_from(KEYS))
    right = f"  {key.name}: {show_value(RIGHT[key.section][key.name])}"
    kind = data.draw(st.sampled_from(["value", "name", "twice"]))
    if kind == "value":
        wrong = f"  {key.name}: {data.draw(st.sampled_from(wrong_values(key)))}"
    elif kind == "name":
        letters = data.draw(st.text("abcdefgh_", min_size=1, max_size=6))
        wrong = f"  {key.name}{letters}: 1"
    else:
        wrong = f"{right}\n{right}"
    text = COMPLETE if complete else f"title: Mine\nbased_on: ips.yaml\n{key.section}:\n{right}\n"
    lines = text.splitlines()
    section = lines.index(f"{key.section}:")
    at = next(
        number
        for number in range(section, len(lines))
        if lines[number].startswith(f"  {key.name}:")
    )
    lines[at] = wrong
    file.write_text("\n".join(lines), encoding="utf-8")
    end = outcome(file)
    assert isinstance(end, ScenarioError)
    told = {mistake.line for mistake in end.mistakes}
    assert at + (2 if kind == "twice" else 1) in told
    assert all(mistake.where == str(file) for mistake in end.mistakes)


TREES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(["ips.yaml", "services/job_club.yaml", "unlimited", "cohort", *PRINCIPLES]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.text(max_size=6),
                st.sampled_from(["title", "drop", "based_on", *sections(), "parameters"]),
                st.sampled_from([key.name for key in KEYS]),
                st.sampled_from(["rows", *person_columns()]),
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@cases(500)
@given(
    tree=st.dictionaries(
        st.sampled_from(["title", "summary", "drop", *sections(), "parameters", "other"]),
        TREES,
        max_size=4,
    )
)
def test_any_mapping_is_refused_or_counts(tree: dict[str, Any]):
    try:
        scenario = load_scenario({"based_on": "ips.yaml", **tree})
    except ScenarioError as error:
        assert error.mistakes
        return
    # Accepted trees say nothing new, or something that is in the scenario.
    written = as_mapping(scenario)
    assert set(tree) <= {*written, "drop"}
    for section in sections():
        for name, value in (tree.get(section) or {}).items():
            assert written[section][name] == value


PRINTABLE = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cn", "Zl", "Zp"], exclude_characters="\ufeff"
)


@cases(150)
@given(
    value=st.one_of(
        st.integers(-(10**30), 10**30),
        st.floats(allow_nan=False),
        st.booleans(),
        st.none(),
        st.text(PRINTABLE, max_size=10),
    )
)
def test_what_another_writer_of_yaml_writes_is_read_alike(value: object):
    stream = io.StringIO()
    YAML(pure=True).dump({"key": value}, stream)
    parsed = parse(stream.getvalue().encode(), "f.yaml")
    assert parsed.mistakes == []
    assert to_python(parsed.root) == {"key": value}
