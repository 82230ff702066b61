#!/usr/bin/env bash
# Runs a command with KATEDER_TEST_ADMIN_URL naming a throw-away server of the system's PostgreSQL (Debian's layout).
# Root only: PostgreSQL refuses to run as root, so the server runs as the system user `postgres`.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | head -n 1)
folder=$(mktemp -d)
chown postgres "$folder"
as_postgres() { runuser -u postgres -- "$@"; }
trap 'as_postgres "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null || true; rm -rf "$folder"' EXIT
as_postgres "$bin/initdb" -D "$folder/data" -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as_postgres "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
  -o "-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off -c max_connections=200" start >/dev/null
"$bin/postgres" --version
KATEDER_TEST_ADMIN_URL="postgresql://postgres@/postgres?host=$folder" "$@"
