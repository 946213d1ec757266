#!/bin/sh
# Images/s of a training step (forward, and backward to the input) of backbones, beside PyTorch's on the same CPU: processes by
# turns, both with random weights that torchvision made and saved. Also what opening the weights takes.
# Usage: scripts/benchmark-backbones.sh [NETWORK...]      default: resnet18 resnext50-32x4d vit-b-32
# ROUNDS (3), STEPS (5) a round, BATCH (32), THREADS (2), PRECISIONS ("fp32 bf16"), PYTHON (python3, with torch and torchvision).
# Needs target/reprise and framework/benchmarks: ./mvnw -DskipTests package
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
batch=${BATCH:-32} steps=${STEPS:-5} threads=${THREADS:-2} python=${PYTHON:-python3} precisions=${PRECISIONS:-fp32 bf16}
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
[ $# -gt 0 ] || set -- resnet18 resnext50-32x4d vit-b-32

median() {
  grep "^$1 " "$2" | cut -d ' ' -f 2 | sort -n |
    awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

for network in "$@"; do
  weights=$work/$network.pth
  figures=$work/$network.txt
  "$python" "$root/scripts/benchmark-backbones.py" save "$network" "$weights"
  round=0
  while [ "$round" -lt "${ROUNDS:-3}" ]; do
    "$root/scripts/benchmark.sh" backbone "$network" "$weights" "$batch" "$steps" "$threads" $precisions >>"$figures"
    "$python" "$root/scripts/benchmark-backbones.py" step "$network" "$batch" "$steps" "$threads" >>"$figures"
    round=$((round + 1))
  done
  grep '^load' "$figures" | sed "s/^/$network /"
  pytorch=$(median pytorch "$figures")
  echo "$network images/s (medians): PyTorch fp32 $(awk "BEGIN { printf \"%.1f\", 1e3 * $batch / $pytorch }")"
  for precision in $precisions; do
    awk -v name="$network Reprise $precision" -v batch="$batch" -v pytorch="$pytorch" -v own="$(median "$precision" "$figures")" \
      'BEGIN { printf "%s %.1f (%.2f times PyTorch)\n", name, 1e3 * batch / own, pytorch / own }'
  done
done
