"""Texts that people choose are drawn as they were written, inside the picture, in every figure."""

import re
from dataclasses import replace

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from typer.testing import CliRunner

from ips_sim.cli.commands import app
from ips_sim.report import write_report
from ips_sim.report.drawing import ToDraw, drawn_all, in_words, refuse_failed, write_drawn
from ips_sim.runs.errors import DrawingError
from ips_sim.shown import style
from ips_sim.story.figure import picture_of
from ips_sim.story.telling import Story, tell_story
from tests.model.builders import scenario
from tests.report.made_up import write_folder

SIGNS = ("$5k or $9k", "Wage $7^2^3 or $15", "$$ $\\frac{1}{$", "_a\\b 100 % {x}^2")
LONG = ("W" * 120, "f" * 120, "中文" * 60)
SMALL = ("title: Small", "base: ips.yaml", "set: {design.people: 20, design.weeks: 20}")


@pytest.fixture
def drawn(monkeypatch):
    """What stands in each figure that is drawn; nothing of it may run out of the picture.

    Pictures for a phone are looked at too, but not kept.
    """
    found = []

    def looked_at(figure):
        figure.set_dpi(style.PNG_DOTS_PER_INCH)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        wide, high = figure.bbox.size
        unseen = set(ticks_out_of_view(figure))
        texts = [
            one
            for one in figure.findobj(Text)
            if one.get_visible() and one.get_text() and one not in unseen
        ]
        for one in texts:
            box = one.get_window_extent(canvas.get_renderer())
            left, bottom, right, top = box.extents
            if right > left:
                assert (left > -2) & (right < wide + 2), (one.get_text(), box.extents, wide)
                assert (bottom > -2) & (top < high + 2), (one.get_text(), box.extents, high)
        return [re.sub(r"\s+", " ", one.get_text()) for one in texts]

    def png_bytes(figure):
        found.append(looked_at(figure))
        return b"drawn, and looked at here"

    def svg_bytes(figure):
        if style.is_narrow():
            looked_at(figure)
        return b"<svg/>"

    monkeypatch.setattr(style, "png_bytes", png_bytes)
    monkeypatch.setattr(style, "svg_bytes", svg_bytes)
    return found


def ticks_out_of_view(figure):
    """Labels that matplotlib keeps but does not draw."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if not axes.axison:
                yield from axis.findobj(Text)
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not low <= tick.get_loc() <= high:
                    yield tick.label1
                    yield tick.label2


def stands_in(name, texts):
    """Whether a name, or as much of it as there is room for, is one of some texts."""
    whole = name.replace(" ", "")
    return any(
        whole in text or (len(text) > 5 and text.endswith("…") and whole.startswith(text[:-1]))
        for text in (one.replace(" ", "") for one in texts)
    )


# A letter of an alphabet that is hardly in use, so that no machine has it.
RARE = f"{SIGNS[0]} \N{ANATOLIAN HIEROGLYPH A001}"


@pytest.mark.parametrize("names", [(RARE, LONG[0]), (*SIGNS[1:], LONG[1], "中文 日本語 🙂")])
def test_scenarios_are_drawn_as_they_are_called(tmp_path, drawn, names, recwarn):
    """Two names stand at the ends of lines, more in keys; too long ones are cut somehow."""
    write_folder(tmp_path / "signs", names)
    page = write_report(tmp_path / "signs").read_text(encoding="utf-8")
    assert len(drawn) == 10
    for texts in drawn:
        for name in {*names} - {*LONG}:
            assert stands_in(name, texts), (name, texts)
        assert style.NO_FONT in texts or RARE not in names
    said = "No font of the computer that drew this holds \N{ANATOLIAN HIEROGLYPH A001}."
    assert (said in page) == (RARE in names)
    assert not recwarn


@pytest.fixture
def command(tmp_path):
    """Run a command on a file of this content, which draws its figures."""

    def invoke(name, *lines, options=()):
        file = tmp_path / f"{name}.yaml"
        file.write_text("\n".join(lines), encoding="utf-8")
        asked = [name, str(file), "--out", str(tmp_path / "out"), "--force", *options]
        done = CliRunner().invoke(app, asked)
        assert done.exit_code == 0, done.output

    return invoke


@pytest.mark.parametrize("name", [*SIGNS[1:3], LONG[0]])
def test_names_of_linked_factors_are_drawn_as_written(command, drawn, name, recwarn):
    command(
        "sweep",
        *(*SMALL, "replicates: 2", "outcomes: [employed_ever]", "linked:", f"  '{name}':"),
        *("    programme.caseload_limit: [20, 30]", "    place.hidden_share: [0.2, 0.3]"),
        *("factors:", "  place.employers_per_100_people: [20, 40]"),
    )
    for texts in drawn:
        assert any(stands_in(name[:10], [text]) for text in texts), texts
    assert not recwarn


FACTORS = ("programme.caseload_limit", "place.hidden_share")


def test_names_of_groups_are_drawn_as_written(command, drawn, recwarn):
    for first, second in (SIGNS[1:3], (SIGNS[3], LONG[0])):
        command(
            "sensitivity",
            *(*SMALL, "replicates: 2", "methods: [sobol]", "samples: 4", "resamples: 10"),
            *("outcomes: [weeks_worked]", "factors:"),
            *(f"  {FACTORS[0]}: {{low: 15, high: 40}}", f"  {FACTORS[1]}: {{low: 0, high: 1}}"),
            *("groups:", f"  '{first}': [{FACTORS[0]}]", f"  '{second}': [{FACTORS[1]}]"),
        )
        assert stands_in(first, drawn[0]) and stands_in(second, drawn[0]), drawn[0]
        drawn.clear()
    assert not recwarn


def test_names_of_players_are_drawn_as_written(command, drawn, recwarn):
    names = (*SIGNS[1:3], LONG[0])
    keys = ("caseload_limit", "preparation_weeks", "outreach_share")
    command(
        "principles",
        *(*SMALL, "principles: [employer_relationships]", "players:"),
        *(
            f"  '{name}': {{without: {{programme.{key}: {value}}}}}"
            for name, key, value in zip(names, keys, (40, 12, 0.1), strict=True)
        ),
        options=("--draws", "1", "--replicates", "1"),
    )
    for texts in drawn:
        for name in names:
            assert stands_in(name, texts), (name, texts)
    assert not recwarn


def test_a_name_that_people_gave_keeps_its_dots_and_lines():
    assert in_words("programme.caseload_limit") == "caseload limit"
    assert in_words("programme_cost_usd") == "programme cost"
    assert in_words("v1.5_of_ours") == "v1.5_of_ours"


def test_a_figure_that_fails_costs_no_other(tmp_path):
    def failing():
        raise ValueError("no such line\nand more")

    good = ToDraw("good", "Good", "A note.", lambda: style.blank(1.0))
    figures = drawn_all([ToDraw("bad", "Bad", "", failing), good])
    write_drawn(tmp_path, figures)
    with pytest.raises(DrawingError, match=r"1 figure can't .*: bad \(ValueError: no such line\)"):
        refuse_failed(figures)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good.png", "good.svg"]


def test_a_report_is_written_without_a_figure_that_fails(tmp_path, monkeypatch, drawn_once):
    def failing(*_):
        raise RuntimeError("no ink")

    monkeypatch.setattr("ips_sim.report.figures.weekly_figures.hours_bars", failing)
    folder = tmp_path / "result"
    write_folder(folder)
    with pytest.raises(DrawingError, match="hours_by_use"):
        write_report(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "This figure can&#39;t be drawn (RuntimeError: no ink)." in page
    assert page.count('<img class="wide"') == page.count('<img class="narrow"') == 9
    assert not (folder / "figures" / "hours_by_use.svg").exists()


def test_a_story_is_drawn_with_any_title(drawn, recwarn):
    small = scenario(design={"people": 5, "weeks": 20})
    story = tell_story(small, small, person=3)
    for names in ((*SIGNS[:2],), (*SIGNS[2:],), (*LONG[:2],), (*LONG[2:], "Small")):
        lives = (
            replace(one, scenario=one.scenario.model_copy(update={"title": name}))
            for one, name in zip(story.lives, names, strict=True)
        )
        picture_of(Story(tuple(lives)))
        for name in names:
            assert any(name[:20] in text for text in drawn[-1]), drawn[-1]
    assert not recwarn
