#!/bin/sh
# Trains the quickstart's network and replaces its committed weights.
# Usage: scripts/train-quickstart.sh [SEED [STEPS]]
set -eu
cd "$(dirname "$0")/.."
seed=${1:-0}
steps=${2:-3000}
plugin=plugins/quickstart

./mvnw -q -pl "$plugin" -am -DskipTests package dependency:build-classpath \
  -Dmdep.outputFile=target/classpath.txt -Dmdep.includeScope=test

. framework/distribution/src/main/scripts/environment.sh
exec java -Xmx512m -cp "$plugin/target/classes:$(cat "$plugin/target/classpath.txt")" \
  org.reprise.quickstart.TrainShapeNet \
  "$plugin/src/main/resources/org/reprise/quickstart/shapenet.safetensors" "$seed" "$steps"
