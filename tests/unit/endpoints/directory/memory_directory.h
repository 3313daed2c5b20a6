// A directory in memory, for tests: what store::SqlDirectory promises, without a database. Several
// connections may share one.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/directory.h"

namespace inferwire::endpoints {

// What is kept.
struct DirectoryState {
  std::mutex mutex;
  int64_t version = 0;
  std::map<std::string, store::TenantRow, std::less<>> tenants;
  std::map<std::string, store::KeyRow, std::less<>> keys;
  std::vector<store::AuditRow> events;
  std::string writer = "replica-1";
  // Once, before a change is made: as if somebody else were quicker.
  std::function<void(DirectoryState&)> before_change;
};

class MemoryDirectory final : public store::Directory {
 public:
  explicit MemoryDirectory(std::shared_ptr<DirectoryState> state) : state_(std::move(state)) {}

  Result<int64_t> Version() override {
    std::lock_guard lock(state_->mutex);
    return state_->version;
  }
  Result<std::vector<store::TenantRow>> TenantsAfter(int64_t version, int limit) override {
    return ByVersion(state_->tenants, version, limit);
  }
  Result<std::vector<store::KeyRow>> KeysAfter(int64_t version, int limit) override {
    return ByVersion(state_->keys, version, limit);
  }
  Result<std::optional<store::TenantRow>> FindTenant(std::string_view tenant) override {
    return Find(state_->tenants, tenant);
  }
  Result<std::optional<store::KeyRow>> FindKey(std::string_view key) override {
    return Find(state_->keys, key);
  }
  Result<std::vector<store::TenantRow>> ListTenants(std::string_view after, int limit) override {
    return After(state_->tenants, after, limit, [](const store::TenantRow&) { return true; });
  }
  Result<std::vector<store::KeyRow>> ListKeys(std::string_view tenant, std::string_view team,
                                              bool with_revoked, std::string_view after,
                                              int limit) override {
    return After(state_->keys, after, limit, [&](const store::KeyRow& row) {
      return (tenant.empty() || row.tenant == tenant) && (team.empty() || row.team == team) &&
             (with_revoked || !row.revoked);
    });
  }

  Result<store::TenantRow> PutTenant(const store::TenantRow& row,
                                     const store::AuditRow& event) override {
    std::lock_guard lock(state_->mutex);
    if (auto first = std::exchange(state_->before_change, nullptr)) first(*state_);
    const auto found = state_->tenants.find(row.tenant);
    const int64_t version = found == state_->tenants.end() ? 0 : found->second.version;
    if (version != row.version) return Conflict();
    store::TenantRow next = row;
    next.version = ++state_->version;
    state_->tenants[next.tenant] = next;
    Write(event);
    return next;
  }
  Result<Created> CreateKey(const store::KeyRow& row, const store::AuditRow& event) override {
    std::lock_guard lock(state_->mutex);
    for (const auto& [id, key] : state_->keys) {
      if (!row.request_id.empty() && key.tenant == row.tenant && key.request_id == row.request_id) {
        return Created{key, true};
      }
    }
    store::KeyRow next = row;
    next.version = ++state_->version;
    state_->keys[next.key] = next;
    Write(event);
    return Created{next, false};
  }
  Result<store::KeyRow> ChangeKey(std::string_view key,
                                  const std::function<Result<void>(store::KeyRow&)>& change,
                                  const store::AuditRow& event) override {
    std::lock_guard lock(state_->mutex);
    const auto found = state_->keys.find(key);
    if (found == state_->keys.end()) return NoSuchKey();
    store::KeyRow next = found->second;
    if (auto changed = change(next); !changed) return changed.error();
    next.version = ++state_->version;
    found->second = next;
    Write(event);
    return next;
  }
  Result<void> KeysUsed(const std::vector<std::string>& keys, WallTime now) override {
    std::lock_guard lock(state_->mutex);
    for (const std::string& key : keys) {
      if (const auto found = state_->keys.find(key); found != state_->keys.end()) {
        found->second.last_used = now;
      }
    }
    return {};
  }
  Result<void> Audit(const store::AuditRow& event) override {
    std::lock_guard lock(state_->mutex);
    Write(event);
    return {};
  }
  Result<std::vector<store::AuditRow>> ListAudit(std::string_view tenant, const AuditPlace& after,
                                                 WallTime until, int limit) override {
    std::lock_guard lock(state_->mutex);
    const auto place = [](const auto& of) { return std::tie(of.at, of.writer, of.sequence); };
    std::vector<store::AuditRow> rows;
    for (const store::AuditRow& row : state_->events) {
      const bool takes = tenant.empty() || row.tenant == tenant;
      if (takes && place(row) > place(after) && row.at < until) rows.push_back(row);
    }
    std::ranges::sort(rows, [&](const auto& a, const auto& b) { return place(a) < place(b); });
    if (rows.size() > static_cast<size_t>(limit)) rows.resize(static_cast<size_t>(limit));
    return rows;
  }
  Result<std::vector<store::AuditRow>> ListAuditChains(std::string_view writer, int64_t sequence,
                                                       int limit) override {
    std::lock_guard lock(state_->mutex);
    const auto place = [](const store::AuditRow& of) {
      return std::pair<std::string_view, int64_t>(of.writer, of.sequence);
    };
    std::vector<store::AuditRow> rows;
    for (const store::AuditRow& row : state_->events) {
      if (place(row) > std::pair(writer, sequence)) rows.push_back(row);
    }
    std::ranges::sort(rows, {}, place);
    if (rows.size() > static_cast<size_t>(limit)) rows.resize(static_cast<size_t>(limit));
    return rows;
  }

 private:
  template <class Rows>
  Result<std::optional<typename Rows::mapped_type>> Find(const Rows& rows, std::string_view id) {
    std::lock_guard lock(state_->mutex);
    const auto found = rows.find(id);
    if (found == rows.end()) return std::optional<typename Rows::mapped_type>();
    return std::optional(found->second);
  }
  template <class Rows, class Takes>
  Result<std::vector<typename Rows::mapped_type>> After(const Rows& rows, std::string_view after,
                                                        int limit, Takes takes) {
    std::lock_guard lock(state_->mutex);
    std::vector<typename Rows::mapped_type> page;
    for (const auto& [id, row] : rows) {
      if (id > after && takes(row) && page.size() < static_cast<size_t>(limit)) page.push_back(row);
    }
    return page;
  }
  template <class Rows>
  Result<std::vector<typename Rows::mapped_type>> ByVersion(const Rows& rows, int64_t version,
                                                            int limit) {
    std::lock_guard lock(state_->mutex);
    std::vector<typename Rows::mapped_type> newer;
    for (const auto& [id, row] : rows) {
      if (row.version > version) newer.push_back(row);
    }
    std::ranges::sort(newer, {}, &Rows::mapped_type::version);
    if (newer.size() > static_cast<size_t>(limit)) newer.resize(static_cast<size_t>(limit));
    return newer;
  }
  // With the lock.
  void Write(store::AuditRow event) {
    event.writer = state_->writer;
    event.sequence = static_cast<int64_t>(state_->events.size()) + 1;
    event.chain = std::string(32, '\1');
    state_->events.push_back(std::move(event));
  }
  static Error Conflict() {
    Error error;
    error.code = Code::kAborted;
    error.reason = v1::ERROR_REASON_CONFLICT;
    return error;
  }
  static Error NoSuchKey() {
    Error error;
    error.code = Code::kNotFound;
    error.reason = v1::ERROR_REASON_RESOURCE_NOT_FOUND;
    return error;
  }

  const std::shared_ptr<DirectoryState> state_;
};

}  // namespace inferwire::endpoints
