// What a call does to its RPC, and how it hears of the RPC's end. Behind it is a stream of HTTP/2
// (http2/stream.h), or a test that plays every order of events.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "rpc/tag.h"

namespace inferwire::rpc {

class Wire {
 public:
  virtual ~Wire() = default;

  // The first request message of a unary or server-streaming RPC.
  virtual grpc::ByteBuffer& request() = 0;
  // Each completes its tag once. At most one read and one write at a time; Finish is last.
  virtual void Read(grpc::ByteBuffer& message, Tag& tag) = 0;
  virtual void Write(const grpc::ByteBuffer& message, bool more_follows, Tag& tag) = 0;
  virtual void Finish(const grpc::Status& status, Tag& tag) = 0;
  virtual void WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) = 0;
  // Ends the RPC without more ado: what is on its way to the caller is dropped. The operations in
  // flight fail; the listener of OnDone hears of it.
  virtual void Cancel() = 0;
  // Only before Finish.
  virtual void AddTrailer(const std::string& name, const std::string& value) = 0;

  // The RPC ended, by Finish or because the caller cancelled, went away or ran out of time. The
  // listener hears of it once; if it already happened, from within this function.
  virtual void OnDone(std::function<void()> listener) = 0;
  // After OnDone: the caller did not get the status of Finish.
  virtual bool cancelled() const = 0;

  virtual std::string peer() const = 0;
  // What the caller sent beside the messages, under this lower-case name; empty if nothing. More
  // values than one are joined with commas.
  virtual std::string Metadata(std::string_view) const { return {}; }
  // Whether it sent anything under this name.
  virtual bool HasMetadata(std::string_view) const { return false; }
  // Who the caller proved to be, by its certificate; empty if it showed none.
  virtual std::string identity() const = 0;
  // Nothing if the caller set none.
  virtual std::optional<WallTime> deadline() const = 0;
};

}  // namespace inferwire::rpc
