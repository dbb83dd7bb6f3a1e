"""A real browser without a network, asked for a page as it is after its scripts."""

import shutil
import subprocess
from pathlib import Path

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
TALLEST = 4200


def opened(page: Path, tmp_path: Path) -> tuple[str, list[str]]:
    """Open a page, and give its elements at the end and what its console said."""
    done = _asked(page, tmp_path, "--virtual-time-budget=10000", "--dump-dom")
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def printed(page: Path, tmp_path: Path) -> bytes:
    """Print a page, and give the PDF."""
    paper = tmp_path / "printed.pdf"
    _asked(page, tmp_path, f"--print-to-pdf={paper}")
    return paper.read_bytes()


def _asked(page: Path, tmp_path: Path, *what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--allow-file-access-from-files",
            "--enable-logging=stderr",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size=1400,{TALLEST}",
            *what,
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
