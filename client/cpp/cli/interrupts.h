// Ctrl-C: cancels the running call; without one, ends the process.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace inferwire::cli {

// SIGINT and SIGTERM are taken by one thread, so that plain code runs in reaction to them. Made
// before any other thread, because those inherit the blocked signals.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();

  // The token of the call that starts now; stopped by the next Ctrl-C. A second one ends the
  // process.
  std::stop_token Arm();
  void Disarm();
  // As if Ctrl-C had been pressed.
  void Stop();
  // What Ctrl-C does between calls; by default it ends the process with kCancelled.
  void WhenIdle(std::function<void()> action);
  // What is to be done before the process ends here.
  void BeforeExit(std::function<void()> action);
  // SIGTERM came while a call ran: there should be no further one.
  bool terminated() const { return terminated_; }

 private:
  void Loop();
  [[noreturn]] void Exit();

  int signal_fd_ = -1;
  int wake_fd_ = -1;
  std::mutex mutex_;
  std::optional<std::stop_source> armed_;
  std::function<void()> idle_, before_exit_;
  std::atomic<bool> terminated_ = false;
  std::thread thread_;
};

}  // namespace inferwire::cli
