"""What tests of the report share."""

import pytest

from ips_sim.shown import style


@pytest.fixture
def drawn_once(monkeypatch):
    """For tests of whether figures can be drawn: as SVG for a page alone, not for a phone."""
    whole = style.picture
    monkeypatch.setattr(style, "png_bytes", lambda _: b"png")
    monkeypatch.setattr(style, "picture", lambda make, **_: whole(make))
