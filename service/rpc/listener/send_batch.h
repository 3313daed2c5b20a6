// Sends together what gRPC writes to one connection in one turn of the loop. gRPC hands every
// message to the kernel by itself; with many streams on a connection most of a chunk's cost is the
// way of its own packet. Here the kernel is asked to wait for more (MSG_MORE), and told at the end
// of the turn that there is none. The bytes are in the kernel all the while: closing, errors and
// full buffers are what they were.
//
// Works where gRPC is linked statically (wrapped_socket_calls.cc); elsewhere nothing is held back.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace inferwire::rpc {

// One per loop, used on its thread only.
class SendBatch {
 public:
  static constexpr size_t kMaxSends = 32;  // then what was held back goes: nothing waits long

  // From here to End, what this thread sends may be held back.
  void Begin();
  void End();

  // The thread's open batch takes note of a send: true if it may wait for more.
  static bool HoldBack(int fd);

 private:
  bool Note(int fd);
  void Flush();

  std::array<int, kMaxSends> fds_{};
  size_t connections_ = 0;
  size_t sends_ = 0;
  // Holding back costs a system call per connection: it is left off for a while if it saved none.
  int sends_to_skip_ = 0;
};

}  // namespace inferwire::rpc
