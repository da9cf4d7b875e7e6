# shellcheck shell=bash
# The demo store, its one order, and the summary at the end of `make up`.

DEMO_NAME="Demo Shop"
DEMO_SLUG=demo-shop

demo_store() { souk store get "$DEMO_SLUG" --output json 2>/dev/null; }

make_demo_store() {
  local phase
  phase=$(demo_store | jq -r .phase || true)
  case $phase in
    Ready) return ;;
    "")
      say "creating the demo store"
      souk store create "$DEMO_NAME" --slug "$DEMO_SLUG" --wait >&2 || demo_failed
      ;;
    Failed)
      say "the demo store had failed; trying it again"
      { souk store retry "$DEMO_SLUG" >&2 && souk store wait "$DEMO_SLUG" >&2; } || demo_failed
      ;;
    *)
      say "waiting for the demo store, which is $phase"
      souk store wait "$DEMO_SLUG" >&2 || demo_failed
      ;;
  esac
  [ "$(demo_store | jq -r .phase)" = Ready ] || demo_failed
}

demo_failed() {
  fail "the demo store is not ready: $(demo_store | jq -r '.message // empty')" "see 'souk store events $DEMO_SLUG' (after: eval \"\$(make env)\"), then 'make up' again; it resumes"
}

# One order for each demo store there ever was; which have theirs is remembered outside of the checkout.
place_demo_order() {
  local store id url mark number
  store=$(demo_store)
  id=$(jq -r .id <<<"$store") url=$(jq -r .url <<<"$store")
  mark=$SOUK_CACHE/demo-orders/$id
  DEMO_ORDER=
  if [ "$(jq -r .ordersPossible <<<"$store")" != true ]; then return; fi
  if [ ! -s "$mark" ]; then
    say "placing an order in the demo store"
    number=$("$ROOT/dev/order" "$url") || fail "no order could be placed in the demo store" "try it by hand: dev/order $url"
    mkdir -p "$(dirname "$mark")"
    printf '%s\n' "$number" >"$mark"
  fi
  DEMO_ORDER=$(cat "$mark")
}

print_summary() {
  local store credentials
  store=$(demo_store)
  credentials=$(souk store credentials "$DEMO_SLUG" --output json 2>/dev/null || echo '{}')
  jq -r -n --arg souk "$SOUK_URL" --argjson store "$store" --argjson credentials "$credentials" --arg order "$DEMO_ORDER" \
    --arg token "kubectl -n $NAMESPACE get secret souk-admin -o jsonpath='{.data.token}' | base64 -d" --arg cluster "$CLUSTER" --arg time "$(elapsed "$SECONDS")" '
    "",
    "Souk is up (\($cluster) cluster, \($time)).",
    "",
    "  Dashboard    \($souk)",
    "  Sign in with \($token)",
    "  Demo shop    \($store.url)",
    "  Its admin    \($credentials.adminUrl // $store.adminUrl)",
    "               \($credentials.username // "?") / \($credentials.password // "souk store credentials demo-shop")",
    (if $order != "" then "  First order  number \($order), cash on delivery"
     elif $store.ordersPossible then empty
     else "  No orders    the shop image was built without WooCommerce: this shop is plain WordPress" end),
    "",
    "For kubectl, helm and souk in this shell:  eval \"$(make env)\"",
    ""'
}
