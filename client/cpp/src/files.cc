#include "inferwire/client/files.h"

#include <algorithm>
#include <utility>

#include "client_state.h"
#include "inferwire/client.h"
#include "patience.h"
#include "status.h"

namespace inferwire::client {
namespace {

v1::UploadFileRequest HeaderOf(const UploadOptions& options) {
  v1::UploadFileRequest message;
  v1::UploadFileHeader& header = *message.mutable_header();
  header.set_filename(options.filename);
  header.set_purpose(options.purpose);
  if (options.expires_after) {
    header.mutable_expires_after()->set_seconds(options.expires_after->count());
  }
  if (options.size_bytes) header.set_size_bytes(*options.size_bytes);
  if (options.sha256) header.set_sha256(*options.sha256);
  header.set_upstream(options.upstream);
  return message;
}

using Writer = grpc::ClientWriter<v1::UploadFileRequest>;

// False: the gateway takes no more, and the status says why.
bool WriteParts(Writer& writer, std::string_view bytes, std::int64_t& sent,
                const UploadOptions& options) {
  v1::UploadFileRequest message;
  while (!bytes.empty()) {
    message.set_data(std::string(bytes.substr(0, kFilePartBytes)));
    bytes.remove_prefix(message.data().size());
    if (!writer.Write(message)) return false;
    sent += static_cast<std::int64_t>(message.data().size());
    if (options.on_progress) options.on_progress(sent);
  }
  return true;
}

// The error of the source, if that was why the upload stopped.
std::optional<Error> WriteAll(Writer& writer, const ByteSource& next,
                              const UploadOptions& options) {
  if (!writer.Write(HeaderOf(options))) return std::nullopt;
  std::int64_t sent = 0;
  while (true) {
    auto bytes = next();
    if (!bytes) return bytes.error();
    if (bytes->empty()) break;
    if (!WriteParts(writer, *bytes, sent, options)) return std::nullopt;
  }
  v1::UploadFileRequest end;
  end.mutable_end()->set_size_bytes(sent);
  if (writer.Write(end)) writer.WritesDone();
  return std::nullopt;
}

}  // namespace

ByteSource BytesOf(std::istream& stream) {
  return [&stream]() -> Result<std::string> {
    std::string bytes(kFilePartBytes, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    if (stream.bad()) {
      return ClientError(grpc::StatusCode::INVALID_ARGUMENT, kInvalidOptions,
                         "the file could not be read");
    }
    return bytes;
  };
}

Result<v1::UploadFileResponse> Client::UploadFile(const UploadOptions& upload,
                                                  const ByteSource& next,
                                                  const CallOptions& options) {
  Call call(state_->defaults, options);
  v1::UploadFileResponse response;
  const auto writer = state_->uploads.UploadFile(&call.context(), &response);
  const auto fault = WriteAll(*writer, next, upload);
  if (fault) call.Cancel();
  const grpc::Status status = writer->Finish();
  if (fault) return *fault;
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

Result<v1::File> Client::GetFile(const std::string& file_id, const std::string& upstream,
                                 const CallOptions& options) {
  v1::GetFileRequest request;
  request.set_file_id(file_id);
  request.set_upstream(upstream);
  auto response = Read<v1::GetFileResponse>(
      state_->defaults, options,
      [&](auto* context, auto* answer) { return state_->files.GetFile(context, request, answer); });
  if (!response) return response.error();
  return std::move(*response->mutable_file());
}

Result<v1::ListFilesResponse> Client::ListFiles(const v1::ListFilesRequest& request,
                                                const CallOptions& options) {
  return Read<v1::ListFilesResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->files.ListFiles(context, request, response);
  });
}

Result<void> Client::DeleteFile(const std::string& file_id, const std::string& upstream,
                                const CallOptions& options) {
  v1::DeleteFileRequest request;
  request.set_file_id(file_id);
  request.set_upstream(upstream);
  auto response =
      Read<v1::DeleteFileResponse>(state_->defaults, options, [&](auto* context, auto* answer) {
        return state_->files.DeleteFile(context, request, answer);
      });
  return response ? Result<void>() : Result<void>(response.error());
}

// Every call takes up where the one before ended.
Result<std::int64_t> Client::DownloadFile(const std::string& file_id, const ByteSink& take,
                                          const DownloadOptions& download,
                                          const CallOptions& options) {
  v1::DownloadFileRequest request;
  request.set_file_id(file_id);
  request.set_offset(download.offset);
  request.set_upstream(download.upstream);
  Patience patience({.timeout = options.timeout.value_or(state_->defaults.timeout),
                     .cancellation = options.cancellation,
                     .max_failures = download.max_resumes,
                     .first_pause = download.first_pause});
  std::optional<std::int64_t> size;
  while (true) {
    Call call(state_->defaults, patience.Left(state_->defaults.timeout), options.cancellation);
    const auto reader = state_->files.DownloadFile(&call.context(), request);
    v1::DownloadFileResponse message;
    bool complete = false, unwanted = false;
    while (!unwanted && reader->Read(&message)) {
      if (message.started().has_size_bytes()) size = message.started().size_bytes();
      complete = complete || message.has_completed();
      if (!message.has_data()) continue;
      unwanted = !take(message.data());
      request.set_offset(request.offset() + static_cast<std::int64_t>(message.data().size()));
      patience.Reset();
      if (download.on_progress) download.on_progress(request.offset(), size);
    }
    if (unwanted) {
      call.Cancel();
      while (reader->Read(&message)) {
      }
    }
    auto ended = ToResult(reader->Finish());
    if (unwanted) {
      return ClientError(grpc::StatusCode::CANCELLED, kCancelled, "the bytes were not taken");
    }
    if (ended && !complete) ended = Truncated();
    if (ended) return request.offset();
    if (!patience.GoOn(ended.error())) return ended.error();
  }
}

}  // namespace inferwire::client
