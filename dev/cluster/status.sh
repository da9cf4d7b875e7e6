# shellcheck shell=bash
# Tells people and other scripts what runs and how to reach it. Changes nothing.

cluster_status() {
  if ! supervisor_runs; then
    printf 'The cluster is not running. "make up" brings it up%s.\n' "$([ ! -d "$STATE/etcd/member" ] || printf ', with the stores it had')"
    return 3
  fi
  printf 'Processes (logs: %s/<name>/current)\n' "$LOGS"
  sv status "$SERVICES"/* 2>/dev/null | sed -E 's#^(run|down): [^:]*/([^/:]+): #  \1 \2 #; s/; (run|down): log:.*//'
  printf '\n'
  node_kubectl get nodes -o wide | sed 's/^/  /' | cut -c1-110
  printf '\n'
  local missing
  missing=$(pods_missing) || { printf 'The API server does not answer.\n'; return 1; }
  if [ -n "$missing" ]; then
    printf 'Not ready: %s\n' "${missing//$'\n'/, }"
    return 1
  fi
  printf 'Ready. KUBECONFIG=%s\n' "$STATE/admin.kubeconfig"
}

cluster_env() {
  printf 'export KUBECONFIG=%q\n' "$STATE/admin.kubeconfig"
  # shellcheck disable=SC2016 # for the reader's shell
  printf 'export PATH=%q:"$PATH"\n' "$BIN/current"
}
