// The calls on files whose answer is one JSON object: get, list, delete.
#include <functional>
#include <string>
#include <utility>

#include "codec/decode.h"
#include "openai/error.h"
#include "openai/exchange.h"
#include "openai/file_request.h"
#include "openai/files.h"
#include "openai/gateway_info.h"
#include "openai/json_body.h"
#include "openai/owned_operation.h"
#include "openai/path_segment.h"

namespace inferwire::openai {
namespace {

constexpr int32_t kUsualPage = 100, kMaxPage = 1000;
constexpr size_t kMaxToken = 256, kMaxPurpose = 64;

// Response: the RPC's, with a gateway member. Read fills it from the answer's JSON.
template <class Response>
class FileCall final : public Operation, private Exchange::Client {
 public:
  using Read = std::function<Result<void>(std::string_view json, const Runtime& runtime,
                                          const Attempt& attempt, Response& response)>;

  FileCall(Exchange::Request request, Read read, const Runtime& runtime, const CallContext& context,
           Sink& sink)
      : runtime_(runtime),
        sink_(sink),
        read_(std::move(read)),
        exchange_(runtime, std::move(request), report_, *this) {
    report_.request_id = context.request_id;
  }

  void Start() override { exchange_.Start(); }
  void Resume() override { exchange_.Resume(); }
  const Report& report() const override { return report_; }

 private:
  void OnHead(int, const http::Headers&) override { body_.Clear(); }

  bool OnBody(std::string_view bytes) override {
    auto good = body_.Append(bytes, exchange_.request().max_bytes, runtime_.limits.json);
    if (!good) End(Protocol(good.error().message, exchange_.attempt()));
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (error) return End(std::move(error));
    if (auto failed = FromBody(body_.text(), exchange_.headers(), exchange_.attempt(),
                               runtime_.timers.clock().WallNow())) {
      return End(std::move(failed));
    }
    Response response;
    auto read = read_(body_.text(), runtime_, exchange_.attempt(), response);
    if (!read) return End(std::move(read.error()));
    FillGatewayInfo(report_, exchange_.rate_limits(), *response.mutable_gateway());
    sink_.OnMessage(response);
    End(std::nullopt);
  }

  void End(std::optional<Error> error) {
    exchange_.Cancel();
    report_.finished = !error;
    sink_.OnEnd(std::move(error));
  }

  const Runtime& runtime_;
  Sink& sink_;
  const Read read_;
  Report report_;
  Exchange exchange_;
  JsonBody body_;
};

template <class Response>
Result<std::unique_ptr<Operation>> New(OwnedCall owned, Exchange::Request request,
                                       typename FileCall<Response>::Read read,
                                       const Runtime& runtime, const CallContext& context,
                                       Operation::Sink& sink) {
  return OnlyForOwner(std::move(owned), runtime, context, sink,
                      [&](Operation::Sink& to) -> Result<std::unique_ptr<Operation>> {
                        return std::unique_ptr<Operation>(std::make_unique<FileCall<Response>>(
                            std::move(request), std::move(read), runtime, context, to));
                      });
}

OwnedCall Uses(const std::string& file_id, const Exchange::Request& request) {
  OwnedCall owned;
  owned.uses.push_back({request.upstream->name(), "files", file_id});
  return owned;
}

Result<void> ReadList(std::string_view json, const Runtime& runtime, const Attempt& attempt,
                      v1::ListFilesResponse& response) {
  v1::FileList list;
  codec::DecodeStats stats;
  if (auto decoded = codec::FromJson(json, list, runtime.limits.json, &stats); !decoded) {
    return Protocol(decoded.error().message, attempt);
  }
  if (list.extra().contains("data")) return Protocol("it is not a list of files", attempt);
  for (const v1::File& file : list.files()) {
    if (file.file_id().empty()) return Protocol("a file of the list has no id", attempt);
  }
  runtime.metrics.Operation("files").UnknownFields(stats.unknown_members);
  if (list.has_more() && !list.files().empty()) {
    response.set_next_page_token(list.files().rbegin()->file_id());
  }
  response.mutable_files()->Swap(list.mutable_files());
  return {};
}

Result<void> ReadDeleted(std::string_view json, const Runtime& runtime, const Attempt& attempt,
                         v1::DeleteFileResponse&) {
  v1::FileDeletion deletion;
  if (auto decoded = codec::FromJson(json, deletion, runtime.limits.json); !decoded) {
    return Protocol(decoded.error().message, attempt);
  }
  if (!deletion.deleted()) return Protocol("it does not say that the file is deleted", attempt);
  return {};
}

void AddParameter(std::string_view name, std::string_view value, std::string& path) {
  path += path.find('?') == std::string::npos ? '?' : '&';
  path += name;
  path += '=';
  AppendPercentEncoded(value, path);
}

}  // namespace

Result<std::unique_ptr<Operation>> NewGetFile(const v1::GetFileRequest& message,
                                              const Runtime& runtime, const CallContext& context,
                                              Operation::Sink& sink) {
  auto path = FilePath(message.file_id());
  if (!path) return path.error();
  auto request = ToUpstream("GET", message.upstream(), runtime, context);
  if (!request) return request.error();
  request->path = std::move(*path);
  OwnedCall owned = Uses(message.file_id(), *request);
  return New<v1::GetFileResponse>(
      std::move(owned), std::move(*request),
      [](std::string_view json, const Runtime& on, const Attempt& attempt,
         v1::GetFileResponse& response) {
        return ReadFile(json, on, attempt, *response.mutable_file());
      },
      runtime, context, sink);
}

Result<std::unique_ptr<Operation>> NewListFiles(const v1::ListFilesRequest& message,
                                                const Runtime& runtime, const CallContext& context,
                                                Operation::Sink& sink) {
  if (message.page_size() < 0 || message.page_size() > kMaxPage) {
    return InvalidField("page_size", "must be 0 to 1000");
  }
  if (message.page_token().size() > kMaxToken) {
    return InvalidField("page_token", "is not one of ours");
  }
  if (message.purpose().size() > kMaxPurpose) return InvalidField("purpose", "is too long");
  auto request = ToUpstream("GET", message.upstream(), runtime, context);
  if (!request) return request.error();
  std::string& path = request->path;
  path = "/files";
  AddParameter("limit", std::to_string(message.page_size() == 0 ? kUsualPage : message.page_size()),
               path);
  if (message.ascending()) AddParameter("order", "asc", path);
  if (!message.purpose().empty()) AddParameter("purpose", message.purpose(), path);
  if (!message.page_token().empty()) AddParameter("after", message.page_token(), path);
  OwnedCall owned;
  owned.lists = true;
  return New<v1::ListFilesResponse>(std::move(owned), std::move(*request), &ReadList, runtime,
                                    context, sink);
}

Result<std::unique_ptr<Operation>> NewDeleteFile(const v1::DeleteFileRequest& message,
                                                 const Runtime& runtime, const CallContext& context,
                                                 Operation::Sink& sink) {
  auto path = FilePath(message.file_id());
  if (!path) return path.error();
  auto request = ToUpstream("DELETE", message.upstream(), runtime, context);
  if (!request) return request.error();
  request->path = std::move(*path);
  OwnedCall owned = Uses(message.file_id(), *request);
  owned.removes = owned.uses.front();
  return New<v1::DeleteFileResponse>(std::move(owned), std::move(*request), &ReadDeleted, runtime,
                                     context, sink);
}

}  // namespace inferwire::openai
