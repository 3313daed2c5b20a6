// Which of a connection's last streams their caller has ended. What he sends on them nonetheless is
// against RFC 9113, sections 5.1 and 5.1.1. nghttp2 could tell if it kept closed streams, a
// thousand of 250 bytes; their numbers are enough.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace inferwire::rpc::http2 {

class StreamIds {
 public:
  enum class State { kUnknown, kEnded, kNeverOpened };

  int32_t newest() const { return std::abs(ids_[(next_ + kKept - 1) % kKept]); }
  // Larger than all before.
  void Open(int32_t id) {
    ids_[next_] = id;
    next_ = (next_ + 1) % kKept;
  }
  // Its caller has said all, or has reset it. Not if it was us: then more may be on its way.
  void End(int32_t id) {
    for (int32_t& kept : ids_) {
      if (kept == id) kept = -id;
    }
  }
  // Unknown: it is open, or ended by us, or long ago, or it is not opened yet.
  State Of(int32_t id) const {
    for (const int32_t kept : ids_) {
      if (kept == -id) return State::kEnded;
      if (kept == id) return State::kUnknown;
    }
    const int32_t oldest = std::abs(ids_[next_]);
    return oldest < id && id < newest() ? State::kNeverOpened : State::kUnknown;
  }

 private:
  static constexpr size_t kKept = 32;

  std::array<int32_t, kKept> ids_{};  // a ring; negative: ended
  size_t next_ = 0;
};

}  // namespace inferwire::rpc::http2
