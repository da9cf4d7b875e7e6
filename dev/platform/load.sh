# shellcheck shell=bash
# Reads every file that the commands in dev/ share, in order; sets ROOT's neighbours, runs nothing.
# shellcheck disable=SC1090,SC1091,SC2034
HERE=$ROOT/dev/cluster
KUBECONFIG_OF_THE_CALLER=${KUBECONFIG:-}
for part in settings report files ranges preflight packages compile; do . "$HERE/$part.sh"; done
for part in where build release demo; do . "$ROOT/dev/platform/$part.sh"; done

usage_error() { # usage text
  printf 'usage: %s\n' "$1" >&2
  exit 2
}
