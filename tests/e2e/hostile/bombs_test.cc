// Answers made to exhaust the gateway, against the real server: its memory is its own to measure.
#include <iomanip>
#include <iostream>

#include "connected.h"
#include "hostile/bomb_cases.h"
#include "hostile/hostile.h"
#include "hostile/wire_text.h"
#include "process.h"
#include "support/process_memory.h"

namespace inferwire::e2e::hostile {
namespace {

using testing_support::ChildProcess;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasurable = false;  // a sanitizer keeps what was freed
#else
constexpr bool kMeasurable = true;
#endif

// An answer may have 32 MiB, in one string or one event: that is held once.
constexpr size_t kMostGrowth = 40u << 20;
constexpr size_t kMostKept = 8u << 20;  // by the allocator, when a call is over

std::string ConfigFile(const std::string& base_url) {
  return WriteFile("bombs.yaml",
                   "server: {listen: 127.0.0.1:0, admin: 127.0.0.1:0}\n"
                   "log: {calls: false}\n"
                   "upstreams:\n"
                   "  - name: test\n"
                   "    base_url: " +
                       base_url +
                       "\n"
                       "    allow_plain_http: true\n"
                       "    api_key: none\n"
                       "    max_retries: 0\n");
}

class BombedServer {
 public:
  BombedServer()
      : process_({kServer, "--config", ConfigFile(upstream_.base_url())}),
        caller_(Channel(process_)) {}

  Heard Ask(Rpc rpc, const WireAnswer& answer) {
    upstream_.Answer(answer);
    switch (rpc) {
      case Rpc::kComplete:
        return caller_.Complete();
      case Rpc::kStream:
        return caller_.Stream();
      case Rpc::kInvoke:
        return caller_.Invoke();
      default:
        return caller_.StreamInvoke();
    }
  }
  pid_t pid() const { return process_.pid(); }

 private:
  static std::shared_ptr<grpc::Channel> Channel(ChildProcess& process) {
    const std::string line = process.WaitForLine("\"started\"");
    const size_t begin = line.find("127.0.0.1:");
    EXPECT_NE(begin, std::string::npos) << process.output();
    if (begin == std::string::npos) return nullptr;
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(64 << 20);
    return Connected(grpc::CreateCustomChannel(line.substr(begin, line.find('"', begin) - begin),
                                               grpc::InsecureChannelCredentials(), arguments));
  }

  testing_support::ScriptedUpstream upstream_;
  ChildProcess process_;
  Caller caller_;
};

// What every later call needs is there before the first measurement.
void WarmUp(BombedServer& server) {
  const WireAnswer json(WithLength(kJson, Completion("hi")));
  const WireAnswer events(Chunked(kEvents, Delta("hi") + Finish() + std::string(kDone)));
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(server.Ask(Rpc::kComplete, json).result, kFine);
    EXPECT_EQ(server.Ask(Rpc::kStream, events).result, kFine);
    EXPECT_EQ(server.Ask(Rpc::kInvoke, json).result, kFine);
    EXPECT_EQ(server.Ask(Rpc::kStreamInvoke, events).result, kFine);
  }
}

TEST(HostileBombs, AreRefusedInLittleMemory) {
  BombedServer server;
  WarmUp(server);
  const size_t before = testing_support::ResidentBytes(server.pid());
  for (const Bomb& bomb : Bombs()) {
    SCOPED_TRACE(bomb.name);
    const auto given_back = [&] {
      return testing_support::ResidentBytes(server.pid()) <= before + kMostKept;
    };
    EXPECT_TRUE(!kMeasurable || Gateway::Eventually(given_back));
    const bool forgotten = testing_support::ForgetPeak(server.pid());
    const auto asked = std::chrono::steady_clock::now();
    const Heard heard = server.Ask(bomb.rpc, bomb.answer);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - asked;
    const size_t peak = testing_support::PeakBytes(server.pid());
    const size_t growth = peak > before ? peak - before : 0;

    EXPECT_EQ(heard.result, bomb.expected) << heard.message;
    if (heard.result.code != grpc::OK) CheckError(heard);
    std::cout << std::setw(34) << std::left << bomb.name << std::right << std::fixed
              << std::setprecision(1) << std::setw(8) << took.count() << " ms" << std::setw(8)
              << static_cast<double>(growth) / (1 << 20) << " MiB\n";
    if (kMeasurable && forgotten) {
      EXPECT_LE(growth, kMostGrowth);
    }
  }
  EXPECT_EQ(server.Ask(Rpc::kComplete, WithLength(kJson, Completion("still here"))).text,
            "still here");
}

}  // namespace
}  // namespace inferwire::e2e::hostile
