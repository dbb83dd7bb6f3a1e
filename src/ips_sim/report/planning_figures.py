"""The figure of a plan: what money buys in routine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ips_sim.analysis.planning.search import Planned
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

THOUSAND = 1000.0


def frontier(made: Planned) -> Figure:
    """Draw what each option costs and adds in routine, the frontier, and the best."""
    rows = [row for row in made.rows if row.phase == "routine"]
    on = sorted((row for row in rows if row.on_frontier), key=lambda row: row.cost)
    figure = style.blank(3.5)
    axes = style.panel(figure, 0.6, 0.5, style.inches_wide() - 0.8, 2.55)
    for kept, colour, label in (
        (False, style.LIGHT, "does not keep a limit"),
        (True, style.SKY, "keeps the limits"),
    ):
        some = [row for row in rows if row.is_allowed == kept]
        if some:
            axes.plot(
                [row.cost / THOUSAND for row in some],
                [row.added for row in some],
                "o",
                color=colour,
                markersize=4.5,
                label=label,
            )
    if on:
        axes.plot(
            [row.cost / THOUSAND for row in on],
            [row.added for row in on],
            color=style.BLUE,
            marker="o",
            markersize=4.5,
            label="frontier",
        )
    for row in on:
        if row.option == made.best:
            axes.plot(
                row.cost / THOUSAND,
                row.added,
                "*",
                color=style.VERMILLION,
                markersize=12,
                label="best",
                linestyle="none",
            )
            axes.annotate(
                f"{row.posts:g} posts",
                (row.cost / THOUSAND, row.added),
                textcoords="offset points",
                xytext=(8, -12),
                fontsize=8.0,
            )
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=0)
    axes.set_xlabel("programme cost, thousand dollars a year")
    axes.set_ylabel("more people in work than without a programme")
    figure.legend(loc="upper center", ncols=4, frameon=False, fontsize=7.5, handlelength=1.2)
    return figure
