// llmgate-server as a process: command line, configuration faults, signals, descriptors.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>

#include "connected.h"
#include "gateway.h"
#include "support/child_process.h"
#include "support/http_get.h"

namespace llmgate::e2e {
namespace {

using testing_support::ChildProcess;

const std::string kServer = LLMGATE_BIN_DIR "/llmgate-server";

std::string WriteFile(const std::string& name, const std::string& text) {
  const std::string path = ::testing::TempDir() + "/" + std::to_string(getpid()) + "-" + name;
  std::ofstream(path) << text;
  return path;
}

int NumberAfter(const std::string& line, const std::string& text) {
  const size_t at = line.find(text);
  return at == std::string::npos ? 0 : std::stoi(line.substr(at + text.size()));
}

// The port out of the line that the server logs when it has started.
int PortOf(ChildProcess& server) {
  return NumberAfter(server.WaitForLine("\"started\""), "127.0.0.1:");
}

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
  ChildProcess server(
      {kServer, "--config", LLMGATE_SOURCE_DIR "/service/llmgate.example.yaml", "--check-config"});
  EXPECT_EQ(server.Wait(), 0) << server.output();
}

TEST(Process, SaysWhichKeyIsMissing) {
  const std::string path = WriteFile("key.yaml",
                                     "server:\n"
                                     "  listen: 127.0.0.1:0\n"
                                     "upstreams:\n"
                                     "  - name: openai\n"
                                     "    base_url: https://api.openai.com/v1\n"
                                     "    api_key: {env: LLMGATE_TEST_NO_SUCH_VARIABLE}\n");
  ChildProcess server({kServer, "--config", path});
  EXPECT_EQ(server.Wait(), 3);
  EXPECT_NE(server.output().find("LLMGATE_TEST_NO_SUCH_VARIABLE"), std::string::npos);
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

// A connection that has reached its age is closed when its last stream ends. gRPC alone resets it
// when the client still acknowledges something, and what the client had not read is lost: with a
// client that pauses as this one does, of most rounds all streams, or none.
TEST(Process, AClientThatPausesWhenItsLastStreamsEndLosesNone) {
  constexpr int kStreams = 1000;
  const std::string path =
      WriteFile("age.yaml",
                "server: {listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", max_connection_age: 1s,"
                " max_connection_age_grace: 630s}\n"
                "log: {calls: false}\n"
                "upstreams: [{name: a, simulator: true}]\n");
  ChildProcess server({kServer, "--config", path});
  const std::string started = server.WaitForLine("\"started\"");
  const int port = NumberAfter(started, "127.0.0.1:"),
            admin = NumberAfter(started, "\"admin_port\":");
  auto stub = NewStub(port);
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=20+tokens=60");
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::StreamCompleteResponse>>> readers;
  for (int i = 0; i < kStreams; ++i) {
    contexts.push_back(NewContext(60s));
    readers.push_back(stub->StreamComplete(contexts.back().get(), request));
  }
  v1::StreamCompleteResponse event;
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(readers[0]->Read(&event));
  // Nobody reads the connection now; what the kernel cannot take has to wait until somebody does.
  Gateway::Eventually(
      [&] {
        return testing_support::Get(admin, "/metrics")
                   .body.find("llmgate_streams_active{operation=\"chat\"} 0\n") !=
               std::string::npos;
      },
      3s);
  int bad = 0;
  std::string first_error;
  for (auto& reader : readers) {
    const grpc::Status status = ReadAll(*reader).status;
    if (!status.ok() && ++bad == 1) first_error = status.error_message();
  }
  EXPECT_EQ(bad, 0) << first_error;
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

}  // namespace
}  // namespace llmgate::e2e
