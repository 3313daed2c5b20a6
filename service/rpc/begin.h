// For the descriptions of endpoints: how a call begins, from a function that takes the request as
// what it is.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <concepts>
#include <string_view>
#include <type_traits>

#include "codec/encode.h"
#include "inferwire/v1/common.pb.h"
#include "rpc/endpoint.h"
#include "rpc/fingerprint.h"

namespace inferwire::rpc {

template <class Request>
Message* NewRequest(google::protobuf::Arena* arena) {
  return google::protobuf::Arena::CreateMessage<Request>(arena);
}

// Only the outermost message: the endpoints look at the ones inside.
inline Result<void> CheckOutermost(const Message& request) {
  if (request.GetReflection()->GetUnknownFields(request).empty()) return {};
  return codec::RefuseUnknownFields(request);
}

template <class Request>
using NewOperation = Begun (*)(Request&, const upstream::Runtime&, const gateway::CallContext&,
                               gateway::Operation::Observer&);

// Whose callers may give an idempotency key. Response: what is answered.
template <class Request, class Response>
void TakeKeys(BeginSingle& begin) {
  begin.fingerprint = [](Message& message) {
    auto& request = static_cast<Request&>(message);
    return FingerprintOf(request, *request.mutable_options());
  };
  begin.answer = Response::descriptor();
}

// Null where the request has none.
template <class Request>
constexpr auto OptionsOf() -> const v1::CallOptions& (*)(const Message&) {
  if constexpr (requires(const Request& request) {
                  { request.options() } -> std::same_as<const v1::CallOptions&>;
                }) {
    return [](const Message& message) -> const v1::CallOptions& {
      return static_cast<const Request&>(message).options();
    };
  } else {
    return nullptr;
  }
}

template <class Request>
BeginSingle Begin(NewOperation<Request> make) {
  return {.new_request = NewRequest<std::remove_const_t<Request>>,
          .options = OptionsOf<std::remove_const_t<Request>>(),
          .operation = [make](Message& message, const upstream::Runtime& runtime,
                              const gateway::CallContext& context,
                              gateway::Operation::Observer& observer) -> Begun {
            if (auto known = CheckOutermost(message); !known) return known.error();
            return make(static_cast<Request&>(message), runtime, context, observer);
          }};
}

// For requests that name their model in params.
template <class Request>
BeginSingle BeginWithModel(NewOperation<Request> make) {
  BeginSingle begin = Begin(make);
  begin.model = [](const Message& message) -> std::string_view {
    return static_cast<const Request&>(message).params().model();
  };
  return begin;
}

}  // namespace inferwire::rpc
