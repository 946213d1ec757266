// How the threads of a job share its work.
#pragma once
#include <stdint.h>

#include <algorithm>
#include <atomic>

namespace reprise {

// Rows that threads claim, some at a time. With several classes of labels a claim is of one class's rows only, and a
// thread claims rows of its own class while there are any: the counts of a label then stay in one core's cache, also
// from one job to the next.
class RowClaims {
public:
  static constexpr int64_t kMostClasses = 16;

  // Of rows [begin, end) those whose labels are of label_class.
  struct Claim {
    int64_t begin, end, label_class;
  };

  // rows_at_once: of all classes, at least 1; classes: a power of two, at most kMostClasses.
  RowClaims(int64_t rows, int64_t rows_at_once, int64_t classes = 1)
      : rows_(rows), rows_at_once_(rows_at_once), classes_(classes) {}

  bool claim(int thread, Claim& claim) {
    for (int64_t i = 0; i < classes_; i++) {
      const int64_t c = (thread + i) & (classes_ - 1);
      // Checked first so that threads leaving late cannot push the counter without bound.
      if (heads_[c].next.load(std::memory_order_relaxed) >= rows_) continue;
      const int64_t begin = heads_[c].next.fetch_add(rows_at_once_, std::memory_order_relaxed);
      if (begin >= rows_) continue;
      claim = {begin, std::min(begin + rows_at_once_, rows_), c};
      return true;
    }
    return false;
  }

  bool is_of(int64_t label, int64_t label_class) const { return ((label ^ label_class) & (classes_ - 1)) == 0; }

  // Whether rows are left that nobody claimed.
  bool are_left() const {
    return std::any_of(heads_, heads_ + classes_, [&](const Head& h) { return h.next.load() < rows_; });
  }

private:
  struct alignas(64) Head {
    std::atomic<int64_t> next{0}; // the first row that nobody has claimed
  };

  const int64_t rows_, rows_at_once_, classes_;
  Head heads_[kMostClasses];
};

// The rows that a thread claims, one after the other; claims are of at most kMostRows.
class ClaimedRows {
public:
  static constexpr int64_t kMostRows = 1024;

  ClaimedRows(RowClaims& claims, int thread, const int64_t* labels)
      : claims_(claims), thread_(thread), labels_(labels) {}

  // The next row's index, or -1: none is left.
  int64_t next() {
    for (RowClaims::Claim claim; at_ == count_;) {
      if (!claims_.claim(thread_, claim)) return -1;
      at_ = count_ = 0;
      for (int64_t i = claim.begin; i < claim.end; i++) {
        rows_[count_] = i; // without a branch: which rows are meant depends on the labels
        count_ += claims_.is_of(labels_[i], claim.label_class);
      }
    }
    return rows_[at_++];
  }

private:
  RowClaims& claims_;
  const int thread_;
  const int64_t* const labels_;
  int64_t at_ = 0, count_ = 0;
  int64_t rows_[kMostRows];
};

} // namespace reprise
