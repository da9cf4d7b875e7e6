# shellcheck shell=bash
# What this machine must have before anything is changed on it. Each check reads the machine through plain
# commands (which the tests shadow), and on trouble adds one sentence and its remedy. Owns no changes.

TROUBLES=()

trouble() { TROUBLES+=("$1"$'\n'"  remedy: $2"); } # sentence, remedy

at_least() { # version, least version
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

check_system() {
  [ "$(uname -s)" = Linux ] || trouble "this is $(uname -s), and the native cluster needs Linux" "use CLUSTER=k3d with Docker, or CLUSTER=current with a cluster you have"
  [ "$(id -u)" = 0 ] || trouble "not running as root, which containers and the pod network need" "run it again with sudo -E"
  command -v apt-get >/dev/null || trouble "apt-get is missing: this is not Debian or a relative of it" "use CLUSTER=k3d with Docker, or CLUSTER=current with a cluster you have"
}

check_tool() { # command, least version, version found (empty: not there), how to get it
  if [ -z "$3" ]; then
    trouble "$1 is missing" "$4"
  elif ! at_least "$3" "$2"; then
    trouble "$1 is $3, and at least $2 is needed" "$4"
  fi
}

tool_version() { # command, arguments: the first version number it prints
  command -v "$1" >/dev/null || return 0
  "$@" 2>/dev/null | grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1 || true
}

check_go() {
  local least
  ! compiled || return 0
  least=$(cat "$HERE"/components/*/go.mod | awk '$1 == "go" {print $2}' | sort -V | tail -n 1)
  # An older Go fetches the one that a module asks for, unless it was told not to.
  if [ "$(go env GOTOOLCHAIN 2>/dev/null)" != local ]; then least=1.21; fi
  check_tool go "$least" "$(tool_version go version)" "install Go from https://go.dev/dl (or golang-go from Debian's backports) and put it on PATH"
}

check_tools() { # for a cluster elsewhere: Go only where kubectl and helm must be compiled
  if [ -x "$BIN/current/helm" ] && { [ -x "$BIN/current/kubectl" ] || command -v kubectl >/dev/null; }; then return; fi
  check_go
}

check_rust() {
  check_tool cargo 1.95 "$(tool_version cargo --version)" "install Rust from https://rustup.rs, then 'rustup update stable'"
}

check_node() {
  check_tool node 20.0 "$(tool_version node --version)" "install Node.js 20 or newer from https://nodejs.org (or Debian's nodejs), and put it on PATH"
  check_tool npm 9.0 "$(tool_version npm --version)" "install npm 9 or newer: it comes with Node.js from https://nodejs.org"
}

# A process is ours when it carries the mark that the supervisor was started with.
is_ours() { # pid
  grep -qzxF "SOUK_CLUSTER_STATE=$STATE" "/proc/$1/environ" 2>/dev/null
}

check_port() { # port
  local line pid name
  while read -r line; do
    [ -n "$line" ] || continue
    pid=$(sed -n 's/.*pid=\([0-9]*\).*/\1/p' <<<"$line")
    name=$(sed -n 's/.*users:(("\([^"]*\)".*/\1/p' <<<"$line")
    if [ -n "$pid" ] && is_ours "$pid"; then continue; fi
    trouble "port $1 is taken by ${name:-a process that cannot be named}${pid:+ (process $pid)}" "stop it, then run this again"
    return
  done < <(ss -Hltnp "sport = :$1")
}

check_ports() {
  command -v ss >/dev/null || return 0 # comes with the packages; a fresh machine has nothing of ours to meet
  local port
  for port in "${PUBLIC_PORTS[@]}" "${PRIVATE_PORTS[@]}"; do check_port "$port"; done
}

free_disk() { # MiB free where the cache is, or will be
  local folder=$SOUK_CACHE
  until [ -d "$folder" ]; do folder=$(dirname "$folder"); done
  df -Pm "$folder" | awk 'NR == 2 {print $4}'
}

machine_memory() { awk '/^MemTotal:/ {print int($2 / 1024)}' /proc/meminfo; }

check_room() {
  local disk memory least=$LEAST_DISK
  if [[ $SOUK_CACHE != /* || $SOUK_CACHE == *[[:space:]]* ]]; then
    trouble "SOUK_CACHE='$SOUK_CACHE' is not an absolute path without spaces" "set it to one"
    return
  fi
  # What is compiled and stored already need not be free again.
  if [ -d "$STATE/etcd/member" ]; then least=2048; fi
  disk=$(free_disk) memory=$(machine_memory)
  ((disk >= least)) || trouble "only $disk MiB are free for $SOUK_CACHE, and $least are needed" "free some disk, or set SOUK_CACHE to a folder on a larger one"
  ((memory >= LEAST_MEMORY)) || trouble "this machine has $memory MiB of memory, and $LEAST_MEMORY are needed" "give it more memory, or use CLUSTER=current with a cluster elsewhere"
}

# Routes and addresses of this machine, without those that the cluster made itself.
machine_ranges() {
  command -v ip >/dev/null || return 0
  ip -4 route show table main | awk '$1 != "default" && !/ dev cali/ {if ($1 == "blackhole" || $1 == "unreachable") print $2, $0; else print $1, $0}'
  ip -4 -o addr show | awk '$2 !~ /^cali/ && $2 != "lo" {print $4, "interface", $2}'
}

check_range() { # name of the setting, what it is for, range
  local range text
  if ! is_range "$3"; then
    trouble "$1=$3 is not an IPv4 range of length 8 to 24" "write it like 10.42.0.0/16"
    return
  fi
  while read -r range text; do
    [ -n "$range" ] || continue
    if ranges_overlap "$3" "$range"; then
      trouble "the range of the $2, $3, collides with this machine's own: $text" "set $1 to a free range, such as 10.${4}.0.0/16"
      return
    fi
  done < <(machine_ranges)
}

check_ranges() {
  check_range SOUK_POD_CIDR pods "$POD_CIDR" 142
  check_range SOUK_SERVICE_CIDR services "$SERVICE_CIDR" 143
  if is_range "$POD_CIDR" && is_range "$SERVICE_CIDR" && ranges_overlap "$POD_CIDR" "$SERVICE_CIDR"; then
    trouble "SOUK_POD_CIDR=$POD_CIDR and SOUK_SERVICE_CIDR=$SERVICE_CIDR overlap" "choose two ranges that do not"
  fi
  local made
  made=$(cat "$STATE/ranges" 2>/dev/null || true)
  if [ -n "$made" ] && [ "$made" != "$POD_CIDR $SERVICE_CIDR" ]; then
    trouble "this cluster was made with the ranges $made, and now $POD_CIDR $SERVICE_CIDR are asked for" "set them back, or 'make purge' (which deletes its stores) first"
  fi
}

preflight() { # checks...
  local check text
  TROUBLES=()
  for check in "$@"; do "check_$check"; done
  ((${#TROUBLES[@]} == 0)) && return
  {
    printf '\nFAILED: this machine is not ready; nothing was changed.\n'
    for text in "${TROUBLES[@]}"; do printf -- '- %s\n' "$text"; done
  } >&2
  exit 1
}
