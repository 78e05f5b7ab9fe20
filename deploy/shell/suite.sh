# shellcheck shell=bash disable=SC2034  # variables are for those who source this
# One installation ("suite"): where its files are, which ports it has, how its processes are
# started, judged and stopped. Everything of a suite stands below one folder, VAR:
#
#   etc/suite.env     ports and addresses, one KEY=VALUE a line; read by maplectl and the tests
#   etc/callers.json  outside callers known by a client certificate; the gateway rereads it on SIGHUP
#   etc/nginx.conf    written by deploy/up
#   keys/             authorities, certificates, keys, passwords of the database roles
#   data/             reference.bin: divisions and working days
#   files/            materials of disputes, sealed; belongs to the registry's database
#   postgres/         the cluster; a database maplebridge_<service> and a role of that name each
#   run/              pid files; log/  one file a process; nginx/  temporary and static files

# use_suite VAR: sets VAR and, when the suite has been made before, PORT_BASE.
use_suite() {
  mkdir -p "$1" 2>/dev/null || die "cannot make the folder $1"
  VAR=$(cd "$1" && pwd -P)
  # The path enters configuration files of nginx and PostgreSQL and connection strings.
  [[ $VAR =~ ^[A-Za-z0-9._/+@-]+$ ]] ||
    die "$VAR: only letters, digits and . _ / + @ - may stand in the path of a suite"
  PORT_BASE=''
  if [[ -s $VAR/etc/suite.env ]]; then
    PORT_BASE=$(sed -n 's/^MAPLEBRIDGE_PORT_BASE=//p' "$VAR/etc/suite.env")
  fi
}

# service_port NAME: of its gRPC server; its metrics stand on the next one.
service_port() {
  case $1 in
    gateway) printf '%d' "$PORT_BASE" ;;
    registry) printf '%d' $((PORT_BASE + 10)) ;;
    roster) printf '%d' $((PORT_BASE + 20)) ;;
    docking) printf '%d' $((PORT_BASE + 30)) ;;
    analytics) printf '%d' $((PORT_BASE + 40)) ;;
    http) printf '%d' $((PORT_BASE + 1)) ;;
    nginx) printf '%d' $((PORT_BASE + 2)) ;;
    postgres) printf '%d' $((PORT_BASE + 5)) ;;
    *) die "no port is known for $1" ;;
  esac
}

# metrics_port NAME
metrics_port() {
  if [[ $1 == gateway ]]; then
    printf '%d' $((PORT_BASE + 51))
  else
    printf '%d' $(($(service_port "$1") + 1))
  fi
}

service_address() { printf '127.0.0.1:%d' "$(service_port "$1")"; }

service_database() {
  conninfo "$(service_port postgres)" "maplebridge_$1" "maplebridge_$1" "$VAR/keys/$1.passfile"
}

# write_suite_env: what others may know about this suite.
write_suite_env() {
  local name
  {
    printf 'MAPLEBRIDGE_VAR=%s\n' "$VAR"
    printf 'MAPLEBRIDGE_PORT_BASE=%d\n' "$PORT_BASE"
    printf 'MAPLEBRIDGE_GATEWAY=localhost:%d\n' "$(service_port gateway)"
    printf 'MAPLEBRIDGE_GATEWAY_HTTP=127.0.0.1:%d\n' "$(service_port http)"
    printf 'MAPLEBRIDGE_GATEWAY_METRICS=127.0.0.1:%d\n' "$(metrics_port gateway)"
    printf 'MAPLEBRIDGE_WEB=https://localhost:%d\n' "$(service_port nginx)"
    printf 'MAPLEBRIDGE_POSTGRES=127.0.0.1:%d\n' "$(service_port postgres)"
    for name in "${DATABASE_SERVICES[@]}"; do
      printf 'MAPLEBRIDGE_%s=%s\n' "${name^^}" "$(service_address "$name")"
      printf 'MAPLEBRIDGE_%s_METRICS=127.0.0.1:%d\n' "${name^^}" "$(metrics_port "$name")"
    done
  } >"$VAR/etc/suite.env.new"
  mv "$VAR/etc/suite.env.new" "$VAR/etc/suite.env"
}

# current_document_key: the id of the key that signs documents; see keys.sh.
current_document_key() { cat "$VAR/keys/document-signing.current"; }

# service_command NAME: sets COMMAND. Secrets are files, so the command line holds none.
service_command() {
  local name=$1 peer
  COMMAND=("$BINARIES/maplebridge_$name"
    --listen "$(service_address "$name")"
    --metrics-listen "127.0.0.1:$(metrics_port "$name")"
    --tls-certificate "$VAR/keys/$name.crt"
    --tls-key "$VAR/keys/$name.key"
    --tls-authority "$VAR/keys/inside-authority.crt")
  for peer in "${DATABASE_SERVICES[@]}"; do
    if [[ $peer != "$name" ]]; then COMMAND+=("--$peer" "$(service_address "$peer")"); fi
  done
  if [[ $name == gateway ]]; then
    COMMAND+=(--http-listen "$(service_address http)"
      --descriptors "$BINARIES/maplebridge.protoset"
      --callers "$VAR/etc/callers.json"
      --token-issuer-key "$VAR/keys/token-issuer.pub"
      --caller-authority "$VAR/keys/caller-authority.crt"
      --context-key "$VAR/keys/context.key")
  else
    COMMAND+=(--database "$(service_database "$name")"
      --context-key "$VAR/keys/context.pub"
      --reference "$VAR/data/reference.bin"
      --sealing-key "$VAR/keys/sealing-$name.key"
      --match-key "$VAR/keys/match.key")
    if [[ $name == registry ]]; then COMMAND+=(--files "$VAR/files"); fi
    if [[ $name == registry ]]; then
      COMMAND+=(--document-key "$VAR/keys/document-signing-$(current_document_key).key")
    fi
  fi
}

# --- What runs -----------------------------------------------------------------------------------

# service_pid NAME: of one of our five services.
service_pid() { running_pid "$VAR/run/$1.pid" "maplebridge_$1" "$VAR/"; }
nginx_pid() { running_pid "$VAR/run/nginx.pid" nginx "$VAR/etc/nginx.conf"; }
# Where the checkout is closed to PostgreSQL's user, var/postgres is a link to a folder that is not.
postgres_data() { readlink -m "$VAR/postgres"; }
postgres_pid() { cluster_pid "$(postgres_data)" "$VAR/run/postgres.pid"; }

# is_up_to_date NAME PID: does it run the binary and the settings that it would be started with?
is_up_to_date() {
  local arguments
  service_command "$1"
  mapfile -d '' -t arguments <"/proc/$2/cmdline"
  [[ /proc/$2/exe -ef ${COMMAND[0]} && ${arguments[*]} == "${COMMAND[*]}" ]]
}

# start_service NAME
start_service() {
  local log=$VAR/log/$1.log
  refuse_taken_port "$1" "$(service_port "$1")"
  refuse_taken_port "$1" "$(metrics_port "$1")"
  # A log that outgrew 64 MB starts anew; one older file is kept.
  if [[ -e $log && $(stat -c %s "$log") -gt $((64 << 20)) ]]; then mv "$log" "$log.1"; fi
  service_command "$1"
  start_detached "$VAR/run/$1.pid" "$log" "${COMMAND[@]}"
}

refuse_taken_port() {
  if port_answers "$2"; then
    die "port $2, which $1 would listen on, is taken by another program: choose other ports with
  deploy/up --var $VAR --port-base N"
  fi
}

# grpc_serving PORT AUTHORITY CERTIFICATE SERVICE: asks grpc.health.v1.Health, as the owner of the
# certificate; SERVICE is empty for the server as a whole.
grpc_serving() {
  local answer length=$((${#4} + 2)) frame
  if [[ -z $4 ]]; then
    frame='\0\0\0\0\0'
  else
    # A length-prefixed message with field 1, a string.
    printf -v frame '\\0\\0\\0\\0\\x%02x\\x0a\\x%02x%s' "$length" "${#4}" "$4"
  fi
  # shellcheck disable=SC2059  # the frame is a format
  answer=$(printf "$frame" | curl --silent --http2 --max-time 3 --noproxy '*' \
    --cacert "$VAR/keys/$2.crt" --cert "$VAR/keys/$3.crt" --key "$VAR/keys/$3.key" \
    -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- \
    "https://localhost:$1/grpc.health.v1.Health/Check" | od -An -v -tx1 | tr -d ' \n') || return 1
  # The answer's field 1, SERVING.
  [[ $answer == 00000000020801 ]]
}

# The first service of each backend, for the gateway's health of it.
declare -A FIRST_SERVICE=(
  [registry]=maplebridge.registry.v1.DisputeService
  [roster]=maplebridge.roster.v1.OrganisationService
  [docking]=maplebridge.docking.v1.ReferralService
  [analytics]=maplebridge.analytics.v1.IndicatorService)

service_healthy() {
  local peer
  if [[ $1 == gateway ]]; then
    grpc_serving "$(service_port gateway)" inside-authority caller-operator '' || return 1
    for peer in "${DATABASE_SERVICES[@]}"; do
      grpc_serving "$(service_port gateway)" inside-authority caller-operator \
        "${FIRST_SERVICE[$peer]}" || return 1
    done
  else
    grpc_serving "$(service_port "$1")" inside-authority gateway ''
  fi
}

# https_ok PATH: through nginx.
https_ok() {
  curl --silent --fail --max-time 3 --noproxy '*' --cacert "$VAR/keys/inside-authority.crt" \
    --output /dev/null "https://localhost:$(service_port nginx)$1"
}

# wait_healthy NAME SECONDS: fails at once, with the end of its log, when the process has ended.
wait_healthy() {
  local name=$1 limit=$((SECONDS + $2))
  until service_healthy "$name"; do
    if ! service_pid "$name" >/dev/null; then
      tail -n 5 "$VAR/log/$name.log" >&2
      die "$name ended at its start: see $VAR/log/$name.log"
    elif ((SECONDS >= limit)); then
      tail -n 5 "$VAR/log/$name.log" >&2
      die "$name does not serve after $2 s: see $VAR/log/$name.log"
    fi
    sleep 0.1
  done
}

# --- Stopping ------------------------------------------------------------------------------------

# A service drains for up to 20 s, the gateway for up to 30 s, before it ends by itself.
stop_service() {
  local pid
  if pid=$(service_pid "$1"); then stop_process "$1" "$pid" TERM 40; fi
  rm -f "$VAR/run/$1.pid"
}

stop_nginx() {
  local pid
  if pid=$(nginx_pid); then stop_process nginx "$pid" QUIT 15; fi
  end_orphans "$VAR/run/nginx.pid" nginx
  rm -f "$VAR/run/nginx.pid"
}

stop_postgres() {
  local pid
  # INT: a fast shutdown; open transactions are rolled back.
  if pid=$(postgres_pid); then stop_process postgres "$pid" INT 60; fi
  rm -f "$VAR/run/postgres.pid"
}

# stop_suite: outside first, so that nobody calls what is already gone.
stop_suite() {
  local name
  stop_nginx
  stop_service gateway
  for name in "${DATABASE_SERVICES[@]}"; do stop_service "$name" & done
  wait
  stop_postgres
}
