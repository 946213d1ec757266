#!/bin/sh
# Builds the CUDA source for the host, over the emulator: build.sh WORK CXX(auto|none|compiler). Nothing without a
# compiler: the tests that need it are then left out.
set -eu
work=$1 cxx=$2
here=$(cd "$(dirname "$0")" && pwd)
out=$work/libreprise_cuda_emulated.so
if [ "$cxx" = auto ]; then
  cxx=none
  for candidate in "${CXX:-}" g++ c++ clang++; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then cxx=$candidate && break; fi
  done
fi
if [ "$cxx" = none ] || [ "$(uname -s)" != Linux ]; then rm -f "$out" && exit 0; fi
cuda=$here/../../main/native/cuda source=$cuda/joint_cuda.cu
for newer in "$cuda"/* "$here/cuda_emulator.h"; do
  if [ ! -f "$out" ] || [ "$newer" -nt "$out" ]; then
    # The pragmas are nvcc's. Logits are loaded as words whatever their type, which nvcc allows.
    "$cxx" -O1 -fno-strict-aliasing -std=c++17 -fPIC -fvisibility=hidden -ffp-contract=off -Wall -Wextra -Werror \
      -Wno-unknown-pragmas \
      ${EMULATOR_FLAGS:-} -I"$here" -shared -x c++ -o "$out" "$source"
    break
  fi
done
