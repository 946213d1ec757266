#!/bin/sh
# Builds the CPU kernels and their checks for 64-bit ARM (the portable variant, which the compiler makes NEON code of) and
# runs the checks under QEMU: cross-check.sh [STEP]. Without the compiler (Debian: g++-aarch64-linux-gnu) or qemu-aarch64
# (qemu-user) it says so.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/target/cross-check cxx=aarch64-linux-gnu-g++
for tool in $cxx qemu-aarch64; do
  command -v $tool >/dev/null 2>&1 || { echo "cross-check: no $tool here, the kernels were not checked for ARM" && exit 0; }
done
make -s -C "$here/src/main/native" OUT="$out" CUDA=off CXX=$cxx MACHINE=aarch64 STRICT=1
$cxx -O2 -std=c++17 -Wall -Wextra -Werror -static -o "$out/check" "$here/src/test/native/check.cpp" \
  "$out/libreprise_cpu.a" -lpthread
qemu-aarch64 "$out/check" "${1:-16}"
