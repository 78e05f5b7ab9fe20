#!/usr/bin/env bash
# deploy/up, deploy/down and deploy/maplectl on real suites, two of them side by side.
set -uo pipefail
# shellcheck source=tests/shell/checks.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/checks.sh"
# shellcheck source=deploy/shell/common.sh
source "$ROOT/deploy/shell/common.sh"

up=$ROOT/deploy/up
down=$ROOT/deploy/down
folder=$(mktemp -d)
chmod 0755 "$folder"
# The second one stands below a folder that PostgreSQL's and nginx's users may not enter.
mkdir -m 0700 "$folder/closed"
one=$folder/one two=$folder/closed/two
# shellcheck disable=SC2317  # by the trap
clean() {
  "$down" --var "$one" --purge >/dev/null 2>&1
  "$down" --var "$two" --purge >/dev/null 2>&1
  if [[ -n ${squatter:-} ]]; then kill "$squatter" 2>/dev/null; fi
  rm -rf "$folder"
}
trap clean EXIT
read -r base_one base_two < <(cd "$ROOT/tests/runner" && /usr/bin/python3 -B -c '
import private_cluster as p
a = p.free_port_base()
b = next(b for b in iter(p.free_port_base, None) if b != a)
print(a, b)')

pids() { (cd "$1/run" && grep -H . ./*.pid | sort); }
pid_of() { cat "$1/run/$2.pid"; }
alive() { [[ -d /proc/$1 ]]; }
# shellcheck disable=SC2013  # a number each
all_alive() {
  local pid
  for pid in $(cat "$1"/run/*.pid); do alive "$pid" || return 1; done
}
nobody_left() { equal '' "$(pgrep -af -- "$1/")"; }
healthz() {
  curl --silent --fail --cacert "$1/keys/inside-authority.crt" "https://localhost:$2/healthz"
}

# --- Words ---------------------------------------------------------------------------------------
check "up explains itself" bash -c "'$up' --help | grep -q -- '--port-base N'"
check "down explains itself" bash -c "'$down' --help | grep -q -- '--purge'"
refuse "an unknown argument is refused" "unknown argument '--vra'" "$up" --vra "$one"
refuse "a port base that is none is refused" 'expected a number from' "$up" --port-base 80
refuse "a flag without its value is refused" 'needs a value' "$up" --var
mkdir "$folder/a b"
refuse "a folder that no configuration could name is refused" 'only letters, digits' \
  "$up" --no-build --var "$folder/a b"
check "down where nothing is says so" bash -c "'$down' --var '$folder/none' | grep -q 'no suite in'"

# --- One suite -----------------------------------------------------------------------------------
said=$("$up" --no-build --var "$one" --port-base "$base_one" 2>&1)
printf '%s\n' "$said" >"$folder/said"
check "up ends with the address and how to stop" bash -c "
  tail -n 2 '$folder/said' | head -n 1 | grep -qx 'ready: localhost:$base_one' &&
  tail -n 1 '$folder/said' | grep -qx 'stop it with: deploy/down --var $one' || { cat '$folder/said'; false; }"
check "seven processes run" equal 7 "$(pids "$one" | wc -l)"
check "all of them live" all_alive "$one"
check "browsers reach it over TLS" healthz "$one" $((base_one + 2))
check "the static page is there" bash -c "curl --silent --fail --cacert '$one/keys/inside-authority.crt' \
  https://localhost:$((base_one + 2))/ | grep -q Maplebridge"
check "every log line of a service is JSON" bash -c "
  cat '$one'/log/{registry,roster,docking,analytics,gateway}.log |
  /usr/bin/python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]'"
if is_root; then
  check "PostgreSQL runs as its own user" equal postgres "$(stat -c %U "/proc/$(pid_of "$one" postgres)")"
fi
check "every service has a database of its own that no other may enter" bash -c "
  ! PGPASSFILE=/dev/null /usr/lib/postgresql/15/bin/psql -X -c 'SELECT 1' \
  \"hostaddr=127.0.0.1 port=$((base_one + 5)) user=maplebridge_roster dbname=maplebridge_registry passfile='$one/keys/roster.passfile'\""
# shellcheck disable=SC2009  # arguments, not names
check "no password stands in a command line" bash -c "
  for pid in \$(cat '$one'/run/*.pid); do cat /proc/\$pid/cmdline; done | tr '\\0' '\\n' |
  grep -Ff <(cut -d: -f5 '$one'/keys/*.passfile; cat '$one'/keys/match.key) ; (( \$? == 1 ))"

before=$(pids "$one")
check "up a second time is harmless" "$up" --no-build --var "$one"
check "and leaves every process as it was" equal "$before" "$(pids "$one")"

registry=$(pid_of "$one" registry) roster=$(pid_of "$one" roster)
former=$(cat "$one/keys/document-signing.current")
check "up makes a new key for documents when it is told" "$up" --no-build --var "$one" \
  --rotate-document-key
check "for which the registry alone is restarted" bash -c \
  "[[ $registry != $(pid_of "$one" registry) && $roster == $(pid_of "$one" roster) ]]"
check "and the old public key is kept" bash -c \
  "[[ -s $one/keys/document-signing-$former.pub && ! -e $one/keys/document-signing-$former.key ]]"

# --- Dead and changed processes ------------------------------------------------------------------
roster=$(pid_of "$one" roster) registry=$(pid_of "$one" registry)
kill -9 "$roster" "$(pid_of "$one" nginx)"
check "up starts what was killed" "$up" --no-build --var "$one"
check "all live again" all_alive "$one"
check "the killed one is another process" bash -c "[[ $roster != $(pid_of "$one" roster) ]]"
check "the others were left alone" equal "$registry" "$(pid_of "$one" registry)"
kill -9 "$(pid_of "$one" postgres)"
check "up recovers a killed PostgreSQL under running services" "$up" --no-build --var "$one"
check "which they did not need to be restarted for" equal "$registry" "$(pid_of "$one" registry)"
refuse "another port base is refused while it runs" 'stop it first' \
  "$up" --no-build --var "$one" --port-base "$base_two"

# --- A second one beside it ----------------------------------------------------------------------
/usr/bin/python3 -c "
import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', $((base_two + 20)))); s.listen(); time.sleep(300)" &
squatter=$!
wait_until 5 port_answers $((base_two + 20))
refuse "a taken port is named, with what to do" \
  "port $((base_two + 20)), which roster would listen on, is taken" \
  "$up" --no-build --var "$two" --port-base "$base_two"
kill "$squatter"
wait "$squatter" 2>/dev/null
squatter=
last=$("$up" --no-build --var "$two" --json 2>"$folder/errors" | tee "$folder/json" | tail -n 1)
check "in JSON, every line is an object" /usr/bin/python3 -c "
import json; [json.loads(line) for line in open('$folder/json')]"
check "and the last one says where it is" equal \
  "{\"ready\":\"localhost:$base_two\",\"json\":\"https://localhost:$((base_two + 2))\",\"var\":\"$two\",\"stop\":\"deploy/down --var $two\"}" \
  "$last"
check "its static page is there, though its folder is closed" bash -c "
  curl --silent --fail --cacert '$two/keys/inside-authority.crt' https://localhost:$((base_two + 2))/ |
  grep -q Maplebridge"
data=$(readlink -f "$two/postgres")
check "the first suite is untouched" equal "$registry" "$(pid_of "$one" registry)"
check "maplectl speaks to the suite that it is told" bash -c "
  '$ROOT/deploy/maplectl' --var '$two' status --json | grep -q '$base_two\|$two' || { '$ROOT/deploy/maplectl' --var '$two' status --json; false; }"

# --- Stopping ------------------------------------------------------------------------------------
# A pid file may outlive its process, and the kernel gives the number to somebody else.
sleep 302 &
stranger=$!
docking=$(pid_of "$two" docking)
echo "$stranger" >"$two/run/docking.pid"
check "down stops" "$down" --var "$two"
check "never a stranger whose number stands in a pid file" alive "$stranger"
check "and leaves the other suite running" all_alive "$one"
check "of which the web side still answers" healthz "$one" $((base_one + 2))
kill "$stranger" 2>/dev/null
wait "$stranger" 2>/dev/null
# Ours, which its own pid file no longer named.
kill "$docking" 2>/dev/null
check "which ends when it is asked itself" wait_until 40 process_gone "$docking"
check "down a second time is harmless" "$down" --var "$two"
check "what was kept comes up again" "$up" --no-build --var "$two"
check "purge deletes the suite" "$down" --var "$two" --purge
check "with all its files" bash -c "[[ ! -e '$two' ]]"
check "also those that stood elsewhere" bash -c "[[ ! -e '$data' ]]"
check "and all its processes" nobody_left "$two"
check "purge spares a folder that is no suite" bash -c "
  mkdir '$folder/precious' && touch '$folder/precious/file' &&
  '$down' --var '$folder/precious' --purge && [[ -e '$folder/precious/file' ]]"
check "the first one ends too" "$down" --var "$one" --purge
check "and leaves nothing behind" nobody_left "$one"

closing
