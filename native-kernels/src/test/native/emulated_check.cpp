// Checks the CUDA kernels' source, run by the emulator: every case against the oracle, and what only shows at limits: cells
// that overflow, rows and cells past 2^31, several devices, errors that others left. For the sanitizers, which see a load
// that touches anything but the caller's rows, and for the mutants, each of which must fail here.
//
//   emulated_check [STEP]
#include <stdio.h>
#include <sys/mman.h>

#include <random>
#include <vector>

#include "../../main/native/cuda/joint_cuda.h"
#include "cases.h"
#include "emulator_controls.h"

namespace {

int wrong = 0, done = 0;

void expect(bool holds, const char* what) {
  done++;
  if (holds) return;
  wrong++;
  printf("WRONG: %s\n", what);
}

// What one call is given; counts and status are the caller's.
struct Call {
  const void* logits;
  int dtype;
  int64_t rows, sources, stride;
  const int64_t* labels;
  int64_t targets, k;
  int64_t held = -1;
  int device = 0;

  int add(int64_t* counts, int64_t* status) const {
    return reprise_joint_cuda_add(logits, dtype, rows, sources, stride, labels, targets, k, counts, status, 0, held,
                                  device, nullptr);
  }
};

struct Status {
  int64_t words[REPRISE_STATUS_WORDS] = {0, INT64_MAX, 0, INT64_MAX, 0};
};

// Before any other check: contexts are never unmade.
void check_devices() {
  const float row[2] = {1, 2};
  const int64_t label = 0;
  int64_t counts[2] = {0, 0};
  Status s;
  const auto add_on = [&](int device) {
    return Call{row, REPRISE_FLOAT32, 1, 2, 2, &label, 1, 0, -1, device}.add(counts, s.words);
  };
  emulator_set_device(1);
  expect(reprise_joint_cuda_usable(1) == REPRISE_OK, "the current device can be used");
  expect(add_on(1) == REPRISE_OK && counts[1] == 1, "the current device counts");
  expect(emulator_last_device() == 1, "the kernel ran on the device of the call");
  expect(add_on(0) == REPRISE_OTHER_DEVICE && reprise_joint_cuda_usable(0) == REPRISE_OTHER_DEVICE && counts[1] == 1,
         "another device than the current one is refused");
  expect(emulator_has_context(0) == 0, "no context is made on a device that the run does not use");
  emulator_set_device(2);
  const int no_code = REPRISE_CUDA_ERROR - 209;
  expect(reprise_joint_cuda_usable(2) == no_code, "a device without code is told of");
  expect(emulator_left_error() == 0, "the question leaves no error behind");
  emulator_set_device(0);
  expect(reprise_joint_cuda_usable(0) == REPRISE_OK, "the first device can be used");
  emulator_leave_error(1);
  expect(add_on(0) == REPRISE_OK, "an error that others left is not the launch's");
  expect(emulator_left_error() == 1, "an error that others left stays theirs to find");
  emulator_leave_error(0);
}

void check_limits() {
  int64_t counts[1] = {0}, label = 0;
  Status s;
  const auto of = [&](int64_t sources) {
    return Call{nullptr, REPRISE_FLOAT32, 0, sources, sources, &label, 1, 0}.add(counts, s.words);
  };
  expect(of(REPRISE_MOST_SOURCES) == REPRISE_OK && of(int64_t{1} << 30) == REPRISE_OK, "2^30 source labels are admitted");
  expect(of(REPRISE_MOST_SOURCES + int64_t{1}) == REPRISE_BAD_ARGUMENT, "more source labels are refused");
}

// A cell of one source label, to which each row adds one whole sample.
void check_overflow() {
  constexpr int64_t kMost = (int64_t{1} << 27) - 1, kSample = int64_t{1} << 36;
  const float logits[3] = {0, 0, 0};
  const int64_t labels[3] = {0, 0, 0};
  const auto overflows = [&](int64_t k, int64_t rows, int64_t before, int64_t held, int64_t& cell) {
    Status s;
    cell = before;
    const int e = Call{logits, REPRISE_FLOAT32, rows, 1, 1, labels, 1, k, held}.add(&cell, s.words);
    return e == REPRISE_OK ? s.words[REPRISE_OVERFLOWS] : -1;
  };
  int64_t cell = 0;
  for (int64_t held : {int64_t{-1}, kMost - 3}) {
    expect(overflows(1, 3, (kMost - 3) * kSample, held, cell) == 0 && cell == kMost * kSample, "a full cell is no overflow");
  }
  for (int64_t held : {int64_t{-1}, kMost - 2, kMost, kMost + 1, INT64_MAX}) {
    expect(overflows(1, 3, (kMost - 2) * kSample, held, cell) == 1, "a sum that overflows is told of");
  }
  expect(overflows(0, 3, INT64_MAX - 3, INT64_MAX - 3, cell) == 0 && cell == INT64_MAX, "a full count is no overflow");
  for (int64_t held : {int64_t{-1}, INT64_MAX - 2, INT64_MAX}) {
    expect(overflows(0, 3, INT64_MAX - 2, held, cell) == 1, "a count that overflows is told of");
  }
}

// Address space without memory behind it until it is touched.
class Reserved {
public:
  explicit Reserved(size_t bytes)
      : bytes_(bytes), at_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {}
  ~Reserved() {
    if (ok()) munmap(at_, bytes_);
  }
  Reserved(const Reserved&) = delete;
  Reserved& operator=(const Reserved&) = delete;
  bool ok() const { return at_ != MAP_FAILED; }
  template <class T> T* as() const { return static_cast<T*>(at_); }

private:
  size_t bytes_;
  void* at_;
};

// Rows whose index, place or cell takes more than 32 bits.
void check_far() {
  for (int64_t k : {0, 1}) {
    const float row[1] = {0};
    // Eight teams a block take a row each, then the row that all teams of the grid are further.
    constexpr int64_t kTeams = 8, kStep = kTeams * EMULATED_MANY, kBlocks = 2;
    const int64_t rows = 3 * kStep, unit = k == 0 ? 1 : int64_t{1} << 36;
    const Reserved labels(static_cast<size_t>(rows) * 8);
    const int64_t stride = (int64_t{1} << 30) + 8;
    const Reserved logits(static_cast<size_t>(2 * stride + 8) * 2);
    const int64_t sources = 32768, targets = 70000;
    const Reserved counts(static_cast<size_t>(sources * targets) * 8);
    if (!labels.ok() || !logits.ok() || !counts.ok()) {
      printf("no address space of 50 GB here: far rows and cells are not checked\n");
      return;
    }
    { // on a device of many multiprocessors, and only what two blocks do of it
      emulator_set_device(1);
      emulator_run_last(kBlocks);
      int64_t expected[2] = {0, 0}, cells[2] = {0, 0};
      for (int64_t begin = kStep; begin <= rows; begin += kStep) {
        for (int64_t r = begin - kBlocks * kTeams; r < begin; r++) {
          labels.as<int64_t>()[r] = r & 1;
          expected[r & 1] += unit;
        }
      }
      Status s;
      const int e = Call{row, REPRISE_FLOAT32, rows, 1, 0, labels.as<int64_t>(), 2, k, 0, 1}.add(cells, s.words);
      expect(e == REPRISE_OK && cells[0] == expected[0] && cells[1] == expected[1], "rows past 2^31");
      emulator_run_last(0);
      emulator_set_device(0);
    }
    { // row 2 begins 2^31 elements from row 0; its third logit is the largest
      uint16_t* const far = logits.as<uint16_t>() + 2 * stride;
      far[3] = 0x4500; // 5; the others are 0
      const int64_t label[3] = {0, 0, 1};
      std::vector<int64_t> cells(16);
      Status s;
      const int e = Call{logits.as<void>(), REPRISE_FLOAT16, 3, 8, stride, label, 2, k}.add(cells.data(), s.words);
      expect(e == REPRISE_OK && cells[8 + 3] > unit / 2 && cells[0] >= unit / 8 * 2, "rows that lie far apart");
    }
    {
      std::vector<float> wide(static_cast<size_t>(sources));
      wide[77] = 100;
      const int64_t label = targets - 1;
      Status s;
      const int e = Call{wide.data(), REPRISE_FLOAT32, 1, sources, sources, &label, targets, k}.add(counts.as<int64_t>(),
                                                                                                    s.words);
      expect(e == REPRISE_OK && counts.as<int64_t>()[label * sources + 77] == unit, "cells past 2^31");
    }
  }
}

void check_cases(const std::vector<check::Case>& cases, std::mt19937_64& random) {
  for (const check::Case& c : cases) {
    const check::Data d = check::make(c, random);
    const std::vector<int64_t> before = check::poison(c, random);
    check::Counted after = {before};
    const int device = static_cast<int>(random() % 2);
    emulator_set_device(device);
    const Call call = {d.logits(), c.dtype, c.rows, c.sources, c.stride, d.labels.data(), c.targets, c.k,
                       random() % 2 == 0 ? -1 : 0, device};
    const int e = call.add(after.counts.data(), after.status);
    done++;
    if (e == 0 && check::agrees(check::oracle(c, d), before, after)) continue;
    wrong++;
    printf("WRONG dtype %d rows %ld KS %ld KT %ld k %ld stride %ld offset %ld device %d error %d\n", c.dtype,
           static_cast<long>(c.rows), static_cast<long>(c.sources), static_cast<long>(c.targets),
           static_cast<long>(c.k), static_cast<long>(c.stride), static_cast<long>(c.offset), device, e);
  }
}

} // namespace

int main(int argc, char** argv) {
  const uint64_t seed = std::random_device{}();
  std::mt19937_64 random(seed);
  printf("seed %llu\n", static_cast<unsigned long long>(seed));
  check_devices();
  check_limits();
  check_overflow();
  check_far();
  check_cases(check::cases(argc, argv, random), random);
  // So many rows that a team's pending additions are full, and meet in few cells.
  check_cases({{REPRISE_FLOAT32, 1000, 20, 2, 0, 20, 0, check::Kind::kHot},
               {REPRISE_FLOAT32, 1000, 20, 2, 3, 20, 0, check::Kind::kHot}},
              random);
  printf("%d checks, %d wrong\n", done, wrong);
  return wrong == 0 ? 0 : 1;
}
