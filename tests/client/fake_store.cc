#include "client/fake_store.h"

#include <grpcpp/server_builder.h>

#include <algorithm>
#include <climits>

namespace inferwire::testing_support {
namespace {

constexpr size_t kPart = 10;
constexpr int kPage = 2;

grpc::Status Broken() { return {grpc::StatusCode::UNAVAILABLE, "the stream was broken"}; }
grpc::Status NotFound() { return {grpc::StatusCode::NOT_FOUND, "no such thing"}; }

}  // namespace

FakeStore::FakeStore() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(static_cast<v1::FilesService::Service*>(this));
  builder.RegisterService(static_cast<v1::BatchesService::Service*>(this));
  server_ = builder.BuildAndStart();
}

FakeStore::~FakeStore() { server_->Shutdown(std::chrono::system_clock::now()); }

int FakeStore::TakeBreak() {
  ++calls;
  if (breaks.empty()) return INT_MAX;
  const int at = breaks.front();
  breaks.erase(breaks.begin());
  return at;
}

grpc::Status FakeStore::UploadFile(grpc::ServerContext*,
                                   grpc::ServerReader<v1::UploadFileRequest>* reader,
                                   v1::UploadFileResponse* response) {
  v1::UploadFileRequest message;
  v1::UploadFileHeader upload;
  std::string bytes;
  bool ended = false;
  int left = TakeBreak();
  while (left-- > 0 && reader->Read(&message)) {
    if (message.has_header()) upload = message.header();
    bytes += message.data();
    ended = ended || message.has_end();
  }
  if (left < 0) return Broken();
  if (!ended) {
    ++uploads_cut;
    return {grpc::StatusCode::INVALID_ARGUMENT, "the upload was cut"};
  }
  v1::File& file = *response->mutable_file();
  file.set_file_id("file-" + std::to_string(files.size() + 1));
  file.set_filename(upload.filename());
  file.set_purpose(upload.purpose());
  file.set_size_bytes(static_cast<int64_t>(bytes.size()));
  file.mutable_create_time()->set_seconds(1'700'000'000);
  if (upload.has_expires_after()) {
    file.mutable_expire_time()->set_seconds(1'700'000'000 + upload.expires_after().seconds());
  }
  files[file.file_id()] = {file, bytes};
  return grpc::Status::OK;
}

grpc::Status FakeStore::GetFile(grpc::ServerContext*, const v1::GetFileRequest* request,
                                v1::GetFileResponse* response) {
  const auto found = files.find(request->file_id());
  if (found == files.end()) return NotFound();
  *response->mutable_file() = found->second.first;
  return grpc::Status::OK;
}

grpc::Status FakeStore::ListFiles(grpc::ServerContext*, const v1::ListFilesRequest* request,
                                  v1::ListFilesResponse* response) {
  auto file =
      request->page_token().empty() ? files.begin() : files.upper_bound(request->page_token());
  const int most = std::min(kPage, request->page_size());
  for (; file != files.end(); ++file) {
    if (!request->purpose().empty() && file->second.first.purpose() != request->purpose()) continue;
    if (response->files_size() == most) {
      response->set_next_page_token(response->files().rbegin()->file_id());
      break;
    }
    *response->add_files() = file->second.first;
  }
  return grpc::Status::OK;
}

grpc::Status FakeStore::DeleteFile(grpc::ServerContext*, const v1::DeleteFileRequest* request,
                                   v1::DeleteFileResponse*) {
  return files.erase(request->file_id()) == 1 ? grpc::Status::OK : NotFound();
}

grpc::Status FakeStore::DownloadFile(grpc::ServerContext*, const v1::DownloadFileRequest* request,
                                     grpc::ServerWriter<v1::DownloadFileResponse>* writer) {
  const auto found = files.find(request->file_id());
  if (found == files.end()) return NotFound();
  const std::string& bytes = found->second.second;
  int left = TakeBreak();
  v1::DownloadFileResponse message;
  message.mutable_started()->set_size_bytes(static_cast<int64_t>(bytes.size()));
  message.mutable_started()->set_offset(request->offset());
  writer->Write(message);
  for (auto at = static_cast<size_t>(request->offset()); at < bytes.size(); at += kPart) {
    if (left-- == 0) return Broken();
    message.set_data(bytes.substr(at, kPart));
    writer->Write(message);
  }
  if (ends_too_early) return grpc::Status::OK;
  message.mutable_completed()->set_size_bytes(static_cast<int64_t>(bytes.size()));
  writer->Write(message);
  return grpc::Status::OK;
}

grpc::Status FakeStore::CreateBatch(grpc::ServerContext* context,
                                    grpc::ServerReader<v1::CreateBatchRequest>* reader,
                                    v1::CreateBatchResponse* response) {
  items.clear();
  v1::CreateBatchRequest message;
  while (reader->Read(&message)) {
    if (message.has_header()) header = message.header();
    if (message.has_item()) items.push_back(message.item());
  }
  if (context->IsCancelled()) {
    ++creations_cut;
    return grpc::Status::CANCELLED;
  }
  *response->mutable_batch() = BatchOf(v1::Batch::STATE_QUEUED, static_cast<int>(items.size()), 0);
  response->set_existed(existed);
  return grpc::Status::OK;
}

grpc::Status FakeStore::GetBatch(grpc::ServerContext*, const v1::GetBatchRequest* request,
                                 v1::GetBatchResponse* response) {
  if (states.empty() || request->batch_id() != "batch-1") return NotFound();
  *response->mutable_batch() = states.back();
  return grpc::Status::OK;
}

grpc::Status FakeStore::ListBatches(grpc::ServerContext*, const v1::ListBatchesRequest* request,
                                    v1::ListBatchesResponse* response) {
  const int first = request->page_token().empty() ? 0 : std::stoi(request->page_token());
  const int most = std::min(kPage, request->page_size());
  for (int i = first; i < static_cast<int>(states.size()); ++i) {
    if (response->batches_size() == most) {
      response->set_next_page_token(std::to_string(i));
      break;
    }
    *response->add_batches() = states[static_cast<size_t>(i)];
  }
  return grpc::Status::OK;
}

grpc::Status FakeStore::CancelBatch(grpc::ServerContext*, const v1::CancelBatchRequest*,
                                    v1::CancelBatchResponse* response) {
  cancelled = true;
  *response->mutable_batch() = BatchOf(v1::Batch::STATE_CANCELLING, 4, 1);
  return grpc::Status::OK;
}

grpc::Status FakeStore::DeleteBatch(grpc::ServerContext*, const v1::DeleteBatchRequest* request,
                                    v1::DeleteBatchResponse*) {
  if (states.empty() || request->batch_id() != "batch-1") return NotFound();
  states.clear();
  return grpc::Status::OK;
}

grpc::Status FakeStore::WatchBatch(grpc::ServerContext*, const v1::WatchBatchRequest*,
                                   grpc::ServerWriter<v1::WatchBatchResponse>* writer) {
  int left = TakeBreak();
  for (const v1::Batch& state : states) {
    if (left-- == 0) return Broken();
    v1::WatchBatchResponse message;
    message.mutable_heartbeat();
    writer->Write(message);
    *message.mutable_batch() = state;
    writer->Write(message);
  }
  return grpc::Status::OK;
}

grpc::Status FakeStore::StreamBatchResults(
    grpc::ServerContext*, const v1::StreamBatchResultsRequest* request,
    grpc::ServerWriter<v1::StreamBatchResultsResponse>* writer) {
  int left = TakeBreak();
  v1::StreamBatchResultsResponse message;
  for (auto i = static_cast<size_t>(request->offset()); i < results.size(); ++i) {
    if (left-- == 0) return Broken();
    *message.mutable_result() = results[i];
    writer->Write(message);
  }
  if (ends_too_early) return grpc::Status::OK;
  message.mutable_end()->set_next_offset(static_cast<int64_t>(results.size()));
  writer->Write(message);
  return grpc::Status::OK;
}

v1::Batch BatchOf(v1::Batch::State state, int total, int succeeded, int failed) {
  v1::Batch batch;
  batch.set_batch_id("batch-1");
  batch.set_state(state);
  batch.set_endpoint("/v1/chat/completions");
  batch.mutable_counts()->set_total(total);
  batch.mutable_counts()->set_succeeded(succeeded);
  batch.mutable_counts()->set_failed(failed);
  batch.mutable_create_time()->set_seconds(1'700'000'000);
  return batch;
}

v1::BatchResult ResultOf(int index) {
  v1::BatchResult result;
  result.set_custom_id("item-" + std::to_string(index));
  result.set_next_offset(index + 1);
  result.set_http_status(200);
  result.set_upstream_request_id("req-" + std::to_string(index));
  auto& choice = *result.mutable_chat_completion()->add_choices();
  choice.mutable_message()->set_content("answer " + std::to_string(index));
  return result;
}

}  // namespace inferwire::testing_support
