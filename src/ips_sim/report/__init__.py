"""The report on a finished result folder: one offline page, and its figures as files."""

from ips_sim.report.writing import write_report

__all__ = ["write_report"]
