#include "../include/reprise_graph.h"

#include <stdio.h>

namespace {
thread_local char message[1024] = "";
int failed(const char* why) {
  snprintf(message, sizeof message, "%s", why);
  return 1;
}
} // namespace

extern "C" const char* reprise_graph_message(void) { return message; }

#if !defined(__linux__)
extern "C" int reprise_graph_open(const char*) { return failed("there are none on this platform"); }
extern "C" int reprise_graph_new(void**) { return failed("there are none on this platform"); }
extern "C" int reprise_graph_begin(void*) { return failed("there are none on this platform"); }
extern "C" int reprise_graph_end(void*) { return failed("there are none on this platform"); }
extern "C" int reprise_graph_replay(void*) { return failed("there are none on this platform"); }
extern "C" void reprise_graph_free(void*) {}
#else
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <exception>
#include <mutex>
#include <new>
#include <utility>

namespace {

// libtorch's MempoolId_t; {0, 0} asks for a pool of the graph's own.
using Pool = std::pair<unsigned long long, unsigned long long>;

// cudaStreamCaptureModeThreadLocal: other threads, as the collector of garbage, may go on freeing memory.
constexpr int THREAD_LOCAL = 1;

// How large a graph is, is libtorch's secret; it has some hundred bytes.
constexpr size_t ROOM = 1 << 16;

struct Functions {
  void (*construct)(void*, bool) = nullptr;
  void (*destroy)(void*) = nullptr;
  void (*begin)(void*, Pool, int) = nullptr;
  void (*end)(void*) = nullptr;
  void (*replay)(void*) = nullptr;
};

std::mutex opening;
Functions functions;
bool opened = false;

// The mangled names hold the parameters' types: a libtorch that has changed them lacks the name.
const char* const NAMES[] = {"_ZN2at4cuda9CUDAGraphC1Eb", "_ZN2at4cuda9CUDAGraphD1Ev",
                             "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode",
                             "_ZN2at4cuda9CUDAGraph11capture_endEv", "_ZN2at4cuda9CUDAGraph6replayEv"};

template <class F>
void take(F& function, void* symbol) {
  memcpy(&function, &symbol, sizeof symbol);
}

template <class F>
int guarded(F work) {
  if (!opened) return failed("CUDA graphs have not been opened");
  try {
    work();
    return 0;
  } catch (const std::exception& e) {
    return failed(e.what());
  } catch (...) {
    return failed("libtorch threw something that is no exception");
  }
}

} // namespace

extern "C" int reprise_graph_open(const char* library) {
  const std::lock_guard<std::mutex> lock(opening);
  if (opened) return 0;
  const bool path = strchr(library, '/') != nullptr;
  void* const handle = dlopen(library, RTLD_NOW | RTLD_LOCAL | (path ? 0 : RTLD_NOLOAD));
  if (handle == nullptr) {
    snprintf(message, sizeof message, "%.400s is not loaded", library);
    return 1;
  }
  void* symbols[5];
  for (int i = 0; i < 5; i++) {
    symbols[i] = dlsym(handle, NAMES[i]);
    if (symbols[i] == nullptr) {
      snprintf(message, sizeof message, "this libtorch has no %s", NAMES[i]);
      dlclose(handle);
      return 1;
    }
  }
  take(functions.construct, symbols[0]);
  take(functions.destroy, symbols[1]);
  take(functions.begin, symbols[2]);
  take(functions.end, symbols[3]);
  take(functions.replay, symbols[4]);
  opened = true; // the library stays loaded
  return 0;
}

extern "C" int reprise_graph_new(void** graph) {
  *graph = nullptr;
  return guarded([&] {
    void* const room = aligned_alloc(64, ROOM);
    if (room == nullptr) throw std::bad_alloc();
    memset(room, 0, ROOM);
    try {
      functions.construct(room, false);
    } catch (...) {
      free(room);
      throw;
    }
    *graph = room;
  });
}

extern "C" int reprise_graph_begin(void* graph) {
  return guarded([&] { functions.begin(graph, Pool{0, 0}, THREAD_LOCAL); });
}

extern "C" int reprise_graph_end(void* graph) {
  return guarded([&] { functions.end(graph); });
}

extern "C" int reprise_graph_replay(void* graph) {
  return guarded([&] { functions.replay(graph); });
}

extern "C" void reprise_graph_free(void* graph) {
  guarded([&] { functions.destroy(graph); });
  free(graph);
}
#endif
