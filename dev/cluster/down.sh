# shellcheck shell=bash
# Stops the cluster and keeps its state, or purges that too. Ends only processes that carry the cluster's
# mark or live in its control group.

end_pods() {
  local pids looks=30
  pids=$(pod_processes)
  [ -n "$pids" ] || return 0
  # shellcheck disable=SC2086 # a list of processes
  kill -TERM $pids 2>/dev/null || true
  # Databases end in a second; a shell that ignores the signal is not waited for longer than three.
  until [ -z "$(pod_processes)" ] || ((--looks == 0)); do sleep 0.1; done
  looks=30
  while pids=$(pod_processes) && [ -n "$pids" ] && ((--looks > 0)); do
    # shellcheck disable=SC2086
    kill -KILL $pids 2>/dev/null || true
    sleep 0.1
  done
}

end_rest() {
  local pids deadline=$((SECONDS + 3))
  while pids=$(our_processes) && [ -n "$pids" ] && ((SECONDS < deadline)); do
    # shellcheck disable=SC2086 # a list of processes
    kill -KILL $pids 2>/dev/null || true
    sleep 0.1
  done
}

remove_control_groups() {
  local root
  for root in /sys/fs/cgroup /sys/fs/cgroup/*; do
    [ ! -d "$root/$CGROUP" ] || find "$root/$CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}

cluster_down() {
  if ! supervisor_runs && [ -z "$(our_processes)" ] && [ ! -d "$RUN" ]; then
    say "the cluster is not running"
    return
  fi
  say "stopping the cluster"
  stop_services 3 kubelet controller-manager scheduler proxy felix
  end_pods
  stop_services 3 containerd apiserver
  stop_services 3 etcd
  stop_supervisor
  end_rest
  remove_mounts
  remove_links
  remove_rules nft legacy
  remove_sets
  remove_control_groups
  rm -rf --one-file-system "$RUN"
  say "the cluster is stopped; its stores are kept in $STATE"
}

cluster_purge() { # [--all]
  cluster_down
  if [ -d "$STATE" ]; then
    [ -f "$STATE/OWNER" ] || [ -z "$(ls -A "$STATE")" ] || [ -d "$LOGS" ] ||
      fail "$STATE does not look like a folder of this cluster, so it is not deleted" "look at it, and delete it by hand"
    ! grep -qF " $STATE/" /proc/mounts || fail "something is still mounted below $STATE, so nothing was deleted" "umount what 'grep $STATE /proc/mounts' lists, then purge again"
    say "deleting $STATE"
    rm -rf --one-file-system "$STATE"
  fi
  find /var/log/containers -xtype l -delete 2>/dev/null || true
  if [ "${1:-}" = --all ]; then
    say "deleting $BIN"
    rm -rf --one-file-system "$BIN"
  fi
  say "purged"
}
