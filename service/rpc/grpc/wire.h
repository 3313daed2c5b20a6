// The wires of real RPCs: one ServerContext and one of gRPC's asynchronous responders each.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/async_unary_call.h>

#include <utility>

#include "rpc/wire.h"

namespace inferwire::rpc {

class GrpcWire : public Wire {
 public:
  // Before the RPC is requested: NotifyWhenDone has to be known first.
  GrpcWire();

  grpc::ServerContext& context() { return context_; }

  grpc::ByteBuffer& request() override { return request_; }
  void Read(grpc::ByteBuffer&, Tag& tag) override { tag.Complete(false); }
  void AddTrailer(const std::string& name, const std::string& value) override;
  void OnDone(std::function<void()> listener) override;
  void Cancel() override { context_.TryCancel(); }
  bool cancelled() const override { return context_.IsCancelled(); }
  std::string peer() const override { return context_.peer(); }
  std::string Metadata(std::string_view name) const override;
  bool HasMetadata(std::string_view name) const override;
  std::string identity() const override;
  std::optional<WallTime> deadline() const override;

 protected:
  grpc::ServerContext context_;
  grpc::ByteBuffer request_;

 private:
  void Done(bool);

  MemberTag<GrpcWire> done_tag_{*this, &GrpcWire::Done};
  std::function<void()> listener_;
  bool done_ = false;
};

class UnaryWire final : public GrpcWire {
 public:
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>& responder() { return responder_; }
  void Write(const grpc::ByteBuffer&, bool, Tag& tag) override { tag.Complete(false); }
  void Finish(const grpc::Status& status, Tag& tag) override;
  void WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) override;

 private:
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> responder_{&context_};
};

// Server streaming.
class WriterWire final : public GrpcWire {
 public:
  grpc::ServerAsyncWriter<grpc::ByteBuffer>& responder() { return responder_; }
  void Write(const grpc::ByteBuffer& message, bool more_follows, Tag& tag) override;
  void Finish(const grpc::Status& status, Tag& tag) override;
  void WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) override;

 private:
  grpc::ServerAsyncWriter<grpc::ByteBuffer> responder_{&context_};
};

// Client streaming.
class ReaderWire final : public GrpcWire {
 public:
  grpc::ServerAsyncReader<grpc::ByteBuffer, grpc::ByteBuffer>& responder() { return responder_; }
  void Read(grpc::ByteBuffer& message, Tag& tag) override;
  void Write(const grpc::ByteBuffer&, bool, Tag& tag) override { tag.Complete(false); }
  void Finish(const grpc::Status& status, Tag& tag) override;
  void WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) override;

 private:
  grpc::ServerAsyncReader<grpc::ByteBuffer, grpc::ByteBuffer> responder_{&context_};
};

// Both directions streaming.
class ReaderWriterWire final : public GrpcWire {
 public:
  grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>& responder() {
    return responder_;
  }
  void Read(grpc::ByteBuffer& message, Tag& tag) override;
  void Write(const grpc::ByteBuffer& message, bool more_follows, Tag& tag) override;
  void Finish(const grpc::Status& status, Tag& tag) override;
  void WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) override;

 private:
  grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer> responder_{&context_};
};

}  // namespace inferwire::rpc
