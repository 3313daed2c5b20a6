#include "app/directory_watcher.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace inferwire::app {
namespace {

constexpr std::chrono::hours kSweepEvery{1}, kUseNoted{1};
constexpr std::chrono::minutes kLookForUseEvery{1};
// Whether the store is open yet.
constexpr std::chrono::milliseconds kConnectEvery{500};

}  // namespace

DirectoryWatcher::DirectoryWatcher(Options options, Parts parts)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      looked_(parts_.clock.Now()) {
  parts_.audit.OnEvent([this] { Nudge(); });
}

std::shared_ptr<const StoredDirectory> DirectoryWatcher::ReadSnapshot() {
  if (options_.snapshot.empty()) return nullptr;
  auto rows = store::ReadDirectoryFile(options_.snapshot);
  if (!rows) {
    if (rows.error().code == Code::kNotFound) return nullptr;
    parts_.log.Event(telemetry::LogLevel::kWarning, "directory_snapshot_unread",
                     {{"error", rows.error().message}});
    return nullptr;
  }
  rows_ = std::move(*rows);
  known_ = true;
  auto directory = MakeStoredDirectory(rows_, parts_.clock.WallNow());
  used_version_ = directory.version;
  changes_at_ = directory.changes_at;
  parts_.metrics.Version(directory.version);
  parts_.log.Event(telemetry::LogLevel::kInfo, "directory_snapshot_read",
                   {{"version", directory.version},
                    {"tenants", static_cast<int64_t>(directory.tenants.size())},
                    {"keys", static_cast<int64_t>(directory.keys.size())}});
  return std::make_shared<const StoredDirectory>(std::move(directory));
}

DirectoryWatcher::~DirectoryWatcher() {
  Stop();
  close(wake_);
}

void DirectoryWatcher::Start(std::chrono::milliseconds most) {
  thread_ = std::thread([this] { Run(); });
  std::unique_lock lock(mutex_);
  first_.wait_for(lock, most, [this] { return first_done_; });
}

void DirectoryWatcher::Nudge() {
  const uint64_t one = 1;
  (void)!write(wake_, &one, sizeof one);
}

void DirectoryWatcher::Stop() {
  if (stopping_.exchange(true)) return;
  Nudge();
  if (thread_.joinable()) thread_.join();
}

void DirectoryWatcher::Measure() { parts_.metrics.Age(parts_.clock.Now() - looked_.load()); }

void DirectoryWatcher::Run() {
  notices_ = parts_.listen();
  for (bool last = false; !last;) {
    last = stopping_;  // what was added before is written in this round
    uint64_t nudges = 0;
    (void)!read(wake_, &nudges, sizeof nudges);
    const auto looked = Look();
    const auto used = UseIfChanged();
    // Without the store there is nothing else to do.
    const auto written = looked ? WriteOthers() : Result<void>();
    for (const auto* each : {&looked, &used, &written}) {
      if (!*each) Failed(each->error());
    }
    if (looked && used && written) last_error_.clear();
    {
      std::lock_guard lock(mutex_);
      first_done_ = true;
    }
    first_.notify_all();
    if (!last) notices_->Wait(UntilNextLook(), wake_);
  }
}

Result<void> DirectoryWatcher::Look() {
  if (!store_) {
    auto connected = parts_.connect();
    if (!connected) return connected.error();
    store_ = std::move(*connected);
  }
  // Before the look: what changes after it is told.
  const auto listening = notices_->Listen();
  if (!listening && !told_deaf_) {
    parts_.log.Event(telemetry::LogLevel::kWarning, "directory_not_notified",
                     {{"error", listening.error().message},
                      {"poll_s", static_cast<double>(options_.poll.count()) / 1000}});
  }
  told_deaf_ = !listening;
  const SteadyTime asked = parts_.clock.Now();
  auto version = store_->Version();
  if (!version) return version.error();
  if (!read_ || *version != rows_.version) {
    if (auto read = Read(*version); !read) return read;
  }
  looked_ = asked;
  return {};
}

// All versions up to this one are in the tables; newer ones may be too, and are read again then.
Result<void> DirectoryWatcher::Read(int64_t version) {
  // Another database, or one that has lost its last changes: nothing that was known counts.
  const bool anew = !read_ || version < rows_.version;
  store::DirectoryRows fresh;
  store::DirectoryRows& to = anew ? fresh : rows_;
  const auto page = static_cast<size_t>(options_.page);
  size_t got = page;
  for (int64_t after = to.version; got == page;) {
    auto tenants = store_->TenantsAfter(after, options_.page);
    if (!tenants) return tenants.error();
    got = tenants->size();
    for (store::TenantRow& row : *tenants) {
      after = row.version;
      std::string id = row.tenant;
      to.tenants.insert_or_assign(std::move(id), std::move(row));
    }
  }
  got = page;
  for (int64_t after = to.version; got == page;) {
    auto keys = store_->KeysAfter(after, options_.page);
    if (!keys) return keys.error();
    got = keys->size();
    for (store::KeyRow& row : *keys) {
      after = row.version;
      std::string id = row.key;
      if (row.revoked) {
        to.keys.erase(id);
      } else {
        to.keys.insert_or_assign(std::move(id), std::move(row));
      }
    }
  }
  to.version = version;
  if (anew) {
    rows_ = std::move(fresh);
    used_version_.reset();
  }
  read_ = true;
  return {};
}

Result<void> DirectoryWatcher::UseIfChanged() {
  const WallTime now = parts_.clock.WallNow();
  const bool changed = read_ && used_version_ != rows_.version;
  if (!changed && !(changes_at_ && now >= *changes_at_)) return {};
  const SteadyTime begun = parts_.clock.Now();
  if (begun < not_before_) return {};
  auto directory = std::make_shared<const StoredDirectory>(MakeStoredDirectory(rows_, now));
  const auto used = parts_.use(directory);
  const SteadyTime done = parts_.clock.Now();
  not_before_ = done + (done - begun);
  if (!used) return used.error();
  used_version_ = directory->version;
  changes_at_ = directory->changes_at;
  known_ = true;
  parts_.metrics.Version(directory->version);
  parts_.log.Event(telemetry::LogLevel::kInfo, "directory_changed",
                   {{"version", directory->version},
                    {"tenants", static_cast<int64_t>(directory->tenants.size())},
                    {"keys", static_cast<int64_t>(directory->keys.size())}});
  if (options_.snapshot.empty()) return {};
  return store::WriteDirectoryFile(options_.snapshot, rows_);
}

Result<void> DirectoryWatcher::WriteOthers() {
  for (store::AuditRow event; parts_.audit.First(event);) {
    if (auto written = store_->Audit(event); !written) return written;
    parts_.audit.Written();
  }
  if (auto noted = NoteUse(); !noted) return noted;
  return Sweep();
}

Result<void> DirectoryWatcher::NoteUse() {
  const SteadyTime now = parts_.clock.Now();
  if (now < look_for_use_) return {};
  look_for_use_ = now + kLookForUseEvery;
  std::erase_if(noted_, [now](const auto& each) { return now - each.second >= kUseNoted; });
  std::vector<std::string> due;
  for (std::string& key : parts_.take_used()) {
    if (rows_.keys.contains(key) && !noted_.contains(key)) due.push_back(std::move(key));
  }
  if (due.empty()) return {};
  if (auto noted = store_->KeysUsed(due, parts_.clock.WallNow()); !noted) return noted;
  for (std::string& key : due) noted_.emplace(std::move(key), now);
  return {};
}

Result<void> DirectoryWatcher::Sweep() {
  const SteadyTime now = parts_.clock.Now();
  if (options_.audit_keep.count() == 0 || now < sweep_at_) return {};
  auto removed = store_->RemoveAuditBefore(parts_.clock.WallNow() - options_.audit_keep);
  if (!removed) return removed.error();
  sweep_at_ = now + kSweepEvery;
  if (*removed > 0) {
    parts_.audit.Add("audit.sweep", "", "{\"events\":" + std::to_string(*removed) + "}");
  }
  return {};
}

void DirectoryWatcher::Failed(const Error& error) {
  if (std::exchange(last_error_, error.message) == error.message) return;
  parts_.log.Event(telemetry::LogLevel::kWarning, "directory_not_read", {{"error", error.message}});
}

std::chrono::milliseconds DirectoryWatcher::UntilNextLook() const {
  const auto up = [](auto time) { return std::chrono::ceil<std::chrono::milliseconds>(time); };
  std::chrono::milliseconds wait = options_.poll;
  if (!store_) wait = std::min(wait, kConnectEvery);
  if (read_ && used_version_ != rows_.version) {
    wait = std::min(wait, up(not_before_ - parts_.clock.Now()));
  }
  if (changes_at_) wait = std::min(wait, up(*changes_at_ - parts_.clock.WallNow()));
  return std::max(wait, std::chrono::milliseconds(1));
}

}  // namespace inferwire::app
