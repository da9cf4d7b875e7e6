# shellcheck shell=bash
# Applies what runs inside of the cluster, and only what changed since it was last applied.

render_manifest() { # name
  local forward='# no resolver on this machine: other names are refused at once'
  if grep -qE '^nameserver +[0-9]' "$(resolver_file)" && ! grep -qE '^nameserver +127\.' "$(resolver_file)"; then
    forward='forward . /etc/resolv.conf {\n        failfast_all_unhealthy_upstreams\n      }'
  fi
  sed -e "s#@STATE@#$STATE#g; s#@POD_CIDR@#$POD_CIDR#g; s#@DNS_SERVICE_IP@#$DNS_SERVICE_IP#g; s|@FORWARD@|$forward|; s#@RESOLVER@#$(sha256sum <"$(resolver_file)" | cut -c1-12)#" \
    -e "s#@IMAGE_COREDNS@#$(image_name coredns)#; s#@IMAGE_TRAEFIK@#$(image_name traefik)#" \
    -e "s#@IMAGE_LOCAL_PATH_PROVISIONER@#$(image_name local-path-provisioner)#; s#@IMAGE_METRICS_SERVER@#$(image_name metrics-server)#" \
    "$HERE/manifests/$1.yaml"
}

apply_manifest() { # name
  local file=$STATE/applied/$1.yaml
  mkdir -p "$STATE/applied"
  render_manifest "$1" >"$file.part"
  if cmp -s "$file.part" "$file"; then
    rm -f "$file.part"
    return
  fi
  say "applying $1"
  wait_for 30 "the manifest of $1" "$LOGS/apiserver/current" node_kubectl apply -f "$file.part"
  mv "$file.part" "$file"
}

apply_calico_resources() {
  local mark=$STATE/applied/calico-crds
  mkdir -p "$STATE/applied"
  [ "$(cat "$mark" 2>/dev/null)" = "${TOOLS[calico]##*/}" ] && return
  wait_for 30 "the resource types of Calico" "$LOGS/apiserver/current" node_kubectl apply -f "${TOOLS[calico]}/crds"
  wait_for 30 "the registration of Calico's resource types" "$LOGS/apiserver/current" \
    node_kubectl wait --for=condition=Established --timeout=1s crd/clusterinformations.crd.projectcalico.org crd/felixconfigurations.crd.projectcalico.org crd/ippools.crd.projectcalico.org
  printf '%s\n' "${TOOLS[calico]##*/}" >"$mark"
}

node_kubectl() { "$BIN/current/kubectl" --kubeconfig "$STATE/admin.kubeconfig" --request-timeout=10s "$@"; }
