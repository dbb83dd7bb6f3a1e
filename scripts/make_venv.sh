#!/bin/sh
# Make a virtual environment with the locked versions and this package in it.
# Usage: make_venv.sh VENV LOCK
set -eu
venv=$1
lock=$2

# The lock is tested with 3.11; a newer Python is taken where there is no 3.11.
find_python() {
    for version_test in '== (3, 11)' '>= (3, 11)'; do
        for candidate in ${PYTHON:-} python3.11 python3 python3.12 python3.13; do
            # A name may be there and not run, and some systems split venv off.
            if "$candidate" -c "import sys, venv, ensurepip
sys.exit(not sys.version_info[:2] $version_test)" >/dev/null 2>&1; then
                echo "$candidate"
                return
            fi
        done
    done
    echo "No Python 3.11 or newer with the modules venv and ensurepip was found." >&2
    echo "Install one (on Debian and Ubuntu: python3.11 and python3.11-venv)," >&2
    echo "or name it: make PYTHON=path/to/python ..." >&2
    exit 1
}

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    echo "Making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
fi

echo "Installing the versions of $lock (about a minute at first)"
"$venv/bin/python" -m pip install --quiet --progress-bar off --no-deps -r "$lock"
# The locked hatchling builds it, so nothing comes in that is not in the lock.
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
"$venv/bin/python" -m pip check
