#include "telemetry/recent_calls.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "telemetry/call_line.h"
#include "telemetry/log_line.h"

namespace inferwire::telemetry {
namespace {

// What of a record is a name that does not outlive its call.
constexpr std::string_view CallRecord::*kNames[] = {&CallRecord::request_id, &CallRecord::method,
                                                    &CallRecord::model,      &CallRecord::upstream,
                                                    &CallRecord::peer,       &CallRecord::caller};

std::string_view Cut(std::string_view name) {
  if (name.size() <= kRecentNameBytes) return name;
  size_t size = kRecentNameBytes;
  while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xc0) == 0x80) --size;
  return name.substr(0, size);
}

}  // namespace

RecentCalls::RecentCalls() {
  for (Slot& slot : slots_) slot.names.reserve(std::size(kNames) * kRecentNameBytes);
}

void RecentCalls::Add(const CallRecord& record, SteadyTime ended) {
  const uint64_t number = 1 + last_.fetch_add(1, std::memory_order_relaxed);
  Slot& slot = slots_[number % kRecentCalls];
  const std::unique_lock lock(slot.mutex, std::try_to_lock);
  if (!lock || slot.number > number) return;
  slot.number = number;
  slot.ended = ended;
  slot.record = record;
  // Words of the caller's own and ids of other systems stay in the log.
  slot.record.client_request_id = {};
  slot.record.trace_id = {};
  slot.names.clear();
  for (const auto name : kNames) {
    const size_t begin = slot.names.size();
    slot.names += Cut(record.*name);
    slot.record.*name = std::string_view(slot.names).substr(begin);
  }
}

std::vector<std::string> RecentCalls::Lines(const Clock& clock) const {
  const SteadyTime now = clock.Now();
  const WallTime wall = clock.WallNow();
  std::vector<std::pair<uint64_t, std::string>> calls;
  for (const Slot& slot : slots_) {
    const std::lock_guard lock(slot.mutex);
    if (slot.number == 0) continue;
    LogLine line(wall - std::chrono::duration_cast<WallTime::duration>(now - slot.ended));
    WriteCall(slot.record, line);
    calls.emplace_back(slot.number, line.Finish());
  }
  std::ranges::sort(calls, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> lines;
  lines.reserve(calls.size());
  for (auto& [_, line] : calls) lines.push_back(std::move(line));
  return lines;
}

}  // namespace inferwire::telemetry
