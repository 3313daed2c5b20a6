#!/usr/bin/env bash
# Prints the path of buf, which it installs into WORK_FOLDER with npm, once. Usage: buf.sh WORK_FOLDER
# Exit code 77 with a reason where npm is missing or reaches no registry.
set -euo pipefail
work=$1
version=1.75.0

skip() { echo "skipped: $*" >&2; exit 77; }

command -v npm >/dev/null || skip "npm is not installed"
mkdir -p "$work"
buf=$work/node_modules/.bin/buf
exec 9>"$work/lock"
flock 9
[ "$("$buf" --version 2>/dev/null)" = "$version" ] ||
  npm install --silent --no-audit --no-fund --no-save --prefix "$work" "@bufbuild/buf@$version" >/dev/null 2>&1 ||
  skip "npm could not install @bufbuild/buf"
echo "$buf"
