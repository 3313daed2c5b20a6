#include "wire/report.h"

#include <iomanip>
#include <nlohmann/json.hpp>

namespace inferwire::wire {
namespace {

std::string NameOf(Verdict::Outcome outcome) {
  switch (outcome) {
    case Verdict::Outcome::kPassed:
      return "passed";
    case Verdict::Outcome::kFailed:
      return "failed";
    case Verdict::Outcome::kNotServed:
      return "not served";
  }
  return "";
}

}  // namespace

void Report::Counts::Add(Verdict::Outcome outcome) {
  passed += outcome == Verdict::Outcome::kPassed;
  failed += outcome == Verdict::Outcome::kFailed;
  not_served += outcome == Verdict::Outcome::kNotServed;
}

void Report::Add(const Recording& recording, const Verdict& verdict) {
  results_.push_back({recording.file, recording.endpoint, recording.provider, verdict});
  table_[{recording.endpoint, recording.provider}].Add(verdict.outcome);
  total_.Add(verdict.outcome);
}

void Report::Print(std::ostream& out) const {
  for (const Result& result : results_) {
    if (result.verdict.failed()) out << result.file << ": " << result.verdict.detail << '\n';
  }
  if (total_.failed > 0) out << '\n';
  const auto row = [&out](const auto& endpoint, const auto& provider, const auto& passed,
                          const auto& failed, const auto& not_served) {
    out << std::left << std::setw(14) << endpoint << std::setw(18) << provider << std::right
        << std::setw(8) << passed << std::setw(8) << failed << std::setw(12) << not_served << '\n';
  };
  row("endpoint", "provider", "passed", "failed", "not served");
  for (const auto& [key, counts] : table_) {
    row(key.first, key.second, counts.passed, counts.failed, counts.not_served);
  }
  out << '\n';
  if (total_.not_served > 0) out << total_.not_served << " not served\n";
  out << total_.passed << " passed, " << total_.failed << " failed\n";
}

void Report::WriteJson(std::ostream& out) const {
  nlohmann::ordered_json json = {
      {"passed", total_.passed}, {"failed", total_.failed}, {"not_served", total_.not_served}};
  auto& table = json["table"] = nlohmann::ordered_json::array();
  for (const auto& [key, counts] : table_) {
    table.push_back({{"endpoint", key.first},
                     {"provider", key.second},
                     {"passed", counts.passed},
                     {"failed", counts.failed},
                     {"not_served", counts.not_served}});
  }
  auto& results = json["results"] = nlohmann::ordered_json::array();
  for (const Result& result : results_) {
    results.push_back({{"file", result.file},
                       {"endpoint", result.endpoint},
                       {"provider", result.provider},
                       {"outcome", NameOf(result.verdict.outcome)},
                       {"detail", result.verdict.detail}});
  }
  out << json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

}  // namespace inferwire::wire
