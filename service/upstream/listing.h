// What one upstream says it serves, as it was last read. What is older than it should be is kept:
// an upstream that does not answer has not lost its models. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "openai/model_list.h"

namespace inferwire::upstream {

class Listing {
 public:
  struct Read {
    openai::ModelList list{};
    WallTime at{};  // when it came
  };

  // Null: it has not given one yet. Good for as long as it is held.
  std::shared_ptr<const Read> Last() const { return last_.load(std::memory_order_acquire); }
  void Store(Read read);
  // What came of the last question, if it was no list; v1::ERROR_REASON_UNSPECIFIED: it was one.
  v1::ErrorReason failure() const { return failure_.load(std::memory_order_relaxed); }
  void Failed(v1::ErrorReason reason) { failure_.store(reason, std::memory_order_relaxed); }

 private:
  std::atomic<std::shared_ptr<const Read>> last_;
  std::atomic<v1::ErrorReason> failure_{v1::ERROR_REASON_UNSPECIFIED};
};

// Those of all upstreams, which outlive versions of the configuration: a reload finds what the one
// before it read at the same address. Thread-safe.
class Listings {
 public:
  std::shared_ptr<Listing> Of(const std::string& upstream, const std::string& url);

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Listing>> by_name_;  // by upstream and URL
};

}  // namespace inferwire::upstream
