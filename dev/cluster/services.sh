# shellcheck shell=bash
# Supervision by runit: one folder per process under $SERVICES with a `run` script and a log written by
# svlogd. runsvdir lives in a session of its own, restarts what dies, and carries a mark in its environment
# by which every process of this cluster is known. Knows nothing of what the services are.

export SVDIR=$SERVICES

# Defines a service. It is restarted by start_service when its command, or a file that it reads, is not
# what the running one was started with.
define_service() { # name, files it reads (words), command...
  local name=$1 files=$2 folder=$SERVICES/$1 inputs
  shift 2
  mkdir -p "$folder/log" "$LOGS/$name"
  # shellcheck disable=SC2086 # a list of files
  inputs=$(cat /dev/null $files | sha256sum | cut -c1-12)
  write_if_changed "$LOGS/$name/config" <<<$'s2000000\nn4'
  write_if_changed "$folder/log/run" <<<"#!/bin/sh
exec svlogd $(printf '%q' "$LOGS/$name")"
  write_if_changed "$folder/run" <<<"#!/bin/bash
# inputs: $inputs
exec 2>&1
exec$(printf ' %q' "$@")"
  chmod 755 "$folder/run" "$folder/log/run"
}

supervisor_runs() {
  local pid
  pid=$(cat "$RUN/supervisor.pid" 2>/dev/null) && [ -n "$pid" ] && is_ours "$pid"
}

start_supervisor() {
  supervisor_runs && return
  mkdir -p "$RUN" "$SERVICES"
  # A first start goes in order, by start_service; later the supervisor alone keeps them running.
  local folder
  for folder in "$SERVICES"/*/; do [ ! -d "$folder" ] || touch "$folder/down"; done
  # shellcheck disable=SC2016 # for the inner shell
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    SOUK_CLUSTER_STATE="$STATE" setsid --fork sh -c 'echo $$ >"$1"; exec runsvdir -P "$2"' sh "$RUN/supervisor.pid" "$SERVICES" \
    </dev/null >>"$LOGS/supervisor.log" 2>&1 9>&-
  wait_for 5 "the start of the supervisor" "$LOGS/supervisor.log" supervisor_runs
}

supervised() { sv status "$1" 2>/dev/null | grep -qE '^(run|down):'; } # service

start_service() { # name
  local folder=$SERVICES/$1
  wait_for 10 "supervision of $1" "$LOGS/supervisor.log" supervised "$1"
  if ! cmp -s "$folder/run" "$folder/started"; then
    [ ! -e "$folder/started" ] || sv -w 10 force-stop "$1" >/dev/null || true
    cp "$folder/run" "$folder/started"
  fi
  rm -f "$folder/down"
  sv start "$1" >/dev/null || true # its own readiness is waited for by the caller
}

stop_services() { # seconds, names: ends them at once, and by force those that do not end in time
  local seconds=$1 name
  local -a running=()
  shift
  for name in "$@"; do [ ! -d "$SERVICES/$name/supervise" ] || running+=("$name"); done
  ((${#running[@]} == 0)) || sv -w "$seconds" force-stop "${running[@]}" >/dev/null 2>&1 || true
}

stop_supervisor() {
  supervisor_runs || return 0
  local pid
  pid=$(cat "$RUN/supervisor.pid")
  kill -HUP "$pid"
  wait_for 5 "the end of the supervisor" "$LOGS/supervisor.log" eval "! is_ours $pid"
  rm -f "$RUN/supervisor.pid"
}

# Processes of this cluster that are left, known by the supervisor's mark.
our_processes() {
  local folder
  for folder in /proc/[0-9]*; do
    ! is_ours "${folder#/proc/}" || printf '%s\n' "${folder#/proc/}"
  done
}
