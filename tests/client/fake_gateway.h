// A gateway in the test's own process: real gRPC over a real port, each RPC scripted by the test.
#pragma once

#include <grpcpp/server.h>
#include <grpcpp/server_context.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "inferwire/v1/chat_service.grpc.pb.h"
#include "inferwire/v1/models_service.grpc.pb.h"
#include "inferwire/v1/raw_service.grpc.pb.h"
#include "inferwire/v1/routes_service.grpc.pb.h"
#include "inferwire/v1/usage_service.grpc.pb.h"

namespace inferwire::testing_support {

// Something that happens once. Wait() fails the test's expectation instead of hanging for ever.
class Signal {
 public:
  void Set();
  bool Wait();
  bool WaitFor(std::chrono::milliseconds patience);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

class FakeGateway final : public v1::ChatService::Service,
                          public v1::ModelsService::Service,
                          public v1::RoutesService::Service,
                          public v1::RouteAdminService::Service,
                          public v1::RawService::Service,
                          public v1::UsageService::Service {
 public:
  using StreamWriter = grpc::ServerWriter<v1::StreamCompleteResponse>;
  using ManyStream = grpc::ServerReaderWriter<v1::CompleteManyResponse, v1::CompleteManyRequest>;
  using RawWriter = grpc::ServerWriter<v1::StreamInvokeResponse>;

  explicit FakeGateway(std::shared_ptr<grpc::ServerCredentials> credentials = nullptr);
  ~FakeGateway() override;

  std::string target() const;

  std::function<grpc::Status(grpc::ServerContext&, const v1::CompleteRequest&,
                             v1::CompleteResponse&)>
      on_complete;
  std::function<grpc::Status(grpc::ServerContext&, const v1::StreamCompleteRequest&, StreamWriter&)>
      on_stream;
  std::function<grpc::Status(grpc::ServerContext&, ManyStream&)> on_many;
  std::function<grpc::Status(const v1::ListModelsRequest&, v1::ListModelsResponse&)> on_list_models;
  std::function<grpc::Status(const v1::GetModelRequest&, v1::GetModelResponse&)> on_get_model;
  std::function<grpc::Status(const v1::CompareModelsRequest&, v1::CompareModelsResponse&)>
      on_compare_models;
  std::function<grpc::Status(const v1::EstimateRequest&, v1::EstimateResponse&)> on_estimate;
  std::function<grpc::Status(const v1::ListRoutesRequest&, v1::ListRoutesResponse&)> on_list_routes;
  std::function<grpc::Status(const v1::ExplainRouteRequest&, v1::ExplainRouteResponse&)>
      on_explain_route;
  std::function<grpc::Status(const v1::DrainRequest&, v1::DrainResponse&)> on_drain;
  std::function<grpc::Status(const v1::UndrainRequest&, v1::UndrainResponse&)> on_undrain;
  std::function<grpc::Status(const v1::ResetRequest&, v1::ResetResponse&)> on_reset;
  std::function<grpc::Status(const v1::QueryUsageRequest&, v1::QueryUsageResponse&)> on_query_usage;
  std::function<grpc::Status(const v1::InvokeRequest&, v1::InvokeResponse&)> on_invoke;
  std::function<grpc::Status(const v1::StreamInvokeRequest&, RawWriter&)> on_stream_invoke;

  grpc::Status Complete(grpc::ServerContext* context, const v1::CompleteRequest* request,
                        v1::CompleteResponse* response) override;
  grpc::Status StreamComplete(grpc::ServerContext* context,
                              const v1::StreamCompleteRequest* request,
                              StreamWriter* writer) override;
  grpc::Status CompleteMany(grpc::ServerContext* context, ManyStream* stream) override;
  grpc::Status ListModels(grpc::ServerContext*, const v1::ListModelsRequest* request,
                          v1::ListModelsResponse* response) override {
    return on_list_models(*request, *response);
  }
  grpc::Status GetModel(grpc::ServerContext*, const v1::GetModelRequest* request,
                        v1::GetModelResponse* response) override {
    return on_get_model(*request, *response);
  }
  grpc::Status CompareModels(grpc::ServerContext*, const v1::CompareModelsRequest* request,
                             v1::CompareModelsResponse* response) override {
    return on_compare_models(*request, *response);
  }
  grpc::Status Estimate(grpc::ServerContext*, const v1::EstimateRequest* request,
                        v1::EstimateResponse* response) override {
    return on_estimate(*request, *response);
  }
  grpc::Status ListRoutes(grpc::ServerContext*, const v1::ListRoutesRequest* request,
                          v1::ListRoutesResponse* response) override {
    return on_list_routes(*request, *response);
  }
  grpc::Status ExplainRoute(grpc::ServerContext*, const v1::ExplainRouteRequest* request,
                            v1::ExplainRouteResponse* response) override {
    return on_explain_route(*request, *response);
  }
  grpc::Status Drain(grpc::ServerContext*, const v1::DrainRequest* request,
                     v1::DrainResponse* response) override {
    return on_drain(*request, *response);
  }
  grpc::Status Undrain(grpc::ServerContext*, const v1::UndrainRequest* request,
                       v1::UndrainResponse* response) override {
    return on_undrain(*request, *response);
  }
  grpc::Status Reset(grpc::ServerContext*, const v1::ResetRequest* request,
                     v1::ResetResponse* response) override {
    return on_reset(*request, *response);
  }
  grpc::Status QueryUsage(grpc::ServerContext*, const v1::QueryUsageRequest* request,
                          v1::QueryUsageResponse* response) override {
    return on_query_usage(*request, *response);
  }
  grpc::Status Invoke(grpc::ServerContext* context, const v1::InvokeRequest* request,
                      v1::InvokeResponse* response) override;
  grpc::Status StreamInvoke(grpc::ServerContext* context, const v1::StreamInvokeRequest* request,
                            RawWriter* writer) override;

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// Blocks a handler until its call was cancelled.
void AwaitCancel(grpc::ServerContext& context);

v1::ChatCompletion Completion(const std::string& text);
v1::StreamCompleteResponse Started();
v1::StreamCompleteResponse Chunk(const std::string& text);
v1::StreamCompleteResponse Completed(const std::string& whole_text);

// The usual script: the words of the text as chunks, then the end.
grpc::Status StreamWords(const std::string& text, FakeGateway::StreamWriter& writer);

// An error as the real gateway sends it.
struct Detailed {
  grpc::StatusCode code = grpc::StatusCode::INTERNAL;
  std::string reason = {};
  std::string message = {};
  std::map<std::string, std::string> metadata = {};
  int retry_after_ms = 0;  // 0: none
};
google::rpc::Status RpcStatus(const Detailed& error);
grpc::Status ToStatus(const google::rpc::Status& status);

// The usual CompleteMany: answers every item with its prompt in capitals, items whose prompt is
// "fail" with RATE_LIMITED; ends with the summary.
grpc::Status AnswerAll(FakeGateway::ManyStream& stream, int max_in_flight);

}  // namespace inferwire::testing_support
