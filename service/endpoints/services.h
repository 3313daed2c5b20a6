// The services' registration: which RPC is served by which machine and operation.
#pragma once

#include <grpcpp/server_builder.h>

#include <memory>
#include <string>
#include <vector>

#include "endpoints/batches/batch_service.h"
#include "inferwire/v1/chat_service.grpc.pb.h"
#include "inferwire/v1/files_service.grpc.pb.h"
#include "inferwire/v1/models_service.grpc.pb.h"
#include "inferwire/v1/raw_service.grpc.pb.h"
#include "rpc/endpoint.h"
#include "rpc/loop.h"
#include "rpc/tag.h"

namespace inferwire::endpoints {

class Services {
 public:
  explicit Services(telemetry::Metrics& metrics);
  ~Services();

  // Their full names, for the health service.
  static std::vector<std::string> Names();

  // With what batches are served; null, as before this call: they are refused. Outlives the calls.
  void ServeBatches(const BatchBackend* service) { batches_.ServeWith(service); }
  // Before the server is built.
  void Register(grpc::ServerBuilder& builder);
  // After the server was built, once per loop, before the loop starts.
  void Accept(rpc::Loop& loop);

 private:
  // Raw: requests come as bytes, so that what does not parse gets an error that says why.
  using Chat =
      v1::ChatService::WithRawMethod_Complete<v1::ChatService::WithRawMethod_StreamComplete<
          v1::ChatService::WithRawMethod_CompleteMany<v1::ChatService::Service>>>;
  using Raw = v1::RawService::WithRawMethod_Invoke<
      v1::RawService::WithRawMethod_StreamInvoke<v1::RawService::Service>>;
  using Models = v1::ModelsService::WithRawMethod_ListModels<
      v1::ModelsService::WithRawMethod_GetModel<v1::ModelsService::WithRawMethod_CompareModels<
          v1::ModelsService::WithRawMethod_Estimate<v1::ModelsService::Service>>>>;

  using Files = v1::FilesService::WithRawMethod_UploadFile<v1::FilesService::WithRawMethod_GetFile<
      v1::FilesService::WithRawMethod_ListFiles<v1::FilesService::WithRawMethod_DeleteFile<
          v1::FilesService::WithRawMethod_DownloadFile<v1::FilesService::Service>>>>>;

  void AcceptFiles(rpc::Loop& loop);

  Chat chat_;
  Raw raw_;
  Models models_;
  Files files_;
  const rpc::Endpoint complete_, stream_complete_, complete_many_, invoke_, stream_invoke_;
  const rpc::Endpoint list_models_, get_model_, compare_models_, estimate_;
  const rpc::Endpoint upload_file_, get_file_, list_files_, delete_file_, download_file_;
  BatchService batches_;
  std::vector<std::unique_ptr<rpc::Tag>> acceptors_;
};

}  // namespace inferwire::endpoints
