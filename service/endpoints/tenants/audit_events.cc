// ListAuditEvents: the trail of changes, from a moment on, and then what comes new.
#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "base/timers.h"
#include "endpoints/directory/query.h"
#include "endpoints/directory/reach.h"
#include "endpoints/directory/rows.h"
#include "endpoints/tenants/tenant_calls.h"
#include "openai/error.h"

namespace inferwire::endpoints {
namespace {

using Place = store::Directory::AuditPlace;
using Page = std::vector<store::AuditRow>;

constexpr int kPage = 100;
constexpr std::chrono::seconds kLookEvery{1};
// Replicas' clocks differ, and what was written first may be seen last: so far back those who
// follow look again, at no more than so many events.
constexpr std::chrono::seconds kLookBack{10};
constexpr size_t kMostSeen = 2000;

struct Filter {
  std::string tenant, team, key;
  WallTime end = WallTime::max();
  bool follow = false;

  bool Takes(const v1::AuditEvent& event) const {
    return (team.empty() || event.scope().team_id() == team) &&
           (key.empty() || event.scope().key_id() == key);
  }
};

class AuditEvents final : public gateway::Operation {
 public:
  AuditEvents(Filter filter, WallTime start, const DirectoryBackend& backend,
              const upstream::Runtime& runtime, const gateway::CallContext& context,
              gateway::Operation::Observer& observer)
      : filter_(std::move(filter)),
        place_{start, {}, 0},
        all_seen_since_(start),
        runtime_(runtime),
        deadline_(context.deadline),
        observer_(observer),
        calls_(backend.executor, runtime),
        look_timer_(runtime.timers, [this] { Look(); }),
        deadline_timer_(runtime.timers, [this] {
          End(openai::DeadlineExceeded("the call's deadline passed", {}));
        }) {
    stats_.request_id = context.request_id;
  }

  void Start() override {
    deadline_timer_.Set(deadline_);
    Look();
  }

  void Resume() override {
    if (std::exchange(held_, false)) Look();
  }

  const gateway::CallStats& stats() const override { return stats_; }

 private:
  using Seen = std::tuple<WallTime, std::string, int64_t>;

  void Look() {
    if (observer_.Full()) {
      held_ = true;
      return;
    }
    calls_.Ask<Page>(
        [tenant = filter_.tenant, place = place_, end = filter_.end](store::Directory& store) {
          return store.ListAudit(tenant, place, end, kPage);
        },
        [this](Result<Page> page) {
          if (!page) return End(std::move(page.error()));
          OnPage(*page);
        });
  }

  void OnPage(const Page& page) {
    v1::ListAuditEventsResponse message;
    for (const store::AuditRow& row : page) {
      place_ = {row.at, row.writer, row.sequence};
      if (!seen_.emplace(row.at, row.writer, row.sequence).second) continue;
      auto event = ToProto(row);
      if (!event) return End(std::move(event.error()));
      if (filter_.Takes(*event)) *message.add_events() = *std::move(event);
    }
    Forget();
    if (!message.events().empty()) {
      ++stats_.events;
      observer_.OnMessage(message);
    }
    if (page.size() >= static_cast<size_t>(kPage)) return Look();
    if (!filter_.follow) return End(std::nullopt);
    if (!seen_.empty()) {
      place_ = {std::max(std::get<WallTime>(*seen_.rbegin()) - kLookBack, all_seen_since_), {}, 0};
    }
    look_timer_.Set(runtime_.timers.Now() + kLookEvery);
  }

  // Without following, nothing is looked at twice.
  void Forget() {
    if (!filter_.follow) return seen_.clear();
    if (seen_.empty()) return;
    const WallTime from = std::get<WallTime>(*seen_.rbegin()) - kLookBack;
    while (std::get<WallTime>(*seen_.begin()) < from) seen_.erase(seen_.begin());
    if (seen_.size() <= kMostSeen) return;
    while (seen_.size() > kMostSeen) seen_.erase(seen_.begin());
    all_seen_since_ = std::get<WallTime>(*seen_.begin());
  }

  void End(std::optional<Error> error) {
    look_timer_.Cancel();
    deadline_timer_.Cancel();
    stats_.finished = !error;
    observer_.OnEnd(std::move(error));
  }

  const Filter filter_;
  Place place_;
  std::set<Seen> seen_;
  WallTime all_seen_since_;  // what is told of is known again from here on
  const upstream::Runtime& runtime_;
  const SteadyTime deadline_;
  gateway::Operation::Observer& observer_;
  StoreCallsOf<store::Directory> calls_;
  gateway::CallStats stats_;
  Timer look_timer_, deadline_timer_;
  bool held_ = false;
};

}  // namespace

Begun NewListAuditEvents(const v1::ListAuditEventsRequest& request, const DirectoryBackend& backend,
                         const upstream::Runtime& runtime, const gateway::CallContext& context,
                         gateway::Operation::Observer& observer) {
  auto reach = ReachToSee(context.principal);
  if (!reach) return std::move(reach.error());
  const v1::Scope& scope = request.scope();
  if (!scope.user().empty() || !scope.model_id().empty() || !scope.upstream().empty()) {
    return InvalidField("scope", "may name a tenant, a team and a key");
  }
  if (!scope.tenant_id().empty() && !reach->Has(scope.tenant_id())) return NoSuchTenant();
  Filter filter;
  filter.tenant = scope.tenant_id().empty() ? reach->tenant() : scope.tenant_id();
  filter.team = scope.team_id();
  filter.key = scope.key_id();
  filter.follow = request.follow();
  if (request.has_end()) filter.end = TimeOf(request.end());
  if (filter.follow && request.has_end()) {
    return InvalidField("end", "and follow exclude each other");
  }
  const WallTime start = request.has_start() ? TimeOf(request.start()) : WallTime();
  return Begun(
      std::make_unique<AuditEvents>(std::move(filter), start, backend, runtime, context, observer));
}

}  // namespace inferwire::endpoints
