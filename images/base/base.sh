# shellcheck shell=bash
# shellcheck disable=SC2154 # out, refresh and the functions are the caller's
# The base of every image: debian:trixie-slim from its registry, or the same made by mmdebstrap where no
# registry answers. Sourced by images/build; sets `base_id`, which is part of every tag. It keeps a base that
# is there: only --refresh replaces it.

base=docker.io/library/debian:trixie-slim

ensure_base() {
  if [ -n "$refresh" ] || ! present "$base"; then
    if pull_base; then
      say "base: pulled $base"
    else
      say "base: $base cannot be pulled; making it from Debian packages with mmdebstrap"
      make_base
    fi
  fi
  base_id=$(storage inspect --type image --format '{{.FromImageID}}' "$base")
  [ -n "$base_id" ] || fail "base: $base has no id; remove it with 'buildah rmi $base' and try again"
}

pull_base() {
  timeout 60 buildah --storage-driver overlay pull -q "$base" >/dev/null 2>"$out/base-pull.log"
}

# What debian:trixie-slim leaves out is left out here too.
make_base() {
  local archive=$out/base.tar container
  command -v mmdebstrap >/dev/null || fail "base: no registry answers and mmdebstrap is missing: apt-get install mmdebstrap"
  # shellcheck disable=SC2086
  watch_build base "$out/base.log" mmdebstrap --variant=minbase \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
    trixie "$archive" ${DEBIAN_MIRROR:-}
  container=$(storage from scratch)
  storage add -q "$container" "$archive" / >/dev/null
  storage config --cmd bash --label souk.dev/base=mmdebstrap "$container"
  storage commit -q --rm "$container" "$base" >/dev/null
  rm -f "$archive"
}
