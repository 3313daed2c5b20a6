// Which streams of a loop have something to expand. The connections take turns, a step each, and of
// a connection one stream is expanded after another; of a turn of the loop so much and no more.
#pragma once

#include <deque>

#include "base/clock.h"

namespace inferwire::rpc::http2 {

class Connection;
class Stream;

class ExpansionQueue {
 public:
  // The stream has something, and is not there yet.
  void Add(const Connection& connection, Stream& stream);
  void Remove(Stream& stream);
  bool empty() const { return connections_.empty(); }
  // Within the bounds of a turn. Streams may come and go meanwhile.
  void Run(const Clock& clock);

 private:
  struct OfConnection {
    const Connection* connection;
    std::deque<Stream*> streams;
  };

  std::deque<OfConnection> connections_;
};

}  // namespace inferwire::rpc::http2
