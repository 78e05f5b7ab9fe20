# shellcheck shell=bash
# A private PostgreSQL 15 cluster: made, started, stopped. Used by deploy/up for the installation
# and by tests/run for throwaway clusters. TCP on loopback only, passwords by SCRAM; root runs it as
# the user postgres, because PostgreSQL refuses root.

POSTGRES_BIN=/usr/lib/postgresql/15/bin

# as_postgres COMMAND...: as the owner of the cluster, in a folder that the owner may enter.
as_postgres() {
  if is_root; then
    (cd / && setpriv --reuid postgres --regid postgres --init-groups -- "$@")
  else
    (cd / && "$@")
  fi
}

# create_cluster DATA PASSFILE PORT: an empty cluster whose superuser `postgres` has the password of
# the passfile. The locale is C.UTF-8: code point order, the same on every machine and after every
# upgrade of the C library, and Chinese characters count as letters.
create_cluster() {
  local data=$1 passfile=$2 port=$3
  # Written last: the sign that the cluster is complete.
  if [[ -s $data/maplebridge.conf ]]; then return 0; fi
  reachable_directory "$data" postgres
  data=$(readlink -f "$data")
  make_passfile "$passfile" postgres
  # The password goes through a file of the cluster's owner: initdb opens the name itself, and an
  # inherited descriptor of root's is closed to that user.
  # shellcheck disable=SC2016  # expanded by the inner shell
  cut -d: -f5 "$passfile" | as_postgres bash -euc '
    umask 077
    unset TMPDIR  # of the caller, perhaps closed to this user
    file=$(mktemp)
    trap "rm -f \"$file\"" EXIT
    cat >"$file"
    if [[ ! -s $1/PG_VERSION ]]; then
      "$0/initdb" -D "$1" -U postgres -E UTF8 --locale=C.UTF-8 -k --auth=scram-sha-256 \
        --pwfile="$file" >/dev/null
    fi
    printf "%s\n" "host all all 127.0.0.1/32 scram-sha-256" >"$1/pg_hba.conf"
    grep -q maplebridge.conf "$1/postgresql.conf" ||
      printf "include_if_exists = '"'maplebridge.conf'"'\n" >>"$1/postgresql.conf"
  ' "$POSTGRES_BIN" "$data"
  write_cluster_settings "$port" | as_postgres tee "$data/maplebridge.conf" >/dev/null
}

# write_cluster_settings PORT
write_cluster_settings() {
  cat <<CONF
# Written by deploy/up when the cluster was made; change it here and restart.
listen_addresses = '127.0.0.1'
port = $1
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
fsync = ${CLUSTER_FSYNC:-on}
synchronous_commit = on
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 1s
log_lock_waits = on
log_line_prefix = '%m [%p] %q%u@%d '
# Statements with values of callers never enter the log.
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_error_statement = panic
# Statements are small: compiling them costs more than running them.
jit = off
CONF
}

# make_passfile FILE ROLE: a libpq password file with a new password.
make_passfile() {
  if [[ -s $1 ]]; then return 0; fi
  install -d -m 0700 "$(dirname "$1")"
  (umask 077 && printf '*:*:*:%s:%s\n' "$2" "$(openssl rand -hex 24)" >"$1.new")
  mv "$1.new" "$1"
}

# conninfo PORT ROLE DATABASE PASSFILE
conninfo() {
  printf "hostaddr=127.0.0.1 port=%s user=%s dbname=%s passfile='%s'" "$@"
}

# cluster_pid DATA: of the running cluster. Its data directory is named in its arguments.
cluster_pid() { running_pid "$2" postgres "$1"; }

# set_cluster_port DATA PORT: for an installation that moved to another port base.
set_cluster_port() {
  if grep -q "^port = $2\$" "$1/maplebridge.conf"; then return 0; fi
  as_postgres sed -i "s/^port = .*/port = $2/" "$1/maplebridge.conf"
}

cluster_ready() { "$POSTGRES_BIN/pg_isready" -q -h 127.0.0.1 -p "$1"; }

# start_cluster DATA PORT PIDFILE LOG. After a postmaster was killed, its last children hold the
# shared memory for a moment, and a new one refuses to start: it is tried again for 30 s. Recovery
# after that may take minutes, in which it is alive and not ready.
start_cluster() {
  local data=$1 port=$2 file=$3 log=$4 command started=$SECONDS
  command=("$POSTGRES_BIN/postgres" -D "$data")
  if is_root; then
    command=(setpriv --reuid postgres --regid postgres --init-groups -- "${command[@]}")
  fi
  (cd / && start_detached "$file" "$log" "${command[@]}")
  until cluster_ready "$port"; do
    sleep 0.2
    if cluster_pid "$data" "$file" >/dev/null; then
      ((SECONDS - started < 300)) || die "PostgreSQL is not ready on port $port after 300 s: see $log"
    elif ((SECONDS - started < 30)); then
      (cd / && start_detached "$file" "$log" "${command[@]}")
    else
      tail -n 5 "$log" >&2
      die "PostgreSQL does not start on port $port: see $log"
    fi
  done
}

# run_sql CONNINFO: runs the statements of standard input.
run_sql() { "$POSTGRES_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$1"; }

# create_service_database PORT SUPERUSER_PASSFILE NAME PASSFILE: a role and its database, both named
# NAME; nobody else may connect to it. The settings of the role are renewed every time.
create_service_database() {
  local superuser name=$3 password
  superuser=$(conninfo "$1" postgres postgres "$2")
  make_passfile "$4" "$name"
  password=$(cut -d: -f5 "$4")
  run_sql "$superuser" <<SQL
SELECT 'CREATE ROLE $name LOGIN' WHERE NOT EXISTS (
  SELECT FROM pg_roles WHERE rolname = '$name') \gexec
ALTER ROLE $name PASSWORD '$password';
ALTER ROLE $name SET statement_timeout = '30s';
ALTER ROLE $name SET idle_in_transaction_session_timeout = '15s';
-- The change feed asks pg_stat_activity which transactions of its database are still open.
GRANT pg_read_all_stats TO $name;
SELECT 'CREATE DATABASE $name OWNER $name' WHERE NOT EXISTS (
  SELECT FROM pg_database WHERE datname = '$name') \gexec
REVOKE ALL ON DATABASE $name FROM PUBLIC;
SQL
}
