// The calls on files whose answer is one JSON object: get, list, delete.
#include <functional>
#include <string>
#include <utility>

#include "codec/decode.h"
#include "endpoints/files/file_request.h"
#include "endpoints/files/files.h"
#include "endpoints/files/request_fields.h"
#include "endpoints/shared/owned_operation.h"
#include "gateway/gateway_info.h"
#include "openai/error.h"
#include "openai/json_body.h"
#include "openai/path_segment.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {
namespace {

constexpr int32_t kUsualPage = 100, kMaxPage = 1000;
constexpr size_t kMaxToken = 256, kMaxPurpose = 64;

// Response: the RPC's, with a gateway member. Read fills it from the answer's JSON.
template <class Response>
class FileCall final : public gateway::Operation, private upstream::UpstreamCall::Client {
 public:
  using Read = std::function<Result<void>(std::string_view json, const upstream::Runtime& runtime,
                                          const openai::Attempt& attempt, Response& response)>;

  FileCall(upstream::UpstreamCall::Request request, Read read, const upstream::Runtime& runtime,
           const gateway::CallContext& context, Sink& sink)
      : runtime_(runtime),
        sink_(sink),
        read_(std::move(read)),
        upstream_call_(runtime, std::move(request), stats_, *this) {
    stats_.request_id = context.request_id;
  }

  void Start() override { upstream_call_.Start(); }
  void Resume() override { upstream_call_.Resume(); }
  const gateway::CallStats& stats() const override { return stats_; }

 private:
  void OnHead(int, const http::Headers&) override { body_.Clear(); }

  bool OnBody(std::string_view bytes) override {
    auto good = body_.Append(bytes, upstream_call_.request().max_bytes, runtime_.limits.json);
    if (!good) End(openai::Protocol(good.error().message, upstream_call_.attempt()));
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (error) return End(std::move(error));
    if (auto failed =
            openai::FromBody(body_.text(), upstream_call_.headers(), upstream_call_.attempt(),
                             runtime_.timers.clock().WallNow())) {
      return End(std::move(failed));
    }
    Response response;
    auto read = read_(body_.text(), runtime_, upstream_call_.attempt(), response);
    if (!read) return End(std::move(read.error()));
    gateway::FillGatewayInfo(stats_, upstream_call_.rate_limits(), *response.mutable_gateway());
    sink_.OnMessage(response);
    End(std::nullopt);
  }

  void End(std::optional<Error> error) {
    upstream_call_.Cancel();
    stats_.finished = !error;
    sink_.OnEnd(std::move(error));
  }

  const upstream::Runtime& runtime_;
  Sink& sink_;
  const Read read_;
  gateway::CallStats stats_;
  upstream::UpstreamCall upstream_call_;
  openai::JsonBody body_;
};

template <class Response>
Result<std::unique_ptr<gateway::Operation>> New(openai::OwnedCall owned,
                                                upstream::UpstreamCall::Request request,
                                                typename FileCall<Response>::Read read,
                                                const upstream::Runtime& runtime,
                                                const gateway::CallContext& context,
                                                gateway::Operation::Sink& sink) {
  return OnlyForOwner(
      std::move(owned), runtime, context, sink,
      [&](gateway::Operation::Sink& to) -> Result<std::unique_ptr<gateway::Operation>> {
        return std::unique_ptr<gateway::Operation>(std::make_unique<FileCall<Response>>(
            std::move(request), std::move(read), runtime, context, to));
      });
}

openai::OwnedCall Uses(const std::string& file_id, const upstream::UpstreamCall::Request& request) {
  openai::OwnedCall owned;
  owned.uses.push_back({request.upstream->name(), "files", file_id});
  return owned;
}

Result<void> ReadList(std::string_view json, const upstream::Runtime& runtime,
                      const openai::Attempt& attempt, v1::ListFilesResponse& response) {
  v1::FileList list;
  codec::DecodeStats stats;
  if (auto decoded = codec::FromJson(json, list, runtime.limits.json, &stats); !decoded) {
    return openai::Protocol(decoded.error().message, attempt);
  }
  if (list.extra().contains("data")) return openai::Protocol("it is not a list of files", attempt);
  for (const v1::File& file : list.files()) {
    if (file.file_id().empty()) return openai::Protocol("a file of the list has no id", attempt);
  }
  runtime.metrics.Operation("files").UnknownFields(stats.unknown_members);
  if (list.has_more() && !list.files().empty()) {
    response.set_next_page_token(list.files().rbegin()->file_id());
  }
  response.mutable_files()->Swap(list.mutable_files());
  return {};
}

Result<void> ReadDeleted(std::string_view json, const upstream::Runtime& runtime,
                         const openai::Attempt& attempt, v1::DeleteFileResponse&) {
  v1::FileDeletion deletion;
  if (auto decoded = codec::FromJson(json, deletion, runtime.limits.json); !decoded) {
    return openai::Protocol(decoded.error().message, attempt);
  }
  if (!deletion.deleted())
    return openai::Protocol("it does not say that the file is deleted", attempt);
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
                                                       gateway::Operation::Sink& sink) {
  auto path = FilePath(message.file_id());
  if (!path) return path.error();
  auto request = ToUpstream("GET", message.upstream(), kGetFields, runtime, context);
  if (!request) return request.error();
  request->path = std::move(*path);
  openai::OwnedCall owned = Uses(message.file_id(), *request);
  return New<v1::GetFileResponse>(
      std::move(owned), std::move(*request),
      [](std::string_view json, const upstream::Runtime& on, const openai::Attempt& attempt,
         v1::GetFileResponse& response) {
        return ReadFile(json, on, attempt, *response.mutable_file());
      },
      runtime, context, sink);
}

Result<std::unique_ptr<gateway::Operation>> NewListFiles(const v1::ListFilesRequest& message,
                                                         const upstream::Runtime& runtime,
                                                         const gateway::CallContext& context,
                                                         gateway::Operation::Sink& sink) {
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
  return New<v1::ListFilesResponse>(std::move(owned), std::move(*request), &ReadList, runtime,
                                    context, sink);
}

Result<std::unique_ptr<gateway::Operation>> NewDeleteFile(const v1::DeleteFileRequest& message,
                                                          const upstream::Runtime& runtime,
                                                          const gateway::CallContext& context,
                                                          gateway::Operation::Sink& sink) {
  auto path = FilePath(message.file_id());
  if (!path) return path.error();
  auto request = ToUpstream("DELETE", message.upstream(), kDeleteFields, runtime, context);
  if (!request) return request.error();
  request->path = std::move(*path);
  openai::OwnedCall owned = Uses(message.file_id(), *request);
  owned.removes = owned.uses.front();
  return New<v1::DeleteFileResponse>(std::move(owned), std::move(*request), &ReadDeleted, runtime,
                                     context, sink);
}

}  // namespace inferwire::endpoints
