#include "telemetry/inference_names.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace inferwire::telemetry {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// One of the new families: which series of an old one it has, and what becomes of them.
struct Renamed {
  std::string_view family;        // the old one
  std::string_view label, value;  // only the series with it, which they lose; empty: all
  bool sum;                       // a counter of what the old histogram adds up
  // Behind gen_ai_client_inference_; of embeddings behind gen_ai_client_embeddings_, empty: none.
  std::string_view inference, embeddings;
  std::string_view help;
};

constexpr std::string_view kTokens = "gen_ai_client_token_usage";
constexpr std::string_view kDetails = "inferwire_token_details_total";
constexpr std::string_view kType = "gen_ai_token_type";
constexpr std::array<Renamed, 9> kRenamed = {{
    {"gen_ai_client_operation_duration_seconds", "", "", false, "duration_seconds",
     "duration_seconds", "Time of an operation at the upstream, all attempts included."},
    {"gen_ai_client_operation_time_to_first_chunk_seconds", "", "", false,
     "time_to_first_chunk_seconds", "", "Time from the request to the first content of a stream."},
    {"gen_ai_client_operation_time_per_output_chunk_seconds", "", "", false,
     "time_per_output_chunk_seconds", "", "Time between two content chunks of a stream."},
    {kTokens, kType, "input", false, "operation_input_tokens", "operation_input_tokens",
     "Input tokens of one operation as the upstream reported them."},
    {kTokens, kType, "output", false, "operation_output_tokens", "",
     "Output tokens of one operation as the upstream reported them."},
    {kTokens, kType, "input", true, "usage_input_tokens_total", "usage_input_tokens_total",
     "Input tokens as the upstream reported them."},
    {kTokens, kType, "output", true, "usage_output_tokens_total", "",
     "Output tokens as the upstream reported them."},
    {kDetails, "detail", "cached_input", false, "usage_cache_read_input_tokens_total", "",
     "Input tokens that came from the provider's cache."},
    {kDetails, "detail", "reasoning_output", false, "usage_reasoning_output_tokens_total", "",
     "Output tokens of reasoning."},
}};

const std::string* LabelOf(const ClientMetric& series, std::string_view name) {
  const auto found =
      std::ranges::find(series.label, name, [](const auto& label) { return label.name; });
  return found == series.label.end() ? nullptr : &found->value;
}

ClientMetric Summed(ClientMetric series) {
  series.counter.value = series.histogram.sample_sum;
  series.histogram = {};
  return series;
}

void Take(const Renamed& renamed, const MetricFamily& old,
          std::map<std::string, MetricFamily>& to) {
  for (const ClientMetric& series : old.metric) {
    const std::string* const value = LabelOf(series, renamed.label);
    if (!renamed.label.empty() && (!value || *value != renamed.value)) continue;
    const std::string* const operation = LabelOf(series, "gen_ai_operation_name");
    const bool embeddings = operation && *operation == "embeddings";
    const std::string_view rest = embeddings ? renamed.embeddings : renamed.inference;
    if (rest.empty()) continue;
    std::string name = embeddings ? "gen_ai_client_embeddings_" : "gen_ai_client_inference_";
    MetricFamily& family = to[name.append(rest)];
    family.help = renamed.help;
    family.type = renamed.sum ? MetricType::Counter : old.type;
    ClientMetric& added =
        family.metric.emplace_back(renamed.sum ? Summed(series) : ClientMetric(series));
    if (!renamed.label.empty()) {
      std::erase_if(added.label, [&](const auto& label) { return label.name == renamed.label; });
    }
  }
}

}  // namespace

void AddInferenceNames(std::vector<MetricFamily>& families) {
  std::map<std::string, MetricFamily> added;
  for (const MetricFamily& old : families) {
    for (const Renamed& renamed : kRenamed) {
      if (renamed.family == old.name) Take(renamed, old, added);
    }
  }
  for (auto& [name, family] : added) {
    family.name = name;
    families.push_back(std::move(family));
  }
}

}  // namespace inferwire::telemetry
