"""Damage to files, and what every reader has to do with them whatever they hold."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from ips_sim.evidence import EvidenceError
from ips_sim.runs.errors import RunError
from ips_sim.scenario import ScenarioError

MORE = 20
"""So many times as many cases are tried when new ones are looked for."""

# Pieces that mean something to YAML, CSV, JSON or a reader do more damage than any byte does.
PIECES = st.one_of(
    st.binary(min_size=1, max_size=4),
    st.sampled_from(
        [b"\n", b"  ", b"\t", b":", b": ", b"- ", b"&a ", b"*a", b"!!int ", b"!x ", b"---\n"]
        + [b"...\n", b"{", b"}", b"[", b"]", b",", b"|", b">", b"#", b" #", b"'", b'"', b"%", b"@"]
        + [b"? ", b"<<: ", b".nan", b"-.inf", b"~", b"null", b"yes", b"1e999", b"0x1F", b"0o7"]
        + [b"-", b".", b"e9", b"_", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\r"]
        + [b"unlimited", b"based_on: mine.yaml\n", b"drop: [", b'"\\ud800"', b"\x1b", b"\xc2\x85"]
        + [b"\xc2\xa0", b"prior", b"posterior", b"true", b"9" * 5000, b"-1", b"0", b"2.5", b"'x'"]
        + [b";", b"sep=;\n", b"Total,", b",,,,,,,,,\n", b"nan", b"30%", b'"0,3"', b"\x1b[31m"]
    ),
)


@st.composite
def damaged(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """One of some files with a few bytes cut, put in, doubled or moved."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(PIECES)
        data = draw(
            st.sampled_from(
                [
                    data[:start] + data[end:],
                    data[:start] + piece + data[start:],
                    data[:start] + piece + data[end:],
                    data[:end] + data[start:],
                    data[end:] + data[:start],
                ]
            )
        )
    return data


def how_many(count: int) -> int:
    """So many cases, and many more when new ones are looked for."""
    return count * MORE if os.environ.get("HYPOTHESIS_PROFILE") == "explore" else count


def cases(count: int) -> settings:
    """Settings for so many cases, and many more when new ones are looked for."""
    return settings(max_examples=how_many(count))


def read_or_told(read: Callable[[Path], Any], path: Path, data: bytes) -> Any:
    """Read a file of these bytes: what it holds, or None where plain messages name it."""
    path.write_bytes(data)
    try:
        return read(path)
    except ScenarioError as error:
        messages = [str(one) for one in error.mistakes]
        assert any(path.name in one.where for one in error.mistakes)
    except EvidenceError as error:
        messages = list(error.problems)
    except RunError as error:
        messages = [str(error)]
    assert messages
    assert any(path.name in one for one in messages)
    for message in messages:
        assert message.isprintable(), message
        message.encode()
    return None
