#!/bin/sh
# Packs all that a GPU machine without a registry needs into parts of at most 60 MB: the installation with libtorch for
# CUDA, a Java run-time, the kernels' harness, the experiments and run-all.sh.
#
#   bundle.sh [FOLDER] [--installed DIR] [--part-mb N]
#
# FOLDER (bundle) gets reprise-bundle.part-00 and so on, their digests, and join.sh, which verifies, joins and unpacks them
# there. --installed takes an installation that exists instead of building one with -Pgpu. What the machine must bring: an
# NVIDIA driver and the CUDA 13 libraries, e.g. those of a CUDA 13 build of Python's PyTorch (docs/gpu.md).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
out=bundle installed= part=60
while [ $# -gt 0 ]; do
  case $1 in
    --installed) installed=${2:?--installed: names no folder} && shift 2 ;;
    --part-mb) part=${2:?--part-mb: names no size} && shift 2 ;;
    -*) echo "bundle: unknown option $1" >&2 && exit 2 ;;
    *) out=$1 && shift ;;
  esac
done
case $part in *[!0-9]* | 0*) echo "bundle: --part-mb: must be a number from 1 on, found $part" >&2 && exit 2 ;; esac
if [ -z "$installed" ]; then
  (cd "$root" && ./mvnw -B -ntp -q -Pgpu -DskipTests -Dspotless.check.skip=true -Dcheckstyle.skip=true package)
  installed=$root/target/reprise
fi
[ -x "$installed/bin/reprise" ] || { echo "bundle: $installed is no installation: it has no bin/reprise" >&2 && exit 2; }
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -f "$out"/reprise-bundle.part-* "$out/SHA256SUMS" "$out/join.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/reprise-bundle
mkdir "$tree"
cp -r "$installed/." "$tree"
cp "$root/scripts/gpu/run-all.sh" "$tree"
cp -r "$root/experiments" "$tree/experiments"

# Java: the modules that Reprise and its libraries use.
modules=java.base,java.desktop,java.logging,java.management,java.sql,java.xml,java.naming,jdk.unsupported,jdk.management,java.net.http,jdk.crypto.ec
jlink=${JAVA_HOME:+$JAVA_HOME/bin/}jlink
if command -v "$jlink" >/dev/null 2>&1; then
  "$jlink" --add-modules $modules --strip-debug --no-header-files --no-man-pages --compress=2 --output "$tree/java"
else
  echo "bundle: no jlink here: the machine must have a Java 17 of its own" >&2
fi

# The kernels' harness, which needs neither Java nor libtorch.
nvcc=${NVCC:-$(command -v nvcc || ls /usr/local/cuda*/bin/nvcc 2>/dev/null | sort -V | tail -1 || true)}
if [ -n "$nvcc" ]; then
  make -s -C "$root/native-kernels/src/main/native" OUT="$work/kernels" CUDA=on NVCC="$nvcc"
  mkdir "$tree/kernels"
  cp "$work/kernels/libreprise_cuda.so" "$tree/kernels"
  "$nvcc" -O2 -std=c++17 -cudart static -o "$tree/kernels/gpu_check" "$root/native-kernels/src/test/native/gpu_check.cu" \
    "$tree/kernels/libreprise_cuda.so" "$work/kernels/libreprise_cpu.a" -Xlinker -rpath -Xlinker '$ORIGIN' -lpthread -ldl
else
  echo "bundle: no nvcc here: the kernels' harness is left out" >&2
fi

# Jars are compressed already; gzip is everywhere.
(cd "$work" && tar -cf - reprise-bundle | gzip -6 | split -b "${part}m" -d -a 2 - "$out/reprise-bundle.part-")
cat >"$out/join.sh" <<'J'
#!/bin/sh
# Verifies the parts beside this file, and unpacks them: join.sh [FOLDER] (this one). Then: FOLDER/reprise-bundle/run-all.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=${1:-$here}
if ! (cd "$here" && sha256sum --quiet -c SHA256SUMS); then
  echo "join: a part is missing or damaged: copy what is named above again" >&2
  exit 1
fi
mkdir -p "$to"
cat "$here"/reprise-bundle.part-* | gzip -dc | tar -xf - -C "$to"
bundle=$(cd "$to/reprise-bundle" && pwd)
if [ -x "$bundle/java/bin/java" ]; then echo "join: first set JAVA_HOME=$bundle/java"; fi
echo "join: $bundle/run-all.sh measures all that a GPU is needed for"
J
chmod +x "$out/join.sh"
(cd "$out" && sha256sum reprise-bundle.part-* join.sh >SHA256SUMS)
ls -l "$out"
