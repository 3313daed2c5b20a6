#include "client/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

extern char** environ;

namespace inferwire::testing_support {
namespace {

// Appends what is there; false at the end.
bool ReadSome(int fd, std::string& text) {
  std::array<char, 4096> buffer;
  const ssize_t count = read(fd, buffer.data(), buffer.size());
  if (count <= 0) return false;
  text.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

void Close(int& fd) {
  if (fd >= 0) close(fd);
  fd = -1;
}

}  // namespace

Command::Command(std::vector<std::string> args, const std::string& input) {
  int in[2], out[2], err[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  const std::string path = std::string(INFERWIRE_BIN_DIR) + "/inferwire";
  std::vector<char*> argv = {const_cast<char*>("inferwire")};
  for (auto& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  if (posix_spawn(&pid_, path.c_str(), &actions, nullptr, argv.data(), environ) != 0) pid_ = -1;
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  close(err[1]);
  // The tests' inputs fit a pipe's buffer.
  if (write(in[1], input.data(), input.size()) < 0) pid_ = -1;
  close(in[1]);
  out_ = out[0];
  err_ = err[0];
}

Command::~Command() {
  Close(out_);
  Close(err_);
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool Command::ReadUntil(const std::string& text) {
  while (finished_.out.find(text) == std::string::npos) {
    if (!ReadSome(out_, finished_.out)) return false;
  }
  return true;
}

void Command::CloseOutput() { Close(out_); }

void Command::Signal(int signal) { kill(pid_, signal); }

Finished Command::Wait() {
  if (pid_ <= 0) return finished_;
  while (out_ >= 0 || err_ >= 0) {
    pollfd fds[] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
    if (poll(fds, 2, -1) < 0) break;
    if (fds[0].revents != 0 && !ReadSome(out_, finished_.out)) Close(out_);
    if (fds[1].revents != 0 && !ReadSome(err_, finished_.err)) Close(err_);
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  finished_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished_;
}

}  // namespace inferwire::testing_support
