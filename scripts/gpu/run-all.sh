#!/bin/sh
# Everything that needs a GPU, into one folder: run-all.sh [FOLDER]
#
# From a checkout: builds with -Pgpu, runs the tests tagged gpu, the kernels' checks and times, and the benches. From an
# unpacked bundle (bundle.sh): the same without the tests, as there is nothing to build there. A step that cannot be done
# here is named with the reason, and the others go on; the exit status is 1 if one failed or could not be done.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -x "$here/bin/reprise" ]; then kind=bundle root=$here; else kind=checkout root=$(cd "$here/../.." && pwd); fi
out=${1:-gpu-results-$(date -u +%Y%m%d-%H%M%S)}
mkdir -p "$out"
out=$(cd "$out" && pwd)
summary=$out/summary.txt
: >"$summary"
open=0

say() { echo "$*" | tee -a "$summary"; }
missing() {
  say "not done: $*"
  open=1
}
# step NAME COMMAND...: its output into NAME.txt
step() {
  name=$1
  shift
  echo "== $name: $*"
  begin=$(date +%s)
  if "$@" >"$out/$name.txt" 2>&1; then
    say "done: $name ($(($(date +%s) - begin)) s)"
  else
    say "failed: $name, see $name.txt: $(tail -n 1 "$out/$name.txt")"
    open=1
  fi
}
has() { command -v "$1" >/dev/null 2>&1; }

{
  date -u
  uname -srm
  grep -m 1 'model name' /proc/cpuinfo || true
  nvidia-smi || echo "no nvidia-smi"
} >"$out/machine.txt" 2>&1
driver=yes
if ! has nvidia-smi || ! nvidia-smi -L >"$out/devices.txt" 2>&1 || ! grep -q GPU "$out/devices.txt"; then
  driver=
  missing "this machine shows no NVIDIA driver or no GPU: what follows goes as far as it can without"
fi

# The kernels, without libtorch.
if [ $kind = bundle ]; then
  if [ -x "$root/kernels/gpu_check" ]; then
    step kernels "$root/kernels/gpu_check" "$out/kernel-times.txt"
  else
    missing "kernels: the bundle was made without nvcc"
  fi
elif has nvcc || ls /usr/local/cuda*/bin/nvcc >/dev/null 2>&1; then
  step kernels "$root/native-kernels/gpu-check.sh"
  times=$root/native-kernels/target/gpu-check/times
  if [ -f "$times" ]; then cp "$times" "$out/kernel-times.txt"; fi
else
  missing "kernels: no nvcc here to build them"
fi
if [ -z "$driver" ] && [ -f "$out/kernels.txt" ]; then missing "kernels: built, nothing checked: no device"; fi

# The product.
if [ $kind = bundle ]; then
  reprise=$root/bin/reprise
else
  reprise=$root/target/reprise/bin/reprise
  step build sh -c "cd '$root' && ./mvnw -B -ntp -q -Pgpu -DskipTests -Dspotless.check.skip=true -Dcheckstyle.skip=true package"
  if [ -n "$driver" ]; then
    step tests sh -c "cd '$root' && ./mvnw -B -ntp -Pgpu -Dgroups=gpu -Dtest.excludedGroups= \
      -Dsurefire.failIfNoSpecifiedTests=false -Dspotless.check.skip=true -Dcheckstyle.skip=true test"
  else
    missing "tests tagged gpu: no device"
  fi
fi
if [ -x "$reprise" ]; then
  step doctor "$reprise" doctor
  device=cuda
  [ -n "$driver" ] || device=cpu
  # without a device only that all of it runs: small, once
  if [ -n "$driver" ]; then
    kernels="" size="--image 32,128 --batch 256 --precision fp32,bf16" tiny=""
  else
    kernels="--rounds 1 --threads 1" size="--image 32 --batch 4 --rounds 1 --no-memory"
    tiny="--set dataset.limit.train=24 --set dataset.limit.test=8 --set training.batch-size=4 --set backbone=shapenet
      --set prompt.size=48"
  fi
  # shellcheck disable=SC2086
  for type in float32 bfloat16; do
    step bench-kernel-$type "$reprise" bench kernel --device $device --type $type $kernels \
      --json "$out/bench-kernel-$type.json"
  done
  # shellcheck disable=SC2086
  step bench-execution "$reprise" bench execution --network resnet18,resnet50 $size --device $device \
    --json "$out/bench-execution.json"
  if [ -n "$driver" ] && [ -n "${REPRISE_DATA:-}" ]; then
    # what a CUDA graph of the step brings
    for graph in on off; do
      step bench-step-graph-$graph "$reprise" bench step "$root/experiments/bench/step.yaml" --set device=cuda \
        --set training.cuda-graph=$graph --json "$out/bench-step-graph-$graph.json"
    done
    # samples that do not lie on the device come a batch ahead
    step bench-step-ahead "$reprise" bench step "$root/experiments/bench/step.yaml" --set device=cuda \
      --set dataset.gpu-share=0 --json "$out/bench-step-ahead.json"
  else
    missing "bench step as a CUDA graph, and with samples that come a batch ahead: no device or no REPRISE_DATA"
  fi
  for bench in step edition loader; do
    settings=$root/experiments/bench/$bench.yaml
    if ! "$reprise" bench $bench --help >/dev/null 2>&1; then
      missing "bench $bench: this version has none"
    elif [ ! -f "$settings" ]; then
      missing "bench $bench: no settings in experiments/bench/$bench.yaml"
    elif [ -z "${REPRISE_DATA:-}" ]; then
      missing "bench $bench: REPRISE_DATA does not say where its data are (experiments/README.md)"
    else
      # shellcheck disable=SC2086
      step bench-$bench "$reprise" bench $bench "$settings" --set device=$device $tiny --json "$out/bench-$bench.json"
    fi
  done
else
  missing "product: there is no $reprise"
fi

say "results: $out"
exit $open
