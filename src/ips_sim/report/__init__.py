"""The report on a finished result folder: one offline page, and its figures as files."""

from pathlib import Path

from ips_sim.report.writing import write_report

__all__ = ["report_on", "write_report"]


def report_on(result: object, folder: Path) -> None:
    """Write the report on a result, all of which stands in its folder."""
    write_report(folder)
