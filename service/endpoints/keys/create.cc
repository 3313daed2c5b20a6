// CreateKey.
#include <optional>
#include <utility>

#include "endpoints/directory/audit_entry.h"
#include "endpoints/directory/query.h"
#include "endpoints/directory/rows.h"
#include "endpoints/keys/key_calls.h"
#include "endpoints/keys/key_rules.h"

namespace inferwire::endpoints {
namespace {

using Response = v1::CreateKeyResponse;

constexpr size_t kLongestRequestId = 128;

// What is the server's to say cannot be asked for.
Result<void> CheckUnset(const v1::Key& key) {
  if (!key.key_id().empty()) return InvalidField("key.key_id", "is the server's to choose");
  if (!key.secrets().empty()) return InvalidField("key.secrets", "are the server's to choose");
  if (key.version() != 0) return InvalidField("key.version", "is that of a key that exists");
  if (key.has_revoked()) return InvalidField("key.revoked", "is what RevokeKey does");
  return {};
}

Result<Response> Create(const v1::Key& key, const std::string& request_id, const Reach& reach,
                        const Actor& actor, const DirectoryBackend& backend,
                        store::Directory& store) {
  const auto configured = backend.configured();
  if (auto good = CheckOwner(key, reach, *configured, store); !good) return std::move(good.error());
  if (auto good = backend.check_key(key); !good) return std::move(good.error());

  store::KeyRow row;
  std::optional<std::string> id;
  do id = tenancy::NewKeyId(backend.random);
  while (id && configured->FindKey(*id));
  auto secret = MakeSecret(id.value_or(""), backend, actor.now);
  if (!secret) return std::move(secret.error());
  row.key = *std::move(id);
  row.tenant = key.tenant_id();
  row.team = key.team_id();
  row.body = BodyOf(key);
  row.secrets.push_back(std::move(secret->row));
  row.created = actor.now;
  if (key.has_expires()) row.expires = TimeOf(key.expires());
  // Of its tenant: the id of another one's request must not bring its key to light.
  if (!request_id.empty()) row.request_id = row.tenant + "/" + request_id;

  v1::Scope scope;
  scope.set_tenant_id(row.tenant);
  scope.set_team_id(row.team);
  scope.set_key_id(row.key);
  auto created = store.CreateKey(
      row, EntryOf(actor, "key.create", std::move(scope), ChangeJson(v1::Key(), key)));
  if (!created) return std::move(created.error());
  auto shown = ToProto(created->row);
  if (!shown) return std::move(shown.error());
  Response response;
  *response.mutable_key() = *std::move(shown);
  if (!created->existed) response.set_secret(std::move(secret->text));
  return response;
}

}  // namespace

Begun NewCreateKey(const v1::CreateKeyRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer) {
  auto reach = ReachToChange(context.principal);
  if (!reach) return std::move(reach.error());
  const v1::Key& key = request.key();
  if (auto good = CheckUnset(key); !good) return std::move(good.error());
  if (auto good = CheckRoles(key, *reach); !good) return std::move(good.error());
  if (request.request_id().size() > kLongestRequestId) {
    return InvalidField("request_id", "has more than 128 bytes");
  }
  const Actor actor = ActorOf(context, runtime.timers.clock().WallNow());
  return Begun(std::make_unique<DirectoryQuery<Response>>(
      backend, runtime, context, observer,
      [key, request_id = request.request_id(), reach = *reach, actor,
       &backend](store::Directory& store) {
        return Create(key, request_id, reach, actor, backend, store);
      }));
}

}  // namespace inferwire::endpoints
