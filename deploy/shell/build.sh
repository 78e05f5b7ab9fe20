# shellcheck shell=bash disable=SC2034  # variables are for those who source this
# Installing and compiling, for deploy/up and tests/run.

# use_preset NAME: what of CMakePresets.json is built and run.
use_preset() {
  PRESET=$1
  BUILD=$REPOSITORY/build/$PRESET
  BINARIES=$BUILD/bin
}
# Another one than release is for tests/run --preset.
use_preset "${MAPLEBRIDGE_PRESET:-release}"
NPM=$REPOSITORY/deploy/npm/node_modules
NPM_STAMP=$NPM/.installed-lock
# What a running suite consists of, as paths in the build folder.
SUITE_PROGRAMS=(bin/maplebridge_registry bin/maplebridge_examiner bin/maplebridge_roster
  bin/maplebridge_docking bin/maplebridge_analytics bin/maplebridge_gateway
  bin/build_reference_data bin/maplectl bin/maplebridge.protoset)

# in_build_lock COMMAND...: one at a time in this checkout; two suites share its build folder.
in_build_lock() {
  mkdir -p "$REPOSITORY/build"
  exec 9>"$REPOSITORY/build/.lock"
  flock -n 9 || {
    say "another build works in $REPOSITORY: waiting"
    flock 9
  }
  "$@"
  exec 9>&-
}

# compile_jobs: a processor each, but not more than there is memory for: a unit takes up to 1.5 GB.
compile_jobs() {
  local processors fitting
  processors=$(nproc)
  fitting=$(awk '/^MemAvailable/ {print int($2 / 1572864)}' /proc/meminfo)
  if ((fitting < 1)); then fitting=1; fi
  printf '%d' $((fitting < processors ? fitting : processors))
}

# build TARGET...: the preset; without a target, everything.
build() {
  if [[ ! -e $BUILD/build.ninja ]]; then
    step "configuring" cmake -S "$REPOSITORY" --preset "$PRESET"
  fi
  step "building" cmake --build "$BUILD" --parallel "$(compile_jobs)" ${1:+--target "$@"}
}

install_and_build() {
  "$REPOSITORY/deploy/install" build run
  build "${SUITE_PROGRAMS[@]}"
}
