#!/bin/sh
# Measures training steps with the installation in target/reprise, which must have been built (./mvnw -DskipTests package).
# Usage: scripts/benchmark.sh [JMH OPTIONS]              JMH: images/s of a training step
#        scripts/benchmark.sh share NETWORK STEPS EPOCHS MAPPER   what of a step is not the network
#        scripts/benchmark.sh memory                     peak memory at steps 200 and 2000
#        scripts/benchmark.sh weights FILE...            time and memory of loading files of weights
#        scripts/benchmark.sh backbone NAME FILE BATCH STEPS THREADS PRECISION...   a backbone's loading and steps
#        scripts/benchmark.sh startup [TIMES]            from the launcher's start to the first epoch's
# REPRISE_REAL names a folder with mobilenet_v2_imagenet.pt; without it MobileNetV2 is skipped.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/target/reprise
benchmarks=$root/framework/benchmarks/target
if [ ! -d "$home/lib" ] || [ ! -d "$benchmarks/lib" ]; then
  echo "benchmark: build first: ./mvnw -DskipTests package" >&2
  exit 2
fi

. "$home/bin/environment.sh"

run() {
  java -Xms512m -Xmx512m -XX:+AlwaysPreTouch -XX:+UseSerialGC \
    -Dorg.bytedeco.javacpp.maxBytes=0 -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Djava.library.path= "-Dreprise.home=$home" \
    "-Dreprise.real=${REPRISE_REAL:-$root/real}" -cp "$benchmarks/classes:$benchmarks/lib/*:$home/lib/*" "$@"
}

# seconds from the launcher's start to the start of the first epoch, which metrics.jsonl gives as its end and its length
startup() {
  output=$(mktemp -d)
  start=$(date +%s.%N)
  "$home/bin/reprise" run "$root/experiments/quickstart.yaml" --set training.epochs=1 --set 'mapping=[blm++]' \
    --set "output=$output" >/dev/null 2>&1
  line=$(find "$output" -name metrics.jsonl -exec head -n 1 {} +)
  end=$(date -d "$(echo "$line" | sed 's/.*"time":"\([^"]*\)".*/\1/')" +%s.%N)
  length=$(echo "$line" | sed 's/.*"seconds":\([0-9.E-]*\).*/\1/')
  rm -r "$output"
  awk "BEGIN { printf \"%.2f\\n\", $end - $length - $start }"
}

case ${1:-} in
  share) shift; run org.reprise.benchmarks.StepShare "$@" ;;
  memory)
    run org.reprise.benchmarks.MemoryOverSteps "$root/experiments/quickstart.yaml" \
      'mapping=[blm++]' training.epochs=120
    ;;
  weights) shift; run org.reprise.benchmarks.LoadWeights "$@" ;;
  backbone) shift; run org.reprise.benchmarks.BackboneStep "$@" ;;
  startup)
    i=0
    while [ "$i" -lt "${2:-5}" ]; do startup; i=$((i + 1)); done
    ;;
  *) run org.openjdk.jmh.Main "$@" ;;
esac
