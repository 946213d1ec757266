// Forwards to the CUDA library, which is opened only when somebody asks for it: this library then loads on machines
// with no driver, and a build with no nvcc lacks one file and nothing else.
#include <stdio.h>

#include <atomic>
#include <mutex>

#include "../include/reprise_joint.h"
#include "joint_cuda.h"

#if defined(_WIN32)
extern "C" int reprise_cuda_open(const char*) { return REPRISE_NO_CUDA_LIBRARY; }
extern "C" int reprise_cuda_device_count(void) { return REPRISE_NO_CUDA_LIBRARY; }
extern "C" int reprise_cuda_usable(int) { return REPRISE_NO_CUDA_LIBRARY; }
extern "C" int reprise_cuda_add(const void*, int, int64_t, int64_t, int64_t, const int64_t*, int64_t, int64_t,
                                int64_t*, int64_t*, int64_t, int64_t, int, void*) {
  return REPRISE_NO_CUDA_LIBRARY;
}
extern "C" const char* reprise_cuda_message(int) { return "the CUDA kernels are not built for this platform"; }
#else
#include <dlfcn.h>

namespace {

struct Library {
  decltype(&reprise_joint_cuda_add) add = nullptr;
  decltype(&reprise_joint_cuda_device_count) device_count = nullptr;
  decltype(&reprise_joint_cuda_usable) usable = nullptr;
  decltype(&reprise_joint_cuda_message) message = nullptr;
};

std::mutex opening;
Library library;
std::atomic<bool> opened{false};
char reason[512] = "the CUDA kernels have not been opened"; // written before anybody can read it as final

} // namespace

extern "C" int reprise_cuda_open(const char* path) {
  try {
    const std::lock_guard<std::mutex> lock(opening);
    if (opened.load()) return REPRISE_OK;
    void* const handle = path == nullptr ? nullptr : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      const char* const why = path == nullptr ? "no path" : dlerror();
      snprintf(reason, sizeof reason, "%s", why == nullptr ? "dlopen failed" : why);
      return REPRISE_NO_CUDA_LIBRARY;
    }
    library.add = reinterpret_cast<decltype(library.add)>(dlsym(handle, "reprise_joint_cuda_add"));
    library.device_count =
        reinterpret_cast<decltype(library.device_count)>(dlsym(handle, "reprise_joint_cuda_device_count"));
    library.usable = reinterpret_cast<decltype(library.usable)>(dlsym(handle, "reprise_joint_cuda_usable"));
    library.message = reinterpret_cast<decltype(library.message)>(dlsym(handle, "reprise_joint_cuda_message"));
    if (library.add == nullptr || library.device_count == nullptr || library.usable == nullptr ||
        library.message == nullptr) {
      snprintf(reason, sizeof reason, "%.400s lacks an entry point: built from another version", path);
      dlclose(handle);
      return REPRISE_NO_CUDA_LIBRARY;
    }
    opened.store(true);
    return REPRISE_OK;
  } catch (...) {
    return REPRISE_INTERNAL;
  }
}

extern "C" int reprise_cuda_device_count(void) {
  return opened.load() ? library.device_count() : REPRISE_NO_CUDA_LIBRARY;
}

extern "C" int reprise_cuda_usable(int device) {
  return opened.load() ? library.usable(device) : REPRISE_NO_CUDA_LIBRARY;
}

extern "C" int reprise_cuda_add(const void* logits, int dtype, int64_t rows, int64_t sources, int64_t row_stride,
                                const int64_t* labels, int64_t targets, int64_t k, int64_t* counts, int64_t* status,
                                int64_t first_row, int64_t held, int device, void* stream) {
  if (!opened.load()) return REPRISE_NO_CUDA_LIBRARY;
  return library.add(logits, dtype, rows, sources, row_stride, labels, targets, k, counts, status, first_row, held,
                     device, stream);
}

extern "C" const char* reprise_cuda_message(int error) {
  if (error == REPRISE_BAD_ARGUMENT) return "an argument is out of range";
  if (error == REPRISE_OTHER_DEVICE) return "the thread's current CUDA device is another than that of the call";
  if (error > REPRISE_CUDA_ERROR || !opened.load()) return reason;
  return library.message(error);
}
#endif
