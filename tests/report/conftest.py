"""What tests of the report share."""

import pytest

from ips_sim.shown import style


@pytest.fixture
def undrawn(monkeypatch):
    """For tests of words alone: every figure is an empty drawing."""
    monkeypatch.setattr(style, "picture", lambda make, **_: style.Picture(b"<svg/>", b"png"))
