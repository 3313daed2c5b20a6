#include "key_arguments.h"

namespace inferwire::cli {
namespace {

constexpr char kFooter[] = R"(Examples:
  inferwire keys make --tenant acme --team search --expires 2027-01-31
  inferwire keys make --tenant acme --id AbCd1234      another secret for this key, to change over
  inferwire keys make --tenant acme --json | jq -r .key

Nothing is called: the key is made here and shown this once. The gateway is given its entry, in
identity.keys.entries or in a file of identity.keys.files, and takes it over without a restart. To
change a key's secret, let the old one's hash stand as old_hash beside the new one until old_until.)";

}  // namespace

void KeyArguments::AddTo(CLI::App& app, Arguments& all) {
  auto& keys = *app.add_subcommand("keys", "API keys of a gateway's callers");
  keys.footer(kFooter);
  keys.require_subcommand(1);
  keys.fallthrough();
  auto& make = *keys.add_subcommand("make", "Make a key, and the entry that a gateway knows it by");
  make.footer(kFooter);
  make.fallthrough();
  make.add_option("--tenant", make_.tenant, "whose it is")->required();
  make.add_option("--team", make_.team, "which part of the tenant");
  make.add_option("--expires", make_.expires, "a day, or a moment in UTC: 2027-01-31T12:00:00Z");
  make.add_option("--id", make_.id, "of a key that there is; unset: a new one");
  make.add_option("--pepper-file", make_.pepper_file,
                  "file with the gateway's identity.keys.pepper, if it has one");
  make.callback([&] { all.verb = make_; });
}

}  // namespace inferwire::cli
