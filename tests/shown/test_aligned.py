"""Tables and sentences as lines of a terminal."""

from ips_sim.shown.aligned import WIDEST, columns


def test_columns_are_aligned_between_sentences():
    assert columns([("who", "how much"), ("people", "2"), "Said.", ("a", "b")]) == [
        "who     how much",
        "people  2",
        "Said.",
        "a  b",
    ]


def test_a_table_that_is_too_wide_gives_each_row_lines_of_its_own():
    head = ("", *(f"what is counted {one}" for one in range(6)))
    lines = columns([head, ("here", *"123456"), ("there", "7", "", "9", "", "", ""), ("and more",)])
    assert lines[:2] == ["here", "  what is counted 0  1"]
    assert lines[7:] == ["there", "  what is counted 0  7", "  what is counted 2  9", "and more"]


def test_a_long_sentence_is_folded_between_words():
    lines = columns(["  " + "word " * 50])
    assert max(map(len, lines)) <= WIDEST
    assert lines[0].startswith("  word") and lines[1].startswith("    word")


def test_a_table_without_heads_keeps_its_first_row_and_its_lines():
    rows = [("key", "1", "a meaning " * 12), (), ("other",), ("b", "2")]
    lines = columns(rows, has_heads=False)
    assert [line.split()[:1] for line in lines] == [["key"], [], ["other"], ["b"]]
    assert len(lines[0]) > WIDEST
