#!/bin/sh
# Builds the CUDA source for the host, over the emulator: build.sh WORK CXX(auto|none|compiler). Nothing without a
# compiler: the tests that need it are then left out. SOURCE_FOLDER names another folder for the source, EMULATOR_FLAGS
# more flags.
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
cuda=${SOURCE_FOLDER:-$here/../../main/native/cuda}
for newer in "$cuda"/* "$here"/emulator_controls.h "$here"/cuda_emulator.h; do
  if [ ! -f "$out" ] || [ "$newer" -nt "$out" ] || [ -n "${SOURCE_FOLDER:-}" ]; then
    # The pragmas are nvcc's. Logits are loaded as words whatever their type, which nvcc allows.
    "$cxx" -O1 -fno-strict-aliasing -std=c++17 -fPIC -fvisibility=hidden -ffp-contract=off -Wall -Wextra \
      -Wno-unknown-pragmas \
      ${EMULATOR_FLAGS:-} -I"$here" -shared -x c++ -o "$out" "$cuda/joint_cuda.cu"
    break
  fi
done
stand_in=$work/libgraph_stand_in.so
if [ ! -f "$stand_in" ] || [ "$here/graph_stand_in.cpp" -nt "$stand_in" ]; then
  "$cxx" -O1 -std=c++17 -fPIC -fvisibility=hidden -Wall -Wextra -shared -o "$stand_in" "$here/graph_stand_in.cpp"
fi
