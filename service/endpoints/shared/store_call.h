// Questions to the store from a loop: asked on the executor, answered on the loop, unless whoever
// asked is gone by then.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "base/mailbox.h"
#include "base/result.h"
#include "gateway/operation.h"
#include "store/executor.h"
#include "store/fault.h"
#include "telemetry/batch_metrics.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

// Lives in the operation that asks; with it go the answers.
template <class Connection>
class StoreCallsOf {
 public:
  StoreCallsOf(store::ExecutorOf<Connection>& executor, const upstream::Runtime& runtime)
      : executor_(executor), mailbox_(runtime.mailbox), metrics_(runtime.metrics.batches) {}

  // work runs on a thread of the executor and owns what it needs; done runs on the loop, never from
  // within Ask unless the executor refuses.
  template <class T>
  void Ask(std::function<Result<T>(Connection&)> work, std::function<void(Result<T>)> done) {
    const std::weak_ptr<int> alive = alive_;
    Mailbox& mailbox = mailbox_;
    telemetry::BatchMetrics& metrics = metrics_;
    auto posted = executor_.Post(
        [work = std::move(work), done, alive, &mailbox, &metrics](Connection& store) {
          // The loop outlives the executor. The answer is shared because functions are copied.
          auto answer = std::make_shared<Result<T>>(work(store));
          if (!*answer && store::IsStoreFailure(answer->error())) metrics.StoreFailed();
          if (!*answer && answer->error().reason == v1::ERROR_REASON_STORE_BUDGET_EXCEEDED) {
            metrics.BudgetRefused();
          }
          mailbox.Post([answer, done, alive] {
            if (!alive.expired()) done(std::move(*answer));
          });
        });
    if (posted) return;
    metrics.StoreRefused();
    done(std::move(posted.error()));
  }

 private:
  store::ExecutorOf<Connection>& executor_;
  Mailbox& mailbox_;
  telemetry::BatchMetrics& metrics_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // the answers hold it weakly
};

using StoreCalls = StoreCallsOf<store::Jobs>;

}  // namespace inferwire::endpoints
