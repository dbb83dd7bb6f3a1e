"""Pieces that several pages are made of."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from html import escape

import solara

from ips_sim.dashboard.asked import Asked
from ips_sim.dashboard.controls import changes_in_words
from ips_sim.dashboard.worlds import Seen
from ips_sim.report.figures import parts
from ips_sim.report.headlines import Headline


@solara.component
def Html(text: str, tag: str = "div", classes: Sequence[str] = (), is_live: bool = False) -> None:
    """HTML of our own, in which whatever people wrote is escaped; what is live is read aloud."""
    aloud = {"aria-live": "polite"} if is_live else {}
    solara.HTML(tag=tag, unsafe_innerHTML=text, classes=list(classes), attributes=aloud)


@solara.component
def Button(
    label: str, on_click: Callable[[], None], plain: bool = False, off: bool = False
) -> None:
    """A button of the browser."""
    classes = ["button", *(["plain"] if plain else [])]
    PlainButton(label=label, look=" ".join(classes), off=off, event_clicked=lambda _: on_click())


@solara.component_vue("button.vue", vuetify=False)
def PlainButton(label: str, look: str, off: bool, event_clicked: Callable[[object], None]) -> None:
    """A native button."""


@solara.component_vue("frame.vue", vuetify=False)
def Frame(title: str, held: str) -> None:
    """A page of its own inside this one, as tall as it is; it may run no script."""


def sentences_html(sentences: Sequence[str]) -> str:
    """What went wrong, a sentence each."""
    said = "".join(f"<p>{escape(one)}</p>" for one in sentences)
    return f'<div class="mistakes" role="alert">{said}</div>' if said else ""


def waiting_html(text: str) -> str:
    """What the person who waits is told."""
    return f'<p class="waiting" role="status">{escape(text)}</p>'


def download_html(text: str, name: str, label: str) -> str:
    """A link under which a text is kept as a file."""
    held = base64.b64encode(text.encode()).decode()
    where = f"data:text/plain;charset=utf-8;base64,{held}"
    return f'<p><a class="button plain" download="{name}" href="{where}">{escape(label)}</a></p>'


def key_html(seen: Seen) -> str:
    """The names of the lines, in their colours."""
    items = []
    for line in parts.looks([one.name for one in seen.result.scenarios]):
        look = "solid" if line.dashes == "solid" else "dashed"
        items.append(
            f'<li><i style="border-top: 3px {look} {line.colour}"></i>{escape(line.label)}</li>'
        )
    return f'<ul class="key">{"".join(items)}</ul>'


def figure_html(seen: Seen) -> str:
    """The figure with its key; read aloud as the first finding."""
    said = spoken_html(seen) or "Work by week"
    return f'<figure role="img" aria-label="{said}">{seen.figure}</figure>{key_html(seen)}'


def spoken_html(seen: Seen) -> str:
    """The first finding, for who hears the page and does not see the picture move."""
    return escape(seen.headlines[0].sentence) if seen.headlines else ""


def headlines_html(headlines: Sequence[Headline]) -> str:
    """Findings in sentences, with lines below where there are more."""
    said = []
    for one in headlines:
        lines = "".join(f"<li>{escape(line)}</li>" for line in one.lines)
        more = f"<ul>{lines}</ul>" if lines else ""
        said.append(f"<dt>{escape(one.topic)}</dt><dd>{escape(one.sentence)}{more}</dd>")
    return f'<dl class="findings">{"".join(said)}</dl>'


def table_html(lines: Sequence[tuple[str, ...] | str]) -> str:
    """Rows of texts as tables, and sentences between them."""
    made: list[str] = []
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []

    def flush() -> None:
        if rows:
            head, *body = rows
            top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
            below = "".join(
                f'<tr><th scope="row">{escape(row[0])}</th>'
                + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
                + "</tr>"
                for row in body
            )
            made.append(
                f'<div class="wide"><table><thead><tr>{top}</tr></thead>'
                f"<tbody>{below}</tbody></table></div>"
            )
            rows.clear()
        if notes:
            made.append(f'<p class="small">{escape(" ".join(notes))}</p>')
            notes.clear()

    for line in lines:
        if isinstance(line, tuple):
            if notes:
                flush()
            rows.append(line)
        elif line:
            notes.append(line)
        else:
            flush()
    flush()
    return "".join(made)


def more_html(seen: Seen) -> str:
    """All outcomes of the short table, and what the picture rests on."""
    return (
        f"<details><summary>More outcomes</summary>{table_html(seen.table)}</details>"
        f'<p class="small">{seen.draws} draws of what nobody knows exactly, each run once; drawn '
        f"in {seen.seconds:.1f} seconds. Bands and brackets are predictive 90 % ranges, rougher "
        "here than in a report.</p>"
    )


def changes_html(asked: Asked) -> str:
    """Say what differs from the programme as it is."""
    said = changes_in_words(asked)
    return f'<p class="changes"><b>Changed:</b> {escape(said)}.</p>' if said else ""


def files_html(texts: Sequence[str]) -> str:
    """The scenario files behind a page, for who reads it on paper."""
    said = "".join(f"<pre>{escape(one)}</pre>" for one in texts)
    return f'<div class="on-paper"><h2>The scenario files</h2>{said}</div>'
