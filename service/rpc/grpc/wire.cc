#include "rpc/grpc/wire.h"

#include <vector>

namespace inferwire::rpc {
namespace {

grpc::WriteOptions Options(bool more_follows) {
  grpc::WriteOptions options;
  // gRPC holds the bytes back until a write without the hint: one system call for a burst.
  if (more_follows) options.set_buffer_hint();
  return options;
}

}  // namespace

GrpcWire::GrpcWire() { context_.AsyncNotifyWhenDone(&done_tag_); }

void GrpcWire::AddTrailer(const std::string& name, const std::string& value) {
  context_.AddTrailingMetadata(name, value);
}

void GrpcWire::OnDone(std::function<void()> listener) {
  if (done_) return listener();
  listener_ = std::move(listener);
}

void GrpcWire::Done(bool) {
  done_ = true;
  if (listener_) std::exchange(listener_, nullptr)();  // may delete this
}

std::string GrpcWire::Metadata(std::string_view name) const {
  const auto& all = context_.client_metadata();
  const auto [begin, end] = all.equal_range(grpc::string_ref(name.data(), name.size()));
  std::string text;
  for (auto each = begin; each != end; ++each) {
    if (!text.empty()) text += ',';
    text.append(each->second.data(), each->second.size());
  }
  return text;
}

bool GrpcWire::HasMetadata(std::string_view name) const {
  const auto& all = context_.client_metadata();
  return all.find(grpc::string_ref(name.data(), name.size())) != all.end();
}

std::optional<WallTime> GrpcWire::deadline() const {
  const WallTime deadline = context_.deadline();
  if (deadline == WallTime::max()) return std::nullopt;
  return deadline;
}

std::string GrpcWire::identity() const {
  const auto auth = context_.auth_context();
  if (!auth || !auth->IsPeerAuthenticated()) return {};
  const std::vector<grpc::string_ref> names = auth->GetPeerIdentity();
  if (names.empty()) return {};
  const std::string name(names.front().data(), names.front().size());
  // The common name of a certificate without alternative names is another caller than whoever has
  // that text as an alternative name.
  return auth->GetPeerIdentityPropertyName() == GRPC_X509_CN_PROPERTY_NAME ? "CN=" + name : name;
}

void UnaryWire::Finish(const grpc::Status& status, Tag& tag) {
  responder_.FinishWithError(status, &tag);
}

void UnaryWire::WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) {
  responder_.Finish(message, grpc::Status::OK, &tag);
}

void WriterWire::Write(const grpc::ByteBuffer& message, bool more_follows, Tag& tag) {
  responder_.Write(message, Options(more_follows), &tag);
}

void WriterWire::Finish(const grpc::Status& status, Tag& tag) { responder_.Finish(status, &tag); }

void WriterWire::WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) {
  responder_.WriteAndFinish(message, Options(false), grpc::Status::OK, &tag);
}

void ReaderWire::Read(grpc::ByteBuffer& message, Tag& tag) { responder_.Read(&message, &tag); }

void ReaderWire::Finish(const grpc::Status& status, Tag& tag) {
  responder_.FinishWithError(status, &tag);
}

void ReaderWire::WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) {
  responder_.Finish(message, grpc::Status::OK, &tag);
}

void ReaderWriterWire::Read(grpc::ByteBuffer& message, Tag& tag) {
  responder_.Read(&message, &tag);
}

void ReaderWriterWire::Write(const grpc::ByteBuffer& message, bool more_follows, Tag& tag) {
  responder_.Write(message, Options(more_follows), &tag);
}

void ReaderWriterWire::Finish(const grpc::Status& status, Tag& tag) {
  responder_.Finish(status, &tag);
}

void ReaderWriterWire::WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) {
  responder_.WriteAndFinish(message, Options(false), grpc::Status::OK, &tag);
}

}  // namespace inferwire::rpc
