// The `inferwire` executable as a child process.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace inferwire::testing_support {

struct Finished {
  int exit_code = -1;  // 128 + signal if one ended it
  std::string out;
  std::string err;
};

class Command {
 public:
  // Starts it. The input goes to its standard input, which is then closed.
  explicit Command(std::vector<std::string> args, const std::string& input = "");
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command();

  // Reads standard output until the text was seen; false at its end.
  bool ReadUntil(const std::string& text);
  void CloseOutput();
  void Signal(int signal);
  Finished Wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  Finished finished_;
};

}  // namespace inferwire::testing_support
