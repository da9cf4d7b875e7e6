# shellcheck shell=bash
# Container images: the cluster's own few (one static binary each, on nothing), named by the hash of what
# is in them, and bringing any image of buildah's storage to the node. Builds no image of Souk's.

OWN_IMAGES=(pause coredns traefik local-path-provisioner metrics-server)

node_ctr() { ctr --address "$CONTAINERD_SOCKET" --namespace k8s.io "$@"; }

image_name() { # own image -> reference
  local key
  case $1 in
    pause) key=$(sha256sum "$HERE/images/pause.c" | cut -c1-12) ;;
    *) key=${TOOLS[$1]##*-} ;;
  esac
  printf 'localhost/souk-cluster/%s:%s' "$1" "$key"
}

image_is_there() { # reference
  [ -n "$(node_ctr images list -q "name==$1" 2>/dev/null)" ]
}

# Puts the image's files into a folder and prints the rest of its Containerfile.
image_content() { # own image, folder
  local user=65532 applet
  case $1 in
    pause) gcc -static -Os -o "$2/app" "$HERE/images/pause.c" ;;
    local-path-provisioner) # its binary, and a shell for the pods that make and remove folders
      user=0
      install -D -m 755 "$(command -v busybox)" "$2/bin/busybox"
      for applet in sh mkdir rm; do ln -s busybox "$2/bin/$applet"; done
      cp "${TOOLS[$1]}/$1" "$2/app"
      ;;
    *) cp "${TOOLS[$1]}/$1" "$2/app" ;;
  esac
  printf 'USER %s\nENTRYPOINT ["/app"]\n' "$user"
}

load_own_image() { # own image
  local reference folder rest
  reference=$(image_name "$1")
  ! image_is_there "$reference" || return 0
  say "making the image $1"
  folder=$(mktemp -d "$STATE/image.XXXXXX")
  mkdir "$folder/root"
  rest=$(image_content "$1" "$folder/root")
  printf 'FROM scratch\nCOPY root /\n%s\n' "$rest" >"$folder/Containerfile"
  if ! {
    buildah_here "$folder" bud -q --isolation chroot -t "$reference" "$folder" &&
      buildah_here "$folder" push -q "$reference" "oci-archive:$folder/image.tar:$reference" &&
      node_ctr images import "$folder/image.tar"
  } >"$folder/log" 2>&1; then
    fail "the image $1 could not be made: $(tail -n 1 "$folder/log")" "run the same command again; it resumes"
  fi
  rm -rf "$folder"
}

buildah_here() { # folder, arguments: a storage that goes away with the folder
  local folder=$1
  shift
  buildah --storage-driver vfs --root "$folder/storage" --runroot "$folder/run" "$@"
}

load_own_images() {
  local image
  rm -rf "$STATE"/image.??????
  for image in "${OWN_IMAGES[@]}"; do load_own_image "$image"; done
}

# Brings images from buildah's storage to the node. One that is there already, under a name that is a hash
# of its content, is not sent again; other tags are always sent.
load_references() { # references...
  local reference file
  [ -S "$CONTAINERD_SOCKET" ] || fail "the cluster is not running, so no image can be loaded" "make up (or dev/cluster/cluster up) first"
  for reference in "$@"; do
    if [[ $reference =~ :[0-9a-f]{12}$ ]] && image_is_there "$reference"; then continue; fi
    say "loading $reference"
    file=$(mktemp "$STATE/load.XXXXXX")
    rm -f "$file" # buildah wants to make it itself
    if ! buildah --storage-driver overlay push -q "$reference" "oci-archive:$file:$reference" || ! node_ctr images import "$file" >/dev/null; then
      rm -f "$file"
      fail "the image $reference could not be loaded" "'buildah --storage-driver overlay images' lists what there is; build it, then run this again"
    fi
    rm -f "$file"
  done
}
