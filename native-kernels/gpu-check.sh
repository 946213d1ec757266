#!/bin/sh
# Builds the CUDA library and a harness with nvcc and a C++ compiler alone, checks every case on the device against
# the oracle and the CPU kernels, then measures. Without a device it builds and says that nothing was checked. Where
# there is a Python with PyTorch for CUDA (PYTHON names it, else python3), its operations are measured too.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/target/gpu-check
nvcc=${NVCC:-$(command -v nvcc || ls /usr/local/cuda*/bin/nvcc 2>/dev/null | sort -V | tail -1)}
[ -n "$nvcc" ] || { echo "gpu-check: no nvcc" >&2; exit 1; }
make -s -C "$here/src/main/native" OUT="$out" CUDA=on STRICT="${STRICT:-}" NVCC="$nvcc"
"$nvcc" -O2 -std=c++17 -cudart static -Xcompiler -Wall,-Wextra -o "$out/gpu_check" "$here/src/test/native/gpu_check.cu" \
  "$out/libreprise_cuda.so" "$out/libreprise_cpu.a" -Xlinker -rpath -Xlinker "$out" -lpthread -ldl
rm -f "$out/times"
"$out/gpu_check" "$out/times"
if command -v "${PYTHON:=python3}" >/dev/null 2>&1; then
  "$PYTHON" "$here/gpu-peers.py" --kernels "$out/times"
else
  echo "gpu-peers: skipped, no $PYTHON"
fi
