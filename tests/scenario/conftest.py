"""Small helpers to write scenario files and to read the messages about them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ips_sim.scenario import ScenarioError, load_scenario

Messages = Callable[[str | bytes], list[str]]


@pytest.fixture
def messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Messages:
    """The messages about a file ``mine.yaml`` of this content, which must not be usable."""
    monkeypatch.chdir(tmp_path)

    def read(content: str | bytes) -> list[str]:
        data = content.encode() if isinstance(content, str) else content
        Path("mine.yaml").write_bytes(data)
        with pytest.raises(ScenarioError) as caught:
            load_scenario("mine.yaml")
        assert str(caught.value).splitlines() == [str(one) for one in caught.value.mistakes]
        return [str(one) for one in caught.value.mistakes]

    return read
