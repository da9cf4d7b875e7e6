# shellcheck shell=bash
# The cluster's certificate authority, the certificates of its parts and their kubeconfig files. A
# certificate is issued again when it is missing, near its end, of another authority, or without an address
# that it needs now (the node's address may change between boots). The authority itself is never replaced.

PKI=$STATE/pki

authority() { # name, common name
  [ ! -s "$PKI/$1.crt" ] || return 0
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$2" \
    -keyout "$PKI/$1.key" -out "$PKI/$1.crt.part" 2>/dev/null
  mv "$PKI/$1.crt.part" "$PKI/$1.crt"
}

certificate_is_good() { # file, authority, alternative names
  local entry
  openssl verify -CAfile "$PKI/$2.crt" "$PKI/$1.crt" >/dev/null 2>&1 || return 1
  openssl x509 -in "$PKI/$1.crt" -noout -checkend $((30 * 86400)) >/dev/null || return 1
  for entry in ${3//,/ }; do
    case $entry in
      IP:*) openssl x509 -in "$PKI/$1.crt" -noout -checkip "${entry#IP:}" ;;
      DNS:*) openssl x509 -in "$PKI/$1.crt" -noout -checkhost "${entry#DNS:}" ;;
    esac | grep -q 'does match' || return 1
  done
}

certificate() { # file, subject, authority, alternative names
  if [ -s "$PKI/$1.key" ] && certificate_is_good "$1" "$3" "$4"; then return; fi
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout "$PKI/$1.key" -out "$PKI/$1.csr" 2>/dev/null
  openssl x509 -req -in "$PKI/$1.csr" -CA "$PKI/$3.crt" -CAkey "$PKI/$3.key" -CAcreateserial -days 3650 -out "$PKI/$1.crt.part" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$4") 2>/dev/null
  mv "$PKI/$1.crt.part" "$PKI/$1.crt"
  rm -f "$PKI/$1.csr"
}

kubeconfig() { # name
  write_if_changed "$STATE/$1.kubeconfig" <<EOT
apiVersion: v1
kind: Config
clusters:
- name: souk-native
  cluster: {server: "https://127.0.0.1:6443", certificate-authority-data: $(base64 -w0 "$PKI/ca.crt")}
users:
- name: $1
  user: {client-certificate-data: $(base64 -w0 "$PKI/$1.crt"), client-key-data: $(base64 -w0 "$PKI/$1.key")}
contexts:
- name: souk-native
  context: {cluster: souk-native, user: $1}
current-context: souk-native
EOT
}

write_certificates() {
  local name mask
  mask=$(umask)
  umask 077
  mkdir -p "$PKI"
  authority ca souk-local-ca
  authority front-proxy-ca souk-local-front-proxy-ca
  certificate apiserver /CN=kube-apiserver ca "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:$API_SERVICE_IP,IP:$NODE_IP"
  certificate node "/O=system:nodes/CN=system:node:$NODE" ca "DNS:$NODE,DNS:localhost,IP:127.0.0.1,IP:$NODE_IP"
  certificate admin /O=system:masters/CN=admin ca DNS:localhost
  certificate controller-manager /CN=system:kube-controller-manager ca DNS:localhost
  certificate scheduler /CN=system:kube-scheduler ca DNS:localhost
  certificate proxy /CN=system:kube-proxy ca DNS:localhost
  certificate front-proxy /CN=front-proxy front-proxy-ca DNS:localhost
  if [ ! -s "$PKI/sa.pub" ]; then
    openssl genrsa -out "$PKI/sa.key" 2048 2>/dev/null
    openssl rsa -in "$PKI/sa.key" -pubout -out "$PKI/sa.pub" 2>/dev/null
  fi
  for name in admin controller-manager scheduler node proxy; do kubeconfig "$name"; done
  umask "$mask"
}
