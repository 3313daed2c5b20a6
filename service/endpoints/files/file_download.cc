// A download: the answer's bytes as messages, one part held at a time, from any offset on.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/utf8.h"
#include "endpoints/files/file_request.h"
#include "endpoints/files/files.h"
#include "endpoints/files/request_fields.h"
#include "endpoints/shared/owned_operation.h"
#include "endpoints/shared/upstream_operation.h"
#include "openai/error.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {
namespace {

constexpr size_t kPart = 256 * 1024;

std::optional<int64_t> Number(std::string_view text) {
  const auto number = ParseInteger(text);
  return number && *number >= 0 ? number : std::nullopt;
}

struct ContentRange {
  std::optional<int64_t> begin, size;
};

// "bytes 100-199/200", "bytes 100-199/*", "bytes */200".
ContentRange ParseContentRange(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return {};
  text.remove_prefix(kUnit.size());
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  return {Number(text.substr(0, text.find('-'))), Number(text.substr(slash + 1))};
}

// Of content-disposition, in its simple form.
std::string Filename(std::string_view disposition) {
  constexpr std::string_view kName = "filename=\"";
  const size_t at = disposition.find(kName);
  if (at == std::string_view::npos) return {};
  disposition.remove_prefix(at + kName.size());
  return codec::ReplaceInvalidUtf8(disposition.substr(0, disposition.find('"')));
}

Error BeyondEnd() { return InvalidField("offset", "is beyond the end of the file"); }

class FileDownload final : public UpstreamOperation {
 public:
  FileDownload(upstream::UpstreamCall::Request request, int64_t offset,
               const upstream::Runtime& runtime, const gateway::CallContext& context,
               gateway::Operation::Observer& observer)
      : UpstreamOperation(std::move(request), runtime, context, observer), offset_(offset) {}

 private:
  void OnHead(int status, const http::Headers& headers) override {
    if (status == 206) {
      const ContentRange range = ParseContentRange(headers.Get("content-range"));
      if (range.begin != offset_) {
        return End(openai::Protocol("it is another range of the file", upstream_call_.attempt()));
      }
      size_ = range.size;
      position_ = offset_;
    } else if (status == 200) {  // all of it, whatever was asked for
      size_ = Number(headers.Get("content-length"));
      position_ = 0;
    } else {
      return End(
          openai::Protocol("its status is " + std::to_string(status), upstream_call_.attempt()));
    }
    if (size_ && *size_ < offset_) return End(BeyondEnd());
    SendStarted(headers);
  }

  bool OnBody(std::string_view bytes) override {
    if (observer_.Full()) return false;
    const int64_t skipped =
        std::clamp<int64_t>(offset_ - position_, 0, static_cast<int64_t>(bytes.size()));
    position_ += static_cast<int64_t>(bytes.size());
    bytes.remove_prefix(static_cast<size_t>(skipped));
    while (!bytes.empty()) {
      const std::string_view taken = bytes.substr(0, kPart - part_.size());
      part_ += taken;
      bytes.remove_prefix(taken.size());
      if (part_.size() == kPart) SendPart();
    }
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (error && stats_.http_status == 416) return EndUnsatisfied();
    SendPart();  // also before an error: the caller goes on behind it
    if (error) return End(std::move(error));
    if (position_ < offset_) return End(BeyondEnd());
    if (size_ && position_ != *size_) {
      return End(
          openai::Truncated("the file is not as long as announced", upstream_call_.attempt()));
    }
    SendCompleted();
  }

  // Nothing is left behind the offset; whether that is the end, the answer says.
  void EndUnsatisfied() {
    const ContentRange range = ParseContentRange(upstream_call_.headers().Get("content-range"));
    if (range.size != offset_) return End(BeyondEnd());
    size_ = position_ = offset_;
    SendStarted({});
    SendCompleted();
  }

  void SendStarted(const http::Headers& headers) {
    v1::DownloadFileResponse message;
    v1::DownloadFileStarted& started = *message.mutable_started();
    if (size_) started.set_size_bytes(*size_);
    started.set_offset(offset_);
    const std::string filename = Filename(headers.Get("content-disposition"));
    if (!filename.empty()) started.set_filename(filename);
    observer_.OnMessage(message);
    upstream_call_.MarkOutput();
  }

  void SendPart() {
    if (part_.empty()) return;
    v1::DownloadFileResponse message;
    message.set_data(part_);
    ++stats_.events;
    part_.clear();
    observer_.OnMessage(message);
  }

  void SendCompleted() {
    v1::DownloadFileResponse message;
    message.mutable_completed()->set_size_bytes(position_);
    FillGateway(*message.mutable_completed()->mutable_gateway());
    observer_.OnMessage(message);
    End(std::nullopt);
  }

  const int64_t offset_;
  std::optional<int64_t> size_;  // of the whole file
  int64_t position_ = 0;         // in the file, behind what has come
  std::string part_;
};

}  // namespace

Result<std::unique_ptr<gateway::Operation>> NewFileDownload(
    const v1::DownloadFileRequest& message, const upstream::Runtime& runtime,
    const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  if (message.offset() < 0) return InvalidField("offset", "is negative");
  auto path = FilePath(message.file_id(), "/content");
  if (!path) return path.error();
  auto request = ToUpstream("GET", message.upstream(), kDownloadFields, runtime, context);
  if (!request) return request.error();
  request->path = std::move(*path);
  request->accept = "*/*";
  request->max_bytes = runtime.limits.file_bytes;
  request->receive_bytes = 64 * 1024;
  request->keeps_answer = false;
  if (message.offset() > 0) {
    request->headers.push_back("Range: bytes=" + std::to_string(message.offset()) + "-");
  }
  openai::OwnedCall owned;
  owned.uses.push_back({request->upstream->name(), "files", message.file_id()});
  return OnlyForOwner(
      std::move(owned), runtime, context, observer,
      [&](gateway::Operation::Observer& to) -> Result<std::unique_ptr<gateway::Operation>> {
        return std::unique_ptr<gateway::Operation>(std::make_unique<FileDownload>(
            std::move(*request), message.offset(), runtime, context, to));
      });
}

}  // namespace inferwire::endpoints
