// The services' registration: which RPC is served by which machine and operation.
#pragma once

#include <grpcpp/server_builder.h>

#include <memory>
#include <vector>

#include "llmgate/v1/chat_service.grpc.pb.h"
#include "llmgate/v1/files_service.grpc.pb.h"
#include "llmgate/v1/raw_service.grpc.pb.h"
#include "rpc/endpoint.h"
#include "rpc/loop.h"
#include "rpc/tag.h"

namespace llmgate::rpc {

class Services {
 public:
  explicit Services(Metrics& metrics);
  ~Services();

  // Before the server is built.
  void Register(grpc::ServerBuilder& builder);
  // After the server was built, once per loop, before the loop starts.
  void Accept(Loop& loop);

 private:
  // Raw: requests come as bytes, so that what does not parse gets an error that says why.
  using Chat =
      v1::ChatService::WithRawMethod_Complete<v1::ChatService::WithRawMethod_StreamComplete<
          v1::ChatService::WithRawMethod_CompleteMany<v1::ChatService::Service>>>;
  using Raw = v1::RawService::WithRawMethod_Invoke<
      v1::RawService::WithRawMethod_StreamInvoke<v1::RawService::Service>>;

  using Files = v1::FilesService::WithRawMethod_UploadFile<v1::FilesService::WithRawMethod_GetFile<
      v1::FilesService::WithRawMethod_ListFiles<v1::FilesService::WithRawMethod_DeleteFile<
          v1::FilesService::WithRawMethod_DownloadFile<v1::FilesService::Service>>>>>;

  void AcceptFiles(Loop& loop);

  Chat chat_;
  Raw raw_;
  Files files_;
  const Endpoint complete_, stream_complete_, complete_many_, invoke_, stream_invoke_;
  const Endpoint upload_file_, get_file_, list_files_, delete_file_, download_file_;
  std::vector<std::unique_ptr<Tag>> acceptors_;
};

}  // namespace llmgate::rpc
