// For the services' registration: how calls of one method are taken on one loop.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <utility>

#include "codec/encode.h"
#include "rpc/client_stream_call.h"
#include "rpc/endpoint.h"
#include "rpc/grpc_wire.h"
#include "rpc/loop.h"
#include "rpc/single_call.h"
#include "rpc/tag.h"

namespace inferwire::rpc {

using Message = google::protobuf::Message;
using Begun = Result<std::unique_ptr<gateway::Operation>>;

template <class Request>
Message* NewRequest(google::protobuf::Arena* arena) {
  return google::protobuf::Arena::CreateMessage<Request>(arena);
}

// Only the outermost message: the endpoints look at the ones inside.
inline Result<void> CheckOutermost(const Message& request) {
  if (request.GetReflection()->GetUnknownFields(request).empty()) return {};
  return codec::RefuseUnknownFields(request);
}

// Takes the calls of one method on one loop: one request for a call is open, except while a call
// begins.
template <class WireType>
class Acceptor final : public Tag {
 public:
  using Request = std::function<void(WireType& wire, Loop& loop, Tag& tag)>;
  using Serve = void (*)(std::shared_ptr<const CallServices>, const Endpoint&,
                         std::unique_ptr<Wire>);

  Acceptor(Loop& loop, const Endpoint& endpoint, Request request, Serve serve)
      : loop_(loop), endpoint_(endpoint), request_(std::move(request)), serve_(serve) {
    Arm();
  }

  void Complete(bool ok) override {
    if (!ok) return;  // the server shuts down
    std::unique_ptr<Wire> wire = std::move(wire_);
    serve_(loop_.services(), endpoint_, std::move(wire));
    Arm();  // last: this call's request goes to its upstream before the next call is asked for
  }

 private:
  void Arm() {
    wire_ = std::make_unique<WireType>();
    request_(*wire_, loop_, *this);
  }

  Loop& loop_;
  const Endpoint& endpoint_;
  const Request request_;
  const Serve serve_;
  std::unique_ptr<WireType> wire_;
};

// For methods whose request comes with the call.
template <class WireType, class Service>
std::unique_ptr<Tag> AcceptSingle(Loop& loop, const Endpoint& endpoint, Service& service,
                                  auto request_member) {
  return std::make_unique<Acceptor<WireType>>(
      loop, endpoint,
      [&service, request_member](WireType& wire, Loop& on, Tag& tag) {
        (service.*request_member)(&wire.context(), &wire.request(), &wire.responder(), &on.queue(),
                                  &on.queue(), &tag);
      },
      &SingleCall::Serve);
}

// For methods whose request is a stream and whose answer is not.
template <class Service>
std::unique_ptr<Tag> AcceptClientStream(Loop& loop, const Endpoint& endpoint, Service& service,
                                        auto request_member) {
  return std::make_unique<Acceptor<ReaderWire>>(
      loop, endpoint,
      [&service, request_member](ReaderWire& wire, Loop& on, Tag& tag) {
        (service.*request_member)(&wire.context(), &wire.responder(), &on.queue(), &on.queue(),
                                  &tag);
      },
      &ClientStreamCall::Serve);
}

}  // namespace inferwire::rpc
