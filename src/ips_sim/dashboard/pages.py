"""The pages, and what stands above them all."""

from __future__ import annotations

from typing import Any

import solara

from ips_sim.dashboard.board import TwoWorlds, Watch
from ips_sim.dashboard.budget import Budget
from ips_sim.dashboard.compare import Compare
from ips_sim.dashboard.parts import Html
from ips_sim.dashboard.what_if import WhatIf

_PAGES = {
    "/": ("What if", WhatIf),
    "/watch": ("Watch", Watch),
    "/worlds": ("Two worlds", TwoWorlds),
    "/compare": ("Compare", Compare),
    "/budget": ("Budget", Budget),
}


@solara.component
def Layout(children: list[Any] = []) -> None:  # noqa: B006 - Solara passes the page by this name
    """Name the pages above the one that is open."""
    here = "/" + solara.use_router().path.strip("/")
    with solara.Div(classes=["top"]):
        Html("ips-sim", tag="b")
        for path, (name, _) in _PAGES.items():
            solara.Link(path, children=[name], classes=["here"] if path == here else [])
    solara.Div(children=children, classes=["page"])


# The layout of the first page is that of all.
routes = [
    solara.Route(
        path.strip("/") or "/",
        component=one,
        label=f"{name} – ips-sim",
        layout=Layout if path == "/" else None,
    )
    for path, (name, one) in _PAGES.items()
]
