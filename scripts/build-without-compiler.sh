#!/bin/sh
# Builds as on a machine with git and a JDK and nothing else that compiles: a PATH without C++ compilers and nvcc. Shows
# the line that says so and what the installation then counts with; the next ordinary build brings the kernels back.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
path=$(mktemp -d)
trap 'rm -r "$path"' EXIT
for folder in /usr/local/bin /usr/bin /bin; do
  for tool in "$folder"/*; do
    case ${tool##*/} in
      *g++* | *gcc* | c++* | cc | *clang* | *nvcc*) ;;
      *) [ -e "$path/${tool##*/}" ] || ln -s "$tool" "$path/${tool##*/}" ;;
    esac
  done
done
cd "$root"
unset CXX
if ! PATH=$path ./mvnw -B -ntp -DskipTests "$@" package >"$path/build.log" 2>&1; then
  tail -40 "$path/build.log"
  exit 1
fi
grep -F '[native-kernels]' "$path/build.log"
PATH=$path target/reprise/bin/reprise doctor | grep -E '^(kernels|counting)'
