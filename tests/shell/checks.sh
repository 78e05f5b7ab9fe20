# shellcheck shell=bash disable=SC2034  # variables are for those who source this
# What the shell tests share. A check is a claim and a command that is true or not; the test file
# ends with `closing`.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
passed=0
failed=0

# check CLAIM COMMAND...
check() {
  local claim=$1
  shift
  if "$@" >/tmp/maplebridge_check.$$ 2>&1; then
    passed=$((passed + 1))
    printf 'ok   %s\n' "$claim"
  else
    failed=$((failed + 1))
    printf 'FAIL %s\n' "$claim"
    sed 's/^/     /' /tmp/maplebridge_check.$$ | head -n 20
  fi
  rm -f /tmp/maplebridge_check.$$
}

# refuse CLAIM WORDS COMMAND...: the command fails and says WORDS.
refuse() {
  local claim=$1 words=$2
  shift 2
  check "$claim" refused "$words" "$@"
}
refused() {
  local words=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=$?
  printf 'exit %d: %s\n' "$status" "$output"
  [[ $status != 0 && $output == *"$words"* ]]
}

equal() {
  printf 'expected: %s\nseen:     %s\n' "$1" "$2"
  [[ $1 == "$2" ]]
}

closing() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0 && passed > 0))
}
