#!/bin/sh
# Builds the CPU kernels and their benchmark, then times them: bench.sh [rounds] [threads] [table|json].
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/target/bench
make -s -C "$here/src/main/native" OUT="$out" CUDA=off
"${CXX:-g++}" -O3 -march=native -std=c++17 -Wall -Wextra -Werror -o "$out/bench" "$here/src/test/native/bench.cpp" \
  "$out/libreprise_cpu.a" -lpthread -ldl
exec "$out/bench" "$@"
