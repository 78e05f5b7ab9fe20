#!/usr/bin/env bash
# Steps, pid files and signals of deploy/shell/common.sh.
set -uo pipefail
# shellcheck source=tests/shell/checks.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/checks.sh"
# shellcheck source=deploy/shell/common.sh
source "$ROOT/deploy/shell/common.sh"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

start_detached "$folder/one.pid" "$folder/one.log" sleep 301
one=$(cat "$folder/one.pid")
check "a started process is known by its pid file" \
  equal "$one" "$(running_pid "$folder/one.pid" sleep 301)"
check "it leads a session of its own" equal "$one" "$(ps -o sid= -p "$one" | tr -d ' ')"
refuse "a number that belongs to another program is not taken for ours" '' \
  running_pid "$folder/one.pid" maplebridge_registry
refuse "nor is one without its folder in the arguments" '' running_pid "$folder/one.pid" "$folder/"
echo 'not a number' >"$folder/wrong.pid"
refuse "a pid file with something else is nobody's" '' running_pid "$folder/wrong.pid"
refuse "nor is a missing one" '' running_pid "$folder/none.pid"

stop_process one "$one" TERM 5 >/dev/null
check "a stopped process is gone" process_gone "$one"
refuse "its pid file then names nobody" '' running_pid "$folder/one.pid" sleep

# shellcheck disable=SC2016  # the inner shell's
start_detached "$folder/two.pid" "$folder/two.log" \
  bash -c 'trap "" TERM; while true; do sleep 0.1; done' stubborn
two=$(cat "$folder/two.pid")
# Its trap must stand before the signal comes.
sleep 0.3
said=$(stop_process two "$two" TERM 1 2>&1)
check "a process that ignores the signal is killed in the end" process_gone "$two"
check "and that is said" equal "killed two: it had not stopped 1 s after SIGTERM" "$said"

# A leader that was killed and that its parent has not yet asked after, with a child in its session.
/usr/bin/python3 -c '
import os, subprocess, sys, time
leader = subprocess.Popen(["setsid", "bash", "-c", "sleep 303 & wait"])
print(leader.pid, flush=True)
time.sleep(60)' >"$folder/three.pid" &
parent=$!
wait_until 5 test -s "$folder/three.pid"
three=$(cat "$folder/three.pid")
wait_until 5 pgrep -s "$three" sleep >/dev/null
child=$(pgrep -s "$three" sleep)
kill -9 "$three"
check "a killed leader is gone, though a zombie" wait_until 5 process_gone "$three"
check "it still has its number" test -d "/proc/$three"
end_orphans "$folder/three.pid" sleep >/dev/null
check "what it left in its session is ended" process_gone "$child"
kill "$parent"
wait "$parent" 2>/dev/null

refuse "a step that fails hands its exit on and shows the end of its output" 'the reason' \
  step "a step" bash -c 'echo the reason; exit 3'
check "a step passes its exit code on" equal 3 "$(
  step "a step" bash -c 'exit 3' >/dev/null 2>&1
  echo $?
)"
check "a step in JSON is one line" equal '{"step":"say \"x\"","seconds":0}' \
  "$(JSON_OUTPUT=true && step 'say "x"' true)"
STEP_LIMIT=1 refuse "a step that outlasts its limit is ended" 'failed after' \
  step "a long step" sleep 30
check "what must become true is waited for" wait_until 5 true
refuse "but not for ever" '' wait_until 1 false

closing
