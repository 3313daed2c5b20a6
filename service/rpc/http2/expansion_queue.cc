#include "rpc/http2/expansion_queue.h"

#include <algorithm>
#include <utility>

#include "rpc/http2/stream.h"

namespace inferwire::rpc::http2 {
namespace {

// Of one turn, whichever comes first; a step is 16 KiB or 15 us.
constexpr int kSteps = 16;
constexpr std::chrono::microseconds kTime{250};

}  // namespace

void ExpansionQueue::Add(const Connection& connection, Stream& stream) {
  auto found =
      std::find_if(connections_.begin(), connections_.end(),
                   [&](const OfConnection& each) { return each.connection == &connection; });
  if (found == connections_.end()) {
    connections_.push_back({&connection, {&stream}});
  } else {
    found->streams.push_back(&stream);
  }
}

void ExpansionQueue::Remove(Stream& stream) {
  for (OfConnection& each : connections_) std::erase(each.streams, &stream);
  std::erase_if(connections_, [](const OfConnection& each) { return each.streams.empty(); });
}

void ExpansionQueue::Run(const Clock& clock) {
  const SteadyTime begin = clock.Now();
  for (int step = 0; step < kSteps && !empty(); ++step) {
    Stream& stream = *connections_.front().streams.front();
    connections_.push_back(std::move(connections_.front()));
    connections_.pop_front();
    if (!stream.ExpandSome()) Remove(stream);
    if (clock.Now() - begin >= kTime) break;
  }
}

}  // namespace inferwire::rpc::http2
