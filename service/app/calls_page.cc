#include "app/calls_page.h"

#include <charconv>
#include <functional>
#include <string_view>
#include <vector>

namespace inferwire::app {
namespace {

using telemetry::HistoryPoint;

std::string Seconds(const std::optional<Duration>& time) {
  if (!time) return "null";
  char text[32];
  const double seconds = std::chrono::duration<double>(*time).count();
  const auto end =
      std::to_chars(text, text + sizeof text, seconds, std::chars_format::fixed, 6).ptr;
  return {text, end};
}

}  // namespace

std::string CallsPage(const telemetry::RecentCalls& recent, const Clock& clock) {
  std::string json = "{\"calls\":[";
  for (const std::string& line : recent.Lines(clock)) {
    if (json.back() == '}') json += ',';
    json += line;
  }
  return json + "]}";
}

std::string HistoryPage(const telemetry::CallHistory& history, SteadyTime now) {
  const std::vector<HistoryPoint> points = history.Read(now);
  std::string json = "{\"step_s\":" + std::to_string(telemetry::kHistoryStep.count());
  const auto add = [&](std::string_view name,
                       const std::function<std::string(const HistoryPoint&)>& text) {
    json.append(",\"").append(name).append("\":[");
    for (const HistoryPoint& point : points) {
      if (json.back() != '[') json += ',';
      json += text(point);
    }
    json += ']';
  };
  add("calls", [](const HistoryPoint& point) { return std::to_string(point.calls); });
  add("failed", [](const HistoryPoint& point) { return std::to_string(point.failed); });
  add("output_tokens",
      [](const HistoryPoint& point) { return std::to_string(point.output_tokens); });
  add("cost_picousd", [](const HistoryPoint& point) { return std::to_string(point.cost_picousd); });
  add("median_s", [](const HistoryPoint& point) { return Seconds(point.median); });
  add("p95_s", [](const HistoryPoint& point) { return Seconds(point.p95); });
  return json + '}';
}

}  // namespace inferwire::app
