"""Print the exact versions installed beside this package, for requirements.lock."""

import re
import subprocess
import sys

HEADER = """\
# The versions that are tested, as exact as they come and without addresses.
# Written by `make lock`; `make` installs these.
"""
# Installed with every virtual environment, and not ours to choose.
LEFT_OUT = ("ips-sim", "pip", "setuptools", "wheel")


def main() -> int:
    """Print the lock, or say which package has no plain version."""
    excluded = [option for name in LEFT_OUT for option in ("--exclude", name)]
    frozen = subprocess.run(
        [sys.executable, "-m", "pip", "freeze", "--exclude-editable", *excluded],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    unpinned = [line for line in frozen if not re.fullmatch(r"[\w.-]+==[\w.+!-]+", line)]
    if unpinned:
        print("not installed by name and version: " + ", ".join(unpinned), file=sys.stderr)
        return 1
    print(HEADER + "\n".join(sorted(frozen, key=lambda line: line.partition("==")[0].lower())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
