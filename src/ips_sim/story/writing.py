"""Write a story into a folder: a page that needs no network, the same as text, and the figure."""

from __future__ import annotations

from pathlib import Path

from ips_sim import __version__
from ips_sim.shown.english import count_or_no, sentence
from ips_sim.shown.pages import UNFINISHED, template, write_whole
from ips_sim.story.errors import StoryError
from ips_sim.story.figure import svg_and_png
from ips_sim.story.partings import moment_in_words
from ips_sim.story.telling import Story
from ips_sim.story.text import as_text

PAGE, TEXT = "story.html", "story.txt"
SVG, PNG = "timeline.svg", "timeline.png"
_TEMPLATE = Path(__file__).with_name("story.html.j2")


def check_folder(folder: Path) -> None:
    """Refuse a place where something else is already.

    Raises
    ------
    StoryError
        If the place is a file, or a folder that holds more than an earlier story.
    """
    if folder.exists() and not folder.is_dir():
        raise StoryError(f"{folder} is a file; name a folder with --out")
    ours = {PAGE, TEXT, SVG, PNG}
    ours |= {name + UNFINISHED for name in ours}
    others = (
        sorted(path.name for path in folder.iterdir() if path.name not in ours)
        if (folder.exists())
        else []
    )
    if others:
        raise StoryError(
            f"{folder} holds something else than a story ({others[0]}); "
            "name another folder with --out"
        )


def write_story(story: Story, folder: Path) -> list[Path]:
    """Write a story; the same story always gives the same bytes.

    Parameters
    ----------
    folder
        Made where it is not there; an earlier story in it is replaced.

    Returns
    -------
    list of Path
        The page, the text, and the figure as SVG and PNG.

    Raises
    ------
    StoryError
        If the place holds something else, or can't be written.
    """
    check_folder(folder)
    svg, png = svg_and_png(story)
    files = {
        PAGE: _page(story, svg).encode(),
        TEXT: as_text(story).encode(),
        SVG: svg,
        PNG: png,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [write_whole(folder / name, content) for name, content in files.items()]
    except OSError as error:
        raise StoryError(f"{folder} can't be written: {error.strerror or error}") from None


def _page(story: Story, svg: bytes) -> str:
    from markupsafe import Markup

    drawing = svg.decode()
    return template(_TEMPLATE, as_sentence=sentence).render(
        story=story,
        # Our own drawing; its XML heading has no place inside a page.
        figure=Markup(drawing[drawing.index("<svg") :]),
        figure_in_words=figure_in_words(story),
        moments=[(moment.week, *moment_in_words(moment, story.names)) for moment in story.moments],
        version=__version__,
    )


def figure_in_words(story: Story) -> str:
    """What the figure shows, for people who do not see it."""
    parts = []
    for world in story.worlds:
        end = world.life.end
        parts.append(
            f"In {world.name}: {count_or_no(end.employer_contacts, 'employer contact')}, "
            f"{count_or_no(end.jobs_held, 'competitive job')}, "
            f"{count_or_no(end.weeks_worked, 'week')} worked, "
            f"{count_or_no(end.hospital_admissions, 'hospital admission')}."
        )
    return f"Timeline of {story.headline}. {' '.join(parts)}"
