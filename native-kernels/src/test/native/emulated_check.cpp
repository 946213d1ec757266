// Checks the CUDA kernels' source, run by the emulator, against the oracle: for the sanitizers, which see a load that
// touches anything but the caller's rows.
//
//   emulated_check [STEP]
#include <stdio.h>

#include <random>
#include <vector>

#include "../../main/native/cuda/joint_cuda.h"
#include "cases.h"

int main(int argc, char** argv) {
  const uint64_t seed = std::random_device{}();
  std::mt19937_64 random(seed);
  printf("seed %llu\n", static_cast<unsigned long long>(seed));
  int wrong = 0, done = 0;
  for (const check::Case& c : check::cases(argc, argv, random)) {
    const check::Data d = check::make(c, random);
    const std::vector<int64_t> before = check::poison(c, random);
    check::Counted after = {before};
    const int e = reprise_joint_cuda_add(d.logits(), c.dtype, c.rows, c.sources, c.stride, d.labels.data(), c.targets,
                                         c.k, after.counts.data(), after.status, 0, 0, nullptr);
    done++;
    if (e == 0 && check::agrees(check::oracle(c, d), before, after)) continue;
    wrong++;
    printf("WRONG dtype %d rows %ld KS %ld KT %ld k %ld stride %ld offset %ld error %d\n", c.dtype,
           static_cast<long>(c.rows), static_cast<long>(c.sources), static_cast<long>(c.targets),
           static_cast<long>(c.k), static_cast<long>(c.stride), static_cast<long>(c.offset), e);
  }
  printf("%d cases, %d wrong\n", done, wrong);
  return wrong == 0 ? 0 : 1;
}
