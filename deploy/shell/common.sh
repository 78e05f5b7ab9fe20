# shellcheck shell=bash disable=SC2034  # variables are for those who source this
# What deploy/up, deploy/down, deploy/install and tests/run share: saying, failing, waiting,
# ports, and processes known by their pid files. Sourced; the caller has set -euo pipefail.

REPOSITORY=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)

# Services with a database of their own; the gateway has none.
DATABASE_SERVICES=(registry roster docking analytics)
# In the order in which they start; they stop in the opposite order.
SERVICES=("${DATABASE_SERVICES[@]}" gateway)

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
  warn "${0##*/}: $*"
  exit 1
}

# step TEXT COMMAND...: runs a long step with its output in a log file, shows that it is alive
# (every ten seconds its last line), says how long it took, and shows the log when it fails.
# The log is $STEP_LOG or a temporary file.
step() {
  local text=$1 started=$SECONDS log temporary=false status=0 pid shown=0 elapsed
  shift
  log=${STEP_LOG:-}
  if [[ -z $log ]]; then
    log=$(mktemp)
    temporary=true
  fi
  printf '%s …\n' "$text"
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    elapsed=$((SECONDS - started))
    if ((elapsed >= shown + 10)); then
      shown=$elapsed
      printf '  %3d s  %.90s\n' "$elapsed" "$(tr '\r' '\n' <"$log" | tail -n 1)"
    fi
  done
  wait "$pid" || status=$?
  elapsed=$((SECONDS - started))
  if ((status != 0)); then
    warn "$text: failed after $elapsed s (exit $status). The end of its output:"
    tail -n 40 "$log" >&2
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

# http_status PORT PATH: the status code of a plain GET on loopback; empty when nobody answers.
http_status() {
  local protocol code rest
  {
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 0
  } 2>/dev/null
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3 2>/dev/null || true
  # shellcheck disable=SC2034  # only the code is wanted
  IFS=' ' read -r -t 5 -u 3 protocol code rest || true
  exec 3<&- 3>&-
  printf '%s' "${code:-}"
}

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

# start_detached PIDFILE LOG COMMAND...: in a session of its own, without our standard input and
# without our lock (descriptor 9).
start_detached() {
  local file=$1 log=$2
  shift 2
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
