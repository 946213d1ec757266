# What libtorch must find in the environment before its process starts. Sourced by bin/reprise and by the benchmark scripts;
# a value of the user's own stays.

# libtorch frees and takes the same large blocks at every step. glibc gives them back to the system each time, and the page
# faults that follow cost half of a step.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
export MALLOC_MMAP_MAX_="${MALLOC_MMAP_MAX_:-0}"
export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-17179869184}"

# oneDNN plans its AVX-512 and AVX2 convolutions by the sizes of the processor's caches. A virtual machine may hide them; oneDNN
# then divides by zero, which ends the process, or, worse, returns wrong sums. Its AVX convolutions do not ask.
if [ -d /sys/devices/system/cpu/cpu0 ] && [ ! -d /sys/devices/system/cpu/cpu0/cache ]; then
  export ONEDNN_MAX_CPU_ISA="${ONEDNN_MAX_CPU_ISA:-AVX}"
fi

# OpenBLAS keeps threads of its own, which go on asking for work for some 20 ms after every product while libtorch's threads
# compute: three threads on two cores, and a training step of a small network took twice its time. 2^16 cycles are long enough.
export OPENBLAS_THREAD_TIMEOUT="${OPENBLAS_THREAD_TIMEOUT:-16}"
