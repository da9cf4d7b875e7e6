# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # cache and the functions are the caller's, the results too
# WooCommerce's archive: found, checked, unpacked. Sourced by images/build.
#
# In this order: WOOCOMMERCE_ZIP (must be usable), the cache folder, a download of the pinned version. It is
# compared file by file with the checksums that wordpress.org publishes when these can be had, also from
# <archive>.checksums.json beside it. inspect_woocommerce sets woocommerce_version (or "none"),
# woocommerce_sha256 and woocommerce_verified (true or false); unpack_woocommerce unpacks what it found.

woocommerce_pinned=${WOOCOMMERCE_VERSION:-9.2.5}
woocommerce_downloads=https://downloads.wordpress.org

# Sets the three variables and woocommerce_zip (empty when there is none), without unpacking anything.
inspect_woocommerce() {
  local zip
  woocommerce_version=none woocommerce_sha256='' woocommerce_verified=false
  find_woocommerce
  woocommerce_zip=$zip
  if [ -z "$zip" ]; then
    loud "WITHOUT WOOCOMMERCE: no archive of version $woocommerce_pinned. Stores made from this image are plain WordPress and cannot take orders. Remedy: WOOCOMMERCE_ZIP=/path/to/woocommerce.zip, or put it at $cache/woocommerce/woocommerce.$woocommerce_pinned.zip"
    return
  fi
  unzip -tqq "$zip" >/dev/null 2>&1 || fail "woocommerce: $zip is not a whole zip archive"
  woocommerce_version=$(unzip -p "$zip" woocommerce/woocommerce.php 2>/dev/null | tr -d '\r' | sed -n 's/^ \* Version: \([^ ]*\).*/\1/p' | head -1) || true
  [ -n "$woocommerce_version" ] || fail "woocommerce: $zip holds no woocommerce/woocommerce.php with a version: it is not WooCommerce's archive"
  if [ "$woocommerce_version" != "$woocommerce_pinned" ]; then
    fail "woocommerce: $zip holds version $woocommerce_version, but $woocommerce_pinned is wanted; set WOOCOMMERCE_VERSION=$woocommerce_version to build with it"
  fi
  woocommerce_sha256=$(sha256sum "$zip" | cut -c1-64)
  verify_woocommerce
}

unpack_woocommerce() {
  mkdir -p "$1"
  [ -z "$woocommerce_zip" ] || unzip -q -o "$woocommerce_zip" -d "$1" || fail "woocommerce: $woocommerce_zip cannot be unpacked"
}

# Sets `zip` of the caller; empty when there is none.
find_woocommerce() {
  local cached=$cache/woocommerce/woocommerce.$woocommerce_pinned.zip
  zip=''
  if [ "${WOOCOMMERCE:-}" = none ]; then
    say "woocommerce: left out, as WOOCOMMERCE=none asks"
  elif [ -n "${WOOCOMMERCE_ZIP:-}" ]; then
    [ -f "$WOOCOMMERCE_ZIP" ] || fail "woocommerce: WOOCOMMERCE_ZIP=$WOOCOMMERCE_ZIP is not a file"
    zip=$WOOCOMMERCE_ZIP
  elif [ -f "$cached" ]; then
    zip=$cached
  else
    say "woocommerce: downloading version $woocommerce_pinned"
    mkdir -p "$cache/woocommerce"
    if fetch "$woocommerce_downloads/plugin/woocommerce.$woocommerce_pinned.zip" "$cached" 300; then
      zip=$cached
    else
      say "woocommerce: $woocommerce_downloads does not answer or does not have it"
    fi
  fi
}

# fetch URL FILE SECONDS: whole or not at all.
fetch() {
  curl -fsSL --connect-timeout 5 --max-time "$3" -o "$2.part" "$1" 2>/dev/null && mv "$2.part" "$2" && return
  rm -f "$2.part"
  return 1
}

# Every file is listed, every listed file is there, each has one of its hashes. The same archive with the same
# checksums is compared once.
verify_woocommerce() {
  local sums=$woocommerce_zip.checksums.json proof
  [ -f "$sums" ] || sums=$cache/woocommerce/woocommerce.$woocommerce_version.zip.checksums.json
  if [ ! -f "$sums" ]; then
    mkdir -p "$cache/woocommerce"
    if ! fetch "$woocommerce_downloads/plugin-checksums/woocommerce/$woocommerce_version.json" "$sums" 20; then
      loud "WooCommerce $woocommerce_version is NOT VERIFIED: wordpress.org's checksums cannot be had. Its SHA-256 is $woocommerce_sha256"
      return
    fi
  fi
  proof=$out/woocommerce-verified.$({
    echo "$woocommerce_sha256"
    cat "$sums"
  } | short_hash)
  [ -f "$proof" ] || compare_woocommerce "$sums" >"$proof.part"
  [ -f "$proof" ] || mv "$proof.part" "$proof"
  woocommerce_verified=true
  say "woocommerce: version $woocommerce_version verified: $(cat "$proof")"
}

compare_woocommerce() {
  local sums=$1 folder listed wrong
  listed=$(jq -r --arg version "$woocommerce_version" '
    if (.version // $version) != $version then error("it is of version \(.version)") else . end
    | .files | to_entries[] | "\([.value.sha256] | flatten | join(","))  \(.key)"' "$sums" 2>&1) ||
    fail "woocommerce: $sums is not a checksum file for version $woocommerce_version: $listed"
  folder=$out/stage/compare
  rm -rf "$folder"
  unpack_woocommerce "$folder"
  wrong=$(awk '
    { hash = $1; path = substr($0, index($0, "  ") + 2) }
    NR == FNR { listed[path] = "," hash ","; next }
    { sub(/^\.\//, "", path); seen[path] = 1
      if (!(path in listed)) print "  added: " path
      else if (!index(listed[path], "," hash ",")) print "  changed: " path }
    END { for (path in listed) if (!(path in seen)) print "  missing: " path }
  ' <(printf '%s\n' "$listed") <(cd "$folder/woocommerce" && find . -type f -print0 | xargs -0 sha256sum))
  rm -rf "$folder"
  if [ -n "$wrong" ]; then
    printf '%s\n' "$wrong" | LC_ALL=C sort | head -50 >&2
    fail "woocommerce: the files above differ from wordpress.org's checksums of version $woocommerce_version ($sums); get a clean archive"
  fi
  echo "$(wc -l <<<"$listed") files as published"
}
