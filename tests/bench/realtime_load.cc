// Realtime sessions that speak and listen: each sends audio every 20 ms and is sent as much.
//
// realtime_load TARGET PID [SESSIONS [SECONDS]]: what one message costs the process PID (the
// gateway) in CPU time, and what one session costs in memory. The upstream behind it is the
// simulator, whose model suffix sets its pace.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "inferwire/v1/realtime_service.grpc.pb.h"
#include "proc.h"

namespace {

using namespace inferwire;
using std::chrono::steady_clock;
using Stream = grpc::ClientReaderWriter<v1::ConnectRequest, v1::ConnectResponse>;

constexpr auto kEvery = std::chrono::milliseconds(20);
constexpr size_t kAudioBytes = 4800;
// 2.5 events of audio for each token: a message every 20 ms.
constexpr int kTokensPerSecond = 20;
constexpr int kWarmUp = 3;  // seconds

struct Session {
  std::unique_ptr<grpc::ClientContext> context = std::make_unique<grpc::ClientContext>();
  std::unique_ptr<Stream> stream;
  std::thread reader;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "realtime_load TARGET PID [SESSIONS [SECONDS]]\n"), 2;
  const int pid = std::atoi(argv[2]);
  const int count = argc > 3 ? std::atoi(argv[3]) : 200;
  const int seconds = argc > 4 ? std::atoi(argv[4]) : 20;
  const std::string model = "gpt-realtime+rate=" + std::to_string(kTokensPerSecond) +
                            "+tokens=" + std::to_string(kTokensPerSecond * (seconds + 2 * kWarmUp));
  std::atomic<int64_t> received{0}, open{0};
  std::vector<Session> sessions(static_cast<size_t>(count));
  std::vector<std::unique_ptr<v1::RealtimeService::Stub>> stubs;
  for (int i = 0; i < 4; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stubs.push_back(v1::RealtimeService::NewStub(
        grpc::CreateCustomChannel(argv[1], grpc::InsecureChannelCredentials(), arguments)));
  }
  // What the first sessions make for all that follow is no session's.
  const int first = count / 2;
  long memory = 0;
  for (size_t i = 0; i < sessions.size(); ++i) {
    if (static_cast<int>(i) == first) {
      while (open < first) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      memory = bench::ResidentKib({pid});
    }
    Session& session = sessions[i];
    session.stream = stubs[i % stubs.size()]->Connect(session.context.get());
    v1::ConnectRequest start;
    start.mutable_start()->set_model(model);
    session.stream->Write(start);
    // What is heard is no turn: it only costs.
    v1::ConnectRequest update;
    update.set_raw_json(
        R"({"type":"session.update","session":{"audio":{"input":{"turn_detection":null}}}})");
    session.stream->Write(update);
    session.reader = std::thread([&] {
      v1::ConnectResponse response;
      while (session.stream->Read(&response)) {
        if (response.has_started()) ++open;
        if (response.server_event().has_audio()) ++received;
      }
    });
  }
  while (open < count) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const double per_session =
      static_cast<double>(bench::ResidentKib({pid}) - memory) / (count - first);
  v1::ConnectRequest speak, audio, clear;
  speak.set_raw_json(R"({"type":"response.create"})");
  for (Session& session : sessions) session.stream->Write(speak);
  audio.set_audio(std::string(kAudioBytes, 'a'));
  clear.set_raw_json(R"({"type":"input_audio_buffer.clear"})");
  std::this_thread::sleep_for(std::chrono::seconds(kWarmUp));

  const double cpu = bench::CpuSeconds({pid});
  const int64_t received_before = received;
  const auto begin = steady_clock::now();
  int64_t sent = 0;
  for (auto next = begin; next - begin < std::chrono::seconds(seconds); next += kEvery) {
    std::this_thread::sleep_until(next);
    const bool empty = (next - begin) / kEvery % 200 == 199;
    for (Session& session : sessions) sent += session.stream->Write(empty ? clear : audio) ? 1 : 0;
  }
  const double took = std::chrono::duration<double>(steady_clock::now() - begin).count();
  const auto down = static_cast<double>(received - received_before);
  const double used = bench::CpuSeconds({pid}) - cpu;
  std::printf(
      "%d sessions, %.1f s: %.0f messages/s up, %.0f down; %.1f us of CPU per message, %.0f %% of "
      "a "
      "core; %.1f KiB per idle session\n",
      count, took, static_cast<double>(sent) / took, down / took,
      used / (static_cast<double>(sent) + down) * 1e6, used / took * 100, per_session);
  for (Session& session : sessions) session.context->TryCancel();
  for (Session& session : sessions) session.reader.join();
}
