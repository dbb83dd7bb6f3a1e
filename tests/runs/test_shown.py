"""Numbers of the short table as people read them."""

import pytest

from ips_sim.runs.shown import shown_value


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
    assert shown_value(value, unit) == plain
    assert shown_value(value, unit, sign=True) == with_sign
