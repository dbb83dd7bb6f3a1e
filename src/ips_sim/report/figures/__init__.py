"""The report's figures; `figures_of` plans all that a result has the tables for."""

from ips_sim.report.figures.all_figures import figures_of

__all__ = ["figures_of"]
