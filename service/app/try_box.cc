#include "app/try_box.h"

#include <google/protobuf/util/json_util.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/http2_server.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "inferwire/v1/chat_service.pb.h"

namespace inferwire::app {
namespace {

constexpr const char* kMethod = "/inferwire.v1.ChatService/Complete";
constexpr std::chrono::minutes kMostTime{2};
constexpr std::chrono::seconds kToEnd{1};

using Stub = grpc::TemplatedGenericStub<v1::CompleteRequest, v1::CompleteResponse>;

std::string JsonOf(const google::protobuf::Message& message) {
  std::string json;
  return google::protobuf::util::MessageToJsonString(message, &json).ok() ? json : "{}";
}

// {"error": a google.rpc.Status}
admin::TryAnswer Failed(int status, const google::rpc::Status& error) {
  return {status, "{\"error\":" + JsonOf(error) + "}"};
}

admin::TryAnswer Failed(int status, grpc::StatusCode code, std::string message) {
  google::rpc::Status error;
  error.set_code(code);
  error.set_message(std::move(message));
  return Failed(status, error);
}

admin::TryAnswer AnswerOf(const grpc::Status& status, const v1::CompleteResponse& response) {
  if (status.ok()) return {200, JsonOf(response)};
  google::rpc::Status error;
  if (!error.ParseFromString(status.error_details())) error.Clear();
  error.set_code(status.error_code());
  error.set_message(status.error_message());
  return Failed(200, error);
}

// What gRPC would end the process for is refused.
bool IsSound(std::string_view metadata) {
  return std::ranges::all_of(metadata, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string NewTicket() { return std::to_string(NewSeed()) + std::to_string(NewSeed()); }

}  // namespace

struct TryBox::Try {
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<Stub> stub;
  grpc::ClientContext context;
  v1::CompleteRequest request;
  v1::CompleteResponse response;
  std::optional<admin::TryAnswer> answer;  // nothing: it runs
};

void TryBox::Closer::CloseGently(int fd) { close(fd); }
void TryBox::Closer::CloseNow(int fd) { close(fd); }

TryBox::TryBox(const config::ServerConfig& server, const rpc::LoopShared& shared)
    : server_(server), shared_(shared) {}

Result<std::unique_ptr<TryBox>> TryBox::Start(const config::ServerConfig& server,
                                              rpc::Registry& registry,
                                              const rpc::LoopShared& shared,
                                              std::shared_ptr<const rpc::Settings> settings) {
  std::unique_ptr<TryBox> box(new TryBox(server, shared));
  auto wire = StartHttp2Server({box->server_, box->tls_, registry, box->health_, box->shared_,
                                std::move(settings), box->closer_, /*loops=*/1},
                               box->loops_);
  if (!wire) return std::move(wire.error());
  box->wire_ = std::move(*wire);
  return box;
}

TryBox::~TryBox() {
  std::map<std::string, std::shared_ptr<Try>, std::less<>> left;
  {
    const std::lock_guard lock(mutex_);
    left.swap(tries_);
  }
  for (const auto& [_, each] : left) each->context.TryCancel();
  {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ == 0; });
  }
  left.clear();  // and with them their connections
  if (wire_) wire_->Shutdown(shared_.clock.WallNow() + kToEnd);
  for (const auto& loop : loops_) loop->Stop();
}

void TryBox::Use(std::shared_ptr<const rpc::Settings> settings) {
  loops_.front()->Use(std::move(settings));
}

admin::TryAnswer TryBox::Begin(std::string_view authorization, std::string_view body) {
  auto started = std::make_shared<Try>();
  google::protobuf::util::JsonParseOptions options;
  const auto read =
      google::protobuf::util::JsonStringToMessage(std::string(body), &started->request, options);
  if (!read.ok()) {
    return Failed(200, grpc::StatusCode::INVALID_ARGUMENT, "the body is no CompleteRequest");
  }
  if (!IsSound(authorization)) {
    return Failed(200, grpc::StatusCode::UNAUTHENTICATED, "the key has characters that no key has");
  }
  if (!authorization.empty()) {
    started->context.AddMetadata("authorization", std::string(authorization));
  }
  return Begin(std::move(started));
}

// The oldest answer that nobody took gives way. Under the lock.
bool TryBox::MakeRoom() {
  if (running_ >= kAtOnce) return false;
  if (tries_.size() < kKept) return true;
  const auto over = std::ranges::find_if(
      tries_, [](const auto& each) { return each.second->answer.has_value(); });
  if (over == tries_.end()) return false;
  tries_.erase(over);
  return true;
}

admin::TryAnswer TryBox::Begin(std::shared_ptr<Try> started) {
  std::string ticket = NewTicket();
  {
    const std::lock_guard lock(mutex_);
    if (!MakeRoom()) {
      return Failed(429, grpc::StatusCode::RESOURCE_EXHAUSTED, "other models are being tried");
    }
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
      return Failed(503, grpc::StatusCode::UNAVAILABLE, "out of descriptors");
    }
    wire_->Adopt(ends[0]);
    started->channel = grpc::CreateInsecureChannelFromFd("gateway", ends[1]);
    ++running_;
    tries_.emplace(ticket, started);
  }
  started->stub = std::make_unique<Stub>(started->channel);
  started->context.set_deadline(std::chrono::system_clock::now() + kMostTime);
  Try& running = *started;
  running.stub->UnaryCall(&running.context, kMethod, grpc::StubOptions(), &running.request,
                          &running.response,
                          [this, started = std::move(started)](const grpc::Status& status) {
                            Ended(*started, AnswerOf(status, started->response));
                          });
  return {202, "{\"ticket\":\"" + ticket + "\"}"};
}

void TryBox::Ended(Try& ended, admin::TryAnswer answer) {
  const std::lock_guard lock(mutex_);
  ended.answer = std::move(answer);
  --running_;
  ended_.notify_all();
}

admin::TryAnswer TryBox::Take(std::string_view ticket) {
  const std::lock_guard lock(mutex_);
  const auto found = tries_.find(ticket);
  if (found == tries_.end()) {
    return Failed(404, grpc::StatusCode::NOT_FOUND, "there is no such call, or it was answered");
  }
  if (!found->second->answer) return {202, "{}"};
  admin::TryAnswer answer = std::move(*found->second->answer);
  tries_.erase(found);
  return answer;
}

}  // namespace inferwire::app
