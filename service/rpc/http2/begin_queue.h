// The calls of a loop that have come whole and wait to begin: those of the highest priority first,
// and of the others one in kOthersTurn, so that none waits for ever. Among those of one priority
// connections take turns, so that one with many calls keeps nobody else's waiting; of a connection
// the oldest is first.
#pragma once

#include <algorithm>
#include <array>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <optional>

#include "base/clock.h"
#include "gateway/priority.h"
#include "rpc/http2/stream.h"

namespace inferwire::rpc::http2 {

class BeginQueue {
 public:
  static constexpr size_t kOthersTurn = 8;

  // A connection's place. It leaves by itself when it is gone, its streams before.
  class Line {
   public:
    Line() {
      for (Part& part : parts_) part.line = this;
    }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    // How long the oldest of those has waited for which others stand back, if any waits.
    std::optional<Duration> Waits(SteadyTime now) const {
      const auto& streams = parts_.front().streams;
      if (streams.empty()) return std::nullopt;
      return now - streams.front().whole_since;
    }

    size_t size() const { return size_; }

   private:
    friend class BeginQueue;
    struct Part {
      Line* line = nullptr;
      StreamList<&Stream::in_line> streams;
      Stream::Hook hook;
    };
    std::array<Part, gateway::kPriorities> parts_;
    size_t size_ = 0;
  };

  void Add(Line& line, Stream& stream, SteadyTime now) {
    stream.whole_since = now;
    const size_t lane = LaneOf(stream);
    Line::Part& part = line.parts_[lane];
    part.streams.push_back(stream);
    if (!part.hook.is_linked()) lanes_[lane].parts.push_back(part);
    if (++line.size_ == 1) ++used_lines_;
    ++lanes_[lane].size;
    ++size_;
  }
  // Without effect if it is not there.
  void Remove(Line& line, Stream& stream) {
    if (!stream.in_line.is_linked()) return;
    stream.in_line.unlink();
    if (--line.size_ == 0) --used_lines_;
    --lanes_[LaneOf(stream)].size;
    --size_;
  }
  // Whose turn it is, taken out; null if nobody waits.
  Stream* TakeNext() {
    if (size_ == 0) return nullptr;
    const bool others = ++turn_ % kOthersTurn == 0;
    const auto waits = [](const Lane& lane) { return lane.size > 0; };
    Lane& lane = others ? *std::find_if(lanes_.rbegin(), lanes_.rend(), waits)
                        : *std::find_if(lanes_.begin(), lanes_.end(), waits);
    while (lane.parts.front().streams.empty()) lane.parts.front().hook.unlink();
    Line::Part& part = lane.parts.front();
    part.hook.unlink();
    Stream& stream = part.streams.front();
    Remove(*part.line, stream);
    if (!part.streams.empty()) lane.parts.push_back(part);
    return &stream;
  }
  size_t size() const { return size_; }
  // Those that begin before one of this priority does: its own and higher ones.
  size_t Ahead(gateway::Priority priority) const {
    size_t ahead = 0;
    for (size_t lane = 0; lane <= static_cast<size_t>(priority); ++lane) ahead += lanes_[lane].size;
    return ahead;
  }
  // Of a connection among those whose calls wait.
  size_t FairShare() const { return size_ / std::max<size_t>(1, used_lines_); }

 private:
  using Parts = boost::intrusive::list<
      Line::Part, boost::intrusive::member_hook<Line::Part, Stream::Hook, &Line::Part::hook>,
      boost::intrusive::constant_time_size<false>>;
  struct Lane {
    Parts parts;  // with streams, but for those that were removed
    size_t size = 0;
  };

  static size_t LaneOf(Stream& stream) { return static_cast<size_t>(stream.headers().priority()); }

  std::array<Lane, gateway::kPriorities> lanes_;
  size_t size_ = 0, used_lines_ = 0, turn_ = 0;
};

}  // namespace inferwire::rpc::http2
