#include "interrupts.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>

#include "exit_code.h"

namespace inferwire::cli {

Interrupts::Interrupts() : idle_([this] { Exit(); }) {
  // A reader that went away is seen where the write fails.
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal_fd_ = signalfd(-1, &signals, SFD_CLOEXEC);
  wake_fd_ = eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { Loop(); });
}

Interrupts::~Interrupts() {
  const std::uint64_t one = 1;
  (void)!write(wake_fd_, &one, sizeof one);
  thread_.join();
  close(signal_fd_);
  close(wake_fd_);
}

std::stop_token Interrupts::Arm() {
  std::lock_guard lock(mutex_);
  return armed_.emplace().get_token();
}

void Interrupts::Disarm() {
  std::lock_guard lock(mutex_);
  armed_.reset();
}

void Interrupts::Stop() {
  std::optional<std::stop_source> call;
  std::function<void()> idle;
  {
    std::lock_guard lock(mutex_);
    call = armed_;
    idle = idle_;
  }
  if (!call) {
    idle();
  } else if (!call->request_stop()) {
    Exit();  // asked twice: the call does not end
  }
}

void Interrupts::Exit() {
  std::function<void()> action;
  {
    std::lock_guard lock(mutex_);
    action = before_exit_;
  }
  if (action) action();
  std::_Exit(kCancelled);
}

void Interrupts::BeforeExit(std::function<void()> action) {
  std::lock_guard lock(mutex_);
  before_exit_ = std::move(action);
}

void Interrupts::WhenIdle(std::function<void()> action) {
  std::lock_guard lock(mutex_);
  idle_ = std::move(action);
}

void Interrupts::Loop() {
  pollfd fds[] = {{signal_fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}};
  while (true) {
    if (poll(fds, 2, -1) < 0) continue;
    if (fds[1].revents != 0) return;
    signalfd_siginfo info;
    if (read(signal_fd_, &info, sizeof info) != sizeof info) continue;
    if (info.ssi_signo == SIGTERM) {
      terminated_ = true;
      std::unique_lock lock(mutex_);
      if (!armed_) {
        lock.unlock();
        Exit();
      }
    }
    Stop();
  }
}

}  // namespace inferwire::cli
