# shellcheck shell=bash
# What people read: progress lines with elapsed seconds, the one sentence of a failure, and waiting for
# a condition with a deadline. Nothing here knows about Kubernetes.

# Commands that start each other count from the start of the first.
export SOUK_BEGAN=${SOUK_BEGAN:-$EPOCHSECONDS}
SECONDS=$((EPOCHSECONDS - SOUK_BEGAN))

elapsed() { # seconds -> 3m12s
  if (($1 < 60)); then printf '%ds' "$1"; else printf '%dm%02ds' $(($1 / 60)) $(($1 % 60)); fi
}

# An interruption ends what was started in the background too; the next run resumes.
trap 'jobs -p | xargs -r kill 2>/dev/null; exit 130' INT TERM

say() { printf '%6s  %s\n' "$(elapsed "$SECONDS")" "$*" >&2; }

fail() { # sentence [remedy]
  printf '\nFAILED: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '  remedy: %s\n' "$2" >&2
  exit 1
}

# Runs a command until it succeeds. On the deadline says what was missing and, where given, which log to read.
wait_for() { # seconds, what, log or "", command...
  local deadline=$((SECONDS + $1)) what=$2 log=$3 output
  shift 3
  until output=$("$@" 2>&1); do
    if ((SECONDS >= deadline)); then
      fail "$what did not happen in time: $(tail -n 1 <<<"$output")" "${log:+read $log, then }run the same command again; it resumes"
    fi
    sleep 0.2
  done
}

# Runs a long command in the background, with its output in a log, and shows how long it has been at it:
# one rewritten line on a terminal, else a line every half minute.
with_progress() { # title, log, command...
  local title=$1 log=$2 start=$SECONDS last=$SECONDS pid status=0
  shift 2
  "$@" >"$log" 2>&1 &
  pid=$!
  [ -t 2 ] || say "$title"
  while kill -0 "$pid" 2>/dev/null; do
    if [ -t 2 ]; then
      printf '\r%6s  %s ... %s ' "$(elapsed "$SECONDS")" "$title" "$(elapsed $((SECONDS - start)))" >&2
    elif ((SECONDS - last >= 30)); then
      last=$SECONDS
      say "$title ... $(elapsed $((SECONDS - start)))"
    fi
    sleep 0.5
  done
  wait "$pid" || status=$?
  [ ! -t 2 ] || printf '\r\033[K' >&2
  ((status == 0)) || return "$status"
  say "$title: done in $(elapsed $((SECONDS - start)))"
}
