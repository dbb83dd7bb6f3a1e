"""Small helpers that rules share: bounds, chances and a normal number, by exact arithmetic."""

from __future__ import annotations

import math

from ips_sim.model.rules.registry import rule

TUKEY_SCALE = 5.386732948063673
"""Gives `normal` a standard deviation of 1: from the closed form of the variance, see its test."""
HALF, TWICE = 0.5, 2.0
"""The middle of a uniform number, and what makes its mean 1."""
LARGEST_LOG_ODDS = 30.0
"""Upper bound of an exponent, so that Python raises no overflow (underflow gives 0 in both)."""


@rule
def bounded(value: float, low: float, high: float) -> float:
    """Keep a value between two bounds."""
    # Comparisons instead of min and max: three calls fewer for the interpreter.
    if value < low:
        return low
    if value > high:
        return high
    return value


@rule
def normal(uniform: float) -> float:
    """Turn a uniform number into a nearly normal one with mean 0 and standard deviation 1.

    Tukey's lambda distribution with exponent 1/8, because square roots are exact on every
    processor and powers and logarithms are not.
    """
    upper = math.sqrt(math.sqrt(math.sqrt(uniform)))
    lower = math.sqrt(math.sqrt(math.sqrt(1.0 - uniform)))
    return (upper - lower) * TUKEY_SCALE


@rule
def happens(luck: float, odds: float, log_factor: float) -> bool:
    """Decide whether something happens whose odds are ``odds`` times exp(``log_factor``)."""
    if log_factor > LARGEST_LOG_ODDS:
        log_factor = LARGEST_LOG_ODDS
    grown = odds * math.exp(log_factor)
    return luck * (1.0 + grown) < grown


@rule
def saturating(hours: float, half_hours: float) -> float:
    """Turn hours into an effect from 0 to 1 with diminishing returns, half at half_hours."""
    return hours / (hours + half_hours)


@rule
def row_of(uniform: float, count: int) -> int:
    """Choose one of ``count`` rows."""
    return min(int(uniform * count), count - 1)
