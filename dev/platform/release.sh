# shellcheck shell=bash
# The platform on the cluster: one Helm release, brought to what the chart, the images and the cluster's
# front door ask for, and only when one of them changed. Holds no secret.

BASE_DOMAIN=${SOUK_BASE_DOMAIN:-localhost}
NAMESPACE=${SOUK_NAMESPACE:-souk} # another one, with another base domain, is a second platform on the same cluster
SOUK_URL=http://souk.$BASE_DOMAIN

# Prints what the chart must know about the ingress controller that is there: class, namespace, label, address.
front_door() {
  local class place namespace label service
  class=$(kubectl get ingressclass -o json | jq -r '
    .items | ([.[] | select(.metadata.annotations["ingressclass.kubernetes.io/is-default-class"] == "true")] + .)[0].metadata.name // empty')
  place=$(kubectl get pods -A -l 'app.kubernetes.io/name in (traefik,ingress-nginx)' -o json |
    jq -r '.items[0] | select(. != null) | .metadata.namespace + " " + .metadata.labels["app.kubernetes.io/name"]')
  if [ -z "$class" ] || [ -z "$place" ]; then
    fail "this cluster has no ingress controller that is known here (Traefik or ingress-nginx)" "install one, or describe yours in a values file: SOUK_VALUES=FILE (see charts/souk/values.yaml, ingress)"
  fi
  read -r namespace label <<<"$place"
  service=$(kubectl -n "$namespace" get service -l "app.kubernetes.io/name=$label" -o json |
    jq -r '[.items[] | select(any(.spec.ports[]; .port == 80))][0].metadata.name // empty')
  [ -n "$service" ] || fail "the ingress controller in namespace $namespace has no Service with port 80" "describe it in a values file: SOUK_VALUES=FILE"
  printf '%s %s %s %s.%s.svc.cluster.local:80\n' "$class" "$namespace" "$label" "$service" "$namespace"
}

# Sets KEPT_IN: where the platform keeps its own data. DATABASE=sqlite|postgres says so for a new one; one that is
# installed keeps what it has, since another database would be an empty one.
choose_database() {
  local installed
  case ${DATABASE:-} in
    '' | sqlite | postgres) ;;
    *) fail "DATABASE=$DATABASE is not known" "use DATABASE=sqlite or DATABASE=postgres" ;;
  esac
  installed=$(helm -n "$NAMESPACE" get values souk -o json 2>/dev/null | jq -r '.database.type // "sqlite"' || true)
  KEPT_IN=${DATABASE:-${installed:-sqlite}}
  if [ "$KEPT_IN" != "${installed:-$KEPT_IN}" ]; then
    fail "the platform in namespace $NAMESPACE keeps its stores in $installed, and DATABASE is $DATABASE" "leave DATABASE out, or move its database first (charts/souk/README.md)"
  fi
}

platform_values() {
  local class namespace label address
  if [ -n "${SOUK_VALUES:-}" ]; then
    class='' namespace='' label='' address=''
  else
    read -r class namespace label address <<<"$(front_door)"
    [ -n "$class" ] || exit 1
  fi
  jq -n --arg domain "$BASE_DOMAIN" --arg class "$class" --arg namespace "$namespace" --arg name "$label" --arg address "$address" \
    --arg souk "$SOUK_IMAGE_SOUK" --arg shop "$SOUK_IMAGE_SHOP" --arg database "$SOUK_IMAGE_DATABASE" --arg postgres "$SOUK_IMAGE_POSTGRES" \
    --arg commerce "${SOUK_WOOCOMMERCE:-none}" --arg kept "$KEPT_IN" '
    {baseDomain: $domain, images: {souk: $souk, shop: $shop, database: $database, postgres: $postgres, wooCommerce: $commerce}}
    + if $kept == "postgres" then {database: {type: "postgres"}, replicas: 2, persistence: {size: "1Gi"}} else {} end
    + if $class == "" then {} else {ingress: {className: $class, frontDoor: $address,
        controller: {namespace: $namespace, podLabels: {"app.kubernetes.io/name": $name}}}} end'
}

# A run that was killed in the middle of helm leaves the release pending, and helm refuses to go on.
mend_release() {
  local status
  status=$(helm -n "$NAMESPACE" status souk -o json 2>/dev/null | jq -r '.info.status // empty' || true)
  case $status in
    pending-install) helm -n "$NAMESPACE" uninstall souk --wait >/dev/null ;; # its volume and secrets are kept
    pending-*) helm -n "$NAMESPACE" rollback souk --wait >/dev/null ;;
    *) return 0 ;;
  esac
  say "mended a release that an interrupted run had left $status"
}

# A rollout that did not end within its deadline stays marked so, and helm takes the mark for the end of the next one.
mend_rollout() {
  local overdue
  overdue=$(kubectl -n "$NAMESPACE" get deployment souk -o json 2>/dev/null |
    jq -r 'any(.status.conditions[]?; .reason == "ProgressDeadlineExceeded")' || true)
  [ "$overdue" = true ] || return 0
  kubectl -n "$NAMESPACE" rollout restart deployment/souk >/dev/null
  say "restarted a rollout that an earlier run had left overdue"
}

install_platform() {
  local values=$SOUK_CACHE/platform.values.json log=$SOUK_CACHE/log/platform.log inputs
  local -a files=(-f "$ROOT/charts/souk/values-local.yaml" -f "$values")
  choose_database
  platform_values >"$values.part" || exit 1
  mv "$values.part" "$values"
  [ -z "${SOUK_VALUES:-}" ] || files+=(-f "$SOUK_VALUES")
  inputs=$({ files_hash charts/souk; cat "$values" ${SOUK_VALUES:+"$SOUK_VALUES"}; } | sha256sum | cut -c1-12)
  if [ -n "$(kubectl -n "$NAMESPACE" get secret -l "owner=helm,name=souk,status=deployed,souk-inputs=$inputs" -o name 2>/dev/null)" ]; then
    return
  fi
  mend_release
  mend_rollout
  with_progress "installing the platform (helm release souk, namespace $NAMESPACE)" "$log" \
    helm upgrade --install souk "$ROOT/charts/souk" --namespace "$NAMESPACE" --create-namespace --wait --timeout 5m --labels "souk-inputs=$inputs" "${files[@]}" || {
    kubectl -n "$NAMESPACE" get pods >>"$log" 2>&1 || true
    kubectl -n "$NAMESPACE" get events --sort-by=.lastTimestamp >>"$log" 2>&1 || true
    fail "the platform could not be installed: $(grep -m 1 -iE 'error|failed' "$log")" "read $log (pods and events stand at its end), then 'make up' again; it resumes"
  }
}

platform_answers() { curl -fsS --max-time 3 "$SOUK_URL/readyz"; }

sign_in() {
  wait_for 90 "an answer of $SOUK_URL/readyz" "" platform_answers
  export SOUK_URL
  ! souk status >/dev/null 2>&1 || return 0
  kubectl -n "$NAMESPACE" get secret souk-admin -o jsonpath='{.data.token}' | base64 -d | souk login "$SOUK_URL" --token-stdin >&2 ||
    fail "the admin's token was not taken by $SOUK_URL" "see 'kubectl -n $NAMESPACE logs deploy/souk'"
}
