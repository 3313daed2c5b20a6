// BatchesService: which of its RPCs is served by which operation.
#pragma once

#include <grpcpp/server_builder.h>

#include <memory>
#include <string_view>
#include <vector>

#include "endpoints/batches/batch_backend.h"
#include "inferwire/v1/batches_service.grpc.pb.h"
#include "rpc/endpoint.h"
#include "rpc/loop.h"
#include "rpc/tag.h"

namespace inferwire::endpoints {

class BatchService {
 public:
  static constexpr std::string_view kName = "inferwire.v1.BatchesService";

  explicit BatchService(telemetry::Metrics& metrics);

  void ServeWith(const BatchBackend* service) { service_ = service; }
  void Register(grpc::ServerBuilder& builder) { builder.RegisterService(&grpc_); }
  void Accept(rpc::Loop& loop, std::vector<std::unique_ptr<rpc::Tag>>& acceptors);

 private:
  using V1 = v1::BatchesService;
  using Grpc = V1::WithRawMethod_CreateBatch<V1::WithRawMethod_GetBatch<
      V1::WithRawMethod_ListBatches<V1::WithRawMethod_CancelBatch<V1::WithRawMethod_DeleteBatch<
          V1::WithRawMethod_WatchBatch<V1::WithRawMethod_StreamBatchResults<V1::Service>>>>>>>;

  template <class Request, auto New>
  rpc::Endpoint Make(std::string_view method, std::string_view type, bool streams,
                     telemetry::Metrics& metrics);
  rpc::Endpoint MakeCreate(telemetry::Metrics& metrics);

  Grpc grpc_;
  const BatchBackend* service_ = nullptr;
  const rpc::Endpoint create_, get_, list_, cancel_, delete_, watch_, results_;
};

}  // namespace inferwire::endpoints
