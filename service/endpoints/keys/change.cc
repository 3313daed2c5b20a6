// RotateKey, RevokeKey, UpdateKey.
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "endpoints/directory/audit_entry.h"
#include "endpoints/directory/find.h"
#include "endpoints/directory/query.h"
#include "endpoints/directory/rows.h"
#include "endpoints/keys/key_calls.h"
#include "endpoints/keys/key_rules.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::util::TimeUtil;

constexpr std::chrono::hours kUsualOverlap{24}, kLongestOverlap{30 * 24};

Error Revoked() { return WrongState("the key has been revoked: make a new one"); }

// One change of one key.
struct Change {
  std::string key;
  Reach reach;
  Actor actor;
  const DirectoryBackend& backend;
};

struct Found {
  store::KeyRow row;
  v1::Key key;
};

// The key as it is, if it is open to this change.
Result<Found> Find(const Change& change, store::Directory& store) {
  auto row = FindStoredKey(change.key, change.reach, *change.backend.configured(), store);
  if (!row) return std::move(row.error());
  auto key = ToProto(*row);
  if (!key) return std::move(key.error());
  if (auto good = CheckRoles(*key, change.reach); !good) return std::move(good.error());
  return Found{*std::move(row), *std::move(key)};
}

v1::Scope ScopeOf(const store::KeyRow& row) {
  v1::Scope scope;
  scope.set_tenant_id(row.tenant);
  scope.set_team_id(row.team);
  scope.set_key_id(row.key);
  return scope;
}

template <class Response>
Result<Response> Answer(const Result<store::KeyRow>& changed) {
  if (!changed) return changed.error();
  auto key = ToProto(*changed);
  if (!key) return std::move(key.error());
  Response response;
  *response.mutable_key() = *std::move(key);
  return response;
}

Result<v1::RotateKeyResponse> Rotate(const Change& change, Duration overlap,
                                     store::Directory& store) {
  auto found = Find(change, store);
  if (!found) return std::move(found.error());
  const WallTime now = change.actor.now;
  auto secret = MakeSecret(change.key, change.backend, now);
  if (!secret) return std::move(secret.error());
  const WallTime end = now + std::chrono::duration_cast<WallTime::duration>(overlap);
  const auto change_row = [&](store::KeyRow& row) -> Result<void> {
    if (row.revoked) return Revoked();
    if (row.secrets.size() > 1) row.secrets.resize(1);
    for (store::KeySecretRow& old : row.secrets) old.ends = std::min(old.ends.value_or(end), end);
    row.secrets.insert(row.secrets.begin(), secret->row);
    return {};
  };
  const std::string old =
      found->row.secrets.empty() ? std::string() : found->row.secrets.front().hint;
  auto response = Answer<v1::RotateKeyResponse>(store.ChangeKey(
      change.key, change_row,
      EntryOf(change.actor, "key.rotate", ScopeOf(found->row),
              MembersJson({{"new_hint", secret->row.hint},
                           {"old_hint", old},
                           {"overlap",
                            std::to_string(
                                std::chrono::duration_cast<std::chrono::seconds>(overlap).count()) +
                                "s"}}))));
  if (response) response->set_secret(std::move(secret->text));
  return response;
}

Result<v1::RevokeKeyResponse> Revoke(const Change& change, const std::string& hint,
                                     const std::string& reason, store::Directory& store) {
  auto found = Find(change, store);
  if (!found) return std::move(found.error());
  // The second time nothing more is done.
  if (found->row.revoked) return Answer<v1::RevokeKeyResponse>(std::move(found->row));
  const auto change_row = [&](store::KeyRow& row) -> Result<void> {
    if (!hint.empty()) {
      const auto has = [&](const store::KeySecretRow& secret) { return secret.hint == hint; };
      if (std::ranges::none_of(row.secrets, has)) {
        return InvalidField("hint", "is that of no secret of this key");
      }
      if (!std::ranges::all_of(row.secrets, has)) {
        std::erase_if(row.secrets, has);
        return {};
      }
    }
    row.revoked = change.actor.now;
    return {};
  };
  return Answer<v1::RevokeKeyResponse>(
      store.ChangeKey(change.key, change_row,
                      EntryOf(change.actor, "key.revoke", ScopeOf(found->row),
                              MembersJson({{"hint", hint}, {"reason", reason}}))));
}

Result<v1::UpdateKeyResponse> Update(const Change& change, const v1::Key& wanted,
                                     store::Directory& store) {
  auto found = Find(change, store);
  if (!found) return std::move(found.error());
  v1::Key next = found->key;
  *next.mutable_limits() = wanted.limits();
  if (!wanted.has_limits()) next.clear_limits();
  next.set_description(wanted.description());
  next.set_team_id(wanted.team_id());
  *next.mutable_budgets() = wanted.budgets();
  *next.mutable_models() = wanted.models();
  *next.mutable_operations() = wanted.operations();
  *next.mutable_roles() = wanted.roles();
  next.clear_expires();
  if (wanted.has_expires()) *next.mutable_expires() = wanted.expires();
  if (!wanted.tenant_id().empty() && wanted.tenant_id() != next.tenant_id()) {
    return InvalidField("key.tenant_id", "cannot be changed: make a new key");
  }
  if (auto good = CheckOwner(next, change.reach, *change.backend.configured(), store); !good) {
    return std::move(good.error());
  }
  if (auto good = change.backend.check_key(next); !good) return std::move(good.error());
  const auto change_row = [&](store::KeyRow& row) -> Result<void> {
    if (row.version != wanted.version()) return Changed("key");
    if (row.revoked) return Revoked();
    row.team = next.team_id();
    row.body = BodyOf(next);
    row.expires.reset();
    if (next.has_expires()) row.expires = TimeOf(next.expires());
    return {};
  };
  return Answer<v1::UpdateKeyResponse>(store.ChangeKey(
      change.key, change_row,
      EntryOf(change.actor, "key.update", ScopeOf(found->row), ChangeJson(found->key, next))));
}

Result<Change> Begin(const std::string& key, const DirectoryBackend& backend,
                     const upstream::Runtime& runtime, const gateway::CallContext& context) {
  auto reach = ReachToChange(context.principal);
  if (!reach) return std::move(reach.error());
  return Change{key, *reach, ActorOf(context, runtime.timers.clock().WallNow()), backend};
}

}  // namespace

Begun NewRotateKey(const v1::RotateKeyRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer) {
  using Response = v1::RotateKeyResponse;
  auto change = Begin(request.key_id(), backend, runtime, context);
  if (!change) return std::move(change.error());
  Duration overlap = kUsualOverlap;
  if (const int64_t asked = TimeUtil::DurationToSeconds(request.overlap()); asked != 0) {
    if (asked < 0 || asked > std::chrono::seconds(kLongestOverlap).count()) {
      return InvalidField("overlap", "must be 1 s to 30 days; 0 is 24 hours");
    }
    overlap = std::chrono::seconds(asked);
  }
  return Begun(std::make_unique<DirectoryQuery<Response>>(
      backend, runtime, context, observer, [change = *change, overlap](store::Directory& store) {
        return Rotate(change, overlap, store);
      }));
}

Begun NewRevokeKey(const v1::RevokeKeyRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer) {
  using Response = v1::RevokeKeyResponse;
  auto change = Begin(request.key_id(), backend, runtime, context);
  if (!change) return std::move(change.error());
  if (request.cut_calls() && !request.hint().empty()) {
    return InvalidField("cut_calls",
                        "ends all calls of a key: with which secret they came is not "
                        "known, so there can be no hint");
  }
  std::function<void()> after;
  if (request.cut_calls()) {
    after = [&backend, key = request.key_id()] { backend.cut_calls(key); };
  }
  return Begun(std::make_unique<DirectoryQuery<Response>>(
      backend, runtime, context, observer,
      [change = *change, hint = request.hint(), reason = request.reason()](
          store::Directory& store) { return Revoke(change, hint, reason, store); },
      std::move(after)));
}

Begun NewUpdateKey(const v1::UpdateKeyRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer) {
  using Response = v1::UpdateKeyResponse;
  auto change = Begin(request.key().key_id(), backend, runtime, context);
  if (!change) return std::move(change.error());
  if (auto good = CheckRoles(request.key(), change->reach); !good) return std::move(good.error());
  return Begun(std::make_unique<DirectoryQuery<Response>>(
      backend, runtime, context, observer,
      [change = *change, key = request.key()](store::Directory& store) {
        return Update(change, key, store);
      }));
}

}  // namespace inferwire::endpoints
