# shellcheck shell=bash
# Every path, port, range and package of the local cluster. Owns the defaults and which of them may be
# set from outside (SOUK_*); does nothing by itself.
# shellcheck disable=SC2034 # read by the files that source this one

HERE=${HERE:?folder of dev/cluster}
HOME=${HOME:-/root}

# Folders
SOUK_CACHE=${SOUK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/souk}
BIN=$SOUK_CACHE/bin         # compiled once, one folder per component and key; `current` has links to the ones in use
STATE=$SOUK_CACHE/state     # etcd, images, volumes, certificates, logs: all that must outlive a reboot
RUN=/run/souk-cluster       # sockets, network namespaces' addresses: all that must not
SERVICES=$STATE/services    # runit service folders
LOGS=$STATE/log

# Node and ranges. SOUK_NODE_ADDRESS, else the address of the default route, is what the node is reached at.
NODE=souk
POD_CIDR=${SOUK_POD_CIDR:-10.42.0.0/16}
SERVICE_CIDR=${SOUK_SERVICE_CIDR:-10.43.0.0/16}
SERVICE_PREFIX=${SERVICE_CIDR%.*}     # 10.43.0
API_SERVICE_IP=$SERVICE_PREFIX.1
DNS_SERVICE_IP=$SERVICE_PREFIX.10
MAX_PODS=${SOUK_MAX_PODS:-250}
POD_PIDS=${SOUK_POD_PIDS:-1024}       # processes one pod may have; a store needs about 30

# Ports on this machine. etcd's own 2379 is left to Debian's service of that package.
PUBLIC_PORTS=(80 443 6443)
PRIVATE_PORTS=(16379 16380 10248 10249 10250 10256 10257 10259)
ETCD=http://127.0.0.1:16379

# Least free disk (on the cache's file system) and memory, in MiB
LEAST_DISK=15360
LEAST_MEMORY=6144

# Debian packages, by what needs them
IMAGE_PACKAGES=(
  buildah mmdebstrap                         # images, and their base where no registry can be reached
  ca-certificates curl jq unzip util-linux   # these scripts
)
CLUSTER_PACKAGES=(
  etcd-server etcd-client                    # the API server's database
  containerd runc containernetworking-plugins # containers
  iptables ipset conntrack iproute2 kmod     # pod network and Services
  runit procps openssl                       # supervision, certificates
  busybox-static gcc libc6-dev               # the cluster's own images
)

# In this order; the slow ones last, so that what is wrong with the machine shows early.
COMPONENTS=(helm coredns local-path-provisioner metrics-server kubernetes calico traefik)

KUBECONFIG=$STATE/admin.kubeconfig
CONTAINERD_SOCKET=$RUN/containerd.sock
export SOUK_CACHE
