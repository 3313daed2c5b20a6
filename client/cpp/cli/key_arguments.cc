#include "key_arguments.h"

#include "admin_arguments.h"

namespace inferwire::cli {
namespace {

constexpr char kFooter[] = R"(Examples:
  inferwire keys make --tenant acme --team search --expires 2027-01-31
  inferwire keys make --tenant acme --id AbCd1234      another secret for this key, to change over
  inferwire keys make --role admin                     who administers tenants and their keys
  inferwire keys create --admin gateway:50052 --tenant acme --team search | head -1 > key
  inferwire keys rotate AbCd1234 --overlap 48h
  inferwire keys revoke AbCd1234 --reason "on a laptop that was lost" --cut-calls
  inferwire keys list --tenant acme

make calls nothing: the key is made here and shown this once. The gateway is given its entry, in
identity.keys.entries or in a file of identity.keys.files, and takes it over without a restart. To
change such a key's secret, let the old one's hash stand as old_hash beside the new one until
old_until. The other verbs are for keys in the gateway's store, at its port for administrators.)";

CLI::App& AddVerb(CLI::App& keys, const std::string& name, const std::string& what) {
  auto& verb = *keys.add_subcommand(name, what);
  verb.footer(kFooter);
  verb.fallthrough();
  return verb;
}

}  // namespace

void KeyArguments::AddTo(CLI::App& app, Arguments& all) {
  auto& keys = *app.add_subcommand("keys", "API keys of a gateway's callers");
  keys.footer(kFooter);
  keys.require_subcommand(1);
  keys.fallthrough();
  AddMake(keys, all);
  AddCreate(keys, all);
  AddChanges(keys, all);
}

void KeyArguments::AddMake(CLI::App& keys, Arguments& all) {
  auto& make = AddVerb(keys, "make", "Make a key, and the entry that a gateway knows it by");
  make.add_option("--tenant", make_.tenant, "whose it is; none only for viewers and admins");
  make.add_option("--team", make_.team, "which part of the tenant");
  AddTexts(make, "--role", make_.roles,
           "caller (the default), tenant_viewer, tenant_admin, viewer or admin");
  make.add_option("--expires", make_.expires, "a day, or a moment in UTC: 2027-01-31T12:00:00Z");
  make.add_option("--id", make_.id, "of a key that there is; unset: a new one");
  make.add_option("--pepper-file", make_.pepper_file,
                  "file with the gateway's identity.keys.pepper, if it has one")
      ->type_name("FILE");
  make.callback([&] { all.verb = make_; });
}

void KeyArguments::AddCreate(CLI::App& keys, Arguments& all) {
  create_.verb = KeysAdminArgs::Verb::kCreate;
  auto& create =
      AddVerb(keys, "create", "Make a key in the gateway's store; it is shown this once");
  AddAdmin(create, create_, all.settings);
  create.add_option("--tenant", create_.tenant, "whose it is; none only for viewers and admins");
  create.add_option("--team", create_.team, "which part of the tenant");
  create.add_option("--description", create_.description, "for people");
  create.add_option("--expires", create_.expires,
                    "a day, or a moment in UTC: 2027-01-31T12:00:00Z");
  AddTexts(create, "--role", create_.roles,
           "caller (the default), tenant_viewer, tenant_admin, viewer or admin");
  AddTexts(create, "--model", create_.models, "a model, or a pattern such as gpt-4.1*");
  AddTexts(create, "--operation", create_.operations, "such as chat or batches");
  create.add_option("--rpm", create_.rpm, "most requests in a minute")->check(CLI::PositiveNumber);
  create.add_option("--tpm", create_.tpm, "most tokens in a minute")->check(CLI::PositiveNumber);
  create.add_option("--max-output-tokens", create_.max_output_tokens, "of each answer")
      ->check(CLI::PositiveNumber);
  create.add_option("--request-id", create_.request_id,
                    "the same id makes no second key; its answer has no secret");
  create.callback([&] { all.verb = create_; });
}

void KeyArguments::AddChanges(CLI::App& keys, Arguments& all) {
  auto& list = AddVerb(keys, "list", "The keys, those of the configuration too");
  list.alias("ls");
  AddAdmin(list, list_, all.settings);
  list.add_option("--tenant", list_.tenant, "only of this one");
  list.add_option("--team", list_.team, "only of this part of it");
  list.add_flag("--revoked", list_.revoked, "those that were revoked too");
  list.callback([&] { all.verb = list_; });

  show_.verb = KeysAdminArgs::Verb::kShow;
  auto& show = AddVerb(keys, "show", "What is known of one key");
  AddAdmin(show, show_, all.settings);
  show.add_option("id", show_.id, "the 8 letters and digits after iw_")->required();
  show.callback([&] { all.verb = show_; });

  rotate_.verb = KeysAdminArgs::Verb::kRotate;
  auto& rotate = AddVerb(keys, "rotate", "A second secret; the first one goes on for a while");
  AddAdmin(rotate, rotate_, all.settings);
  rotate.add_option("id", rotate_.id, "the 8 letters and digits after iw_")->required();
  AddTime(rotate, "--overlap", rotate_.overlap_seconds, "how long: 30m, 48h, 7d; 30d at most")
      ->default_str("24h");
  rotate.callback([&] { all.verb = rotate_; });

  revoke_.verb = KeysAdminArgs::Verb::kRevoke;
  auto& revoke = AddVerb(keys, "revoke", "Take a key back, or one of its secrets");
  AddAdmin(revoke, revoke_, all.settings);
  revoke.add_option("id", revoke_.id, "the 8 letters and digits after iw_")->required();
  revoke.add_option("--hint", revoke_.hint, "only the secret that ends so");
  revoke.add_option("--reason", revoke_.reason, "for the trail of changes");
  revoke.add_flag("--cut-calls", revoke_.cut_calls,
                  "end its calls that run, on the gateway that answers");
  revoke.callback([&] { all.verb = revoke_; });
}

}  // namespace inferwire::cli
