// The tenants and keys of the store as a part of what a server serves.
#include <algorithm>
#include <utility>

#include "app/host_name.h"
#include "app/limit_answers.h"
#include "app/server.h"
#include "app/stored_tenant.h"
#include "identity/forwarded_certificate.h"

namespace inferwire::app {
namespace {

// A start waits so long for the store's directory; what takes longer comes later.
constexpr std::chrono::milliseconds kMostAtStart = std::chrono::seconds(2);
// Rows that are not served are named once each, so many of them.
constexpr size_t kMostTold = 10'000;

DirectoryWatcher::Options WatcherOptionsOf(const config::Config& config) {
  DirectoryWatcher::Options options;
  options.poll = config.directory.poll;
  options.audit_keep = config.directory.audit_keep;
  options.snapshot = config.directory.snapshot;
  if (options.snapshot.empty() && config.ledger.configured()) {
    options.snapshot = config.ledger.path + "/directory";
  }
  return options;
}

// Of calls that an administrator has cut with their key.
Error Revoked() {
  Error error;
  error.code = Code::kUnauthenticated;
  error.reason = v1::ERROR_REASON_INVALID_CREDENTIALS;
  error.origin = Origin::kCaller;
  error.message = "the API key was revoked while the call ran, and its calls were ended";
  return error;
}

}  // namespace

void Server::MakeDirectory() {
  auto& metrics = metrics_.Of<telemetry::DirectoryMetrics>();  // shown without a directory too
  if (!config_.directory.enabled) return;
  audit_ = std::make_unique<AuditTrail>(clock_, metrics);
  directory_ = std::make_unique<DirectoryWatcher>(
      WatcherOptionsOf(config_),
      DirectoryWatcher::Parts{
          clock_, metrics, log_, *audit_, [this] { return ConnectDirectory([] {}); },
          [this] {
            return std::make_unique<store::Notices>(
                batches_ ? batches_->location() : store::Location(), store::kDirectoryChannel);
          },
          [this](auto directory) { return Use(std::move(directory)); },
          [this] {
            const auto settings = settings_.load();
            return settings->identity ? settings->identity->directory.TakeUsed()
                                      : std::vector<std::string>();
          }});
  stored_ = directory_->ReadSnapshot();
  refusals_.OnBurst([this](std::string_view who) {
    const std::string address = identity::AddressOfPeer(who);
    audit_->Add("auth.refused_burst", address.empty() ? who : address, "");
  });
}

void Server::StartDirectory() {
  if (!directory_) return;
  if (!KnowsCallers()) health_board_.SetAll(false);
  directory_->Start(kMostAtStart);
}

bool Server::KnowsCallers() const {
  return !directory_ || directory_->known() || !config_.tenants.empty();
}

Result<void> Server::Use(std::shared_ptr<const StoredDirectory> directory) {
  const bool first = !KnowsCallers();
  auto used = reloader_.Reapply([&] { stored_ = std::move(directory); });
  if (!used || !first || draining_) return used;
  health_board_.SetAll(true);
  if (draining_) health_board_.SetAll(false);
  for (const auto& loop : loops_) loop->Nudge();
  return used;
}

config::Config Server::WithDirectory(const config::Config& config) {
  config::Config merged = config;
  if (!directory_) return merged;
  merged.directory.unread = !stored_;
  if (!stored_) return merged;
  std::array<int64_t, telemetry::kDirectoryIgnoredReasons> counts{};
  for (const IgnoredRow& row : MergeInto(merged, *stored_)) {
    ++counts[static_cast<size_t>(row.why)];
    if (told_ignored_.size() >= kMostTold || !told_ignored_.insert(row.what + row.text).second) {
      continue;
    }
    log_.Event(telemetry::LogLevel::kWarning, "directory_row_ignored",
               {{"row", row.what}, {"why", row.text}});
  }
  metrics_.Of<telemetry::DirectoryMetrics>().Ignored(counts);
  return merged;
}

Result<std::unique_ptr<store::SqlDirectory>> Server::ConnectDirectory(
    const std::function<void()>& changed) {
  if (!batches_) return store::StoreError(store::Fault::kConnection, "none is configured");
  auto& metrics = metrics_.Of<telemetry::DirectoryMetrics>();
  return batches_->ConnectDirectory({HostName(), [this, &metrics, changed](const auto& event) {
                                       LogAudit(log_, event);
                                       metrics.Audited(telemetry::AuditOutcome::kWritten);
                                       changed();
                                     }});
}

Result<void> Server::StartAdminApi() {
  if (!config_.admin_api.served()) return {};
  AdminApi::Parts parts{.clock = clock_,
                        .metrics = metrics_,
                        .log = log_,
                        .transfer_limits = transfer_limits_,
                        .tracer = tracer_.get(),
                        .memory = memory_,
                        .refusals = refusals_,
                        .signing_keys = signing_keys_,
                        .connect = [this]() -> Result<std::unique_ptr<store::Directory>> {
                          auto directory = ConnectDirectory();
                          if (!directory) return std::move(directory.error());
                          return std::unique_ptr<store::Directory>(std::move(*directory));
                        },
                        .check_tenant = CheckTenant,
                        .check_key = CheckKey,
                        .cut_calls =
                            [this](const std::string& key) {
                              for (const auto& loop : loops_) loop->CutCallsOf(key, Revoked());
                            },
                        .limits =
                            [this](const v1::Scope& scope) {
                              const auto settings = settings_.load();
                              return Result(LimitsOf(settings->quota, scope));
                            }};
  if (limits_) {
    parts.resolve_doubt = [this](const v1::ResolveDoubtRequest& request) {
      const auto settings = settings_.load();
      return ResolveDoubt(*limits_, settings->quota, request);
    };
  }
  auto started = AdminApi::Start(config_, std::move(parts), settings_.load()->identity);
  if (!started) return std::move(started.error());
  admin_api_ = std::move(*started);
  return {};
}

Result<std::unique_ptr<store::SqlDirectory>> Server::ConnectDirectory() {
  return ConnectDirectory([this] {
    if (directory_) directory_->Nudge();
  });
}

}  // namespace inferwire::app
