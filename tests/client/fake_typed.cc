#include "client/fake_typed.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <atomic>

namespace inferwire::testing_support {
namespace {

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

}  // namespace

// Reads one request, writes what the script says, ends. Owns itself; on threads of gRPC's.
class FakeTyped::Call final : public grpc::ServerGenericBidiReactor {
 public:
  using Script = std::function<Outcome(const std::string&)>;

  explicit Call(Script script) : script_(std::move(script)) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return End(grpc::Status::CANCELLED);
    outcome_ = script_(BytesOf(request_));
    // A unary call that fails has no answer.
    if (!outcome_.status.ok() && outcome_.messages.size() == 1 && outcome_.messages[0].empty()) {
      outcome_.messages.clear();
    }
    Write();
  }
  void OnWriteDone(bool ok) override { ok ? Write() : End(grpc::Status::CANCELLED); }
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }

 private:
  void Write() {
    if (next_ < outcome_.messages.size()) {
      buffer_ = BufferOf(outcome_.messages[next_++]);
      return StartWrite(&buffer_);
    }
    if (!outcome_.hold) End(outcome_.status);
  }
  void End(const grpc::Status& status) {
    if (!ended_.exchange(true)) Finish(status);
  }

  const Script script_;
  Outcome outcome_;
  grpc::ByteBuffer request_, buffer_;
  std::size_t next_ = 0;
  std::atomic<bool> ended_ = false;
};

FakeTyped::FakeTyped() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterCallbackGenericService(this);
  server_ = builder.BuildAndStart();
}

FakeTyped::~FakeTyped() { server_->Shutdown(std::chrono::system_clock::now()); }

std::string FakeTyped::authorization() const {
  std::lock_guard lock(mutex_);
  return authorization_;
}

std::chrono::system_clock::duration FakeTyped::time_left() const {
  std::lock_guard lock(mutex_);
  return time_left_;
}

grpc::ServerGenericBidiReactor* FakeTyped::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  {
    std::lock_guard lock(mutex_);
    const auto found = context->client_metadata().find("authorization");
    if (found != context->client_metadata().end()) {
      authorization_ = {found->second.data(), found->second.size()};
    }
    time_left_ = context->deadline() - std::chrono::system_clock::now();
  }
  const auto script = scripts_.find(context->method());
  if (script != scripts_.end()) return new Call(script->second);
  return new Call([](const std::string&) {
    return Outcome{{}, {grpc::StatusCode::UNIMPLEMENTED, "not scripted"}, false};
  });
}

}  // namespace inferwire::testing_support
