#!/bin/sh
# Shows that the checks of the CUDA source can fail: plants one fault after the other into a copy of it, and each must be
# found by the checks that the emulator runs (src/test/native/emulated_check.cpp).
#
#   mutants.sh [NAME...]     all, or those named
#
# A fault whose effect depends on the schedule gets three runs to show. Needs a C++ compiler on Linux; without one it says so.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/target/mutants cxx=${CXX:-g++} wanted=" $* "
if [ "$(uname -s)" != Linux ] || ! command -v "$cxx" >/dev/null 2>&1; then
  echo "mutants: no $cxx here, no fault was planted"
  exit 0
fi
rm -rf "$out"
mkdir -p "$out/include"
cp "$here"/src/main/native/include/* "$out/include"
planted=0 survived=

build() { # of what lies in $out/cuda, with the library's name and flags that the build has
  SOURCE_FOLDER=$out/cuda "$here/src/test/native/build.sh" "$out" "$cxx"
}
fresh() {
  rm -rf "$out/cuda"
  cp -r "$here/src/main/native/cuda" "$out/cuda"
}
dies() {
  for run in 1 2 3; do
    code=0
    timeout 100 "$out/check" 12 >"$out/log" 2>&1 || code=$?
    [ "$code" = 0 ] || return 0
  done
  return 1
}

# mutant NAME FILE SED-EXPRESSION: the fault, which must change the file.
mutant() {
  case $wanted in "  " | *" $1 "*) ;; *) return 0 ;; esac
  fresh
  sed "$3" "$out/cuda/$2" >"$out/mutated"
  if cmp -s "$out/mutated" "$out/cuda/$2"; then
    echo "mutants: $1 changes nothing in $2: the source is another now, adapt the fault" >&2
    exit 1
  fi
  mv "$out/mutated" "$out/cuda/$2"
  build || { echo "mutants: $1 does not compile" >&2 && exit 1; }
  planted=$((planted + 1))
  if dies; then
    echo "mutants: $1 dies ($(grep -m 1 WRONG "$out/log" || echo "ended with $code"))"
  else
    echo "mutants: $1 SURVIVES"
    survived="$survived $1"
  fi
}

fresh
build
"$cxx" -O1 -std=c++17 -Wall -Wextra -Werror -o "$out/check" "$here/src/test/native/emulated_check.cpp" \
  "$out/libreprise_cuda_emulated.so" -Xlinker -rpath -Xlinker "$out"
"$out/check" 12 >"$out/log" || { cat "$out/log" && echo "mutants: the source itself fails" >&2 && exit 1; }

# Barriers, masks, shared memory
mutant no-barrier-after-list top_k.cuh '0,/team.sync(); \/\/ the list is complete/s///'
mutant no-barrier-after-second-list top_k.cuh '/list.add(tile, listed);/,/}/{n;n;s/team.sync();.*//}'
mutant no-barrier-after-clearing largest.cuh '/\*length = 0;/{n;s/team.sync();//}'
mutant list-not-cleared largest.cuh 's/if (team.rank == 0) \*length = 0;//'
mutant no-barrier-before-sharing team.cuh 's/__syncthreads(); \/\/ readers of the last.*//'
mutant no-barrier-after-sharing team.cuh '/shared\[rank \/ kWarp\] = warp_value;/{n;s/__syncthreads();//}'
mutant half-a-mask-in-a-shuffle team.cuh 's/v += __shfl_xor_sync(kAll/v += __shfl_xor_sync(0xffffu/'
mutant half-a-mask-in-a-match counts.cuh 's/__match_any_sync(kAll/__match_any_sync(0xffff0000u/'
mutant flush-by-one-lane argmax.cuh 's/if (rank < kWarp) pending.flush/if (rank < 1) pending.flush/'
# Numbers that need more than 32 bits, and limits
mutant int32-row-of-argmax argmax.cuh 's/for (int64_t r = /for (int r = /'
mutant int32-row-of-top-k top_k.cuh 's/for (int64_t r = /for (int r = /'
mutant int32-place-of-argmax argmax.cuh 's/ r \* a.stride/ static_cast<int>(r * a.stride)/'
mutant int32-place-of-top-k top_k.cuh 's/ r \* a.stride/ static_cast<int>(r * a.stride)/'
mutant int32-cell-of-argmax argmax.cuh 's/label \* a.sources + first/static_cast<int>(label * a.sources + first)/'
mutant int32-cell-of-top-k top_k.cuh 's/label \* a.sources + i/static_cast<int>(label * a.sources + i)/;s/label \* a.sources + first/static_cast<int>(label * a.sources + first)/'
mutant fewer-source-labels joint_cuda.cu 's/sources > REPRISE_MOST_SOURCES/sources > INT32_MAX \/ 2/'
mutant no-overflow-test counts.cuh 's/if (((~old & (old + value)) >> 63) != 0).*//;s/const Cell old = atomicAdd/atomicAdd/'
mutant never-asks-back joint_cuda.cu 's/cells_fit(held, rows, k)}/true}/'
mutant forgets-what-is-held joint_cuda.cu 's/rows <= most - held/rows <= most/'
# Sums
mutant addition-that-is-not-atomic counts.cuh 's/add_blindly(a.counts + cell, value);/a.counts[cell] = a.counts[cell] + value;/'
mutant half-of-the-pending-additions counts.cuh 's/i < kWarp; i++/i < kWarp \/ 2; i++/'
mutant guess-that-is-not-tested largest.cuh 's/if (reached >= k \&\& (reached/if (reached > 0 \&\& (reached/'
# Devices and errors
mutant makes-the-device-current joint_cuda.cu 's/current == device ? REPRISE_OK : REPRISE_OTHER_DEVICE/cuda_error(cudaSetDevice(device))/'
mutant blames-itself-for-old-errors joint_cuda.cu 's/return launch_kernel(\(.*\),$/launch_kernel(\1,/;s/^ *stream, a);/stream, a); return cudaGetLastError();/'
mutant leaves-an-error-behind joint_cuda.cu 's/if (e != cudaSuccess) cudaGetLastError();.*//'

echo "mutants: $planted faults planted, survivors:${survived:- none}"
[ -z "$survived" ]
