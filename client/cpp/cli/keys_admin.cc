// inferwire keys, in the gateway's store: create, list, show, rotate, revoke.
#include <google/protobuf/util/time_util.h>

#include <iostream>
#include <string>

#include "output.h"
#include "session.h"
#include "table.h"

namespace inferwire::cli {
namespace {

constexpr int kPage = 500;

template <class Texts>
std::string Joined(const Texts& texts, const std::string& none) {
  std::string joined;
  for (const auto& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined.empty() ? none : joined;
}

// "wxyz; abcd until 2026-12-01 12:00"
std::string SecretsText(const v1::Key& key) {
  std::string text;
  for (const v1::KeySecret& secret : key.secrets()) {
    text += (text.empty() ? "" : "; ") + secret.hint();
    if (secret.has_ends()) text += " until " + TimeText(true, secret.ends());
  }
  return text.empty() ? "-" : text;
}

std::string StateText(const v1::Key& key) {
  if (key.has_revoked()) return "revoked";
  const auto now = google::protobuf::util::TimeUtil::GetCurrentTime();
  return key.has_expires() && key.expires() < now ? "expired" : "works";
}

std::string OwnerText(const v1::Key& key) {
  if (key.tenant_id().empty()) return "-";
  return key.tenant_id() + (key.team_id().empty() ? "" : "/" + key.team_id());
}

ExitCode PrintKey(const GlobalArgs& global, const v1::Key& key) {
  if (global.json) return PrintJson(key);
  Table table({"id", key.key_id()});
  table.Add({"tenant", OwnerText(key)});
  table.Add({"state", StateText(key)});
  if (!key.description().empty()) table.Add({"description", key.description()});
  table.Add({"roles", Joined(key.roles(), "caller")});
  table.Add({"models", Joined(key.models(), "as its team")});
  table.Add({"operations", Joined(key.operations(), "as its team")});
  table.Add({"secrets", SecretsText(key)});
  table.Add({"created", TimeText(key.has_created(), key.created())});
  table.Add({"expires", TimeText(key.has_expires(), key.expires())});
  table.Add({"last used", TimeText(key.has_last_used(), key.last_used())});
  table.Add(
      {"version", key.version() == 0 ? "of the configuration" : std::to_string(key.version())});
  return Print(table.Text()) ? kOk : kCallFailed;
}

// The secret alone on its line, so that a script can take it; what else there is to say stands
// beside it.
template <class Response>
ExitCode PrintSecret(const GlobalArgs& global, const Response& response) {
  if (global.json) return PrintJson(response);
  if (response.secret().empty()) {
    std::cerr << "The key " << response.key().key_id()
              << " was made before, by the same request id. Its secret was shown then: with "
                 "`keys rotate` it gets another one.\n";
    return kOk;
  }
  if (!Print(response.secret() + "\n")) return kCallFailed;
  std::cerr << "The key " << response.key().key_id() << " of " << OwnerText(response.key())
            << " is shown this once: it is its caller's "
            << "(INFERWIRE_API_KEY).\n";
  for (const v1::KeySecret& secret : response.key().secrets()) {
    if (!secret.has_ends()) continue;
    std::cerr << "The one before it (" << secret.hint() << ") ends "
              << TimeText(true, secret.ends()) << " UTC.\n";
  }
  return kOk;
}

// A day, or a moment.
bool ParseMoment(const std::string& text, google::protobuf::Timestamp& to) {
  const bool day = text.find('T') == std::string::npos;
  return google::protobuf::util::TimeUtil::FromString(day ? text + "T00:00:00Z" : text, &to);
}

ExitCode Create(AdminSession& session, const KeysAdminArgs& args) {
  v1::CreateKeyRequest request;
  v1::Key& key = *request.mutable_key();
  key.set_tenant_id(args.tenant);
  key.set_team_id(args.team);
  key.set_description(args.description);
  if (!args.expires.empty() && !ParseMoment(args.expires, *key.mutable_expires())) {
    return Report(session.global, UsageError("--expires: must be a day or a moment in UTC, as in "
                                             "2027-01-31 or 2027-01-31T12:00:00Z"));
  }
  for (const std::string& role : args.roles) key.add_roles(role);
  for (const std::string& model : args.models) key.add_models(model);
  for (const std::string& operation : args.operations) key.add_operations(operation);
  if (args.rpm) key.mutable_limits()->set_requests_per_minute(*args.rpm);
  if (args.tpm) key.mutable_limits()->set_tokens_per_minute(*args.tpm);
  if (args.max_output_tokens) {
    key.mutable_limits()->set_max_output_tokens(*args.max_output_tokens);
  }
  request.set_request_id(args.request_id);
  const auto made = session.client.CreateKey(request, session.Arm());
  session.interrupts.Disarm();
  return made ? PrintSecret(session.global, *made) : Report(session.global, made.error());
}

// The pages of the list together.
ExitCode List(AdminSession& session, const KeysAdminArgs& args) {
  v1::ListKeysRequest request;
  request.mutable_scope()->set_tenant_id(args.tenant);
  request.mutable_scope()->set_team_id(args.team);
  request.set_revoked(args.revoked);
  request.set_page_size(kPage);
  v1::ListKeysResponse all;
  do {
    auto page = session.client.ListKeys(request, session.Arm());
    session.interrupts.Disarm();
    if (!page) return Report(session.global, page.error());
    request.set_page_token(page->next_page_token());
    for (v1::Key& key : *page->mutable_keys()) *all.add_keys() = std::move(key);
  } while (!request.page_token().empty());
  if (session.global.json) return PrintJson(all);
  Table table({"id", "tenant", "roles", "state", "last used", "secrets", "description"});
  for (const v1::Key& key : all.keys()) {
    table.Add({key.key_id(), OwnerText(key), Joined(key.roles(), "caller"), StateText(key),
               TimeText(key.has_last_used(), key.last_used()), SecretsText(key),
               key.description()});
  }
  return Print(table.Text()) ? kOk : kCallFailed;
}

ExitCode Show(AdminSession& session, const KeysAdminArgs& args) {
  v1::GetKeyRequest request;
  request.set_key_id(args.id);
  const auto found = session.client.GetKey(request, session.Arm());
  session.interrupts.Disarm();
  return found ? PrintKey(session.global, found->key()) : Report(session.global, found.error());
}

ExitCode Rotate(AdminSession& session, const KeysAdminArgs& args) {
  v1::RotateKeyRequest request;
  request.set_key_id(args.id);
  if (args.overlap_seconds > 0) request.mutable_overlap()->set_seconds(args.overlap_seconds);
  const auto rotated = session.client.RotateKey(request, session.Arm());
  session.interrupts.Disarm();
  return rotated ? PrintSecret(session.global, *rotated) : Report(session.global, rotated.error());
}

ExitCode Revoke(AdminSession& session, const KeysAdminArgs& args) {
  v1::RevokeKeyRequest request;
  request.set_key_id(args.id);
  request.set_hint(args.hint);
  request.set_reason(args.reason);
  request.set_cut_calls(args.cut_calls);
  const auto revoked = session.client.RevokeKey(request, session.Arm());
  session.interrupts.Disarm();
  return revoked ? PrintKey(session.global, revoked->key())
                 : Report(session.global, revoked.error());
}

}  // namespace

ExitCode Run(AdminSession& session, const KeysAdminArgs& args) {
  switch (args.verb) {
    case KeysAdminArgs::Verb::kCreate:
      return Create(session, args);
    case KeysAdminArgs::Verb::kList:
      return List(session, args);
    case KeysAdminArgs::Verb::kShow:
      return Show(session, args);
    case KeysAdminArgs::Verb::kRotate:
      return Rotate(session, args);
    case KeysAdminArgs::Verb::kRevoke:
      break;
  }
  return Revoke(session, args);
}

}  // namespace inferwire::cli
