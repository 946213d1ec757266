#!/bin/sh
# Runs the kernels' checks under ThreadSanitizer, then under AddressSanitizer and UndefinedBehaviorSanitizer.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for kind in thread address,undefined; do
  out=$here/target/sanitize-$kind
  make -s -C "$here/src/main/native" OUT="$out" CUDA=off CXXFLAGS="-O1 -g -fsanitize=$kind -fno-sanitize-recover=all"
  "${CXX:-g++}" -O1 -g -std=c++17 -Wall -Wextra -Werror -fsanitize="$kind" -fno-sanitize-recover=all -o "$out/check" \
    "$here/src/test/native/check.cpp" "$out/libreprise_cpu.a" -lpthread -ldl
  echo "== $kind"
  "$out/check"
done
