"""Commands in processes of their own, begun from here, so that none has to import and compile."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path


@cache
def get_ready() -> None:
    """Compile and import here what commands need, so that no process begun from here has to."""
    from ips_sim import simulate
    from ips_sim.runs.kinds import KINDS, kind_named

    simulate("ips", draws=1, replicates=1)
    for name in (
        "pyarrow.csv",
        "pyarrow.parquet",
        "matplotlib.backends.backend_agg",
        "matplotlib.backends.backend_svg",
        "ips_sim.report",
        "ips_sim.story.telling",
    ):
        import_module(name)
    for kind in KINDS:
        kind_named(kind)


def begin(
    work: Callable[[], object],
    folder: Path,
    output: Path,
    errors: Path | None = None,
    before: Callable[[], object] = lambda: None,
) -> int:
    """Do something in a child in a folder, what it says going to files; gives its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.chdir(folder)
        for number, path in ((1, output), (2, errors)):
            if path is None:
                os.dup2(1, 2)
            else:
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        before()
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException as error:
        os.write(2, f"Traceback: {error!r}".encode())
    finally:
        try:
            sys.stdout.flush()
        finally:
            os._exit(code)


def command(*arguments: str) -> Callable[[], None]:
    """Give what a terminal does with ``ips-sim`` and these arguments."""

    def work() -> None:
        from ips_sim.cli.commands import main

        sys.argv = ["ips-sim", *arguments]
        main()

    return work


def ended(child: int) -> int:
    """Wait for a process: its exit code, or the signal that ended it as a negative number."""
    status = os.waitpid(child, 0)[1]
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def done(work: Callable[[], object], folder: Path) -> tuple[int, str, str]:
    """Do something in a child and wait: exit code, output, errors."""
    with tempfile.TemporaryDirectory() as said:
        output, errors = Path(said, "output"), Path(said, "errors")
        code = ended(begin(work, folder, output, errors))
        return code, output.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8")
