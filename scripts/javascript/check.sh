#!/bin/bash
# Formats, lints and type-checks the JavaScript: check.sh [check|fix]. Node comes from the
# environment that `make` sets up (NODE_BIN names its folder), the tools from package-lock.json.
set -euo pipefail
cd "$(dirname "$0")"
PATH="${NODE_BIN:-../../.venv/bin}:$PATH"
# the tools are installed once for each lock
if ! cmp -s package-lock.json node_modules/.lock; then
  npm ci --loglevel=error
  cp package-lock.json node_modules/.lock
fi
npm run --silent "${1:-check}"
