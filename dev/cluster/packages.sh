# shellcheck shell=bash
# Installs the Debian packages that are missing. Never starts or stops a service of Debian's.

missing_packages() { # packages...
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s\n' "$package"
  done
}

install_packages() { # packages...
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) && return
  local log=$SOUK_CACHE/log/packages.log
  mkdir -p "$SOUK_CACHE/log"
  with_progress "installing Debian packages: ${missing[*]}" "$log" apt_install "${missing[@]}" ||
    fail "Debian packages could not be installed: $(grep -E '^E: ' "$log" | head -n 1)" "read $log, mend apt, then run the same command again"
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update && apt-get install -y --no-install-recommends "$@"
}
