# shellcheck shell=bash
# Builds what the checkout holds and the images need: the dashboard and the binary. Only what changed.

files_hash() { # paths: names and contents, without what builds leave behind. Not by git: it refuses root in another's checkout
  (cd "$ROOT" && find "$@" \( -name node_modules -o -name dist -o -name coverage -o -name schema.d.ts \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 -r sha256sum) | sha256sum | cut -c1-12
}

build_dashboard() {
  local folder=$ROOT/dashboard mark=$ROOT/dashboard/node_modules/.souk-built log=$SOUK_CACHE/log/dashboard.log inputs
  inputs=$(files_hash dashboard crates/souk/openapi.json)
  if [ -d "$folder/dist/assets" ] && [ "$(cat "$mark" 2>/dev/null)" = "$inputs" ]; then return; fi
  # npm leaves this file behind when it has installed; the tests' install counts too.
  if [ ! "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then
    with_progress "installing the dashboard's packages" "$log" npm --prefix "$folder" ci --no-audit --no-fund ||
      fail "the dashboard's packages could not be installed: $(grep -m 1 'npm error' "$log")" "read $log, then 'make up' again; it resumes"
  fi
  with_progress "building the dashboard" "$log" npm --prefix "$folder" run --silent build ||
    fail "the dashboard could not be built: $(tail -n 1 "$log")" "read $log, then 'make up' again; it resumes"
  printf '%s\n' "$inputs" >"$mark"
}

build_binary() {
  local log=$SOUK_CACHE/log/souk.log built
  built=${CARGO_TARGET_DIR:-$ROOT/target}/release/souk
  with_progress "building souk" "$log" cargo build --release --locked --manifest-path "$ROOT/Cargo.toml" --package souk ||
    fail "souk could not be built: $(grep -m 1 -E '^error' "$log" || tail -n 1 "$log")" "read $log, then 'make up' again; it resumes"
  mkdir -p "$BIN/current"
  cmp -s "$built" "$BIN/current/souk" && return
  install -m 755 "$built" "$BIN/current/souk.part"
  mv "$BIN/current/souk.part" "$BIN/current/souk"
}

build_images() {
  say "images: building what changed"
  "$ROOT/images/build" >"$SOUK_CACHE/log/images.out" ||
    fail "the images could not be built" "read the lines above and the logs in $SOUK_CACHE/images, then 'make up' again; it resumes"
  "$ROOT/images/load"
  read_references
}

read_references() {
  local file=$SOUK_CACHE/images/loaded.env name
  # shellcheck source=/dev/null
  . "$file"
  for name in SOUK_IMAGE_SOUK SOUK_IMAGE_SHOP SOUK_IMAGE_DATABASE SOUK_IMAGE_POSTGRES; do
    [ -n "${!name:-}" ] || fail "$file does not name $name" "make images"
  done
}
