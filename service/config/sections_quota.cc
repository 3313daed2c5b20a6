#include "config/sections_quota.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "config/forms.h"
#include "config/usd.h"
#include "limits/period.h"

namespace inferwire::config {
namespace {

std::string UsdFault(const std::string& text) {
  return ParseUsd(text) ? "" : "must be an amount such as 300 USD or 0.25 USD, at most 9000000 USD";
}

std::string TimeZoneFault(const std::string& text) {
  return limits::TimeZone::Find(text)
             ? ""
             : "must be a time zone that this system knows, such as UTC or Europe/Amsterdam";
}

// Unset: it is none.
std::optional<int> PercentOf(std::string_view text) {
  constexpr int kMost = 1000;
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  int percent = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), percent);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole && percent >= 1 && percent <= kMost ? std::optional(percent) : std::nullopt;
}

std::string PercentFault(const std::string& text) {
  return PercentOf(text) ? "" : "must be a percentage such as 80%, at most 1000%";
}

constexpr TextForm kPercent{PercentFault, "^[0-9]+%$"};
constexpr TextForm kUsd{UsdFault};
constexpr TextForm kTimeZone{TimeZoneFault};

Keys KeysOf(BudgetConfig& budget, bool explained) {
  const auto say = [explained](std::string_view text) {
    return explained ? text : std::string_view();
  };
  Keys keys;
  keys.Text("month", budget.month, kUsd,
            explained
                ? "Of a calendar month, a week from Monday on, a day; by the catalogue's prices. "
                  "Beyond it calls end with BUDGET_EXCEEDED until the next one begins."
                : kAsOfTenant,
            {.instead = "none"});
  keys.Text("week", budget.week, kUsd, {}, {.instead = "none"});
  keys.Text("day", budget.day, kUsd, {}, {.instead = "none"});
  keys.Choice("on_exceed", budget.on_exceed,
              {{"refuse", limits::OnExceed::kRefuse}, {"warn", limits::OnExceed::kWarn}},
              say("warn: calls go on, and it is counted."));
  keys.Choice(
      "reserve", budget.reserve,
      {{"expected", limits::Reserve::kExpected}, {"worst_case", limits::Reserve::kWorstCase}},
      say("What is set aside for a call until its cost is known. expected: the output that "
          "99 of 100 such calls do not exceed; a budget is exceeded by what the others "
          "cost more. worst_case: the longest output that the call and the model allow; "
          "never exceeded, and small budgets are refused while half of them is unspent."));
  keys.Texts(
      "alerts", budget.alerts, 10, kPercent,
      say("Parts of a budget; when so much of it is used the log says so (budget_threshold), "
          "once in a period."));
  return keys;
}

}  // namespace

std::vector<int> BudgetConfig::thresholds() const {
  std::vector<int> percents;
  for (const std::string& text : alerts) percents.push_back(PercentOf(text).value_or(0));
  std::ranges::sort(percents);
  return percents;
}

void AddUsers(Keys& keys, UserQuotaConfig& users) {
  Keys own, limits;
  AddRates(limits, users.rates, /*explained=*/false, kAsOfTenant);
  own.Sub("limits", std::move(limits));
  own.Sub("budget", KeysOf(users.budget, /*explained=*/false));
  keys.Sub("users", std::move(own),
           "Of each end user that calls of the team name (CallOptions.user), whoever it is.");
}

void AddRates(Keys& limits, RatesConfig& rates, bool explained, std::string_view otherwise) {
  const auto say = [explained](std::string_view text) {
    return explained ? text : std::string_view();
  };
  limits.Integer(
      "rpm", rates.rpm, 0, kMostRate,
      explained ? "Requests and tokens in a minute, of which limits.burst may come at once, and "
                  "in a day. What a call will use is set aside before it is sent, and settled "
                  "when it has ended. 0: no limit."
                : otherwise);
  limits.Integer("tpm", rates.tpm, 0, kMostRate);
  limits.Integer("rpd", rates.rpd, 0, kMostRate);
  limits.Integer("tpd", rates.tpd, 0, kMostRate);
  limits.Integer("concurrent", rates.concurrent, 0, 1'000'000, say("Calls at once. 0: no limit."));
}

Keys KeysOf(ModelRatesConfig& model) {
  Keys keys;
  keys.Text("model", model.model, kModelName, "The catalogue's id.", {.missing = "is missing"});
  AddRates(keys, model.rates, false);
  return keys;
}

void AddQuota(Keys& keys, QuotaConfig& quota, bool explained) {
  const auto say = [explained](std::string_view text) {
    return explained ? text : std::string_view();
  };
  keys.List("model_limits", quota.models, 0, 100,
            say("The same for single models, by themselves: they have to be kept besides."),
            {.instead = "none"});
  keys.Sub("budget", KeysOf(quota.budget, explained));
}

void AddTimeZone(Keys& keys, std::string& time_zone) {
  keys.Text("time_zone", time_zone, kTimeZone, "Whose days, weeks and months these are.");
}

}  // namespace inferwire::config
