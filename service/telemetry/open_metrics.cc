#include "telemetry/open_metrics.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace inferwire::telemetry {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::string_view kTotal = "_total";

std::string Number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  char text[32];
  std::snprintf(text, sizeof(text), "%.16g", value);
  return text;
}

// Of help texts and of labels' values.
void AppendEscaped(std::string_view text, std::string& to) {
  for (const char c : text) {
    if (c == '\n') {
      to += "\\n";
    } else {
      if (c == '\\' || c == '"') to += '\\';
      to += c;
    }
  }
}

class Writer {
 public:
  Writer(const MetricFamily& family, const Exemplars& exemplars, std::string& to)
      : family_(family), exemplars_(exemplars), to_(to), name_(family.name) {
    // A counter's samples have the end that its family has not.
    const bool counts = family.type == MetricType::Counter && name_.ends_with(kTotal);
    if (counts) name_.remove_suffix(kTotal.size());
    const bool histogram = family.type == MetricType::Histogram;
    Describe("TYPE", counts                             ? "counter"
                     : histogram                        ? "histogram"
                     : family.type == MetricType::Gauge ? "gauge"
                                                        : "unknown");
    Describe("HELP", family.help);
    for (const ClientMetric& series : family.metric) {
      histogram ? AddHistogram(series) : Add(series, family.name, ValueOf(series));
    }
  }

 private:
  double ValueOf(const ClientMetric& series) const {
    switch (family_.type) {
      case MetricType::Counter:
        return series.counter.value;
      case MetricType::Gauge:
        return series.gauge.value;
      default:
        return series.untyped.value;
    }
  }

  void Describe(std::string_view what, std::string_view text) {
    to_.append("# ").append(what).append(" ").append(name_).append(" ");
    AppendEscaped(text, to_);
    to_ += '\n';
  }

  // Without the line's end.
  void AddSample(const ClientMetric& series, std::string_view name, const std::string& bound,
                 double value) {
    to_.append(name);
    char next = '{';
    const auto add = [&](std::string_view label, std::string_view text) {
      to_ += next;
      to_.append(label).append("=\"");
      AppendEscaped(text, to_);
      to_ += '"';
      next = ',';
    };
    for (const auto& label : series.label) add(label.name, label.value);
    if (!bound.empty()) add("le", bound);
    if (next == ',') to_ += '}';
    to_.append(" ").append(Number(value));
  }

  void Add(const ClientMetric& series, std::string_view name, double value) {
    AddSample(series, name, "", value);
    to_ += '\n';
  }

  void AddHistogram(const ClientMetric& series) {
    Labels labels;
    for (const auto& label : series.label) labels[label.name] = label.value;
    const SeriesExemplars* const exemplars = exemplars_.Find(family_.name, labels);
    const std::string bucket_name = family_.name + "_bucket";
    const auto& buckets = series.histogram.bucket;
    for (size_t i = 0; i < buckets.size(); ++i) {
      AddSample(series, bucket_name, Number(buckets[i].upper_bound),
                static_cast<double>(buckets[i].cumulative_count));
      if (exemplars) AddExemplar(exemplars->At(i));
      to_ += '\n';
    }
    // The library has the last bucket only where it was told to.
    if (buckets.empty() || !std::isinf(buckets.back().upper_bound)) {
      AddSample(series, bucket_name, "+Inf", static_cast<double>(series.histogram.sample_count));
      if (exemplars) AddExemplar(exemplars->At(buckets.size()));
      to_ += '\n';
    }
    Add(series, family_.name + "_sum", series.histogram.sample_sum);
    Add(series, family_.name + "_count", static_cast<double>(series.histogram.sample_count));
  }

  void AddExemplar(const std::optional<Exemplar>& exemplar) {
    if (!exemplar) return;
    char at[32];
    std::snprintf(at, sizeof(at), "%.3f", Seconds(exemplar->at));
    to_.append(" # {trace_id=\"").append(exemplar->trace_id).append("\"} ");
    to_.append(Number(exemplar->value)).append(" ").append(at);
  }

  const MetricFamily& family_;
  const Exemplars& exemplars_;
  std::string& to_;
  std::string_view name_;  // of the family
};

}  // namespace

std::string WriteOpenMetrics(const std::vector<MetricFamily>& families,
                             const Exemplars& exemplars) {
  std::string text;
  for (const MetricFamily& family : families) {
    if (!family.metric.empty()) Writer(family, exemplars, text);
  }
  return text + "# EOF\n";
}

}  // namespace inferwire::telemetry
