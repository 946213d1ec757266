// Times the CPU kernels against a plain read of the same bytes. All methods of a size take turns within one run, so
// that a machine shared with others disturbs them alike; medians and the spread of the middle half are printed, and the
// least time over the read's least: what remains when nobody disturbs.
//
//   bench [rounds] [threads] [table|json]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "../../main/native/include/reprise_joint.h"

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Row {
  std::string name;
  std::function<void()> run;
  std::vector<double> seconds = {};
};

double quantile(std::vector<double> v, double q) {
  std::sort(v.begin(), v.end());
  return v[static_cast<size_t>(q * static_cast<double>(v.size() - 1) + 0.5)];
}

} // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? atoi(argv[1]) : 15;
  const int threads = argc > 2 ? atoi(argv[2]) : 2;
  const bool json = argc > 3 && strcmp(argv[3], "json") == 0;
  const int64_t sizes[][4] = {{256, 1000, 10, 1},    {256, 1000, 397, 59},   {15880, 1000, 397, 59},
                              {50000, 1000, 100, 15}, {15880, 1000, 397, 15}, {2000, 32157, 397, 15},
                              {2000, 32157, 397, 59}};
  const char* const names[] = {"", "portable", "AVX2", "AVX-512", "AVX-512 VBMI2"};
  std::mt19937_64 random(7);
  bool first = true;
  if (json) printf("[");
  for (const auto& size : sizes) {
    const int64_t n = size[0], ks = size[1], kt = size[2], k = size[3];
    std::vector<float> x(static_cast<size_t>(n * ks));
    std::normal_distribution<float> normal(0.f, 2.f);
    std::vector<float> pool(65521);
    for (float& v : pool) v = normal(random);
    for (size_t i = 0; i < x.size(); i++) x[i] = pool[(i * 2654435761u + random() % 4096) % pool.size()];
    std::vector<int64_t> y(static_cast<size_t>(n)), j(static_cast<size_t>(ks * kt));
    for (int64_t& v : y) v = static_cast<int64_t>(random() % static_cast<uint64_t>(kt));
    int64_t status[REPRISE_STATUS_WORDS] = {0, INT64_MAX, 0, INT64_MAX, 0};
    std::vector<Row> rows;
    rows.push_back({"read", [&] {
                      reprise_cpu_read(x.data(), n * ks, threads, REPRISE_ISA_AUTO);
                    }});
    for (int isa = reprise_cpu_best_isa(); isa >= 1; isa--) {
      for (int64_t kk : {int64_t{0}, k}) {
        rows.push_back({(kk == 0 ? std::string("argmax ") : "top-" + std::to_string(k) + " ") + names[isa], [&, isa, kk] {
                          const int e = reprise_cpu_add(x.data(), REPRISE_FLOAT32, n, ks, ks, y.data(), kt, kk,
                                                        j.data(), status, 0, threads, isa);
                          if (e != 0) fprintf(stderr, "error %d\n", e);
                        }});
      }
    }
    // A batch is timed as several calls, or the clock and the wake-up of the helper would be the figure.
    const int repeat = n <= 256 ? 20 : 1;
    for (int round = -2; round < rounds; round++) {
      for (Row& row : rows) {
        const double begin = now();
        for (int r = 0; r < repeat; r++) row.run();
        if (round >= 0) row.seconds.push_back((now() - begin) / repeat);
      }
    }
    const double read = quantile(rows[0].seconds, 0.5);
    for (Row& row : rows) {
      const double median = quantile(row.seconds, 0.5);
      const double gbs = static_cast<double>(n * ks * 4) / median * 1e-9;
      if (json) {
        printf("%s{\"rows\":%ld,\"sources\":%ld,\"targets\":%ld,\"method\":\"%s\",\"threads\":%d,\"median_s\":%.3e,"
               "\"q1_s\":%.3e,\"q3_s\":%.3e,\"gb_per_s\":%.2f,\"times_read\":%.3f}",
               first ? "\n" : ",\n", static_cast<long>(n), static_cast<long>(ks), static_cast<long>(kt), row.name.c_str(),
               threads, median, quantile(row.seconds, 0.25), quantile(row.seconds, 0.75), gbs, median / read);
      } else {
        const double least = quantile(row.seconds, 0);
        printf("%6ld x %-6ld KT %-4ld %-18s %9.3f ms [%8.3f .. %8.3f] %6.1f GB/s  %5.2f x read  (%.0f %%)  least %.2f x\n",
               static_cast<long>(n), static_cast<long>(ks), static_cast<long>(kt), row.name.c_str(), median * 1e3,
               quantile(row.seconds, 0.25) * 1e3, quantile(row.seconds, 0.75) * 1e3, gbs, median / read,
               100 * read / median, least / quantile(rows[0].seconds, 0));
      }
      first = false;
    }
    fflush(stdout);
  }
  if (json) printf("\n]\n");
  return 0;
}
