"""The report's figures; `drawn` makes all that a result has the tables for."""

from ips_sim.report.figures.all_figures import Drawn, draw_one, drawn

__all__ = ["Drawn", "draw_one", "drawn"]
