// What takes part in a loop's turns beside its upstream transfers.
#pragma once

namespace inferwire::rpc {

class LoopGuest {
 public:
  virtual ~LoopGuest() = default;
  // Readable when a turn would do something.
  virtual int epoll_fd() const = 0;
  // True if anything was done.
  virtual bool Turn() = 0;
  // After all the others.
  virtual bool EndTurn() = 0;
};

}  // namespace inferwire::rpc
