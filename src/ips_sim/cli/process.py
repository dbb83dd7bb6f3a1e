"""What the program settles with the system: signals, streams, and settings of libraries."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

SIGNALLED = 128
"""Shells add the number of a signal to it."""
CTRL_C_EXIT_CODE = SIGNALLED + signal.SIGINT

_stopped_by = [signal.SIGINT]


def prepare() -> None:
    """Settle signals, streams and settings before anything runs."""
    # Nothing is drawn on a screen, and Matplotlib does not start with a name it does not know.
    os.environ["MPLBACKEND"] = "agg"
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a letter gets its number instead.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    for number in (signal.SIGTERM, signal.SIGHUP):
        # What a parent has ignored, as nohup does, stays so.
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    """Stop as after Ctrl-C."""
    _stopped_by[:] = [signal.Signals(number)]
    raise KeyboardInterrupt


def stopped_exit_code() -> int:
    """The exit code after a signal: 130 after Ctrl-C."""
    return SIGNALLED + _stopped_by[0]


def finish_output() -> None:
    """Write out what was printed.

    Raises
    ------
    OSError
        If it can't be written.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        drop_output()
        raise


def drop_output() -> None:
    """Let go of what was printed and can't be written: it would fail once more at the end."""
    with suppress(OSError, AttributeError):  # where it is no file, or there is none
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
