#include "inferwire/client.h"

#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/generic/generic_stub.h>

#include <cstdlib>
#include <future>
#include <utility>

#include "channel.h"
#include "client_state.h"
#include "many_session.h"
#include "status.h"
#include "stream_call.h"
#include "stream_source.h"

namespace inferwire::client {

v1::ChatCompletionParams Ask(std::string_view prompt, std::string_view model) {
  v1::ChatCompletionParams params;
  params.set_model(std::string(model));
  auto& message = *params.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content(std::string(prompt));
  return params;
}

Client::Client(std::shared_ptr<State> state) : state_(std::move(state)) {}
Client::Client(const Client&) noexcept = default;
Client& Client::operator=(const Client&) noexcept = default;
Client::~Client() = default;

ClientOptions WithEnvironment(ClientOptions options) {
  if (const char* const key = std::getenv("INFERWIRE_API_KEY");
      key && options.bearer_token.empty()) {
    options.bearer_token = key;
  }
  return options;
}

Result<Client> Client::Connect(const ClientOptions& given) {
  const ClientOptions options = WithEnvironment(given);
  auto channels = OpenChannels(options);
  if (!channels) return channels.error();
  return Client(std::make_shared<State>(options, *std::move(channels)));
}

const std::string& Client::target() const { return state_->target; }

Result<v1::CompleteResponse> Client::Complete(const v1::CompleteRequest& request,
                                              const CallOptions& options) {
  Call call(state_->defaults, options);
  return Unary<v1::CompleteResponse>(call, [&](auto* context, auto* response) {
    if (options.idempotency_key.empty()) return state_->chat.Complete(context, request, response);
    return state_->chat.Complete(context, WithKey(request, options), response);
  });
}

Result<std::string> Client::Complete(std::string_view prompt, std::string_view model,
                                     const CallOptions& options) {
  v1::CompleteRequest request;
  *request.mutable_params() = Ask(prompt, model);
  const auto response = Complete(request, options);
  if (!response) return response.error();
  return TextOf(response->completion());
}

EventStream Client::Stream(const v1::StreamCompleteRequest& request, const CallOptions& options) {
  using Source = ReaderSource<Event, v1::StreamCompleteResponse>;
  return EventStream(std::make_unique<Source>(
      std::make_unique<Call>(state_->defaults, options), [&](auto* context) {
        if (options.idempotency_key.empty()) return state_->chat.StreamComplete(context, request);
        return state_->chat.StreamComplete(context, WithKey(request, options));
      }));
}

EventStream Client::Stream(std::string_view prompt, std::string_view model,
                           const CallOptions& options) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Ask(prompt, model);
  return Stream(request, options);
}

StreamCall Client::Stream(const v1::StreamCompleteRequest& request, StreamHandlers handlers,
                          const CallOptions& options) {
  auto reactor =
      std::make_shared<StreamCall::Reactor>(std::make_unique<Call>(state_->defaults, options),
                                            WithKey(request, options), std::move(handlers));
  reactor->Start(state_->chat, reactor);
  return StreamCall(std::move(reactor));
}

ManyCall Client::CompleteMany(const ManyOptions& options) {
  v1::CompleteManyConfig config;
  config.set_max_in_flight(options.max_in_flight);
  config.set_stream_chunks(options.stream_chunks);
  *config.mutable_default_options() = options.default_options;
  return ManyCall(std::make_unique<ManyCall::Session>(
      std::make_unique<Call>(state_->defaults, CallOptions{.timeout = options.timeout,
                                                           .cancellation = options.cancellation}),
      v1::ChatService::NewStub(state_->channel), std::move(config)));
}

Result<v1::InvokeResponse> Client::Invoke(const v1::InvokeRequest& request,
                                          const CallOptions& options) {
  Call call(state_->defaults, options);
  return Unary<v1::InvokeResponse>(call, [&](auto* context, auto* response) {
    return state_->raw.Invoke(context, request, response);
  });
}

RawStream Client::StreamInvoke(const v1::StreamInvokeRequest& request, const CallOptions& options) {
  using Source = ReaderSource<v1::StreamInvokeResponse, v1::StreamInvokeResponse>;
  return RawStream(std::make_unique<Source>(
      std::make_unique<Call>(state_->defaults, options),
      [&](auto* context) { return state_->raw.StreamInvoke(context, request); }));
}

Result<v1::ListModelsResponse> Client::ListModels(const v1::ListModelsRequest& request,
                                                  const CallOptions& options) {
  return Read<v1::ListModelsResponse>(
      state_->defaults, options, [&](auto* context, auto* response) {
        return state_->models.ListModels(context, request, response);
      });
}

Result<v1::GetModelResponse> Client::GetModel(const v1::GetModelRequest& request,
                                              const CallOptions& options) {
  return Read<v1::GetModelResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->models.GetModel(context, request, response);
  });
}

Result<v1::CompareModelsResponse> Client::CompareModels(const v1::CompareModelsRequest& request,
                                                        const CallOptions& options) {
  return Read<v1::CompareModelsResponse>(
      state_->defaults, options, [&](auto* context, auto* response) {
        return state_->models.CompareModels(context, request, response);
      });
}

Result<v1::EstimateResponse> Client::Estimate(const v1::EstimateRequest& request,
                                              const CallOptions& options) {
  return Read<v1::EstimateResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->models.Estimate(context, request, response);
  });
}

Result<Health> Client::CheckHealth(std::string_view service, const CallOptions& options) {
  // HealthCheckRequest is one string with number 1 and HealthCheckResponse one enum with number 1:
  // on the wire these are the two wrappers, and gRPC ships no generated code for its own service.
  using HealthStub =
      grpc::TemplatedGenericStub<google::protobuf::StringValue, google::protobuf::Int32Value>;
  Call call(state_->defaults, options.timeout.value_or(state_->defaults.read_timeout),
            options.cancellation);
  google::protobuf::StringValue request;
  request.set_value(std::string(service));
  google::protobuf::Int32Value response;
  // Shared with the callback, which may still be leaving set_value when this function returns.
  const auto done = std::make_shared<std::promise<grpc::Status>>();
  HealthStub(state_->channel)
      .UnaryCall(&call.context(), "/grpc.health.v1.Health/Check", {}, &request, &response,
                 [done](grpc::Status status) { done->set_value(std::move(status)); });
  const grpc::Status status = done->get_future().get();
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return Health::kServiceUnknown;
  if (!status.ok()) return FromGrpcStatus(status);
  const int value = response.value();
  return value >= 0 && value <= 3 ? static_cast<Health>(value) : Health::kUnknown;
}

}  // namespace inferwire::client
