"""Numbers  as people read them."""

import pytest

from ips_sim.shown.english import MINUS, NO_VALUE, listed, number, with_unit


@pytest.mark.parametrize(
    ("value", "unit", "plain", "with_sign"),
    [
        (-0.0004, "share", "0.0 %", "0.0 points"),
        (0.0, "share", "0.0 %", "0.0 points"),
        (-0.0006, "share", "-0.1 %", "-0.1 points"),
        (0.273, "share", "27.3 %", "+27.3 points"),
        (-0.4, "US dollars", "0 USD", "0 USD"),
        (-4.2, "US dollars", "-4 USD", "-4 USD"),
        (1234.6, "US dollars", "1,235 USD", "+1,235 USD"),
        (-0.0004, "QALYs", "0.000 QALYs", "0.000 QALYs"),
        (0.0006, "QALYs", "0.001 QALYs", "+0.001 QALYs"),
        (-0.02, "days", "0.0 days", "0.0 days"),
        (float("nan"), "days", "-", "-"),
    ],
)
def test_what_is_rounded_to_zero_has_no_sign(value, unit, plain, with_sign):
    assert with_unit(value, unit) == plain
    assert with_unit(value, unit, sign=True) == with_sign


@pytest.mark.parametrize(
    ("value", "decimals", "plain", "with_sign"),
    [
        (1234.56, 1, "1,234.6", "+1,234.6"),
        (-3.25, 2, f"{MINUS}3.25", f"{MINUS}3.25"),
        (-0.04, 1, "0.0", "0.0"),
        (0.04, 1, "0.0", "0.0"),
        (None, 1, NO_VALUE, NO_VALUE),
    ],
)
def test_numbers(value, decimals, plain, with_sign):
    assert number(value, decimals) == plain
    assert number(value, decimals, sign=True) == with_sign


@pytest.mark.parametrize(
    ("parts", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listed(parts, said):
    assert listed(parts) == said
