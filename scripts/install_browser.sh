#!/usr/bin/env bash
# Makes sure that the tests find a Chromium; does nothing where they already would.
set -euo pipefail

python="${PYTHON:-python3}"

if [ -n "${LDN_GRAPH_CHROMIUM:-}" ]; then
  if [ -x "$LDN_GRAPH_CHROMIUM" ]; then
    echo "browser: $LDN_GRAPH_CHROMIUM (LDN_GRAPH_CHROMIUM)"
    exit 0
  fi
  echo "LDN_GRAPH_CHROMIUM names $LDN_GRAPH_CHROMIUM, which can't be run; unset it, or name a Chromium" >&2
  exit 1
fi

for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if found="$(command -v "$name")"; then
    echo "browser: $found"
    exit 0
  fi
done

own="$("$python" -c 'from playwright.sync_api import sync_playwright as s
with s() as p: print(p.chromium.executable_path)' 2>/dev/null || true)"
if [ -n "$own" ] && [ -x "$own" ]; then
  echo "browser: $own (playwright's own)"
  exit 0
fi

echo "no Chromium found; trying to install one"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  if apt-get update -qq && apt-get install -y -qq chromium; then
    echo "browser: $(command -v chromium)"
    exit 0
  fi
fi
if "$python" -m playwright install chromium; then
  echo "browser: installed by playwright"
  exit 0
fi

echo "no Chromium could be installed: install one with your system's package manager" \
  "(Debian: apt-get install chromium), or set LDN_GRAPH_CHROMIUM to one you have" >&2
exit 1
