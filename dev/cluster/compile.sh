# shellcheck shell=bash
# Compiles the cluster's parts from their Go modules, each once per key: the key is a hash of the
# component's go.mod, go.sum and sources and of the flags. A finished component stays finished, so an
# interrupted run goes on at the one it was at.

module_version() { # component, module
  awk -v module="$2" '$1 == "require" {$1 = $2; $2 = $3} $1 == module && $2 ~ /^v/ {print $2; exit}' "$HERE/components/$1/go.mod"
}

link_flags() { # component
  local version=
  case $1 in
    kubernetes)
      version=$(module_version kubernetes k8s.io/kubernetes)
      printf -- '-X k8s.io/component-base/version.gitVersion=%s -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=%s' \
        "$version" "$(cut -d. -f2 <<<"$version")"
      ;;
    helm) printf -- '-X helm.sh/helm/v4/internal/version.version=%s' "$(module_version helm helm.sh/helm/v4)" ;;
    traefik) printf -- '-X github.com/traefik/traefik/v3/pkg/version.Version=%s' "$(module_version traefik github.com/traefik/traefik/v3)" ;;
    metrics-server) printf -- '-X sigs.k8s.io/metrics-server/pkg/version.gitVersion=%s' "$(module_version metrics-server sigs.k8s.io/metrics-server)" ;;
  esac
}

component_key() { # component
  {
    link_flags "$1"
    cd "$HERE/components/$1" && find . -type f | LC_ALL=C sort | xargs sha256sum
  } | sha256sum | cut -c1-12
}

component_folder() { # component
  printf '%s/%s-%s' "$BIN" "$1" "$(component_key "$1")"
}

compiled() { # is everything there?
  local component
  for component in "${COMPONENTS[@]}"; do
    [ -d "$(component_folder "$component")" ] || return 1
  done
}

compile_component() { # component, folder
  local component=$1 folder=$2 package=tool
  [ "$component" != coredns ] || package=.
  rm -rf "$folder.part"
  mkdir -p "$folder.part"
  cd "$HERE/components/$component" || return 1
  CGO_ENABLED=0 GOWORK=off go build -trimpath -ldflags="-s -w $(link_flags "$component")" -o "$folder.part/" "$package" || return 1
  if [ "$component" = calico ]; then
    mkdir -p "$folder.part/crds"
    cp "$(go list -m -f '{{.Dir}}' github.com/projectcalico/calico)"/libcalico-go/config/crd/*.yaml "$folder.part/crds/" || return 1
    chmod 644 "$folder.part"/crds/*
  fi
  mv "$folder.part" "$folder"
}

# Which folder serves each component, read by every file that starts or ships a binary.
declare -A TOOLS=()

compile_all() { # components... (default: all)
  local component folder number=0 log count
  local -a wanted=("$@")
  ((${#wanted[@]})) || wanted=("${COMPONENTS[@]}")
  count=${#wanted[@]}
  mkdir -p "$BIN/current"
  for component in "${wanted[@]}"; do
    number=$((number + 1))
    folder=$(component_folder "$component")
    TOOLS[$component]=$folder
    [ ! -d "$folder" ] || continue
    log=$BIN/$component.log
    with_progress "building $component ($number/$count)" "$log" compile_component "$component" "$folder" ||
      fail "$component could not be built: $(grep -v '^go: downloading' "$log" | tail -n 1)" "read $log, then run the same command again; what is built stays built"
  done
  link_current kubernetes kubectl
  link_current helm helm
}

link_current() { # component, binary
  [ -n "${TOOLS[$1]:-}" ] || return 0
  [ "$(readlink "$BIN/current/$2")" = "${TOOLS[$1]}/$2" ] || ln -sfn "${TOOLS[$1]}/$2" "$BIN/current/$2"
}
