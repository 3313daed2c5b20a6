#include "test_service.h"

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "rpc/http2/stream.h"
#include "rpc/rpc.h"
#include "rpc/tag.h"
#include "testing.pb.h"

namespace inferwire::interop {
namespace {

using grpc::testing::EchoStatus;
using grpc::testing::SimpleRequest;
using grpc::testing::SimpleResponse;
using grpc::testing::StreamingInputCallRequest;
using grpc::testing::StreamingInputCallResponse;
using grpc::testing::StreamingOutputCallRequest;
using grpc::testing::StreamingOutputCallResponse;

// What a caller sends under these names comes back: with the headers, and with the trailers.
constexpr const char* kEchoedHeader = "x-grpc-test-echo-initial";
constexpr const char* kEchoedTrailer = "x-grpc-test-echo-trailing-bin";

// What a method does with a message of the caller, and at the end of them.
struct Answers {
  std::deque<std::string> messages;
  grpc::Status status;
  int64_t taken = 0;  // bytes of payload
};

grpc::Status StatusOf(const EchoStatus& status) {
  return {static_cast<grpc::StatusCode>(status.code()), status.message()};
}

std::string Zeros(int32_t size) {
  return std::string(static_cast<size_t>(std::max(size, 0)), '\0');
}

void Empty(const std::string&, Answers& answers) { answers.messages.emplace_back(); }

void Unary(const std::string& message, Answers& answers) {
  SimpleRequest request;
  request.ParseFromString(message);
  answers.status = StatusOf(request.response_status());
  if (!answers.status.ok()) return;
  SimpleResponse response;
  response.mutable_payload()->set_body(Zeros(request.response_size()));
  if (request.fill_server_id()) response.set_server_id("inferwire");
  answers.messages.push_back(response.SerializeAsString());
}

void Output(const std::string& message, Answers& answers) {
  StreamingOutputCallRequest request;
  request.ParseFromString(message);
  answers.status = StatusOf(request.response_status());
  for (const auto& wanted : request.response_parameters()) {
    StreamingOutputCallResponse response;
    response.mutable_payload()->set_body(Zeros(wanted.size()));
    answers.messages.push_back(response.SerializeAsString());
  }
}

void Input(const std::string& message, Answers& answers) {
  StreamingInputCallRequest request;
  request.ParseFromString(message);
  answers.taken += static_cast<int64_t>(request.payload().body().size());
}

void Sum(Answers& answers) {
  StreamingInputCallResponse response;
  response.set_aggregated_payload_size(static_cast<int32_t>(answers.taken));
  answers.messages.push_back(response.SerializeAsString());
}

struct Method {
  const char* path;
  bool reads;  // the caller's messages one by one, else the one that the call begins with
  void (*take)(const std::string& message, Answers& answers);
  void (*end)(Answers& answers) = [](Answers&) {};
};

constexpr Method kMethods[] = {
    {"/grpc.testing.TestService/EmptyCall", false, Empty},
    {"/grpc.testing.TestService/UnaryCall", false, Unary},
    {"/grpc.testing.TestService/StreamingOutputCall", false, Output},
    {"/grpc.testing.TestService/StreamingInputCall", true, Input, Sum},
    {"/grpc.testing.TestService/FullDuplexCall", true, Output},
};

std::string TextOf(const grpc::ByteBuffer& message) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!message.Dump(&slices).ok()) return text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

// Takes a message, writes what comes of it, and takes the next.
class TestCall final : public rpc::Rpc {
 public:
  static void Serve(const Method& method, std::unique_ptr<rpc::Wire> wire) {
    auto* const call = new TestCall(method, std::move(wire));
    call->Begin();
    call->AwaitEnd();
  }

 private:
  TestCall(const Method& method, std::unique_ptr<rpc::Wire> wire)
      : Rpc(std::move(wire)), method_(method) {}

  void Begin() {
    if (wire().HasMetadata(kEchoedHeader)) {
      dynamic_cast<rpc::http2::Stream&>(wire()).AddHeader(kEchoedHeader,
                                                          wire().Metadata(kEchoedHeader));
    }
    if (wire().HasMetadata(kEchoedTrailer)) {
      wire().AddTrailer(kEchoedTrailer, wire().Metadata(kEchoedTrailer));
    }
    if (method_.reads) return Next();
    method_.take(TextOf(wire().request()), answers_);
    ended_ = true;
    Next();
  }

  void Next() {
    in_flight_ = true;
    if (!answers_.messages.empty()) {
      const grpc::Slice slice(answers_.messages.front());
      answers_.messages.pop_front();
      return wire().Write(grpc::ByteBuffer(&slice, 1), !answers_.messages.empty(), write_);
    }
    if (!ended_ && answers_.status.ok()) return wire().Read(incoming_, read_);
    wire().Finish(answers_.status, finish_);
  }

  void OnRead(bool ok) {
    in_flight_ = false;
    if (!over()) {
      if (ok) {
        method_.take(TextOf(incoming_), answers_);
      } else {
        ended_ = true;
        method_.end(answers_);
      }
      Next();
    }
    DeleteIfOver();
  }
  void OnWritten(bool ok) {
    in_flight_ = false;
    if (ok && !over()) Next();
    DeleteIfOver();
  }
  void OnFinished(bool) {
    in_flight_ = false;
    DeleteIfOver();
  }
  bool busy() const override { return in_flight_; }

  const Method& method_;
  Answers answers_;
  grpc::ByteBuffer incoming_;
  rpc::MemberTag<TestCall> read_{*this, &TestCall::OnRead};
  rpc::MemberTag<TestCall> write_{*this, &TestCall::OnWritten};
  rpc::MemberTag<TestCall> finish_{*this, &TestCall::OnFinished};
  bool ended_ = false;  // the caller has said all
  bool in_flight_ = false;
};

}  // namespace

rpc::Routes TestService() {
  rpc::Routes routes;
  for (const Method& method : kMethods) {
    routes[method.path] = {.kind = method.reads ? rpc::Kind::kBidiStream : rpc::Kind::kUnary,
                           .begin = [&method](std::unique_ptr<rpc::Wire> wire) {
                             TestCall::Serve(method, std::move(wire));
                           }};
  }
  return routes;
}

}  // namespace inferwire::interop
