#!/bin/bash
# Bundles the query page's editor from npm into one vendored file, with every licence beside it.
# Needs Node; those who use or develop ldn-graph need none, because the result is committed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target="$here/../../ldn_graph/web/static/vendor/codemirror-6.43.15"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/parts.js" "$work"
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
mkdir -p "$target"
node node_modules/esbuild/bin/esbuild parts.js --bundle --minify --format=esm --target=es2022 \
  --legal-comments=none --charset=utf8 --outfile="$target/codemirror.js"
for package in node_modules/@codemirror/* node_modules/@lezer/* node_modules/@marijn/* \
  node_modules/codemirror-lang-sparql node_modules/{crelt,style-mod,w3c-keyname}; do
  licence=$(find "$package" -maxdepth 1 -iname 'licen[sc]e*' | head -n 1)
  [ -n "$licence" ] || continue
  node -p "const p = require('./$package/package.json'); '\n' + '#'.repeat(78) + '\n# ' + p.name + ' ' + p.version + '\n'"
  cat "$licence"
done > "$target/LICENSE"
sha256sum "$target/codemirror.js"
