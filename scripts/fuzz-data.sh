#!/usr/bin/env bash
# Reads damaged files: fuzz-data.sh [CASES [READER...]], 10000 without it, of every reader or of those named:
# pickle images cifar gtsrb lmdb split.json matlab parquet. Seeds and results are printed.
set -euo pipefail
cd "$(dirname "$0")/.."
cases=${1:-10000}
shift || true
[ $# -gt 0 ] || set -- pickle images cifar gtsrb lmdb split.json matlab parquet
modules=() tests=()
for reader; do
  case $reader in
    pickle) modules+=(framework/pickle) tests+=('PythonPicklesTest#mutated*') ;;
    images) modules+=(framework/engine) tests+=('ImageFormatsTest#damaged*') ;;
    cifar) modules+=(plugins/datasets-images) tests+=('CifarPicklesTest#damaged*') ;;
    gtsrb) modules+=(plugins/datasets-images) tests+=('GtsrbTest#damaged*') ;;
    lmdb) modules+=(plugins/datasets-lmdb) tests+=('LmdbDatasetTest#damagedFiles*') ;;
    split.json) modules+=(plugins/datasets-lmdb) tests+=('LmdbDatasetTest#damagedLists*') ;;
    matlab) modules+=(plugins/datasets-matlab) tests+=('SvhnTest#damaged*') ;;
    parquet) modules+=(plugins/datasets-parquet) tests+=('ParquetDatasetTest#damaged*') ;;
    *) echo "$0: no reader \"$reader\"; expected pickle, images, cifar, gtsrb, lmdb, split.json, matlab or parquet" >&2; exit 2 ;;
  esac
done
IFS=,
./mvnw -B -ntp -pl "${modules[*]}" -am -Dreprise.fuzz="$cases" -Dtest="${tests[*]}" -Dsurefire.failIfNoSpecifiedTests=false test
