#!/bin/sh
# Runs the CPU kernels' checks under ThreadSanitizer, then under AddressSanitizer and UndefinedBehaviorSanitizer; under the
# latter two also those of the CUDA source, run by the emulator.
# Every case runs where memory is watched. Under the emulator, and where threads are, which is slower, some do: others each
# time.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for kind in thread address,undefined; do
  out=$here/target/sanitize-$kind
  make -s -C "$here/src/main/native" OUT="$out" CUDA=off STRICT=1 CXXFLAGS="-O1 -g -fsanitize=$kind -fno-sanitize-recover=all"
  "${CXX:-g++}" -O1 -g -std=c++17 -Wall -Wextra -Werror -fsanitize="$kind" -fno-sanitize-recover=all -o "$out/check" \
    "$here/src/test/native/check.cpp" "$out/libreprise_cpu.a" -lpthread -ldl
  echo "== $kind"
  [ "$kind" = thread ] && step=4 || step=1
  "$out/check" "$step"
done
emulated=$out/libreprise_cuda_emulated.so
rm -f "$emulated"
EMULATOR_FLAGS="-g -Werror -fsanitize=$kind -fno-sanitize-recover=all" "$here/src/test/native/build.sh" "$out" "${CXX:-g++}"
[ -f "$emulated" ] || { echo "== no emulator here, the CUDA source is not checked"; exit 0; }
"${CXX:-g++}" -O1 -g -std=c++17 -Wall -Wextra -Werror -fsanitize="$kind" -fno-sanitize-recover=all \
  -o "$out/emulated_check" "$here/src/test/native/emulated_check.cpp" "$emulated" -Xlinker -rpath -Xlinker "$out"
echo "== $kind, the CUDA source"
"$out/emulated_check" 8
