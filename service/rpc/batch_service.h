// BatchesService: which of its RPCs is served by which operation.
#pragma once

#include <grpcpp/server_builder.h>

#include <memory>
#include <string_view>
#include <vector>

#include "batch/service.h"
#include "inferwire/v1/batches_service.grpc.pb.h"
#include "rpc/endpoint.h"
#include "rpc/loop.h"
#include "rpc/tag.h"

namespace inferwire::rpc {

class BatchService {
 public:
  static constexpr std::string_view kName = "inferwire.v1.BatchesService";

  explicit BatchService(Metrics& metrics);

  void ServeWith(const batch::Service* service) { service_ = service; }
  void Register(grpc::ServerBuilder& builder) { builder.RegisterService(&grpc_); }
  void Accept(Loop& loop, std::vector<std::unique_ptr<Tag>>& acceptors);

 private:
  using V1 = v1::BatchesService;
  using Grpc = V1::WithRawMethod_CreateBatch<V1::WithRawMethod_GetBatch<
      V1::WithRawMethod_ListBatches<V1::WithRawMethod_CancelBatch<V1::WithRawMethod_DeleteBatch<
          V1::WithRawMethod_WatchBatch<V1::WithRawMethod_StreamBatchResults<V1::Service>>>>>>>;

  template <class Request, auto New>
  Endpoint Make(std::string_view method, std::string_view type, bool streams, Metrics& metrics);
  Endpoint MakeCreate(Metrics& metrics);

  Grpc grpc_;
  const batch::Service* service_ = nullptr;
  const Endpoint create_, get_, list_, cancel_, delete_, watch_, results_;
};

}  // namespace inferwire::rpc
