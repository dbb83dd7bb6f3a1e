"""Colours that colour-blind people tell apart, and labels that do not cover each other."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from ips_sim.model.rules.counting import STATUSES
from ips_sim.report.figures.parts import key_rows, looks, spread, up_to_next_tick
from ips_sim.report.figures.people_figures import WORKED_CLASSES, worked_class
from ips_sim.report.figures.weekly_figures import STATUS_LOOKS, USE_LOOKS
from ips_sim.report.hours import USES
from ips_sim.shown.style import COLOURS, DASHES, MARKERS, wrapped

# How colours look to people without one kind of cone (Machado and others 2009, full severity).
SEEN_BY = {
    "all cones": np.eye(3),
    "no long cones": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no middle cones": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
# Two units are about what one just sees side by side; ten are seen at a glance.
AT_A_GLANCE = 10


def lab(colour, seen):
    """A colour in CIE Lab as somebody sees it."""
    srgb = np.array(to_rgb(colour))
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(seen @ linear, 0, 1) / (TO_XYZ @ np.ones(3))
    cube = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * cube[1] - 16, 500 * (cube[0] - cube[1]), 200 * (cube[1] - cube[2])])


def apart(one, other, seen):
    return float(np.linalg.norm(lab(one, seen) - lab(other, seen)))


@pytest.mark.parametrize("seen", SEEN_BY.values(), ids=SEEN_BY)
def test_neighbours_are_told_apart(seen):
    stacks = [
        [colour for _, _, colour in STATUS_LOOKS],
        [colour for _, colour in USE_LOOKS.values()],
        [colour for _, colour in WORKED_CLASSES],
    ]
    for stack in stacks:
        for one, other in pairwise(stack):
            assert apart(one, other, seen) >= AT_A_GLANCE, (one, other)


@pytest.mark.parametrize("seen", SEEN_BY.values(), ids=SEEN_BY)
def test_any_two_statuses_are_told_apart(seen):
    for (_, one, first), (_, other, second) in combinations(STATUS_LOOKS, 2):
        assert apart(first, second, seen) >= AT_A_GLANCE, (one, other)


@pytest.mark.parametrize("seen", SEEN_BY.values(), ids=SEEN_BY)
def test_up_to_four_scenarios_are_told_apart_by_colour_alone(seen):
    for one, other in combinations(COLOURS[:4], 2):
        assert apart(one, other, seen) >= AT_A_GLANCE, (one, other)


def test_eight_scenarios_differ_in_dashes_and_markers_too():
    lines = looks([str(number) for number in range(8)])
    assert len({line.dashes for line in lines}) == 8 == len(DASHES)
    assert len({line.marker for line in lines}) == 8 == len(MARKERS)
    assert len({line.colour for line in lines}) == 8


def test_every_status_and_every_use_has_a_colour():
    assert sorted(column for column, _, _ in STATUS_LOOKS) == list(range(STATUSES))
    assert tuple(USE_LOOKS) == USES


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 0.2)), min_size=1, max_size=8))
def test_labels_never_overlap_and_keep_their_order(labels):
    wanted = [place for place, _ in labels]
    heights = [height for _, height in labels]
    places = spread(wanted, heights, 0.0, 1.0)
    order = sorted(range(len(labels)), key=lambda number: wanted[number])
    for below, above in pairwise(order):
        gap = (heights[below] + heights[above]) / 2
        assert places[above] - places[below] >= gap - 1e-12
    assert places[order[0]] - heights[order[0]] / 2 >= -1e-12
    if sum(heights) <= 1:
        assert places[order[-1]] + heights[order[-1]] / 2 <= 1 + 1e-12


def test_labels_that_have_room_stay_where_they_are():
    assert spread([0.2, 0.8], [0.1, 0.1], 0.0, 1.0) == [0.2, 0.8]


def test_long_names_are_cut_and_say_so():
    assert (
        wrapped("IPS without employer relationships", 14) == "IPS without\nemployer\nrelationships"
    )
    assert wrapped("one two three", 7, 1) == "one …"


def test_a_key_makes_room_for_names_of_several_lines():
    short, long = "IPS", "IPS without benefits planning, caseload 30"
    one_line, two_lines = key_rows(looks([short])), key_rows(looks([long]))
    assert two_lines[0] > one_line[0]
    # Column by column: the long name is in the first of two rows, beside the first.
    assert key_rows(looks([short, short, long])) == [*two_lines, *one_line]


@pytest.mark.parametrize(
    ("number", "follow_up", "name"),
    [
        (0, 78, "No week"),
        (1, 78, "1 to 12 weeks"),
        (1, 1, "1 week"),
        (3, 78, "26 to 51 weeks"),
        (3, 40, "26 to 40 weeks"),
        (4, 78, "52 to 78 weeks"),
        (4, 52, "52 weeks"),
        (5, 156, "104 to 156 weeks"),
        (5, 104, "104 weeks"),
    ],
)
def test_nobody_is_said_to_work_longer_than_followed(number, follow_up, name):
    assert worked_class(number, follow_up) == name


@pytest.mark.parametrize(("last", "end"), [(76, 78), (78, 78), (29, 39), (25, 28), (1, 4)])
def test_an_axis_of_a_curve_that_ends_early_ends_with_a_tick(last, end):
    assert up_to_next_tick(last) == end
