// inferwire keys: without a gateway.
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "output.h"
#include "session.h"
#include "tenancy/key_text.h"
#include "tenancy/role.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

struct Member {
  const char* name;
  std::string value;
  bool is_text = true;  // else it is written as it is
};

// JSON, or YAML's short form. Values have quotes in both: digits are no number here.
std::string EntryOf(const std::vector<Member>& members, bool json) {
  std::string entry;
  for (const auto& [name, value, is_text] : members) {
    if (value.empty()) continue;
    entry += (entry.empty() ? "" : ", ") + (json ? Quoted(name) : name) + ": " +
             (is_text ? Quoted(value) : value);
  }
  return "{" + entry + "}";
}

// ["viewer", "admin"], in both; nothing: a caller, as every key is.
std::string ListOf(const std::vector<std::string>& roles) {
  std::string list;
  for (const std::string& role : roles) list += (list.empty() ? "[" : ", ") + Quoted(role);
  return list.empty() ? list : list + "]";
}

// What the gateway would refuse.
std::string FaultOf(const KeysMakeArgs& args) {
  bool of_all = !args.roles.empty();
  for (const std::string& name : args.roles) {
    const auto role = tenancy::RoleOf(name);
    if (!role) return "--role: may be caller, tenant_viewer, tenant_admin, viewer or admin";
    of_all = of_all && (role == tenancy::Role::kViewer || role == tenancy::Role::kAdmin);
  }
  return args.tenant.empty() && !of_all ? "--tenant is missing: only viewers and admins are of none"
                                        : "";
}

}  // namespace

ExitCode Run(const GlobalArgs& global, const KeysMakeArgs& args) {
  std::string pepper;
  if (!args.pepper_file.empty()) {
    auto text = ReadFile(args.pepper_file);
    if (!text) return Report(global, text.error());
    pepper = *std::move(text);
    if (!pepper.empty() && pepper.back() == '\n') pepper.pop_back();
    if (!pepper.empty() && pepper.back() == '\r') pepper.pop_back();
    if (pepper.empty()) return Report(global, UsageError(args.pepper_file + " is empty"));
  }
  if (!args.id.empty() && !tenancy::IsKeyId(args.id)) {
    return Report(global, UsageError("--id: must be the 8 letters and digits after iw_ of a key"));
  }
  if (const std::string fault = FaultOf(args); !fault.empty()) {
    return Report(global, UsageError(fault));
  }
  const auto id = args.id.empty() ? tenancy::NewKeyId(tenancy::SystemRandomBytes) : args.id;
  const auto key = id ? tenancy::NewKey(*id, tenancy::SystemRandomBytes) : std::nullopt;
  if (!key) return Report(global, UsageError("this machine has no random numbers"));
  const std::string hash = tenancy::HexOf(tenancy::KeyHasher(pepper).Of(*key));
  const std::string hint = key->substr(key->size() - tenancy::kKeyHintSize);
  const std::vector<Member> members = {{"id", *id},
                                       {"hash", hash},
                                       {"hint", hint},
                                       {"tenant", args.tenant},
                                       {"team", args.team},
                                       {"expires", args.expires},
                                       {"roles", ListOf(args.roles), false}};
  if (global.json) {
    Print("{\"key\": " + Quoted(*key) + ", \"entry\": " + EntryOf(members, true) + "}\n");
    return kOk;
  }
  Print(*key + "\n\n  - " + EntryOf(members, false) + "\n");
  std::cerr
      << "\nThe key is shown this once: it is its caller's (INFERWIRE_API_KEY). The line below "
         "it is the gateway's:\nin identity.keys.entries, or under keys: in a file of "
         "identity.keys.files.\n";
  return kOk;
}

}  // namespace inferwire::cli
