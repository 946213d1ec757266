#include "thread_pool.h"

#include <condition_variable>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

namespace reprise {
namespace {

constexpr int kMostHelpers = 255;

struct Pool {
  std::mutex mutex;
  std::condition_variable work; // to helpers: job and open changed
  std::condition_variable done; // to the caller: active changed
  Job* job = nullptr;
  int open = 0;    // helpers that may still join the job
  int active = 0;  // helpers inside the job
  int started = 0; // threads that exist
};

// Never destroyed: helpers wait on it until the process ends.
Pool* pool() noexcept {
  static Pool* const instance = new (std::nothrow) Pool;
  return instance;
}

void help(Pool& p, int thread) {
  std::unique_lock<std::mutex> lock(p.mutex);
  for (;;) {
    p.work.wait(lock, [&] { return p.job != nullptr && p.open > 0; });
    Job* const job = p.job;
    p.open--;
    p.active++;
    lock.unlock();
    job->take_part(thread);
    lock.lock();
    if (--p.active == 0) p.done.notify_one();
  }
}

// Publishes the job unless another caller has the helpers.
bool publish(Pool& p, Job& job, int helpers) {
  std::lock_guard<std::mutex> lock(p.mutex);
  if (p.job != nullptr) return false;
  while (p.started < helpers) {
    try {
      std::thread(help, std::ref(p), p.started + 1).detach();
    } catch (const std::system_error&) {
      break; // the limit of threads: go on with those there are
    }
    p.started++;
  }
  p.job = &job;
  p.open = helpers;
  return true;
}

} // namespace

void run_with_helpers(Job& job, int helpers) noexcept {
  Pool* const p = helpers > 0 ? pool() : nullptr;
  bool published = false;
  if (p != nullptr) {
    try {
      published = publish(*p, job, helpers < kMostHelpers ? helpers : kMostHelpers);
    } catch (const std::exception&) {
      published = false; // a mutex that cannot be had: alone, then
    }
    if (published) {
      if (helpers == 1) {
        p->work.notify_one();
      } else {
        p->work.notify_all();
      }
    }
  }
  job.take_part(0);
  if (published) {
    std::unique_lock<std::mutex> lock(p->mutex);
    p->open = 0;
    p->done.wait(lock, [&] { return p->active == 0; });
    p->job = nullptr;
  }
}

int processor_count() noexcept {
  const unsigned n = std::thread::hardware_concurrency();
  return n == 0 ? 1 : static_cast<int>(n);
}

} // namespace reprise
