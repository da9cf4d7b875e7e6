# shellcheck shell=bash
# Brings the cluster up, from whatever is there: every step looks first and does only what is missing, so
# it can be interrupted anywhere and run again.

SYSTEM_NAMESPACES='["kube-system","traefik","local-path-storage"]'

prepare_folders() {
  mkdir -p "$STATE"/{etcd,containerd,kubelet,volumes,cni} "$LOGS/pods" "$SERVICES" "$RUN"
  chmod 700 "$STATE/etcd"
  printf 'Made by the local cluster of Souk. "cluster purge" removes this folder.\n' >"$STATE/OWNER"
  printf '%s %s\n' "$POD_CIDR" "$SERVICE_CIDR" >"$STATE/ranges"
}

api_answers() { curl -fsS --max-time 2 --cacert "$PKI/ca.crt" https://127.0.0.1:6443/readyz; }

bootstrapped() { # the controller-manager gives up where it finds this missing
  node_kubectl -n kube-system get rolebinding system::extension-apiserver-authentication-reader
}

# Names of what is not up: system pods whose containers are not ready, or were started before this run of the
# containers (their status is then a memory of the last run).
pods_missing() {
  local since
  since=$(cat "$RUN/since")
  node_kubectl get pods -A -o json | jq -r --arg since "$since" --argjson system "$SYSTEM_NAMESPACES" '
    [.items[] | select(.metadata.namespace | IN($system[])) | select(.metadata.deletionTimestamp == null)
      | select(.metadata.labels | (has("k8s-app") or has("app.kubernetes.io/name")))] as $pods
    | (if ($pods | length) < 4 then "pods of the cluster" else empty end),
      ($pods[] | select((.status.containerStatuses // []) | length == 0 or any(.[]; (.ready | not) or (.state.running.startedAt // "") < $since))
      | "\(.metadata.namespace)/\(.metadata.name)")'
}

pods_are_up() {
  local missing
  missing=$(pods_missing) || return 1
  [ -z "$missing" ] || { echo "not ready: ${missing//$'\n'/, }"; return 1; }
}

front_door_answers() { curl -sS -o /dev/null --max-time 2 http://127.0.0.1:80/; }

metrics_answer() { node_kubectl get --raw /apis/metrics.k8s.io/v1beta1/nodes; }

cluster_up() {
  preflight system go ports room ranges
  mkdir -p "$BIN" "$LOGS"
  install_packages "${IMAGE_PACKAGES[@]}" "${CLUSTER_PACKAGES[@]}"
  compile_all
  prepare_folders
  NODE_IP=$(node_address)
  write_certificates
  write_network_settings
  write_containerd_settings
  write_kubelet_settings
  define_control_plane
  define_node
  if ! supervisor_runs; then
    say "starting the processes (node address $NODE_IP)"
    set_kernel
    make_control_groups
    date -u +%Y-%m-%dT%H:%M:%SZ >"$RUN/since"
  fi
  remove_rules "$(stale_backend)"
  start_supervisor
  start_service etcd
  start_service containerd
  start_service apiserver
  wait_for 30 "the start of containerd" "$LOGS/containerd/current" node_ctr version
  load_own_images
  wait_for 90 "the start of the API server" "$LOGS/apiserver/current" api_answers
  wait_for 30 "the API server's first roles" "$LOGS/apiserver/current" bootstrapped
  start_service controller-manager
  start_service scheduler
  apply_calico_resources
  apply_manifest calico
  start_service felix
  start_service proxy
  start_service kubelet
  wait_for 60 "the registration of the node" "$LOGS/kubelet/current" node_kubectl get node "$NODE"
  local name
  for name in coredns traefik local-path metrics-server; do apply_manifest "$name"; done
  wait_for 60 "readiness of the node" "$LOGS/kubelet/current" node_kubectl wait --for=condition=Ready --timeout=1s "node/$NODE"
  wait_for 120 "readiness of the cluster's own pods" "$LOGS/kubelet/current" pods_are_up
  wait_for 30 "an answer on port 80" "$LOGS/proxy/current" front_door_answers
  wait_for 60 "an answer of the metrics API" "$LOGS/apiserver/current" metrics_answer
  say "the cluster is up: export KUBECONFIG=$STATE/admin.kubeconfig"
}
