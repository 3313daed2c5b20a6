#include "upstream/discovery.h"

#include <algorithm>
#include <utility>

#include "openai/model_list.h"

namespace inferwire::upstream {
namespace {

using Failure = BackgroundGet::Failure;
using telemetry::DiscoveryRead;

constexpr double kJitter = 0.2;  // to both sides, so that gateways do not ask in step
constexpr Duration kSoon = std::chrono::seconds(1);
constexpr size_t kMostNamed = 20;  // models in one line of the log

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kMostNamed); ++i) {
    text += (i > 0 ? ", " : "") + names[i];
  }
  if (names.size() > kMostNamed) {
    text += " and " + std::to_string(names.size() - kMostNamed) + " more";
  }
  return text;
}

v1::ErrorReason ReasonOf(const BackgroundGet::Answer& answer) {
  switch (answer.failure) {
    case Failure::kTimeout:
      return v1::ERROR_REASON_UPSTREAM_TIMEOUT;
    case Failure::kOurs:
    case Failure::kUnreachable:
      return v1::ERROR_REASON_UPSTREAM_UNREACHABLE;
    case Failure::kTooLong:
      return v1::ERROR_REASON_UPSTREAM_PROTOCOL;
    case Failure::kNone:
      break;
  }
  if (answer.status == 401) return v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED;
  if (answer.status == 403) return v1::ERROR_REASON_UPSTREAM_PERMISSION_DENIED;
  return answer.status / 100 == 2 ? v1::ERROR_REASON_UPSTREAM_PROTOCOL
                                  : v1::ERROR_REASON_UPSTREAM_ERROR;
}

}  // namespace

bool HasAllIn(const Upstream& upstream, const Listing::Read& read) {
  return read.list.complete && !upstream.options().dialect->deployments;
}

std::vector<std::string> UnlistedModels(const Router& router, const Upstream& upstream) {
  std::vector<std::string> missing;
  const Listing* const listing = upstream.options().listing.get();
  const auto last = listing ? listing->Last() : nullptr;
  if (!last || !HasAllIn(upstream, *last)) return missing;
  for (const std::string& model : router.SentTo(upstream)) {
    if (!last->list.Find(model)) missing.push_back(model);
  }
  return missing;
}

// One upstream's.
class Discovery::Asking {
 public:
  Asking(Discovery& all, const Upstream& upstream)
      : all_(all),
        upstream_(upstream),
        metrics_(all.parts_.metrics.Of(upstream.name())),
        timer_(all.parts_.timers, [this] { Ask(); }) {}

  const std::string& name() const { return upstream_.name(); }
  // after: the asking of the same upstream in the version before; null: there is none.
  void Begin(const Asking* after) {
    if (after) unlisted_ = after->unlisted_, told_ = after->told_;
    const auto last = listing().Last();
    if (after && last && after->due_ > Now()) {
      Tell(*last);  // the configuration may name other models now
      return SetDue(after->due_);
    }
    SetDue(Now() + Part(kSoon, all_.parts_.random.Uniform()));
  }

 private:
  static Duration Part(Duration whole, double part) {
    return std::chrono::duration_cast<Duration>(whole * part);
  }
  SteadyTime Now() const { return all_.parts_.timers.Now(); }
  Listing& listing() const { return *upstream_.options().listing; }
  void SetDue(SteadyTime due) { timer_.Set(due_ = due); }

  void Ask() {
    const DiscoveryOptions& options = *upstream_.options().discovery;
    get_ = std::make_unique<BackgroundGet>(
        all_.parts_.transport, all_.parts_.timers, upstream_, upstream_.endpoints()->front(),
        BackgroundGet::Question{options.path, options.timeout, openai::kMaxModelListBytes},
        all_.parts_.random.Id(), [this](const BackgroundGet::Answer& answer) { Answered(answer); });
  }

  void Answered(const BackgroundGet::Answer& answer) {
    const bool came = answer.failure == Failure::kNone && answer.status / 100 == 2;
    auto list = came ? openai::ParseModelList(answer.body) : Result<openai::ModelList>(Error());
    const Duration every = upstream_.options().discovery->every;
    const double jitter = 1 + kJitter * (2 * all_.parts_.random.Uniform() - 1);
    SetDue(Now() + Part(list ? every : std::min(every, kAgain), jitter));
    if (!list) return Failed(answer);
    metrics_.Read(DiscoveryRead::kGood);
    told_ = false;
    listing().Store({std::move(*list), all_.parts_.timers.clock().WallNow()});
    Tell(*listing().Last());
  }

  void Failed(const BackgroundGet::Answer& answer) {
    const bool silent = answer.failure != Failure::kNone || answer.status >= 500;
    metrics_.Read(silent ? DiscoveryRead::kFailed : DiscoveryRead::kRefused);
    const v1::ErrorReason reason = ReasonOf(answer);
    listing().Failed(reason);
    if (std::exchange(told_, true)) return;
    all_.parts_.log.Event(telemetry::LogLevel::kWarning, "discovery_failed",
                          {{"upstream", std::string_view(name())},
                           {"reason", ReasonName(reason)},
                           {"status", int64_t{answer.status}}});
  }

  // Of what the list does not have: in the metrics always, in the log when it has changed.
  void Tell(const Listing::Read& read) {
    auto unlisted = UnlistedModels(*all_.router_, upstream_);
    metrics_.Listed(read.list.models.size(), unlisted.size(), read.at);
    const bool changed = unlisted != unlisted_;
    unlisted_ = std::move(unlisted);
    if (!changed || unlisted_.empty()) return;
    const std::string models = Joined(unlisted_);
    all_.parts_.log.Event(
        telemetry::LogLevel::kWarning, "models_not_listed",
        {{"upstream", std::string_view(name())}, {"models", std::string_view(models)}});
  }

  Discovery& all_;
  const Upstream& upstream_;
  telemetry::DiscoveryMetrics& metrics_;
  SteadyTime due_{};
  std::vector<std::string> unlisted_;
  bool told_ = false;  // of the failures since the last list
  Timer timer_;
  std::unique_ptr<BackgroundGet> get_;
};

Discovery::Discovery(const Parts& parts) : parts_(parts) {}

Discovery::~Discovery() = default;

void Discovery::Use(std::shared_ptr<const Router> router) {
  const auto before = std::exchange(router_, std::move(router));
  std::vector<std::unique_ptr<Asking>> askings;
  for (const auto& upstream : router_->upstreams()) {
    if (!upstream->options().discovery) continue;
    askings.push_back(std::make_unique<Asking>(*this, *upstream));
    const auto known = std::find_if(askings_.begin(), askings_.end(), [&](const auto& each) {
      return each->name() == upstream->name();
    });
    askings.back()->Begin(known != askings_.end() ? known->get() : nullptr);
  }
  askings_ = std::move(askings);
}

}  // namespace inferwire::upstream
