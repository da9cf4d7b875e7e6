# shellcheck shell=bash
# Files that survive an interruption whole, and the lock that lets one run work at a time.

write_if_changed() { # file; content on standard input
  local content
  content=$(cat)
  [ "$(cat "$1" 2>/dev/null)" != "$content" ] || return 0
  printf '%s\n' "$content" >"$1.part"
  mv "$1.part" "$1"
}

# Held by this process until it ends. Descriptor 9 must be closed for whatever outlives it.
take_lock() { # name, what it guards
  mkdir -p "$SOUK_CACHE"
  exec 9>"$SOUK_CACHE/$1.lock"
  flock -n 9 && return
  say "another run is at work on $2; waiting for it to end"
  flock 9
}
