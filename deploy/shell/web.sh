# shellcheck shell=bash
# nginx in front of the gateway's JSON side: TLS, static files, slow clients, floods.

# stop_command: how a person stops this suite.
stop_command() {
  if [[ $VAR == "$REPOSITORY/var" ]]; then printf 'deploy/down'; else printf 'deploy/down --var %s' "$VAR"; fi
}

# start_web: writes the configuration; starts nginx, or has it reread what changed.
start_web() {
  local worker config=$VAR/etc/nginx.conf changed=true pid files
  if is_root; then worker=www-data; else worker=$(id -un); fi
  reachable_directory "$VAR/nginx" "$worker"
  files=$(readlink -f "$VAR/nginx")
  install -d -m 0755 "$files/www"
  install -m 0644 "$REPOSITORY"/deploy/nginx/www/* "$files/www/"
  sed -e "s|@VAR@/nginx|$files|g" -e "s|@VAR@|$VAR|g" -e "s|@PORT@|$(service_port nginx)|g" \
    -e "s|@BACKEND@|$(service_address http)|g" \
    -e "s|^@USER@|$(if is_root; then printf 'user %s;' "$worker"; fi)|" \
    "$REPOSITORY/deploy/nginx/nginx.conf.in" >"$config.new"
  if cmp -s "$config.new" "$config"; then changed=false; fi
  mv "$config.new" "$config"
  if pid=$(nginx_pid); then
    if $changed; then kill -HUP "$pid"; fi
  else
    end_orphans "$VAR/run/nginx.pid" nginx
    refuse_taken_port nginx "$(service_port nginx)"
    start_detached "$VAR/run/nginx.pid" "$VAR/log/nginx.log" /usr/sbin/nginx \
      -p "$VAR/nginx" -e stderr -c "$config"
  fi
  wait_until 15 https_ok /healthz || {
    tail -n 5 "$VAR/log/nginx.log" >&2
    die "https://localhost:$(service_port nginx)/healthz does not answer: see $VAR/log/nginx.log"
  }
}
