# shellcheck shell=bash
# Which cluster is meant, by CLUSTER=native|k3d|current, and how it is reached: sets CLUSTER, KUBECONFIG
# and IMAGES. Starts and stops it. Remembers the choice for `make env`, `make down` and the like.

IN_USE=$SOUK_CACHE/in-use # shell assignments; written by `make up`
K3D_NAME=souk
K3D_KUBECONFIG=$SOUK_CACHE/k3d.kubeconfig

docker_works() { command -v docker >/dev/null && timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

choose_cluster() {
  if [ -z "${CLUSTER:-}" ]; then
    if docker_works && command -v k3d >/dev/null; then CLUSTER=k3d; else CLUSTER=native; fi
  fi
  case $CLUSTER in
    native) IMAGES=${IMAGES:-containerd} KUBECONFIG=$STATE/admin.kubeconfig ;;
    k3d) IMAGES=${IMAGES:-k3d} KUBECONFIG=$K3D_KUBECONFIG ;;
    current) KUBECONFIG=${KUBECONFIG_OF_THE_CALLER:-$HOME/.kube/config} ;;
    *) fail "CLUSTER=$CLUSTER is not known" "use CLUSTER=native, CLUSTER=k3d or CLUSTER=current" ;;
  esac
  export CLUSTER KUBECONFIG IMAGES
}

# The choice of the last `make up`, for the commands that come after it; CLUSTER in the environment goes first.
recall_cluster() {
  if [ -z "${CLUSTER:-}" ] && [ -f "$IN_USE" ]; then
    # shellcheck source=/dev/null
    . "$IN_USE"
    KUBECONFIG_OF_THE_CALLER=${KUBECONFIG_IN_USE:-}
  fi
  choose_cluster
}

remember_cluster() {
  write_if_changed "$IN_USE" <<<"CLUSTER=$CLUSTER
KUBECONFIG_IN_USE=$(printf '%q' "$KUBECONFIG")"
}

current_context() { sed -n 's/^current-context: *//p' "${KUBECONFIG%%:*}" 2>/dev/null | tr -d '"' | head -n 1; }

check_where() {
  case $CLUSTER in
    k3d)
      docker_works || trouble "CLUSTER=k3d, and Docker does not answer" "start Docker, or use CLUSTER=native"
      command -v k3d >/dev/null || trouble "CLUSTER=k3d, and k3d is missing" "install it from https://k3d.io, or use CLUSTER=native"
      ;;
    current)
      [ -n "$(current_context)" ] || trouble "CLUSTER=current, and $KUBECONFIG names no current context" "choose one with 'kubectl config use-context NAME', or set KUBECONFIG"
      case ${IMAGES:-} in
        containerd | k3d | kind | minikube | push=?*) ;;
        *) trouble "CLUSTER=current needs to know how images get to that cluster, and IMAGES is '${IMAGES:-}'" "set IMAGES=containerd, k3d, kind, minikube or push=REGISTRY" ;;
      esac
      ;;
  esac
}

start_cluster() {
  case $CLUSTER in
    native) "$ROOT/dev/cluster/cluster" up ;;
    k3d)
      if k3d cluster list "$K3D_NAME" >/dev/null 2>&1; then
        k3d cluster start "$K3D_NAME" >&2
      else
        say "making the k3d cluster $K3D_NAME"
        k3d cluster create "$K3D_NAME" --wait --port 80:80@loadbalancer --port 443:443@loadbalancer --kubeconfig-update-default=false >&2
      fi
      (umask 077 && k3d kubeconfig get "$K3D_NAME" >"$K3D_KUBECONFIG")
      ;;
    current)
      say "using the context '$(current_context)' of $KUBECONFIG ($(kubectl config view --minify -o jsonpath='{.clusters[0].cluster.server}'))"
      kubectl get --raw /readyz --request-timeout=10s >/dev/null 2>&1 || fail "the cluster of the context '$(current_context)' does not answer" "see 'kubectl get nodes'"
      ;;
  esac
}

stop_cluster() { # down|purge [--all]
  case $CLUSTER in
    native) "$ROOT/dev/cluster/cluster" "$@" ;;
    k3d) if [ "$1" = purge ]; then k3d cluster delete "$K3D_NAME"; else k3d cluster stop "$K3D_NAME"; fi ;;
    current)
      say "the cluster of $KUBECONFIG is not Souk's, so it is neither stopped nor deleted"
      say "to take Souk away from it: delete its stores, then 'helm -n $NAMESPACE uninstall souk'"
      ;;
  esac
}

# kubectl, and the helm that goes into Souk's image too: of the native cluster, else compiled for this.
find_tools() {
  export PATH=$BIN/current:$PATH
  [ -x "$BIN/current/helm" ] || "$ROOT/dev/cluster/cluster" tools helm
  command -v kubectl >/dev/null || "$ROOT/dev/cluster/cluster" tools kubernetes
}

# The native cluster brings its packages itself; elsewhere images are still built on this machine.
install_tools() {
  if [ "$CLUSTER" = native ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then return; fi
  install_packages "${IMAGE_PACKAGES[@]}"
}
