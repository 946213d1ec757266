// Runs a CUDA kernel's source on the CPU, on purpose as unfavourably as the programming model allows, so that what is
// missing shows as a wrong result:
// - every CUDA thread is a fiber, switched out only at barriers and warp collectives; one warp runs as far as it can
//   before another may, in an order redrawn by a generator; several blocks are under way at a time;
// - a store to watched memory is seen by its own thread at once, by others at its next barrier or sooner: a coin says;
// - shared memory holds random numbers when a block begins, large ones or small ones;
// - a collective needs the whole warp, in the same collective and with a full mask; anything else ends the launch with an
//   error, and so do a barrier that not all reach and a thread that waits a million times.
// Atomic additions are seen at once.
#pragma once
#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <vector>

#include "emulator_controls.h"

#define __global__
#define __device__
#define __launch_bounds__(...)

struct dim3 {
  unsigned x, y, z;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
using cudaStream_t = void*;
enum cudaError_t {
  cudaSuccess = 0,
  cudaErrorInsufficientDriver = 35,
  cudaErrorInvalidDevice = 101,
  cudaErrorNoKernelImageForDevice = 209,
  cudaErrorLaunchFailure = 719
};
enum { cudaDevAttrMultiProcessorCount = 16 };
struct cudaFuncAttributes {
  int numRegs;
};

namespace emulator {

constexpr unsigned kResident = 3; // blocks under way at a time, at most
constexpr unsigned kWarpLanes = 32;
constexpr unsigned kMostWaits = 1000000; // of a thread: more are taken for a loop without an end

enum class Wait { kRuns, kBlockBarrier, kWarp, kDone };
enum class Operation { kBarrier, kShuffle, kShuffleXor, kMatch, kMax, kMin, kAdd };

// A store that others do not see yet.
struct Pending {
  void* to;
  uint64_t value;
  size_t size;
};

struct Fiber {
  ucontext_t context; // in which it begins
  jmp_buf at;         // where it waits, once it has begun
  bool begun = false;
  std::unique_ptr<char[]> stack{new char[kStack]};
  dim3 thread{0, 0, 0};
  Wait wait = Wait::kRuns;
  Operation operation = Operation::kBarrier; // what it waits in
  unsigned waits = 0;
  unsigned collectives = 0;                  // how many it has been in
  uint64_t offers[2] = {0, 0};               // to this collective and to the one before, which others may yet read
  std::vector<Pending> pending;
  static constexpr size_t kStack = 128 << 10;

  void publish() {
    for (const Pending& p : pending) memcpy(p.to, &p.value, p.size);
    pending.clear();
  }
};

struct Block {
  std::vector<Fiber> fibers;
  std::vector<unsigned> order; // of its warps
  unsigned slot = 0;           // which copy of the shared memory is its
  uint64_t serial = 0;         // no other block has it
  unsigned threads = 0, left = 0;
  dim3 index{0, 0, 0}, size{0, 1, 1}, grid{0, 1, 1};
};

// One launch at a time has all of this.
struct Machine {
  Block blocks[kResident];
  Block* block = nullptr; // that runs now
  Fiber* fiber = nullptr; // likewise
  jmp_buf scheduler;
  ucontext_t scheduler_context;
  const std::function<void()>* body = nullptr;
  bool fault = false;
  std::mt19937 random{std::random_device{}()};
  uint64_t begun = 0; // blocks
};
inline Machine& machine() {
  static Machine m;
  return m;
}

// Jumps between stacks: swapcontext alone would do, but calls the system each time. A sanitizer follows swapcontext only.
// On their own: what they jump back into must not touch variables that have changed meanwhile.
#if defined(__SANITIZE_ADDRESS__)
[[gnu::noinline]] inline void resume(Fiber& f) { swapcontext(&machine().scheduler_context, &f.context); }
[[gnu::noinline]] inline void to_scheduler(Fiber& f) { swapcontext(&f.context, &machine().scheduler_context); }
#else
[[gnu::noinline]] inline void resume(Fiber& f) {
  if (_setjmp(machine().scheduler) != 0) return;
  if (f.begun) _longjmp(f.at, 1);
  f.begun = true;
  setcontext(&f.context);
}
[[gnu::noinline]] inline void to_scheduler(Fiber& f) {
  if (_setjmp(f.at) == 0) _longjmp(machine().scheduler, 1);
}
#endif

inline void wait(Wait why) {
  Machine& m = machine();
  Fiber& f = *m.fiber;
  if (why != Wait::kWarp || f.operation == Operation::kBarrier) f.publish();
  f.wait = why;
  if (++f.waits > kMostWaits) m.fault = true;
  to_scheduler(f);
}
inline void wait_in(Operation operation) {
  machine().fiber->operation = operation;
  wait(Wait::kWarp);
}
// Ends the launch; the fiber does not go on.
inline void fail() {
  machine().fault = true;
  wait(Wait::kBlockBarrier);
}
inline void enter() {
  (*machine().body)();
  wait(Wait::kDone);
}

// Memory that several threads see: a store to it may be seen late.
template <class T> class Watched {
public:
  operator T() const {
    static_assert(sizeof(T) <= 8, "a pending store has room for it");
    T v;
    memcpy(&v, &value_, sizeof v);
    if (Fiber* const f = machine().fiber) {
      for (const Pending& p : f->pending)
        if (p.to == &value_) memcpy(&v, &p.value, sizeof v);
    }
    return v;
  }
  Watched& operator=(T v) {
    Machine& m = machine();
    Fiber* const f = m.fiber;
    if (f != nullptr) forget(*f);
    if (f != nullptr && (m.random() & 1) != 0) {
      Pending p = {&value_, 0, sizeof v};
      memcpy(&p.value, &v, sizeof v);
      f->pending.push_back(p);
    } else {
      value_ = v;
    }
    return *this;
  }
  // What an atomic operation works on.
  T& now() {
    Fiber& f = *machine().fiber;
    for (const Pending& p : f.pending)
      if (p.to == &value_) memcpy(&value_, &p.value, sizeof value_);
    forget(f);
    return value_;
  }

private:
  void forget(Fiber& f) {
    const auto here = [this](const Pending& p) { return p.to == &value_; };
    f.pending.erase(std::remove_if(f.pending.begin(), f.pending.end(), here), f.pending.end());
  }
  T value_;
};

// A __shared__ array: a copy for each block under way, full of noise when the block's first thread comes to it.
template <class T, size_t N> class SharedArray {
public:
  Watched<T>* of_block() {
    const Block& b = *machine().block;
    if (filled_for_[b.slot] != b.serial) {
      filled_for_[b.slot] = b.serial;
      std::mt19937& random = machine().random;
      const bool small = (random() & 1) != 0;
      uint64_t noise = static_cast<uint64_t>(random()) << 32 | random() | 1;
      for (size_t i = 0; i < N; i++) {
        noise = noise * 6364136223846793005u + 1442695040888963407u;
        const uint64_t bits = small ? noise >> 61 : noise >> 16;
        memcpy(static_cast<void*>(&copies_[b.slot][i]), &bits, sizeof(T));
      }
    }
    return copies_[b.slot];
  }

private:
  Watched<T> copies_[kResident][N];
  uint64_t filled_for_[kResident] = {};
};

// Lets go on what all live threads of the block, or of a warp, wait for.
inline bool release(Block& b) {
  bool any = false;
  const auto all_wait = [&](unsigned lo, unsigned hi, Wait why) {
    const Fiber* first = nullptr;
    for (unsigned t = lo; t < hi; t++) {
      const Fiber& f = b.fibers[t];
      if (f.wait == Wait::kDone && why == Wait::kBlockBarrier) continue;
      if (f.wait != why) return false;
      if (first != nullptr && why == Wait::kWarp && f.operation != first->operation) return false;
      first = &f;
    }
    return first != nullptr;
  };
  const auto go = [&](unsigned lo, unsigned hi) {
    for (unsigned t = lo; t < hi; t++)
      if (b.fibers[t].wait != Wait::kDone) b.fibers[t].wait = Wait::kRuns;
    any = true;
  };
  if (all_wait(0, b.threads, Wait::kBlockBarrier)) go(0, b.threads);
  for (unsigned w = 0; w < b.threads; w += kWarpLanes)
    if (all_wait(w, std::min(b.threads, w + kWarpLanes), Wait::kWarp)) go(w, std::min(b.threads, w + kWarpLanes));
  return any;
}

// On its own: getcontext may return twice as far as the compiler knows, which must not touch launch's variables.
[[gnu::noinline]] inline void prepare(Fiber& f, unsigned thread) {
  f.thread.x = thread;
  f.wait = Wait::kRuns;
  f.begun = false;
  f.waits = 0;
  f.pending.clear();
  getcontext(&f.context);
  f.context.uc_stack.ss_sp = f.stack.get();
  f.context.uc_stack.ss_size = Fiber::kStack;
  f.context.uc_link = nullptr;
  makecontext(&f.context, enter, 0);
}

inline void begin(Block& b, unsigned index, unsigned grid, unsigned threads) {
  Machine& m = machine();
  if (b.fibers.size() < threads) b.fibers.resize(threads);
  b.threads = b.size.x = b.left = threads;
  b.grid.x = grid;
  b.index.x = index;
  for (unsigned t = 0; t < threads; t++) prepare(b.fibers[t], t);
  b.order.resize((threads + kWarpLanes - 1) / kWarpLanes);
  for (unsigned w = 0; w < b.order.size(); w++) b.order[w] = w;
  b.serial = ++m.begun;
}

// Runs the first of the block's warps that can until its threads wait; false if none can go on any more.
inline bool advance(Block& b) {
  Machine& m = machine();
  m.block = &b;
  if (m.random() % 16 == 0) std::shuffle(b.order.begin(), b.order.end(), m.random);
  bool moved = false;
  for (unsigned w : b.order) {
    const unsigned lo = w * kWarpLanes, n = std::min(b.threads, lo + kWarpLanes) - lo, off = m.random() % n;
    for (unsigned i = 0; i < n && !m.fault; i++) {
      m.fiber = &b.fibers[lo + (i + off) % n];
      if (m.fiber->wait != Wait::kRuns) continue;
      resume(*m.fiber);
      moved = true;
      if (m.fiber->wait == Wait::kDone) b.left--;
    }
    if (moved) break;
  }
  m.fiber = nullptr;
  return (release(b) || moved) && !m.fault;
}

// ---- devices ----

struct Devices {
  std::atomic<bool> context[EMULATED_DEVICES] = {};
  std::atomic<int> last{-1};
  std::atomic<unsigned> run_last{0};
};
inline Devices& devices() {
  static Devices d;
  return d;
}
inline int& current_device() {
  static thread_local int current = 0;
  return current;
}
inline cudaError_t& left_error() {
  static thread_local cudaError_t error = cudaSuccess;
  return error;
}
inline cudaError_t leave(cudaError_t error) { return left_error() = error; }
inline bool has_code_for(int device) { return device != EMULATED_DEVICES - 1; }

inline cudaError_t launch(unsigned grid, unsigned threads, const std::function<void()>& body) {
  devices().context[current_device()] = true;
  if (!has_code_for(current_device())) return leave(cudaErrorNoKernelImageForDevice);
  devices().last = current_device();
  static std::mutex one_at_a_time;
  const std::lock_guard<std::mutex> lock(one_at_a_time);
  Machine& m = machine();
  m.body = &body;
  m.fault = false;
  const unsigned run_last = devices().run_last;
  unsigned next = run_last == 0 || run_last > grid ? 0 : grid - run_last;
  std::vector<Block*> under_way;
  const unsigned at_most = 1 + m.random() % kResident;
  for (unsigned slot = 0; slot < at_most && next < grid; slot++) {
    m.blocks[slot].slot = slot;
    begin(m.blocks[slot], next++, grid, threads);
    under_way.push_back(&m.blocks[slot]);
  }
  for (size_t turn = 0; !under_way.empty();) {
    if (m.random() % 4 == 0) turn = m.random() % under_way.size();
    Block& b = *under_way[turn];
    if (!advance(b)) return leave(cudaErrorLaunchFailure); // or a divergent barrier or collective
    if (b.left > 0) continue;
    if (next < grid) {
      begin(b, next++, grid, threads);
    } else {
      under_way.erase(under_way.begin() + static_cast<ptrdiff_t>(turn));
      turn = 0;
    }
  }
  return cudaSuccess;
}

// Every lane offers a value, then reads the offers of the warp.
template <class T, class Read> auto collective(Operation operation, unsigned mask, T mine, Read read) {
  static_assert(sizeof(T) <= 8, "an offer has room for it");
  Machine& m = machine();
  Fiber& f = *m.fiber;
  if (mask != 0xffffffffu) fail();
  const unsigned now = f.collectives++ & 1;
  memcpy(&f.offers[now], &mine, sizeof mine);
  wait_in(operation);
  const unsigned first = f.thread.x & ~(kWarpLanes - 1);
  const Block& b = *m.block;
  return read([&b, first, now](unsigned lane) {
    T v;
    if (lane >= kWarpLanes) fail();
    memcpy(&v, &b.fibers[first + lane].offers[now], sizeof v);
    return v;
  });
}
template <class To, class From> To bits(From from) {
  static_assert(sizeof(To) == sizeof(From), "same size");
  To to;
  memcpy(&to, &from, sizeof to);
  return to;
}

} // namespace emulator

// ---- the language ----

using emulator::Watched;
#define SHARED_ARRAY(type, name, length)                            \
  static emulator::SharedArray<type, (length)> name##_of_all_blocks; \
  Watched<type>* const name = name##_of_all_blocks.of_block()

#define threadIdx (emulator::machine().fiber->thread)
#define blockIdx (emulator::machine().block->index)
#define blockDim (emulator::machine().block->size)
#define gridDim (emulator::machine().block->grid)

template <class Args>
cudaError_t launch_kernel(void (*kernel)(Args), unsigned grid, unsigned block, cudaStream_t, Args args) {
  return emulator::launch(grid, block, [&] { kernel(args); });
}

inline void __syncthreads() { emulator::wait(emulator::Wait::kBlockBarrier); }
inline void __syncwarp(unsigned mask = 0xffffffffu) {
  if (mask != 0xffffffffu) emulator::fail();
  emulator::wait_in(emulator::Operation::kBarrier);
}
template <class T> T __shfl_sync(unsigned mask, T v, int lane) {
  return emulator::collective(emulator::Operation::kShuffle, mask, v,
                              [&](auto of) { return of(static_cast<unsigned>(lane)); });
}
template <class T> T __shfl_xor_sync(unsigned mask, T v, int by) {
  const unsigned lane = threadIdx.x % emulator::kWarpLanes;
  return emulator::collective(emulator::Operation::kShuffleXor, mask, v,
                              [&](auto of) { return of(lane ^ static_cast<unsigned>(by)); });
}
template <class T> unsigned __match_any_sync(unsigned mask, T v) {
  return emulator::collective(emulator::Operation::kMatch, mask, v, [&](auto of) {
    unsigned m = 0;
    for (unsigned i = 0; i < emulator::kWarpLanes; i++) m |= static_cast<unsigned>(of(i) == v) << i;
    return m;
  });
}
template <class Op> unsigned emulated_reduce(emulator::Operation operation, unsigned mask, unsigned v, Op op) {
  return emulator::collective(operation, mask, v, [&](auto of) {
    unsigned r = of(0);
    for (unsigned i = 1; i < emulator::kWarpLanes; i++) r = op(r, of(i));
    return r;
  });
}
inline unsigned __reduce_max_sync(unsigned mask, unsigned v) {
  return emulated_reduce(emulator::Operation::kMax, mask, v, [](unsigned a, unsigned b) { return std::max(a, b); });
}
inline unsigned __reduce_min_sync(unsigned mask, unsigned v) {
  return emulated_reduce(emulator::Operation::kMin, mask, v, [](unsigned a, unsigned b) { return std::min(a, b); });
}
inline unsigned __reduce_add_sync(unsigned mask, unsigned v) {
  return emulated_reduce(emulator::Operation::kAdd, mask, v, [](unsigned a, unsigned b) { return a + b; });
}
inline int __ffs(int v) { return __builtin_ffs(v); }
inline int __clz(int v) { return v == 0 ? 32 : __builtin_clz(static_cast<unsigned>(v)); }
inline int __popc(unsigned v) { return __builtin_popcount(v); }
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned by) {
  return static_cast<unsigned>((static_cast<uint64_t>(high) << 32 | low) << (by & 31) >> 32);
}
template <class T> T atomicAdd(Watched<T>* p, T v) {
  T& now = p->now();
  const T old = now;
  now = old + v;
  return old;
}
template <class T> T atomicMin(Watched<T>* p, T v) {
  T& now = p->now();
  const T old = now;
  now = std::min(old, v);
  return old;
}
template <class T> void add_blindly(Watched<T>* to, T value) { atomicAdd(to, value); }
inline uint4 load_once(const uint4* from) { return *from; }
inline void keep(float&) {}
inline float exp2_approx(float x) { return exp2f(x); }
// Exponent and fraction moved into place, then scaled by 2^112: right for subnormal numbers too.
inline float half_to_float(uint16_t v) {
  const unsigned magnitude = (v & 0x7fffu) << 13, special = magnitude >= (0x7c00u << 13) ? 0x7f800000u : 0u;
  const float scaled = emulator::bits<float>(magnitude) * 5192296858534827628530496329220096.0f;
  return emulator::bits<float>(emulator::bits<unsigned>(scaled) | special | (v & 0x8000u) << 16);
}
inline float __uint_as_float(unsigned v) { return emulator::bits<float>(v); }
inline unsigned __float_as_uint(float v) { return emulator::bits<unsigned>(v); }

// ---- the run-time library ----

inline cudaError_t cudaGetLastError() {
  const cudaError_t e = emulator::left_error();
  emulator::left_error() = cudaSuccess;
  return e;
}
inline cudaError_t cudaGetDevice(int* device) { return *device = emulator::current_device(), cudaSuccess; }
inline cudaError_t cudaSetDevice(int device) {
  if (device < 0 || device >= EMULATED_DEVICES) return emulator::leave(cudaErrorInvalidDevice);
  emulator::current_device() = device;
  emulator::devices().context[device] = true; // as since CUDA 12
  return cudaSuccess;
}
inline cudaError_t cudaGetDeviceCount(int* n) { return *n = EMULATED_DEVICES, cudaSuccess; }
inline cudaError_t cudaDriverGetVersion(int* version) { return *version = 0, cudaSuccess; }
inline cudaError_t cudaDeviceGetAttribute(int* value, int, int device) {
  return *value = device == 0 ? EMULATED_FEW : EMULATED_MANY, cudaSuccess;
}
template <class Kernel> cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, Kernel) {
  const int device = emulator::current_device();
  emulator::devices().context[device] = true;
  if (!emulator::has_code_for(device)) return emulator::leave(cudaErrorNoKernelImageForDevice);
  return attributes->numRegs = 1, cudaSuccess;
}
template <class Kernel>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Kernel kernel, int, size_t) {
  cudaFuncAttributes attributes;
  *blocks = 1;
  return cudaFuncGetAttributes(&attributes, kernel);
}
inline const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaErrorNoKernelImageForDevice ? "emulated: no code for this device"
         : error == cudaErrorLaunchFailure        ? "emulated: divergent barrier or bad mask"
                                                  : "emulated: an error";
}

#define EMULATOR_EXPORT extern "C" __attribute__((used, visibility("default")))
EMULATOR_EXPORT void emulator_set_device(int device) { emulator::current_device() = device; }
EMULATOR_EXPORT int emulator_has_context(int device) { return emulator::devices().context[device] ? 1 : 0; }
EMULATOR_EXPORT int emulator_last_device(void) { return emulator::devices().last; }
EMULATOR_EXPORT void emulator_leave_error(int error) { emulator::leave(static_cast<cudaError_t>(error)); }
EMULATOR_EXPORT int emulator_left_error(void) { return emulator::left_error(); }
EMULATOR_EXPORT void emulator_run_last(unsigned blocks) { emulator::devices().run_last = blocks; }
