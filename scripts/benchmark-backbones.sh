#!/bin/sh
# Images/s of a training step (forward, and backward to the input) of backbones, beside PyTorch's on the same CPU: processes by
# turns, both with random weights that torchvision made and saved. Also what opening the weights takes.
# Usage: scripts/benchmark-backbones.sh [NETWORK...]      default: resnet18 resnext50-32x4d vit-b-32
# ROUNDS (3), STEPS (5) a round, BATCH (32), THREADS (2), PYTHON (python3, with torch and torchvision). Needs target/reprise
# and framework/benchmarks: ./mvnw -DskipTests package
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
batch=${BATCH:-32} steps=${STEPS:-5} threads=${THREADS:-2} python=${PYTHON:-python3}
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
    "$root/scripts/benchmark.sh" backbone "$network" "$weights" "$batch" "$steps" "$threads" >>"$figures"
    "$python" "$root/scripts/benchmark-backbones.py" step "$network" "$batch" "$steps" "$threads" >>"$figures"
    round=$((round + 1))
  done
  grep '^load' "$figures" | sed "s/^/$network /"
  awk -v name="$network" -v batch="$batch" -v pytorch="$(median pytorch "$figures")" -v fp32="$(median fp32 "$figures")" \
    -v bf16="$(median bf16 "$figures")" 'BEGIN {
      printf "%s images/s (medians): PyTorch fp32 %.1f, Reprise fp32 %.1f (%.2f times), Reprise bf16 %.1f (%.2f times)\n", name,
        1e3 * batch / pytorch, 1e3 * batch / fp32, pytorch / fp32, 1e3 * batch / bf16, pytorch / bf16 }'
done
