#!/bin/sh
# Called by Maven once JavaCPP has generated its source: builds the native libraries into $1/build and leaves those
# that the jar needs in $2. With no compiler it says so in one line and succeeds: the engine then counts with its
# portable implementation.
#
#   build.sh WORK CLASSES JAVA_HOME CUDA(auto|on|off) CXX(auto|none|compiler)
set -eu
work=$1 classes=$2 java_home=$3 cuda=$4 cxx=$5
here=$(cd "$(dirname "$0")" && pwd)

without() {
  # Left-overs of a build with a compiler would go into the jar unnoticed.
  rm -f "$classes"/libjniNativeCounts.* "$classes"/libreprise_cuda.*
  echo "[native-kernels] $1: counting kernels are not built, the portable implementation counts instead"
  exit 0
}

if [ "$cxx" = auto ]; then
  cxx=none
  for candidate in "${CXX:-}" g++ c++ clang++; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then
      cxx=$candidate
      break
    fi
  done
fi
[ "$cxx" != none ] || without "no C++ compiler"
command -v make >/dev/null 2>&1 || without "no make"
[ -f "$java_home/include/jni.h" ] || without "no jni.h in the Java installation"

make -s -C "$here" OUT="$work/build" JNI="$work/jni" JAVA_HOME="$java_home" CUDA="$cuda" CXX="$cxx"
mkdir -p "$classes"
rm -f "$classes"/libreprise_cuda.*
for library in "$work"/build/libjniNativeCounts.* "$work"/build/libreprise_cuda.so; do
  if [ -f "$library" ] && { [ "$cuda" != off ] || [ "${library##*/}" != libreprise_cuda.so ]; }; then
    cp "$library" "$classes"/
  fi
done
