#include "admin_arguments.h"

#include <map>

namespace inferwire::cli {
namespace {

constexpr char kFooter[] = R"(Examples:
  inferwire tenants list --admin gateway:50052
  inferwire tenants show acme --json > acme.json
  inferwire tenants put acme.json          make it, or replace it whole from the version in the file
  inferwire tenants disable acme --reason "invoice 4711"
  inferwire tenants boost acme --meter tpm --amount 500000 --for 2h --reason launch

A tenant is JSON as `show --json` prints it: {"tenant_id": "acme", "limits":
{"tokens_per_minute": "200000"}, "teams": [{"team_id": "search"}]}. A file without a version makes a
new one. What the gateway's configuration defines is shown and cannot be changed here.)";

constexpr char kAuditFooter[] = R"(Examples:
  inferwire audit --since 7d
  inferwire audit --tenant acme --follow
  inferwire audit --verify                 exit code 1 if an event was changed or taken out
  inferwire audit --json | jq -r 'select(.action == "key.revoke") | .scope.key_id')";

CLI::App& AddVerb(CLI::App& app, const std::string& name, const std::string& what,
                  const char* footer) {
  auto& verb = *app.add_subcommand(name, what);
  verb.footer(footer);
  verb.fallthrough();
  return verb;
}

}  // namespace

void AddAdmin(CLI::App& verb, AdminArgs& args, const Settings& settings) {
  args.admin = settings.Value("admin");
  verb.add_option("--admin", args.admin, "the administrators' port (admin_api.listen), as --server")
      ->capture_default_str();
}

void AddTexts(CLI::App& verb, const std::string& name, std::vector<std::string>& to,
              const std::string& what) {
  verb.add_option(name, to, what + "; may be given again")->take_all()->allow_extra_args(false);
}

CLI::Option* AddTime(CLI::App& verb, const std::string& name, int64_t& seconds,
                     const std::string& what) {
  const std::map<std::string, int64_t> units{{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
  return verb.add_option(name, seconds, what)
      ->transform(CLI::AsNumberWithUnit(units))
      ->check(CLI::PositiveNumber);
}

void TenantArguments::AddTo(CLI::App& app, Arguments& all) {
  auto& tenants = AddVerb(app, "tenants", "The tenants of a gateway, for administrators", kFooter);
  tenants.require_subcommand(1);

  auto& list = AddVerb(tenants, "list", "All of them, those of the configuration too", kFooter);
  list.alias("ls");
  AddAdmin(list, list_, all.settings);
  list.callback([&] { all.verb = list_; });

  const auto add = [&](TenantsArgs& args, TenantsArgs::Verb verb, const std::string& name,
                       const std::string& what) -> CLI::App& {
    args.verb = verb;
    auto& added = AddVerb(tenants, name, what, kFooter);
    AddAdmin(added, args, all.settings);
    added.callback([&all, &args] { all.verb = args; });
    return added;
  };
  add(show_, TenantsArgs::Verb::kShow, "show",
      "What is known of one, and what is left of its limits")
      .add_option("id", show_.id)
      ->required();
  add(put_, TenantsArgs::Verb::kPut, "put", "Make one, or replace it whole")
      .add_option("file", put_.file, "JSON; \"-\": standard input")
      ->type_name("FILE")
      ->required();
  auto& disable = add(disable_, TenantsArgs::Verb::kDisable, "disable", "Refuse its calls");
  disable.add_option("id", disable_.id)->required();
  disable.add_option("--reason", disable_.reason, "for the trail of changes");
  auto& enable = add(enable_, TenantsArgs::Verb::kEnable, "enable", "Serve its calls again");
  enable.add_option("id", enable_.id)->required();
  enable.add_option("--reason", enable_.reason, "for the trail of changes");
  auto& boost = add(boost_, TenantsArgs::Verb::kBoost, "boost", "More of a limit for a while");
  boost.add_option("id", boost_.id)->required();
  boost
      .add_option("--meter", boost_.meter,
                  "rpm, tpm, rpd, tpd, concurrent; day, week, month (money, in USD)")
      ->required()
      ->check(CLI::IsMember({"rpm", "tpm", "rpd", "tpd", "concurrent", "day", "week", "month"}));
  boost.add_option("--amount", boost_.amount, "how much is added")
      ->required()
      ->check(CLI::PositiveNumber);
  AddTime(boost, "--for", boost_.seconds, "how long: 90s, 30m, 2h, 7d")->required();
  boost.add_option("--reason", boost_.reason, "for the trail of changes");
  AddAudit(app, all);
}

void TenantArguments::AddAudit(CLI::App& app, Arguments& all) {
  auto& audit = AddVerb(app, "audit", "What administrators have changed, and who", kAuditFooter);
  AddAdmin(audit, audit_, all.settings);
  audit.add_option("--tenant", audit_.tenant, "only of this one");
  audit.add_option("--team", audit_.team, "only of this part of it");
  audit.add_option("--key-id", audit_.key_id, "only of this API key");
  AddTime(audit, "--since", audit_.since_seconds, "only what is younger: 30m, 24h, 7d");
  auto* follow = audit.add_flag("--follow", audit_.follow, "go on with what comes new");
  auto* verify = audit.add_flag("--verify", audit_.verify, "whether it is all as it was written");
  for (const char* other : {"--tenant", "--team", "--key-id", "--since"}) verify->excludes(other);
  verify->excludes(follow);
  audit.callback([&] { all.verb = audit_; });
}

}  // namespace inferwire::cli
