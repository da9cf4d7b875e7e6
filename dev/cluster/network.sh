# shellcheck shell=bash
# The machine's network as the cluster needs it: kernel settings, the CNI configuration, and taking away
# the rules, sets, links and namespaces that the cluster made. Policies themselves are Calico's felix.

set_kernel() {
  local module
  for module in overlay br_netfilter veth ip_set xt_set; do modprobe -q "$module" 2>/dev/null || true; done # built in, or loaded on use
  sysctl -qw net.ipv4.ip_forward=1
  sysctl -qw net.ipv4.conf.all.route_localnet=1 # node ports on loopback: http://*.localhost
  raise_kernel fs.inotify.max_user_instances 8192
  raise_kernel fs.inotify.max_user_watches 524288
  raise_kernel kernel.pid_max 131072
}

raise_kernel() { # name, least value
  local now
  now=$(sysctl -n "$1" 2>/dev/null || echo 0)
  ((now >= $2)) || sysctl -qw "$1=$2" || say "note: $1 could not be raised from $now to $2"
}

write_network_settings() {
  local plugin
  mkdir -p "$STATE/cni/bin" "$STATE/cni/conf" "$RUN/cni"
  for plugin in host-local loopback; do ln -sfn "/usr/lib/cni/$plugin" "$STATE/cni/bin/$plugin"; done
  ln -sfn "${TOOLS[calico]}/calico" "$STATE/cni/bin/calico"
  write_if_changed "$STATE/cni/conf/10-calico.conflist" <<EOT
{"name": "souk-pods", "cniVersion": "0.3.1", "plugins": [
  {"type": "calico", "datastore_type": "kubernetes", "nodename": "$NODE", "nodename_file_optional": true, "mtu": 1500,
   "log_level": "warning", "log_file_path": "$LOGS/cni.log",
   "ipam": {"type": "host-local", "dataDir": "$RUN/cni", "ranges": [[{"subnet": "$POD_CIDR"}]]},
   "policy": {"type": "k8s"}, "kubernetes": {"kubeconfig": "$STATE/admin.kubeconfig"}}]}
EOT
}

# The kernel has two sets of tables, and a packet passes both. kube-proxy writes where the command `iptables` does; felix,
# left alone, guesses by what it finds, and rules of an earlier guess would go on refusing the pods that came after it.
rules_backend() {
  case $(iptables --version) in *nf_tables*) echo nft ;; *) echo legacy ;; esac
}

stale_backend() {
  case $(rules_backend) in nft) echo legacy ;; *) echo nft ;; esac
}

# Rules of kube-proxy and Calico have names of their own; everything else stays as it is.
remove_rules() { # backend...
  local family backend rules
  for backend in "$@"; do
    for family in iptables ip6tables; do
      backend_has_rules "$family" "$backend" || continue
      rules=$("$family-$backend-save" 2>/dev/null || true)
      grep -qE 'KUBE-|cali[-:]' <<<"$rules" || continue
      grep -vE 'KUBE-|cali[-:]' <<<"$rules" | "$family-$backend-restore" || say "note: some $family rules of the cluster are left"
    done
  done
}

# To ask for the older tables makes them, unless one looks first.
backend_has_rules() { # family backend
  local tables=/proc/net/${1/tables/_tables}_names
  command -v "$1-$2-save" >/dev/null && { [ "$2" = nft ] || grep -qs . "$tables"; }
}

# The kernel lets go of a set a moment after the last rule that named it.
remove_sets() {
  local deadline=$((SECONDS + 2))
  until remove_free_sets || ((SECONDS > deadline)); do sleep 0.1; done
}

remove_free_sets() {
  local name left=0
  command -v ipset >/dev/null || return 0
  while read -r name; do
    ipset destroy "$name" 2>/dev/null || left=1
  done < <(ipset list -n 2>/dev/null | grep '^cali')
  return "$left"
}

remove_links() {
  local name
  ip -o link show type veth 2>/dev/null | sed -n 's/^[0-9]*: \(cali[^@:]*\).*/link delete \1/p' | ip -force -batch - 2>/dev/null || true
  for name in /run/netns/cni-*; do
    [ ! -e "$name" ] || { umount -l "$name" 2>/dev/null || true; rm -f "$name"; }
  done
}

# Mounts below our folders, deepest first; nothing below them is deleted while one is left.
remove_mounts() {
  awk -v state="$STATE/" -v run="$RUN/" 'index($2, state) == 1 || index($2, run) == 1 {print $2}' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null || true
}
