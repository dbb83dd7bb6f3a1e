"""Scalars by the core schema of YAML 1.2, lines, headers, and time on hostile input."""

import math
import time

import pytest

from ips_sim.scenario.reader import DEEPEST_NESTING, parse, to_python


def value_of(text: str) -> object:
    parsed = parse(f"key: {text}\n".encode(), "f.yaml")
    assert parsed.mistakes == []
    value = to_python(parsed.root)
    assert isinstance(value, dict)
    return value["key"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("+3", 3),
        ("012", 12),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-1.5E-3", -0.0015),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("on", "on"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2025-01-01", "2025-01-01"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("tRUE", "tRUE"),
        ("0b11", "0b11"),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_scalar(text: str, value: object):
    read = value_of(text)
    assert read == value
    assert type(read) is type(value)


def test_not_a_number():
    assert math.isnan(value_of(".nan"))  # type: ignore[arg-type]


def test_lines_count_from_one_and_are_those_of_the_key():
    parsed = parse(b"# c\na: 1\nb:\n  c: >\n    folded\n  d:\n    - 1\n    - 2\n", "f.yaml")
    root = parsed.root.value
    assert isinstance(root, dict)
    assert (root["a"].line, root["b"].line) == (2, 3)
    inner = root["b"].value
    assert isinstance(inner, dict)
    assert (inner["c"].line, inner["d"].line) == (4, 6)
    assert isinstance(inner["d"].value, list)
    assert [item.line for item in inner["d"].value] == [7, 8]


def test_header_is_one_paragraph_without_hints_to_editors():
    text = "# yaml-language-server: $schema=x\n#\n# One\n#  two.\n\n# Three.\na: 1\n# Four.\n"
    assert parse(text.encode(), "f.yaml").header == "One two. Three."


def test_byte_order_mark_and_windows_lines_are_fine():
    parsed = parse("\ufeff# Says.\r\na: 1\r\nb: 2\r\n".encode(), "f.yaml")
    assert to_python(parsed.root) == {"a": 1, "b": 2}
    assert parsed.header == "Says."


@pytest.mark.parametrize("piece", ["{", "[", "- ", "? ", "{a: ", "&a ", "[a, ", "a: {", "* ", "!"])
def test_hostile_nesting_ends_soon_with_a_message(piece: str):
    begun = time.perf_counter()
    parsed = parse((piece * 30_000).encode(), "f.yaml")
    assert parsed.mistakes
    # Unbounded, the parser would take minutes; this only tells minutes from moments.
    assert time.perf_counter() - begun < 10


def test_deepest_nesting_allowed_by_the_reader():
    deep = "[" * DEEPEST_NESTING + "]" * DEEPEST_NESTING
    assert parse(deep.encode(), "f.yaml").mistakes == []
    assert parse(f"[{deep}]".encode(), "f.yaml").mistakes == []
    assert len(parse(f"[[{deep}]]".encode(), "f.yaml").mistakes) == 1
