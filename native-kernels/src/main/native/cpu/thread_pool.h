// Helper threads that live as long as the process, so that a batch of some microseconds pays no thread start.
#pragma once

namespace reprise {

class Job {
public:
  // Called once by each thread that takes part; returns when no work is left. Must not throw. `thread` is 0 for the
  // caller, and for a helper another number that stays the same.
  virtual void take_part(int thread) noexcept = 0;

protected:
  ~Job() = default;
};

// Runs job on the calling thread and on up to `helpers` others; returns when all that started have returned. A
// helper that wakes too late is not waited for. One caller at a time has the helpers; another runs alone.
void run_with_helpers(Job& job, int helpers) noexcept;

// Processors that this process may use, at least 1.
int processor_count() noexcept;

} // namespace reprise
