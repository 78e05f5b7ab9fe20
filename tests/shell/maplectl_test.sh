#!/usr/bin/env bash
# deploy/maplectl on a real suite: what doctor finds and how it says to mend it, version, call,
# watch; and what a service says of a wrong setting.
set -uo pipefail
# shellcheck source=tests/shell/checks.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/checks.sh"
# shellcheck source=deploy/shell/common.sh
source "$ROOT/deploy/shell/common.sh"

folder=$(mktemp -d)
chmod 0755 "$folder"
var=$folder/suite
# shellcheck disable=SC2317  # by the trap
clean() {
  "$ROOT/deploy/down" --var "$var" --purge >/dev/null 2>&1
  rm -rf "$folder"
}
trap clean EXIT
base=$(cd "$ROOT/tests/runner" && /usr/bin/python3 -B -c '
import private_cluster
print(private_cluster.free_port_base())')
"$ROOT/deploy/up" --no-build --var "$var" --port-base "$base" >"$folder/up" 2>&1 || {
  cat "$folder/up"
  exit 1
}

maplectl() { "$ROOT/deploy/maplectl" --var "$var" "$@"; }
# says WORDS COMMAND...: the command succeeds and says each line of WORDS somewhere.
says() {
  local words=$1 output line
  shift
  output=$("$@" 2>&1) || {
    printf 'exit %d: %s\n' $? "$output"
    return 1
  }
  printf '%s\n' "$output"
  while IFS= read -r line; do
    [[ $output == *"$line"* ]] || return 1
  done <<<"$words"
}
# finds CHECK WORDS: doctor fails, and its finding on CHECK says WORDS and how to mend it.
finds() {
  local status=0
  maplectl doctor --json >"$folder/doctor" 2>&1 || status=$?
  cat "$folder/doctor"
  ((status == 1)) && /usr/bin/python3 - "$1" "$2" "$folder/doctor" <<'PYTHON'
import json, sys
check, words, path = sys.argv[1:]
found = [json.loads(line) for line in open(path)]
sys.exit(not any(f.get("check") == check and f.get("result") == "problem" and
                 words in f["what"] and f["mend"] for f in found))
PYTHON
}

# --- doctor --------------------------------------------------------------------------------------
check "doctor finds nothing wrong with a fresh suite" says ' 0 problems' bash -c \
  "echo ' ' \$('$ROOT/deploy/maplectl' --var '$var' doctor)"
kill -9 "$(cat "$var/run/roster.pid")"
wait_until 5 process_gone "$(cat "$var/run/roster.pid")"
check "a process that is not there is named" finds processes roster
check "status says so, too" refused roster maplectl status
"$ROOT/deploy/up" --no-build --var "$var" >/dev/null 2>&1
chmod 0644 "$var/keys/docking.key"
check "a key that others may read is named" finds keys docking.key
chmod 0600 "$var/keys/docking.key"
mv "$var/data/reference.bin" "$folder/reference.bin"
check "missing reference data is named" finds 'reference data' reference.bin
mv "$folder/reference.bin" "$var/data/reference.bin"
mv "$var/files" "$folder/files"
check "a file store that is missing is named" finds 'file store' "$var/files"
touch "$var/files"
check "one that is no folder is named" finds 'file store' 'no folder'
rm "$var/files"
mv "$folder/files" "$var/files"
chmod 0755 "$var/files"
check "one that others may read is named" finds 'file store' 'read by others'
chmod 0700 "$var/files"
check "and mended, nothing is left to say" says ' 0 problems' bash -c \
  "echo ' ' \$('$ROOT/deploy/maplectl' --var '$var' doctor)"
refuse "where no suite is, doctor says so" 'there is none in' \
  "$ROOT/deploy/maplectl" --var "$folder/none" doctor

# --- version, call, watch ------------------------------------------------------------------------
check "version names what runs, each with a commit" /usr/bin/python3 - "$(maplectl version --json)" <<'PYTHON'
import json, sys
versions = json.loads(sys.argv[1])
print(versions)
for name in ("registry", "roster", "docking", "analytics", "gateway"):
    assert versions[name]["running"] is True, name
    assert "commit " in versions[name]["version"], name
assert "commit " in versions["maplectl"]
PYTHON
check "completion is a script that bash takes" bash -c "
  '$ROOT/deploy/maplectl' completion bash | bash -n"
check "call finds a method by the end of its name" says '"display_name":"上城区"' \
  maplectl call GetDivision '{"name":"divisions/330102"}' --json
refuse "a method that is none is refused" 'GetDivisions' maplectl call GetDivisions '{}'
refuse "a field that is none is refused by its name" 'nane' \
  maplectl call ReferenceService.GetDivision '{"nane":"divisions/330102"}'
refuse "a refusal keeps its reason" RESOURCE_NOT_FOUND \
  maplectl call ReferenceService.GetDivision '{"name":"divisions/990102"}' --json
bureau=$(maplectl token --role COUNTY_BUREAU --division 330102)
auditor=$(maplectl token --role AUDITOR)
maplectl --token "$auditor" watch roster --count 1 --json >"$folder/watch" 2>&1 &
watcher=$!
created=$(maplectl --token "$bureau" --json call OrganisationService.CreateOrganisation '{
  "request_id":"7f2f1d9e-8f43-4a0e-9c53-1d7a52f3d0a1","organisation":{
  "display_name":"清波街道人民调解委员会","kind":"ORGANISATION_KIND_TOWNSHIP",
  "division":"330102001","founding_unit":"清波街道办事处","seal":"清波街道人民调解委员会"}}')
wait "$watcher"
name=$(/usr/bin/python3 -c 'import json, sys; print(json.loads(sys.argv[1])["name"])' "$created")
check "watch shows a change while it is made, and ends when told" grep -q "\"$name\"" "$folder/watch"
refuse "the operator's own identity does not open a feed" ROLE_NOT_ALLOWED \
  maplectl watch roster --count 1 --json

# --- Settings of a service -----------------------------------------------------------------------
mapfile -d '' command <"/proc/$(cat "$var/run/registry.pid")/cmdline"
# with FLAG VALUE: the registry's own command line with one setting changed.
with() {
  local changed=("${command[@]}") i
  for i in "${!changed[@]}"; do
    if [[ ${changed[i]} == "$1" ]]; then changed[i + 1]=$2; fi
  done
  timeout 20 "${changed[@]}"
}
refuse "an unknown setting is named" '--colour' "${command[@]}" --colour blue
refuse "a missing one is named, with its variable" '--listen (MAPLEBRIDGE_LISTEN)' "${command[0]}"
for flag in --sealing-key --match-key --document-key --context-key --reference --tls-key \
  --tls-certificate --tls-authority; do
  refuse "a file of $flag that is not there is named with it" "$flag" with "$flag" "$folder/none"
done
refuse "an address that is taken is named" '--listen (MAPLEBRIDGE_LISTEN)' \
  with --metrics-listen 127.0.0.1:0
refuse "a number out of its range is named" '--loops' "${command[@]}" --loops 0

closing
