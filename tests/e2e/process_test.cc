// inferwire-server as a process: command line, configuration faults, signals, descriptors.
#include "process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "connected.h"
#include "gateway.h"

namespace inferwire::e2e {
namespace {

using testing_support::ChildProcess;

std::unique_ptr<v1::ChatService::Stub> NewStub(int port) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return v1::ChatService::NewStub(Connected(grpc::CreateCustomChannel(
      "127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials(), arguments)));
}

grpc::Status CallOnce(int port) {
  auto stub = NewStub(port);
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  v1::CompleteResponse response;
  return stub->Complete(NewContext(5s).get(), request, &response);
}

int PortIn(const std::string& line, const std::string& before) {
  const size_t at = line.find(before);
  return at == std::string::npos ? 0 : std::stoi(line.substr(at + before.size()));
}

TEST(Process, ServesTheEmbeddedSimulatorAndEndsWellOnSigterm) {
  ChildProcess server(
      {kServer, "--upstream", "simulator", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"});
  const int port = PortOf(server);
  ASSERT_GT(port, 0);
  const auto status = CallOnce(port);
  EXPECT_TRUE(status.ok()) << status.error_message();
  server.Signal(SIGTERM);
  server.WaitForLine("\"draining\"");
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0);
}

TEST(Process, ReadsItsConfigurationAgainOnSighup) {
  const auto text = [](const char* log) {
    return std::string("server: {listen: \"127.0.0.1:1\", admin: \"127.0.0.1:1\"}\n") + log +
           "reload: {watch: false}\nupstreams: [{name: a, simulator: true}]\n";
  };
  const std::string path = WriteFile("hup.yaml", text(""));
  ChildProcess server(
      {kServer, "--config", path, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"});
  ASSERT_GT(PortOf(server), 0);
  WriteFile("hup.yaml", text("log: {calls: false}\n"));
  server.Signal(SIGHUP);
  EXPECT_NE(server.WaitForLine("config_reloaded").find("log.calls"), std::string::npos);
  WriteFile("hup.yaml", "nonsense");
  server.Signal(SIGHUP);
  EXPECT_NE(server.WaitForLine("config_reload_failed"), "");
  server.Signal(SIGTERM);
  server.WaitForLine("\"draining\"");
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0);
  EXPECT_EQ(server.output().find("config_needs_restart"), std::string::npos);
}

TEST(Process, NamesItselfWithItsVersion) {
  ChildProcess server({kServer, "--version"});
  EXPECT_EQ(server.Wait(), 0);
  EXPECT_EQ(server.output(), "inferwire-server " INFERWIRE_VERSION "\n");
}

TEST(Process, ReportsEveryConfigurationFaultWithItsPlace) {
  const std::string path = WriteFile("faults.yaml",
                                     "server:\n"
                                     "  listen: 127.0.0.1:0\n"
                                     "  lsiten: nonsense\n"
                                     "deadlines:\n"
                                     "  unary: soon\n"
                                     "upstreams:\n"
                                     "  - name: a\n"
                                     "    base_url: ftp://x\n");
  ChildProcess server({kServer, "--config", path, "--check-config"});
  EXPECT_EQ(server.Wait(), 2);
  const std::string said = server.output();
  for (const char* expected : {"server.lsiten (line 3)", "deadlines.unary (line 5)",
                               "upstreams[0].base_url (line 8)", "listen"}) {
    EXPECT_NE(said.find(expected), std::string::npos) << expected << " in\n" << said;
  }
}

TEST(Process, AcceptsTheExampleConfiguration) {
  ChildProcess server({kServer, "--config",
                       INFERWIRE_SOURCE_DIR "/service/config/inferwire.example.yaml",
                       "--check-config"});
  EXPECT_EQ(server.Wait(), 0) << server.output();
}

TEST(Process, SaysWhichKeyIsMissing) {
  const std::string path = WriteFile("key.yaml",
                                     "server:\n"
                                     "  listen: 127.0.0.1:0\n"
                                     "upstreams:\n"
                                     "  - name: openai\n"
                                     "    base_url: https://api.openai.com/v1\n"
                                     "    api_key: {env: INFERWIRE_TEST_NO_SUCH_VARIABLE}\n");
  ChildProcess server({kServer, "--config", path});
  EXPECT_EQ(server.Wait(), 3);
  EXPECT_NE(server.output().find("INFERWIRE_TEST_NO_SUCH_VARIABLE"), std::string::npos);
}

TEST(Process, RefusesWrongWordsOnTheCommandLine) {
  ChildProcess server({kServer, "--nonsense"});
  EXPECT_EQ(server.Wait(), 2);
}

TEST(Process, AnAddressInUseHasItsOwnExitCode) {
  ChildProcess first(
      {kServer, "--upstream", "simulator", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"});
  const int port = PortOf(first);
  ASSERT_GT(port, 0);
  ChildProcess second({kServer, "--upstream", "simulator", "--listen",
                       "127.0.0.1:" + std::to_string(port), "--admin", "127.0.0.1:0"});
  EXPECT_EQ(second.Wait(), 4) << second.output();
}

TEST(Process, ServesAgainAfterItRanOutOfDescriptors) {
  ChildProcess server(
      {kServer, "--upstream", "simulator", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"},
      {.max_descriptors = 128});
  const int port = PortOf(server);
  ASSERT_GT(port, 0);
  for (int round = 0; round < 3; ++round) {
    {
      std::vector<testing_support::Socket> idle;
      for (int i = 0; i < 300; ++i) idle.push_back(testing_support::Connect(port));
    }
    EXPECT_TRUE(Gateway::Eventually([&] { return CallOnce(port).ok(); }, 20s)) << round;
  }
}

// What a flood of connections takes, it takes from other newcomers: calls on a connection that is
// there reach their upstreams, and the probes are answered.
TEST(Process, AFloodOfConnectionsLeavesDescriptorsForCallsAndProbes) {
  ChildProcess server(
      {kServer, "--upstream", "simulator", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"},
      {.max_descriptors = 160});
  const std::string started = server.WaitForLine("\"started\"");
  const int port = PortIn(started, "\"address\":\"127.0.0.1:");
  const int admin = PortIn(started, "\"admin_port\":");
  ASSERT_GT(port, 0);
  ASSERT_GT(admin, 0);
  auto stub = NewStub(port);
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  v1::CompleteResponse response;
  std::vector<testing_support::Socket> flood;
  for (int i = 0; i < 400; ++i) flood.push_back(testing_support::Connect(port));
  for (int i = 0; i < 20; ++i) {
    const auto status = stub->Complete(NewContext(5s).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    const testing_support::Socket probe = testing_support::Connect(admin);
    const std::string get = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    ASSERT_EQ(send(probe.fd(), get.data(), get.size(), MSG_NOSIGNAL), ssize_t(get.size()));
    pollfd answer{probe.fd(), POLLIN, 0};
    EXPECT_EQ(poll(&answer, 1, 2000), 1) << "the probe is not answered";
  }
}

}  // namespace
}  // namespace inferwire::e2e
