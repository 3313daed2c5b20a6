// An RPC played by the test: it sees what the call does and decides when each operation ends.
#pragma once

#include <google/protobuf/message.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rpc/pump.h"
#include "rpc/wire.h"

namespace inferwire::rpc {

// The test's side; outlives the wire.
struct FakeRpc {
  grpc::ByteBuffer request;
  std::optional<WallTime> deadline;
  std::string identity;
  std::map<std::string, std::string, std::less<>> metadata;  // what the caller sent
  std::deque<grpc::ByteBuffer> to_read;                      // what the caller sends
  bool half_closed = false;

  Tag* reading = nullptr;
  grpc::ByteBuffer* read_into = nullptr;
  Tag* writing = nullptr;
  Tag* finishing = nullptr;
  std::function<void()> done_listener;
  bool done = false, cancelled = false;
  bool wire_alive = true;

  std::vector<grpc::ByteBuffer> written;
  std::optional<grpc::Status> status;
  std::map<std::string, std::string> trailers;
  int finishes = 0;
  int cancels = 0;                      // by us
  std::vector<std::string> violations;  // of gRPC's rules

  // --- What the test can let happen ---
  void CompleteWrite(bool ok) { std::exchange(writing, nullptr)->Complete(ok); }
  void CompleteFinish(bool ok) { std::exchange(finishing, nullptr)->Complete(ok); }
  bool CanRead() const { return reading && (!to_read.empty() || half_closed || done); }
  void CompleteRead() {
    Tag* tag = std::exchange(reading, nullptr);
    if (done || to_read.empty()) return tag->Complete(false);
    *read_into = std::move(to_read.front());
    to_read.pop_front();
    tag->Complete(true);
  }
  // The RPC is over: finished, or the caller went away.
  void Done(bool by_cancel) {
    done = true;
    cancelled = by_cancel;
    if (done_listener) std::exchange(done_listener, nullptr)();
  }

  template <class Message>
  Message Written(size_t index) const {
    grpc::ByteBuffer copy(written.at(index));
    Message message;
    grpc::Slice slice;
    if (copy.DumpToSingleSlice(&slice).ok()) {
      message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
    }
    return message;
  }
};

class FakeWire final : public Wire {
 public:
  explicit FakeWire(FakeRpc& rpc) : rpc_(rpc) {}
  ~FakeWire() override {
    rpc_.wire_alive = false;
    Check(!rpc_.reading && !rpc_.writing && !rpc_.finishing, "deleted with an operation in flight");
  }

  grpc::ByteBuffer& request() override { return rpc_.request; }
  void Read(grpc::ByteBuffer& message, Tag& tag) override {
    Check(!rpc_.reading, "two reads");
    rpc_.reading = &tag;
    rpc_.read_into = &message;
  }
  void Write(const grpc::ByteBuffer& message, bool, Tag& tag) override {
    Check(!rpc_.writing, "two writes");
    Check(rpc_.finishes == 0, "write after finish");
    rpc_.written.push_back(message);
    rpc_.writing = &tag;
  }
  void Finish(const grpc::Status& status, Tag& tag) override {
    Check(!rpc_.writing, "finish during a write");
    Check(++rpc_.finishes == 1, "two finishes");
    rpc_.status = status;
    rpc_.finishing = &tag;
  }
  void WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) override {
    rpc_.written.push_back(message);
    Finish(grpc::Status::OK, tag);
  }
  void Cancel() override { ++rpc_.cancels; }
  void AddTrailer(const std::string& name, const std::string& value) override {
    Check(rpc_.finishes == 0, "trailer after finish");
    rpc_.trailers[name] = value;
  }
  void OnDone(std::function<void()> listener) override {
    if (rpc_.done) return listener();
    rpc_.done_listener = std::move(listener);
  }
  bool cancelled() const override { return rpc_.cancelled; }
  std::string peer() const override { return "ipv4:127.0.0.1:1"; }
  std::string Metadata(std::string_view name) const override {
    const auto found = rpc_.metadata.find(name);
    return found == rpc_.metadata.end() ? std::string() : found->second;
  }
  bool HasMetadata(std::string_view name) const override { return rpc_.metadata.contains(name); }
  std::string identity() const override { return rpc_.identity; }
  std::optional<WallTime> deadline() const override { return rpc_.deadline; }

 private:
  void Check(bool good, const char* rule) {
    if (!good) rpc_.violations.emplace_back(rule);
  }

  FakeRpc& rpc_;
};

}  // namespace inferwire::rpc
