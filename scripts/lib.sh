# Shared by the scripts beside it. Sourced, never run.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

TOOLS=$ROOT/target/tools
LOGS=$ROOT/target/logs
VENV=$ROOT/target/venv
CARGO_OUT=${CARGO_TARGET_DIR:-$ROOT/target}

# Pinned here; wasm-bindgen's version follows Cargo.lock, because the two must be equal.
WORKER_BUILD_VERSION=0.8.7

# npm must run on the machine's own Node: it replaces the one in node_modules.
SYSTEM_PATH=$PATH
export PATH="$ROOT/node_modules/.bin:$PATH"

# The tools report nothing to anyone and look nothing up while they serve locally.
export WRANGLER_SEND_METRICS=false
export CLOUDFLARE_CF_FETCH_ENABLED=false
export NO_UPDATE_NOTIFIER=1

# The Worker brings a standard library of its own, compiled small with it (src/manual/decisions.rs, 125). Cargo's and
# rustc's flags for it are unstable; they hold for this one toolchain, which rust-toolchain.toml pins.
WITH_STD=(RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size)

mkdir -p "$LOGS"

say() { printf '%s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

in_ci() { [ "${CI:-}" = true ]; }

# step LOG "what it does" command...: runs the command quietly, says how long it took, shows the log's end on failure.
step() {
  local name=${1#setup-} log=$LOGS/$1.log what=$2 began=$SECONDS
  shift 2
  say "$what ..."
  if "$@" >"$log" 2>&1; then
    say "  $name: done in $((SECONDS - began)) s"
    return
  fi
  {
    say "  $name: failed after $((SECONDS - began)) s; the end of ${log#"$ROOT"/}:"
    tail -n 40 "$log" | sed 's/^/  | /'
  } >&2
  return 1
}

# lock NAME: waits for another script that holds it; released when this script ends.
lock() {
  command -v flock >/dev/null || return 0
  exec 9>"$ROOT/target/.$1.lock"
  flock -n 9 || {
    say "waiting for another scripts/$1 to finish ..."
    flock 9
  }
}

# The version of a package as Cargo.lock has it.
locked_version() {
  [ -f Cargo.lock ] || fail "Cargo.lock is missing; restore it, or make it with: cargo generate-lockfile"
  awk -v name="$1" '$1 == "name" { found = ($3 == "\"" name "\"") } found && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}
