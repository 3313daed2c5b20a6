// What a subject declares: families of counters, gauges and histograms. The names stand for
// prometheus-cpp's types, which no other layer sees.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace inferwire::telemetry {

using Counter = prometheus::Counter;
using Gauge = prometheus::Gauge;
using Histogram = prometheus::Histogram;
using Labels = prometheus::Labels;
using Buckets = Histogram::BucketBoundaries;

using CounterFamily = prometheus::Family<Counter>;
using GaugeFamily = prometheus::Family<Gauge>;

struct HistogramFamily {
  prometheus::Family<Histogram>& family;
  const Buckets buckets;

  Histogram& Add(const Labels& labels) { return family.Add(labels, buckets); }
};

// Costs are counted in pico-USD and shown in USD.
inline constexpr double kUsdPerPicoUsd = 1e-12;

inline double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
// In unix time.
inline double Seconds(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

inline Labels With(Labels labels, const char* name, std::string_view value) {
  labels[name] = value;
  return labels;
}

}  // namespace inferwire::telemetry
