// Checks every variant of the CPU kernels, also from several callers at once; for the sanitizers.
//
//   check [STEP]
#include <stdio.h>

#include <thread>

#include "../../main/native/include/reprise_gather.h"
#include "cases.h"

int main(int argc, char** argv) {
  const uint64_t seed = std::random_device{}();
  printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  int wrong = 0, done = 0;
  for (const check::Case& c : check::cases(argc, argv, random)) {
    const check::Data d = check::make(c, random);
    const std::vector<int64_t> before = check::poison(c, random);
    const check::Expected expected = check::oracle(c, d);
    const int threads[] = {1, 2, 3, 17};
    for (int isa = 1; isa <= reprise_cpu_best_isa(); isa++) {
      check::Counted after = {before};
      const int e = reprise_cpu_add(d.logits(), c.dtype, c.rows, c.sources, c.stride, d.labels.data(), c.targets, c.k,
                                    after.counts.data(), after.status, 0, threads[random() % 4], isa);
      done++;
      if (e != 0 || !check::agrees(expected, before, after)) {
        wrong++;
        printf("WRONG isa %d dtype %d rows %ld KS %ld KT %ld k %ld error %d\n", isa, c.dtype,
               static_cast<long>(c.rows), static_cast<long>(c.sources), static_cast<long>(c.targets),
               static_cast<long>(c.k), e);
      }
    }
  }
  // Many rows for many threads, and callers that add to one J at the same time; also when one thread's labels are all.
  for (int64_t k : {0, 15}) {
    for (bool one_label : {false, true}) {
      const check::Kind kind = k == 0 ? check::Kind::kHot : check::Kind::kBad;
      const check::Case c = {REPRISE_FLOAT32, 3000, 200, 2, k, 200, 0, kind};
      check::Data d = check::make(c, random);
      if (one_label) std::fill(d.labels.begin(), d.labels.end(), 1);
      std::vector<int64_t> counts(400), alone(400);
      std::vector<std::thread> callers;
      int64_t status[4][REPRISE_STATUS_WORDS] = {};
      const auto add = [&](int64_t* to, int64_t* s, int threads) {
        reprise_cpu_add(d.logits(), c.dtype, c.rows, c.sources, c.stride, d.labels.data(), c.targets, c.k, to, s, 0,
                        threads, REPRISE_ISA_AUTO);
      };
      for (int t = 0; t < 3; t++) callers.emplace_back([&, t] { add(counts.data(), status[t], 3); });
      for (std::thread& t : callers) t.join();
      add(alone.data(), status[3], 1);
      int64_t sum = 0;
      for (size_t i = 0; i < counts.size(); i++) {
        if (counts[i] != 3 * alone[i]) wrong++;
        sum += alone[i];
      }
      if (sum == 0) wrong++;
      done++;
    }
  }
  // Images gathered by several threads.
  for (int64_t values : {1, 63, 64, 3072, 70000}) {
    std::vector<uint8_t> images(static_cast<size_t>(5 * values));
    for (uint8_t& level : images) level = static_cast<uint8_t>(random());
    std::vector<int64_t> indices(40);
    for (int64_t& index : indices) index = static_cast<int64_t>(random() % 5);
    for (int isa = 1; isa <= reprise_cpu_best_isa(); isa++) {
      std::vector<float> result(static_cast<size_t>(40 * values), -1.0f);
      const int e = reprise_cpu_gather(images.data(), 5, values, indices.data(), 40, result.data(), 3, isa);
      done++;
      int differences = e == 0 ? 0 : 1;
      for (size_t i = 0; i < result.size(); i++) {
        const size_t row = i / static_cast<size_t>(values), at = i % static_cast<size_t>(values);
        const size_t from = static_cast<size_t>(indices[row] * values) + at;
        if (!(result[i] == static_cast<float>(images[from]) / 255.0f)) differences++;
      }
      if (differences != 0) {
        wrong++;
        printf("WRONG gather isa %d values %ld error %d\n", isa, static_cast<long>(values), e);
      }
    }
  }
  printf("%d cases, %d wrong\n", done, wrong);
  return wrong == 0 ? 0 : 1;
}
