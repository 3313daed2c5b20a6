// The calls of a loop that have come whole and wait to begin. Connections take turns, so that one
// with many calls keeps nobody else's waiting; of a connection the oldest is first.
#pragma once

#include <algorithm>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <optional>

#include "base/clock.h"
#include "rpc/http2/stream.h"

namespace inferwire::rpc::http2 {

class BeginQueue {
 public:
  // A connection's place. It leaves by itself when it is gone, its streams before.
  class Line {
   public:
    // How long the oldest has waited, if any waits.
    std::optional<Duration> Waits(SteadyTime now) const {
      if (streams_.empty()) return std::nullopt;
      return now - streams_.front().whole_since;
    }

    size_t size() const { return size_; }

   private:
    friend class BeginQueue;
    StreamList<&Stream::in_line> streams_;
    size_t size_ = 0;
    Stream::Hook hook_;
  };

  void Add(Line& line, Stream& stream, SteadyTime now) {
    stream.whole_since = now;
    line.streams_.push_back(stream);
    if (!line.hook_.is_linked()) lines_.push_back(line);
    if (++line.size_ == 1) ++used_lines_;
    ++size_;
  }
  // Without effect if it is not there.
  void Remove(Line& line, Stream& stream) {
    if (!stream.in_line.is_linked()) return;
    stream.in_line.unlink();
    if (--line.size_ == 0) --used_lines_;
    --size_;
  }
  // Whose turn it is, taken out; null if there is none.
  Stream* TakeNext() {
    while (!lines_.empty()) {
      Line& line = lines_.front();
      line.hook_.unlink();
      if (line.streams_.empty()) continue;
      Stream& stream = line.streams_.front();
      Remove(line, stream);
      if (!line.streams_.empty()) lines_.push_back(line);
      return &stream;
    }
    return nullptr;
  }
  size_t size() const { return size_; }
  // Of a connection among those whose calls wait.
  size_t FairShare() const { return size_ / std::max<size_t>(1, used_lines_); }

 private:
  using Lines =
      boost::intrusive::list<Line, boost::intrusive::member_hook<Line, Stream::Hook, &Line::hook_>,
                             boost::intrusive::constant_time_size<false>>;

  Lines lines_;  // with streams, but for those that were removed
  size_t size_ = 0, used_lines_ = 0;
};

}  // namespace inferwire::rpc::http2
