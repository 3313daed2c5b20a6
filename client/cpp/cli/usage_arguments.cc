#include "usage_arguments.h"

#include <cstdint>
#include <map>

namespace inferwire::cli {
namespace {

constexpr char kFooter[] = R"(Examples:
  inferwire usage                                   the last 30 days, day by day
  inferwire usage --by team,model --last 7d --bucket all
  inferwire usage --by label --zone Europe/Amsterdam --bucket month --last 365d
  inferwire usage --by tenant --csv >usage.csv
  inferwire usage --focus --last 31d >focus.csv     every hour, for tools that read FOCUS

A key sees its own usage, who has the role tenant_viewer its tenant's, and a viewer everybody's. The
sums are complete until the time that is said with them.

inferwire --help shows the options that every verb takes: --server, --json, ...)";

constexpr int64_t kDay = 86'400;

}  // namespace

void UsageArguments::AddTo(CLI::App& app, Arguments& all) {
  auto& limits = *app.add_subcommand("limits", "Who I am here, what I may do, and what is left");
  limits.footer("inferwire --help shows the options that every verb takes: --server, --json, ...");
  limits.add_option("--tenant", limits_.tenant, "another tenant's; needs a role");
  limits.add_option("--team", limits_.team, "a team of it");
  limits.add_option("--of-key", limits_.key, "a key of it, by its id");
  limits.callback([&] { all.verb = limits_; });

  auto& usage = *app.add_subcommand("usage", "What was used and what it cost");
  usage.footer(kFooter);
  usage
      .add_option("--by", usage_.by,
                  "tenant, team, key, user, model, upstream, operation, label, source; at most 4")
      ->delimiter(',');
  usage.add_option("--bucket", usage_.bucket, "hour, day, month or all")
      ->check(CLI::IsMember({"hour", "day", "month", "all"}))
      ->capture_default_str();
  usage.add_option("--last", usage_.last_seconds, "how far back: 12h, 30d, 52w")
      ->transform(CLI::AsNumberWithUnit(
          std::map<std::string, int64_t>{{"h", 3600}, {"d", kDay}, {"w", 7 * kDay}}))
      ->check(CLI::Range(int64_t{3600}, 3660 * kDay))
      ->default_str("30d");
  usage.add_option("--zone", usage_.zone, "whose days and months, e.g. Europe/Amsterdam")
      ->default_str("UTC");
  usage.add_option("--tenant", usage_.tenant, "only this one's");
  usage.add_option("--team", usage_.team, "only this one's");
  usage.add_option("--of-key", usage_.key, "only of the key with this id");
  usage.add_option("--user", usage_.user, "only of this end user, as it is kept");
  usage.add_option("-m,--model", usage_.model, "only of this model");
  usage.add_option("--upstream", usage_.upstream, "only of this upstream");
  auto* const csv = usage.add_flag("--csv", csv_, "comma-separated values");
  usage.add_flag("--focus", focus_, "CSV with FOCUS's columns, a row per hour and names")
      ->excludes(csv);
  usage.callback([&] {
    if (csv_) usage_.form = UsageArgs::Form::kCsv;
    if (focus_) usage_.form = UsageArgs::Form::kFocus;
    all.verb = usage_;
  });
}

}  // namespace inferwire::cli
