"""Units of time that evidence and model share."""

from __future__ import annotations

WEEKS_PER_YEAR = 52
"""The model's year; a definition, not an estimate."""

MONTHS_PER_YEAR = 12
"""Months in a year."""


def months_to_weeks(months: float) -> int:
    """Give the whole weeks that published months stand for.

    Parameters
    ----------
    months
        Length in months, not negative.

    Returns
    -------
    int
        ``round(months * 52 / 12)``.

    Raises
    ------
    ValueError
        If `months` is negative.
    """
    if months < 0:
        raise ValueError(f"months must not be negative, found {months}")
    return round(months * WEEKS_PER_YEAR / MONTHS_PER_YEAR)
