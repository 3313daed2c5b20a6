// Questions to the store from a loop: asked on the executor, answered on the loop, unless whoever
// asked is gone by then.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "base/mailbox.h"
#include "base/result.h"
#include "store/executor.h"

namespace llmgate::batch {

inline Error StoreOverloaded() {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_OVERLOADED;
  error.message = "the store has too much to do";
  error.safe_to_retry = true;
  return error;
}

// Lives in the operation that asks; with it go the answers.
class StoreCalls {
 public:
  StoreCalls(store::Executor& executor, Mailbox& mailbox)
      : executor_(executor), mailbox_(mailbox) {}

  // work runs on a thread of the executor and owns what it needs; done runs on the loop, never from
  // within Ask unless the executor has no room.
  template <class T>
  void Ask(std::function<Result<T>(store::Jobs&)> work, std::function<void(Result<T>)> done) {
    const std::weak_ptr<int> alive = alive_;
    Mailbox& mailbox = mailbox_;
    const bool posted =
        executor_.Post([work = std::move(work), done, alive, &mailbox](store::Jobs& jobs) {
          // The loop outlives the executor. The answer is shared because functions are copied.
          auto answer = std::make_shared<Result<T>>(work(jobs));
          mailbox.Post([answer, done, alive] {
            if (!alive.expired()) done(std::move(*answer));
          });
        });
    if (!posted) done(StoreOverloaded());
  }

  // For what has to be done whether or not anybody still asks.
  void Tell(store::Executor::Work work) { executor_.PostAlways(std::move(work)); }

 private:
  store::Executor& executor_;
  Mailbox& mailbox_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // the answers hold it weakly
};

}  // namespace llmgate::batch
