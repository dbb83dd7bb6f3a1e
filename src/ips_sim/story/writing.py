"""Write a story into a folder: a page that needs no network, the same as text, and the figure."""

from __future__ import annotations

from pathlib import Path

from ips_sim import __version__
from ips_sim.shown.english import sentence
from ips_sim.shown.pages import UNFINISHED, address_of, template, write_whole
from ips_sim.shown.style import Picture
from ips_sim.story import StoryError
from ips_sim.story.figure import picture_of
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
    ours = {name + end for name in (PAGE, TEXT, SVG, PNG) for end in ("", UNFINISHED)}
    there = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if others := sorted(there - ours):
        raise StoryError(
            f"{folder} holds something else than a story ({others[0]}); "
            "name another folder with --out"
        )


def write_story(story: Story, folder: Path) -> list[Path]:
    """Write a story: page, text, and the figure as SVG and PNG; always the same bytes.

    Parameters
    ----------
    folder
        Made where it is not there; an earlier story in it is replaced.

    Raises
    ------
    StoryError
        If the place holds something else, or can't be written.
    """
    check_folder(folder)
    drawn = picture_of(story)
    page = story_page(story, drawn)
    files = {PAGE: page.encode(), TEXT: as_text(story).encode(), SVG: drawn.svg, PNG: drawn.png}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [write_whole(folder / name, content) for name, content in files.items()]
    except OSError as error:
        raise StoryError(f"{folder} can't be written: {error.strerror or error}") from None


def story_page(story: Story, drawn: Picture) -> str:
    """Write the page of a story around its timeline."""
    return template(_TEMPLATE, as_sentence=sentence).render(
        story=story,
        life=story.lives[0],
        wide=address_of(drawn.svg),
        narrow=address_of(drawn.narrow),
        version=__version__,
    )
