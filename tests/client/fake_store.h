// A gateway in the test's own process that keeps files and one batch in memory, and breaks where a
// test says.
#pragma once

#include <grpcpp/server.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "inferwire/v1/batches_service.grpc.pb.h"
#include "inferwire/v1/files_service.grpc.pb.h"

namespace inferwire::testing_support {

class FakeStore final : public v1::FilesService::Service, public v1::BatchesService::Service {
 public:
  FakeStore();
  ~FakeStore() override;

  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }

  // --- What is there; set before calls, read after them. ---
  std::map<std::string, std::pair<v1::File, std::string>> files;
  v1::BatchHeader header;                // of the last batch
  std::vector<v1::BatchItem> items;      // of the last batch
  std::vector<v1::Batch> states;         // that WatchBatch shows, the last one for ever
  std::vector<v1::BatchResult> results;  // with next_offset
  bool existed = false;
  bool cancelled = false;

  // --- Where it breaks. ---
  // So many messages of a stream, then UNAVAILABLE; each entry is good for one call.
  std::vector<int> breaks;
  bool ends_too_early = false;  // OK without the last message, always
  std::atomic<int> uploads_cut = 0, creations_cut = 0;
  std::atomic<int> calls = 0;

  grpc::Status UploadFile(grpc::ServerContext* context,
                          grpc::ServerReader<v1::UploadFileRequest>* reader,
                          v1::UploadFileResponse* response) override;
  grpc::Status GetFile(grpc::ServerContext* context, const v1::GetFileRequest* request,
                       v1::GetFileResponse* response) override;
  grpc::Status ListFiles(grpc::ServerContext* context, const v1::ListFilesRequest* request,
                         v1::ListFilesResponse* response) override;
  grpc::Status DeleteFile(grpc::ServerContext* context, const v1::DeleteFileRequest* request,
                          v1::DeleteFileResponse* response) override;
  grpc::Status DownloadFile(grpc::ServerContext* context, const v1::DownloadFileRequest* request,
                            grpc::ServerWriter<v1::DownloadFileResponse>* writer) override;
  grpc::Status CreateBatch(grpc::ServerContext* context,
                           grpc::ServerReader<v1::CreateBatchRequest>* reader,
                           v1::CreateBatchResponse* response) override;
  grpc::Status GetBatch(grpc::ServerContext* context, const v1::GetBatchRequest* request,
                        v1::GetBatchResponse* response) override;
  grpc::Status ListBatches(grpc::ServerContext* context, const v1::ListBatchesRequest* request,
                           v1::ListBatchesResponse* response) override;
  grpc::Status CancelBatch(grpc::ServerContext* context, const v1::CancelBatchRequest* request,
                           v1::CancelBatchResponse* response) override;
  grpc::Status DeleteBatch(grpc::ServerContext* context, const v1::DeleteBatchRequest* request,
                           v1::DeleteBatchResponse* response) override;
  grpc::Status WatchBatch(grpc::ServerContext* context, const v1::WatchBatchRequest* request,
                          grpc::ServerWriter<v1::WatchBatchResponse>* writer) override;
  grpc::Status StreamBatchResults(
      grpc::ServerContext* context, const v1::StreamBatchResultsRequest* request,
      grpc::ServerWriter<v1::StreamBatchResultsResponse>* writer) override;

 private:
  int TakeBreak();

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

v1::Batch BatchOf(v1::Batch::State state, int total, int succeeded, int failed = 0);
v1::BatchResult ResultOf(int index);

}  // namespace inferwire::testing_support
