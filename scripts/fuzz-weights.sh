#!/bin/sh
# Gives the readers of pickles and weight files many mutated files: scripts/fuzz-weights.sh [COUNT], default 10000. The seed is printed.
set -eu
cd "$(dirname "$0")/.."
count=${1:-10000}
./mvnw -B -ntp -pl framework/pickle,framework/weights -am -Dspotless.check.skip=true \
  -Dtest='PythonPicklesTest#mutated*,DamagedWeightsTest#mutated*' -Dsurefire.failIfNoSpecifiedTests=false \
  -Dreprise.fuzz="$count" test
