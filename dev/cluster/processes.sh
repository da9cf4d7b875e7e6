# shellcheck shell=bash
# The processes of the node and their settings: what runs, with which flags. Supervision is in services.sh.

CGROUP=souk-cluster # every pod lives below this control group, so that stopping can find them all

node_address() { # the address of the default route's interface, else any, else one of our own on loopback
  local address=${SOUK_NODE_ADDRESS:-}
  [ -n "$address" ] || address=$(ip -4 route get 198.51.100.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p' | head -n 1)
  [ -n "$address" ] || address=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -m 1 -E '^[0-9.]+$' || true)
  if [ -z "$address" ] || [[ $address == 127.* ]]; then
    address=10.254.254.1 # no network at all, as on a journey
    ip -4 addr show dev lo | grep -q " $address/" || ip addr add "$address/32" dev lo
  fi
  printf '%s' "$address"
}

write_containerd_settings() {
  write_if_changed "$STATE/containerd.toml" <<EOT
version = 2
root = "$STATE/containerd"
state = "$RUN/containerd"
[grpc]
  address = "$CONTAINERD_SOCKET"
[plugins."io.containerd.internal.v1.opt"]
  path = "$STATE/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true # some virtual machines lack CAP_SYS_RESOURCE
  sandbox_image = "$(image_name pause)"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$STATE/cni/bin"
    conf_dir = "$STATE/cni/conf"
EOT
}

resolver_file() { # systemd-resolved's own file names a resolver on loopback, which pods cannot reach
  if [ -s /run/systemd/resolve/resolv.conf ]; then echo /run/systemd/resolve/resolv.conf; else echo /etc/resolv.conf; fi
}

write_kubelet_settings() {
  write_if_changed "$STATE/kubelet.yaml" <<EOT
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $PKI/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $PKI/node.crt
tlsPrivateKeyFile: $PKI/node.key
containerRuntimeEndpoint: unix://$CONTAINERD_SOCKET
clusterDNS: [$DNS_SERVICE_IP]
clusterDomain: cluster.local
resolvConf: $(resolver_file)
cgroupDriver: cgroupfs
cgroupRoot: /$CGROUP
failCgroupV1: false
failSwapOn: false
enforceNodeAllocatable: []
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
maxPods: $MAX_PODS
podPidsLimit: $POD_PIDS
podLogsDir: $LOGS/pods
volumePluginDir: $STATE/kubelet/volume-plugins
serializeImagePulls: false
kubeAPIQPS: 200
kubeAPIBurst: 400
EOT
}

define_control_plane() {
  local kubernetes=${TOOLS[kubernetes]}
  # No fsync: a local cluster's etcd may lose its last second in a power cut, and stores are born faster.
  define_service etcd "" etcd --name "$NODE" --data-dir "$STATE/etcd" --unsafe-no-fsync --logger zap --log-level warn \
    --listen-client-urls "$ETCD" --advertise-client-urls "$ETCD" \
    --listen-peer-urls http://127.0.0.1:16380 --initial-advertise-peer-urls http://127.0.0.1:16380 --initial-cluster "$NODE=http://127.0.0.1:16380"
  define_service apiserver "$PKI/ca.crt $PKI/apiserver.crt" "$kubernetes/kube-apiserver" --etcd-servers="$ETCD" \
    --secure-port=6443 --bind-address=0.0.0.0 --advertise-address="$NODE_IP" --service-cluster-ip-range="$SERVICE_CIDR" --service-node-port-range=80-32767 \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true --cert-dir="$PKI" \
    --client-ca-file="$PKI/ca.crt" --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key" \
    --service-account-key-file="$PKI/sa.pub" --service-account-signing-key-file="$PKI/sa.key" --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --kubelet-client-certificate="$PKI/admin.crt" --kubelet-client-key="$PKI/admin.key" --kubelet-certificate-authority="$PKI/ca.crt" \
    --kubelet-preferred-address-types=InternalIP,Hostname \
    --requestheader-client-ca-file="$PKI/front-proxy-ca.crt" --requestheader-allowed-names=front-proxy --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --requestheader-group-headers=X-Remote-Group --requestheader-username-headers=X-Remote-User \
    --proxy-client-cert-file="$PKI/front-proxy.crt" --proxy-client-key-file="$PKI/front-proxy.key" --enable-aggregator-routing=true
  define_service controller-manager "$STATE/controller-manager.kubeconfig" "$kubernetes/kube-controller-manager" --kubeconfig="$STATE/controller-manager.kubeconfig" \
    --authentication-kubeconfig="$STATE/controller-manager.kubeconfig" --authorization-kubeconfig="$STATE/controller-manager.kubeconfig" \
    --cluster-cidr="$POD_CIDR" --allocate-node-cidrs=true --node-cidr-mask-size="${POD_CIDR#*/}" --service-cluster-ip-range="$SERVICE_CIDR" \
    --root-ca-file="$PKI/ca.crt" --service-account-private-key-file="$PKI/sa.key" --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key" \
    --use-service-account-credentials=true --leader-elect=false --bind-address=127.0.0.1 --kube-api-qps=200 --kube-api-burst=400
  define_service scheduler "$STATE/scheduler.kubeconfig" "$kubernetes/kube-scheduler" --kubeconfig="$STATE/scheduler.kubeconfig" \
    --authentication-kubeconfig="$STATE/scheduler.kubeconfig" --authorization-kubeconfig="$STATE/scheduler.kubeconfig" \
    --leader-elect=false --bind-address=127.0.0.1 --kube-api-qps=200 --kube-api-burst=400
}

define_node() {
  local kubernetes=${TOOLS[kubernetes]}
  define_service containerd "$STATE/containerd.toml" containerd --config "$STATE/containerd.toml"
  define_service kubelet "$STATE/kubelet.yaml $STATE/node.kubeconfig $PKI/node.crt" "$kubernetes/kubelet" --config="$STATE/kubelet.yaml" --kubeconfig="$STATE/node.kubeconfig" \
    --root-dir="$STATE/kubelet" --hostname-override="$NODE" --node-ip="$NODE_IP"
  define_service proxy "$STATE/proxy.kubeconfig" "$kubernetes/kube-proxy" --kubeconfig="$STATE/proxy.kubeconfig" --proxy-mode=iptables \
    --cluster-cidr="$POD_CIDR" --hostname-override="$NODE" --conntrack-max-per-core=0
  define_service felix "$STATE/admin.kubeconfig" env KUBECONFIG="$STATE/admin.kubeconfig" FELIX_DATASTORETYPE=kubernetes FELIX_FELIXHOSTNAME="$NODE" \
    FELIX_LOGSEVERITYSCREEN=Warning FELIX_LOGFILEPATH=none FELIX_LOGSEVERITYFILE=none FELIX_LOGSEVERITYSYS=none \
    FELIX_DEFAULTENDPOINTTOHOSTACTION=ACCEPT FELIX_BPFENABLED=false FELIX_USAGEREPORTINGENABLED=false FELIX_IPV6SUPPORT=false \
    FELIX_IPTABLESBACKEND="$(rules_backend)" \
    "${TOOLS[calico]}/calico-felix"
}

# kubelet wants the pods' control group to exist in every hierarchy.
make_control_groups() {
  local hierarchy
  local -a controllers
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    read -ra controllers </sys/fs/cgroup/cgroup.controllers
    for hierarchy in "${controllers[@]}"; do
      printf '+%s' "$hierarchy" 2>/dev/null >/sys/fs/cgroup/cgroup.subtree_control || true
    done
    mkdir -p "/sys/fs/cgroup/$CGROUP"
    return
  fi
  for hierarchy in /sys/fs/cgroup/*/; do
    [ ! -e "$hierarchy/cgroup.procs" ] || mkdir -p "$hierarchy/$CGROUP"
  done
}

# Processes inside of the pods, from whichever hierarchy has them.
pod_processes() {
  local root
  for root in /sys/fs/cgroup /sys/fs/cgroup/memory /sys/fs/cgroup/systemd; do
    [ ! -d "$root/$CGROUP" ] || find "$root/$CGROUP" -name cgroup.procs -exec cat {} + 2>/dev/null
  done | sort -un
}
