// What other threads want done on a thread that owns things: they post, it runs what was posted
// when it goes round.
#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace inferwire {

class Mailbox {
 public:
  // wake: makes the owner go round; called on the thread that posts.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Any thread. What is posted is destroyed on the owner's thread, or with the mailbox.
  void Post(std::function<void()> action) {
    {
      std::lock_guard lock(mutex_);
      posted_.push_back(std::move(action));
    }
    wake_();
  }

  // The owner's thread: runs what was posted so far, in its order; true if there was anything.
  bool Run() {
    std::vector<std::function<void()>> actions;
    {
      std::lock_guard lock(mutex_);
      actions.swap(posted_);
    }
    for (auto& action : actions) std::exchange(action, nullptr)();
    return !actions.empty();
  }

 private:
  const std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace inferwire
