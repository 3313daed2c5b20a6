// The calls on files whose answer is one JSON object: get, list, delete.
#include <string>
#include <utility>

#include "endpoints/files/file_request.h"
#include "endpoints/files/files.h"
#include "endpoints/files/request_fields.h"
#include "endpoints/shared/json_call.h"
#include "openai/path_segment.h"
#include "telemetry/operation_metrics.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {
namespace {

constexpr int32_t kUsualPage = 100, kMaxPage = 1000;
constexpr size_t kMaxToken = 256, kMaxPurpose = 64;

openai::OwnedCall Uses(const std::string& file_id, const upstream::UpstreamCall::Request& request) {
  openai::OwnedCall owned;
  owned.uses.push_back({request.upstream->name(), "files", file_id});
  return owned;
}

Result<void> ReadList(const AnswerBody& body, v1::ListFilesResponse& response) {
  v1::FileList list;
  if (auto decoded = body.DecodeInto(list, kFiles); !decoded) return decoded;
  if (list.extra().contains("data")) return AnswerBody::Wrong("it is not a list of files");
  for (const v1::File& file : list.files()) {
    if (file.file_id().empty()) return AnswerBody::Wrong("a file of the list has no id");
  }
  if (list.has_more() && !list.files().empty()) {
    response.set_next_page_token(list.files().rbegin()->file_id());
  }
  response.mutable_files()->Swap(list.mutable_files());
  return {};
}

Result<void> ReadDeleted(const AnswerBody& body, v1::DeleteFileResponse&) {
  v1::FileDeletion deletion;
  if (auto decoded = body.DecodeInto(deletion, kFiles); !decoded) return decoded;
  if (!deletion.deleted()) return AnswerBody::Wrong("it does not say that the file is deleted");
  return {};
}

void AddParameter(std::string_view name, std::string_view value, std::string& path) {
  path += path.find('?') == std::string::npos ? '?' : '&';
  path += name;
  path += '=';
  openai::AppendPercentEncoded(value, path);
}

}  // namespace

Result<std::unique_ptr<gateway::Operation>> NewGetFile(const v1::GetFileRequest& message,
                                                       const upstream::Runtime& runtime,
                                                       const gateway::CallContext& context,
                                                       gateway::Operation::Observer& observer) {
  auto path = FilePath(message.file_id());
  if (!path) return path.error();
  auto request = ToUpstream("GET", message.upstream(), kGetFields, runtime, context);
  if (!request) return request.error();
  request->path = std::move(*path);
  openai::OwnedCall owned = Uses(message.file_id(), *request);
  return NewJsonCall<v1::GetFileResponse>(
      std::move(owned), std::move(*request),
      [](const AnswerBody& body, v1::GetFileResponse& response) {
        return ReadFile(body, *response.mutable_file());
      },
      runtime, context, observer);
}

Result<std::unique_ptr<gateway::Operation>> NewListFiles(const v1::ListFilesRequest& message,
                                                         const upstream::Runtime& runtime,
                                                         const gateway::CallContext& context,
                                                         gateway::Operation::Observer& observer) {
  if (message.page_size() < 0 || message.page_size() > kMaxPage) {
    return InvalidField("page_size", "must be 0 to 1000");
  }
  if (message.page_token().size() > kMaxToken) {
    return InvalidField("page_token", "is not one of ours");
  }
  if (message.purpose().size() > kMaxPurpose) return InvalidField("purpose", "is too long");
  auto request = ToUpstream("GET", message.upstream(), kListFields, runtime, context);
  if (!request) return request.error();
  std::string& path = request->path;
  path = "/files";
  AddParameter("limit", std::to_string(message.page_size() == 0 ? kUsualPage : message.page_size()),
               path);
  if (message.ascending()) AddParameter("order", "asc", path);
  if (!message.purpose().empty()) AddParameter("purpose", message.purpose(), path);
  if (!message.page_token().empty()) AddParameter("after", message.page_token(), path);
  openai::OwnedCall owned;
  owned.lists = true;
  owned.kind = "files";
  return NewJsonCall<v1::ListFilesResponse>(std::move(owned), std::move(*request), &ReadList,
                                            runtime, context, observer);
}

Result<std::unique_ptr<gateway::Operation>> NewDeleteFile(const v1::DeleteFileRequest& message,
                                                          const upstream::Runtime& runtime,
                                                          const gateway::CallContext& context,
                                                          gateway::Operation::Observer& observer) {
  auto path = FilePath(message.file_id());
  if (!path) return path.error();
  auto request = ToUpstream("DELETE", message.upstream(), kDeleteFields, runtime, context);
  if (!request) return request.error();
  request->path = std::move(*path);
  openai::OwnedCall owned = Uses(message.file_id(), *request);
  owned.removes = owned.uses.front();
  return NewJsonCall<v1::DeleteFileResponse>(std::move(owned), std::move(*request), &ReadDeleted,
                                             runtime, context, observer);
}

}  // namespace inferwire::endpoints
