# shellcheck shell=bash disable=SC2034  # variables are for those who source this
# What deploy/up, deploy/down, deploy/install and tests/run share: saying, failing, waiting,
# ports, and processes known by their pid files. Sourced; the caller has set -euo pipefail.

REPOSITORY=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)

# Services with a database of their own; the gateway has none.
DATABASE_SERVICES=(registry roster docking analytics)
# In the order in which they start.
SERVICES=("${DATABASE_SERVICES[@]}" gateway)

# In JSON, what is said goes to standard error.
say() { if $JSON_OUTPUT; then warn "$*"; else printf '%s\n' "$*"; fi; }
warn() { printf '%s\n' "$*" >&2; }
die() {
  warn "${0##*/}: $*"
  exit 1
}

# Progress goes to standard output; with JSON_OUTPUT=true as a line {"step":…,"seconds":…} each.
JSON_OUTPUT=${JSON_OUTPUT:-false}

# json_text TEXT: as a JSON string.
json_text() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//[[:cntrl:]]/ }"
}

# step TEXT COMMAND...: runs a long step with its output in a log file, shows that it is alive
# (every ten seconds its last line), says how long it took, and shows the log when it fails.
# The log is $STEP_LOG or a temporary file. With STEP_LIMIT, it is ended after that many seconds.
step() {
  local text=$1 started=$SECONDS log temporary=false status=0 pid shown=0 elapsed
  local limit=${STEP_LIMIT:-0}
  shift
  log=${STEP_LOG:-}
  if [[ -z $log ]]; then
    log=$(mktemp)
    temporary=true
  fi
  $JSON_OUTPUT || printf '%s …\n' "$text"
  # A process group of its own, so that Ctrl-C ends the compilers too and not only this shell.
  set -m
  "$@" >"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  set +m
  # shellcheck disable=SC2064  # this pid, now
  trap "kill -TERM -- -$pid 2>/dev/null; exit 130" INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    elapsed=$((SECONDS - started))
    if ((limit > 0 && elapsed >= limit)); then kill -TERM -- "-$pid" 2>/dev/null || true; fi
    if ((elapsed >= shown + 10)); then
      shown=$elapsed
      $JSON_OUTPUT || printf '  %3d s  %.90s\n' "$elapsed" "$(tr '\r' '\n' <"$log" | sed '/^[[:space:]]*$/d' | tail -n 1)"
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM
  elapsed=$((SECONDS - started))
  if ((status != 0)); then
    warn "$text: failed after $elapsed s (exit $status). The end of its output:"
    tail -n 40 "$log" >&2
  elif $JSON_OUTPUT; then
    printf '{"step":%s,"seconds":%d}\n' "$(json_text "$text")" "$elapsed"
  elif ((elapsed > 0)); then
    printf '  done in %d s\n' "$elapsed"
  fi
  if $temporary; then rm -f "$log"; fi
  return "$status"
}

# wait_until SECONDS COMMAND...: tries the command ten times a second.
wait_until() {
  local limit=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS >= limit)); then return 1; fi
    sleep 0.1
  done
}

is_root() { [[ $(id -u) == 0 ]]; }

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# --- Processes -----------------------------------------------------------------------------------
# A pid file holds one number. A process is ours when its executable or its arguments name our
# own directory: a number that the kernel gave to someone else is never signalled.

# running_pid PIDFILE WORD...: prints the pid when that process lives and its executable or command
# line holds every WORD.
running_pid() {
  local file=$1 pid words word
  shift
  [[ -s $file ]] || return 1
  read -r pid <"$file" || true
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 1
  # A zombie has an empty command line.
  words="$(readlink "/proc/$pid/exe" 2>/dev/null || true) $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" || true)"
  for word in "$@"; do
    [[ $words == *"$word"* ]] || return 1
  done
  printf '%s\n' "$pid"
}

process_gone() { [[ ! -d /proc/$1 ]] || [[ $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) == Z* ]]; }

# stop_process NAME PID SIGNAL SECONDS: asks, waits, and only then insists.
stop_process() {
  local name=$1 pid=$2 signal=$3 seconds=$4 started=$SECONDS
  kill "-$signal" "$pid" 2>/dev/null || return 0
  if wait_until "$seconds" process_gone "$pid"; then
    say "stopped $name ($((SECONDS - started)) s)"
  else
    kill -KILL "$pid" 2>/dev/null || true
    wait_until 10 process_gone "$pid" || true
    warn "killed $name: it had not stopped $seconds s after SIG$signal"
  fi
}

# end_orphans PIDFILE PROGRAM: what a killed leader has left in its session (nginx's workers go on
# without their master and keep its port). The kernel gives the number of a session to nobody else
# while a process is in it.
end_orphans() {
  local session pid
  [[ -s $1 ]] || return 0
  read -r session <"$1" || true
  # A dead leader may wait as a zombie for whoever started it.
  [[ $session =~ ^[0-9]+$ ]] && process_gone "$session" || return 0
  while read -r pid; do
    if [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == */"$2"* ]]; then
      stop_process "$2 $pid, whose master was killed," "$pid" TERM 5
    fi
  done < <(ps -o pid= -s "$session" | tr -d ' ')
}

# start_detached PIDFILE LOG COMMAND...: in a session of its own, without our standard input and
# without our lock (descriptor 9).
start_detached() {
  local file=$1 log=$2
  shift 2
  rm -f "$file"
  # shellcheck disable=SC2016  # expanded by the inner shell, whose pid exec keeps
  setsid bash -c 'printf "%s\n" "$$" >"$0"; exec "$@"' "$file" "$@" </dev/null >>"$log" 2>&1 9>&- &
  disown
  wait_until 5 test -s "$file"
}

# can_reach USER DIRECTORY: may that user pass through all folders above and into it?
can_reach() {
  setpriv --reuid "$1" --regid "$(id -g "$1")" --init-groups test -x "$2" 2>/dev/null
}

# reachable_directory DIRECTORY USER: makes the directory, owned by the user. Below a folder that
# the user may not enter (a checkout in /root), the directory stands in /var/lib/maplebridge, and
# DIRECTORY is a link to it.
reachable_directory() {
  local directory=$1 user=$2 elsewhere
  if [[ -e $directory ]]; then return 0; fi
  mkdir -p "$(dirname "$directory")"
  if is_root && ! can_reach "$user" "$(dirname "$directory")"; then
    elsewhere=/var/lib/maplebridge/$(printf '%s' "$directory" | sha256sum | cut -c1-16)
    say "user $user may not enter $(dirname "$directory"): $directory is kept in $elsewhere"
    mkdir -p /var/lib/maplebridge
    chmod 0755 /var/lib/maplebridge
    install -d -m 0700 -o "$user" -g "$(id -g "$user")" "$elsewhere"
    ln -s "$elsewhere" "$directory"
  elif is_root; then
    install -d -m 0700 -o "$user" -g "$(id -g "$user")" "$directory"
  else
    install -d -m 0700 "$directory"
  fi
}
