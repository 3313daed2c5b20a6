// VerifyAuditTrail: the whole trail, a page at a time, each event held against the one before it.
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "base/timers.h"
#include "endpoints/directory/query.h"
#include "endpoints/directory/reach.h"
#include "endpoints/tenants/tenant_calls.h"
#include "openai/error.h"
#include "store/audit_chain.h"

namespace inferwire::endpoints {
namespace {

using Page = std::vector<store::AuditRow>;

constexpr int kPage = 500;
constexpr int kMostFaults = 100;

// What is known so far; with the work that goes on.
struct Progress {
  std::string writer;  // of the last event that was looked at
  int64_t sequence = 0;
  store::AuditCheck check;
  v1::VerifyAuditTrailResponse response;
};

v1::AuditFaultKind ToProto(store::AuditFault::Kind kind) {
  return kind == store::AuditFault::Kind::kMissing ? v1::AUDIT_FAULT_KIND_MISSING
                                                   : v1::AUDIT_FAULT_KIND_CHANGED;
}

// What is missing at a page's beginning may have been swept since the page before was read.
Result<bool> WasSwept(const store::AuditFault& fault, store::Directory& store) {
  if (fault.kind != store::AuditFault::Kind::kMissing) return false;
  auto first = store.ListAuditChains(fault.writer, 0, 1);
  if (!first) return std::move(first.error());
  return !first->empty() && first->front().writer == fault.writer &&
         first->front().sequence == fault.sequence;
}

// False: there is no more.
Result<bool> CheckPage(Progress& progress, store::Directory& store) {
  auto page = store.ListAuditChains(progress.writer, progress.sequence, kPage);
  if (!page) return std::move(page.error());
  for (const store::AuditRow& row : *page) {
    const auto fault = progress.check.Add(row);
    if (!fault || progress.response.faults_size() >= kMostFaults) continue;
    if (&row == &page->front()) {
      auto swept = WasSwept(*fault, store);
      if (!swept) return std::move(swept.error());
      if (*swept) continue;
    }
    v1::AuditFault& told = *progress.response.add_faults();
    told.set_writer(fault->writer);
    told.set_sequence(fault->sequence);
    told.set_kind(ToProto(fault->kind));
  }
  if (!page->empty()) {
    progress.writer = page->back().writer;
    progress.sequence = page->back().sequence;
  }
  return page->size() == static_cast<size_t>(kPage);
}

class AuditTrailCheck final : public gateway::Operation {
 public:
  AuditTrailCheck(const DirectoryBackend& backend, const upstream::Runtime& runtime,
                  const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : deadline_(context.deadline),
        observer_(observer),
        calls_(backend.executor, runtime),
        deadline_timer_(runtime.timers, [this] {
          End(openai::DeadlineExceeded("the call's deadline passed", {}));
        }) {
    stats_.request_id = context.request_id;
  }

  void Start() override {
    deadline_timer_.Set(deadline_);
    Look();
  }
  void Resume() override {}  // one message, which is taken whatever it is

  const gateway::CallStats& stats() const override { return stats_; }

 private:
  void Look() {
    calls_.Ask<bool>(
        [progress = progress_](store::Directory& store) { return CheckPage(*progress, store); },
        [this](Result<bool> more) {
          if (!more) return End(std::move(more.error()));
          if (*more) return Look();
          Answer();
        });
  }

  void Answer() {
    v1::VerifyAuditTrailResponse& response = progress_->response;
    response.set_events(progress_->check.events());
    for (const auto& [writer, last] : progress_->check.last()) {
      v1::AuditEnd& end = *response.add_ends();
      end.set_writer(writer);
      end.set_sequence(last.sequence);
      end.set_chain(last.chain);
    }
    observer_.OnMessage(response);
    End(std::nullopt);
  }

  void End(std::optional<Error> error) {
    deadline_timer_.Cancel();
    stats_.finished = !error;
    observer_.OnEnd(std::move(error));
  }

  const std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
  const SteadyTime deadline_;
  gateway::Operation::Observer& observer_;
  StoreCallsOf<store::Directory> calls_;
  gateway::CallStats stats_;
  Timer deadline_timer_;
};

}  // namespace

Begun NewVerifyAuditTrail(const v1::VerifyAuditTrailRequest& /*request*/,
                          const DirectoryBackend& backend, const upstream::Runtime& runtime,
                          const gateway::CallContext& context,
                          gateway::Operation::Observer& observer) {
  auto reach = ReachToSee(context.principal);
  if (!reach) return std::move(reach.error());
  // Events of all tenants are in one chain.
  if (!reach->everywhere()) return NotAllowed("the trail is verified by who sees all tenants");
  return Begun(std::make_unique<AuditTrailCheck>(backend, runtime, context, observer));
}

}  // namespace inferwire::endpoints
