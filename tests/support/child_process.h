// A program run by a test: its output, its signals, its end. It does not outlive the object.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace inferwire::testing_support {

struct ChildLimits {
  int max_descriptors = 0;  // 0: as the test's own
};

class ChildProcess {
 public:
  // arguments[0] is the program's path. Both output streams are read as one.
  explicit ChildProcess(const std::vector<std::string>& arguments, ChildLimits limits = {});
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void Signal(int signal) const;
  // The first line that contains the text, waiting for it; empty if the program ends or stays
  // silent before.
  std::string WaitForLine(const std::string& text,
                          std::chrono::milliseconds limit = std::chrono::seconds(20));
  // The exit code; negative: the signal that ended it. Kills it after the limit.
  int Wait(std::chrono::milliseconds limit = std::chrono::seconds(30));
  // All it has written so far.
  const std::string& output() const { return output_; }
  pid_t pid() const { return pid_; }

 private:
  // False at the end of the output or of the time.
  bool ReadMore(std::chrono::steady_clock::time_point until);

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string output_;
};

// A TCP connection to this machine, closed with the object.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept;
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  bool connected() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  int fd_;
};
// receive_buffer: in bytes, how much the kernel keeps that was not read; 0: its own choice.
Socket Connect(int port, int receive_buffer = 0);

}  // namespace inferwire::testing_support
