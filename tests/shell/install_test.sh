#!/usr/bin/env bash
# deploy/install where a package is missing: what it says to who may not install.
set -uo pipefail
# shellcheck source=tests/shell/checks.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/checks.sh"
# shellcheck source=deploy/shell/common.sh
source "$ROOT/deploy/shell/common.sh"

folder=$(mktemp -d)
chmod 0755 "$folder"
trap 'rm -rf "$folder"' EXIT
# Nobody may enter a checkout in /root: a copy of what the installation reads.
mkdir -p "$folder/deploy/npm"
cp -r "$ROOT/deploy/install" "$ROOT/deploy/packages.txt" "$ROOT/deploy/shell" "$folder/deploy/"
echo 'run maplebridge-package-that-does-not-exist' >>"$folder/deploy/packages.txt"
as_nobody() {
  if is_root; then
    (cd / && setpriv --reuid nobody --regid nogroup --clear-groups -- "$@")
  else
    "$@"
  fi
}

refuse "an unknown purpose is refused" "unknown purpose 'everything'" "$ROOT/deploy/install" everything
if as_nobody sudo -n true 2>/dev/null; then
  check "who has sudo could install" true
else
  refuse "neither root nor sudo: one line says what an administrator must run" \
    'apt-get install maplebridge-package-that-does-not-exist' \
    as_nobody "$folder/deploy/install" run </dev/null
fi
check "with everything there it does nothing" "$ROOT/deploy/install" build run test

closing
