# Sourced by the suites: how an outcome is recorded, and how a single check is run.
# It owns the record's form (see tests/run) and nothing of what is checked.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
suite=${SOUK_TEST_SUITE:-$(basename "$0")}
results=${SOUK_TEST_RESULTS:-$root/tests/results}
record=${SOUK_TEST_RECORD:-$results/record.tsv}
mkdir -p "$results/logs"

# outcome passed|failed|skipped COUNT WHAT [REASON]
outcome() {
  local what=$3 reason=${4:-}
  printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$suite" "${what//[$'\t\n']/ }" "${reason//[$'\t\n']/ }" >>"$record"
}

# check WHAT COMMAND...: one test; the output is shown only when it fails.
check() {
  local what=$1 code=0 began=$SECONDS log
  shift
  log=$results/logs/$suite-${what//[^a-zA-Z0-9]/-}.log
  "$@" >"$log" 2>&1 || code=$?
  if [[ $code -eq 0 ]]; then
    outcome passed 1 "$what"
    printf 'ok      %s (%d s)\n' "$what" $((SECONDS - began))
  else
    outcome failed 1 "$what" "code $code, see ${log#"$root"/}"
    printf 'FAILED  %s (%d s)\n' "$what" $((SECONDS - began))
    tail -n 80 "$log" | sed 's/^/        /'
  fi
}

# counted WHAT COMMAND...: a run of many checks whose last line tells "N passed, N failed".
counted() {
  local what=$1 code=0 began=$SECONDS log
  shift
  log=$results/logs/$suite-${what//[^a-zA-Z0-9]/-}.log
  "$@" >"$log" 2>&1 || code=$?
  if [[ $(tail -n 1 "$log") =~ ([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
    local passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]} skipped=${BASH_REMATCH[4]:-0}
    [[ $passed -eq 0 ]] || outcome passed "$passed" "$what"
    [[ $failed -eq 0 ]] || outcome failed "$failed" "$what" "see ${log#"$root"/}"
    [[ $skipped -eq 0 ]] || outcome skipped "$skipped" "$what" "see ${log#"$root"/}"
    [[ $failed -gt 0 || $code -eq 0 ]] || outcome failed 1 "$what" "code $code, see ${log#"$root"/}"
  else
    outcome failed 1 "$what" "code $code and no closing line, see ${log#"$root"/}"
  fi
  printf '%s: %s (%d s)\n' "$what" "$(tail -n 1 "$log")" $((SECONDS - began))
  [[ $code -eq 0 ]] || sed 's/^/        /' "$log" | tail -n 80
}

# skip WHAT REASON
skip() {
  outcome skipped 1 "$1" "$2"
  printf 'skipped %s: %s\n' "$1" "$2"
}
