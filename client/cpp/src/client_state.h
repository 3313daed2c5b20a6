// What a Client consists of, and how it makes a call. Private.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <utility>

#include "call.h"
#include "channel.h"
#include "inferwire/client.h"
#include "inferwire/v1/batches_service.grpc.pb.h"
#include "inferwire/v1/chat_service.grpc.pb.h"
#include "inferwire/v1/files_service.grpc.pb.h"
#include "inferwire/v1/models_service.grpc.pb.h"
#include "inferwire/v1/raw_service.grpc.pb.h"
#include "inferwire/v1/routes_service.grpc.pb.h"
#include "inferwire/v1/usage_service.grpc.pb.h"
#include "status.h"

namespace inferwire::client {

// With the key of the environment, where none is given.
ClientOptions WithEnvironment(ClientOptions options);

inline CallDefaults DefaultsOf(const ClientOptions& options) {
  return {options.timeout, options.read_timeout,
          options.bearer_token.empty() ? "" : "Bearer " + options.bearer_token};
}

struct Client::State {
  State(const ClientOptions& options, Channels channels)
      : target(std::move(channels.target)),
        defaults(DefaultsOf(options)),
        channel(std::move(channels.calls)),
        chat(channel),
        models(channel),
        routes(channel),
        route_admin(channel),
        usage(channel),
        raw(channel),
        files(channel),
        batches(channel),
        uploads(channels.long_requests),
        batch_creations(channels.long_requests) {}

  const std::string target;
  const CallDefaults defaults;
  const std::shared_ptr<grpc::Channel> channel;  // gRPC shares it with every stub and call
  v1::ChatService::Stub chat;
  v1::ModelsService::Stub models;
  v1::RoutesService::Stub routes;
  v1::RouteAdminService::Stub route_admin;
  v1::UsageService::Stub usage;
  v1::RawService::Stub raw;
  v1::FilesService::Stub files;
  v1::BatchesService::Stub batches;
  v1::FilesService::Stub uploads;
  v1::BatchesService::Stub batch_creations;
};

template <class Response, class Invoke>
Result<Response> Unary(Call& call, Invoke invoke) {
  Response response;
  const grpc::Status status = invoke(&call.context(), &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

// A unary call that no model answers.
template <class Response, class Invoke>
Result<Response> Read(const CallDefaults& defaults, const CallOptions& options, Invoke invoke) {
  Call call(defaults, options.timeout.value_or(defaults.read_timeout), options.cancellation);
  return Unary<Response>(call, invoke);
}

// The request with the call's idempotency key, if it has one.
template <class Request>
Request WithKey(const Request& request, const CallOptions& options) {
  Request with = request;
  if (!options.idempotency_key.empty()) {
    with.mutable_options()->set_idempotency_key(options.idempotency_key);
  }
  return with;
}

// A stream that ended with OK but without its last message.
Error Truncated();

}  // namespace inferwire::client
