#!/bin/sh
# Makes sure that a Chromium is there for the tests that open pages in a real browser.
# Without one, and without the means to install it, those tests are skipped and say so.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" > /dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null 2>&1; then
    echo "No Chromium here: tests in a browser will be skipped. Install it to run them." >&2
    exit 0
fi

echo "Installing Chromium for the tests in a browser."
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium; } \
    > /dev/null 2>&1; then
    echo "Chromium could not be installed: tests in a browser will be skipped." >&2
fi
