#!/usr/bin/env bash
# Reads damaged files: fuzz-data.sh [CASES], 10000 without it, for every reader of data sets, pickles and images. Seeds are printed.
set -euo pipefail
cd "$(dirname "$0")/.."
./mvnw -B -ntp -pl framework/pickle,framework/engine,plugins/datasets-images,plugins/datasets-lmdb,plugins/datasets-matlab,plugins/datasets-parquet -am \
  -Dreprise.fuzz="${1:-10000}" \
  -Dtest='PythonPicklesTest#mutated*,ImageFormatsTest#damaged*,CifarPicklesTest#damaged*,GtsrbTest#damaged*,LmdbDatasetTest#damaged*,SvhnTest#damaged*,ParquetDatasetTest#damaged*' \
  -Dsurefire.failIfNoSpecifiedTests=false test
