#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "unit/simulator/http_client.h"

namespace inferwire::simulator::testing {
namespace {

// The program with its output in a pipe.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    arguments.insert(arguments.begin(), INFERWIRE_BIN_DIR "/inferwire-simulator");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
  }
  ~Program() { close(output_); }

  std::string Line() {
    std::string line;
    for (char c = 0; read(output_, &c, 1) == 1 && c != '\n';) line += c;
    return line;
  }
  void Signal(int number) { kill(pid_, number); }
  int ExitCode() {
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = 0;
  int output_ = -1;
};

TEST(Executable, ServesAndStopsOnSignals) {
  for (const int number : {SIGTERM, SIGINT}) {
    Program program({"--listen", "127.0.0.1:0", "--api-key=k"});
    const std::string line = program.Line();
    const size_t colon = line.rfind(':');
    ASSERT_NE(colon, std::string::npos) << line;
    Connection connection(std::stoi(line.substr(colon + 1)));
    connection.Send("GET /simulator/health HTTP/1.1\r\nhost: x\r\n\r\n");
    EXPECT_EQ(connection.Read().status, 200);
    connection.Send("GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n");
    EXPECT_EQ(connection.Read().status, 401);
    program.Signal(number);
    EXPECT_EQ(program.ExitCode(), 0);
    EXPECT_TRUE(connection.AtEnd());
  }
}

TEST(Executable, ExplainsItself) {
  Program help({"--help"});
  EXPECT_NE(help.Line().find("inferwire-simulator"), std::string::npos);
  EXPECT_EQ(help.ExitCode(), 0);
  Program version({"--version"});
  EXPECT_EQ(version.Line(), "inferwire-simulator " INFERWIRE_VERSION);
  EXPECT_EQ(version.ExitCode(), 0);
  EXPECT_EQ(Program({"--listen", "nowhere"}).ExitCode(), 1);
  EXPECT_EQ(Program({"--colour"}).ExitCode(), 2);
}

}  // namespace
}  // namespace inferwire::simulator::testing
