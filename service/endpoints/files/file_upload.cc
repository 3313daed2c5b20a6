// An upload: the caller's messages become the body of a form, piece by piece. Nothing of it is
// finished before all of it is known to be what the caller said.
#include <optional>
#include <string>
#include <utility>

#include "base/sha256.h"
#include "codec/encode.h"
#include "endpoints/files/file_request.h"
#include "endpoints/files/files.h"
#include "endpoints/files/request_fields.h"
#include "endpoints/shared/upload_parts.h"
#include "gateway/call_options.h"
#include "gateway/gateway_info.h"
#include "gateway/ownership.h"
#include "openai/error.h"
#include "openai/form_source.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {
namespace {

constexpr size_t kMaxPurpose = 64;

bool IsPurpose(std::string_view text) {
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '-' && c != '_' && c != '.') return false;
  }
  return !text.empty() && text.size() <= kMaxPurpose;
}

// The digits in lower case.
Result<std::string> Digest(std::string text, std::string_view path) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c | 0x20);
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (!digit) return InvalidField(path, "must be 64 hexadecimal digits");
  }
  if (text.size() != 64) return InvalidField(path, "must be 64 hexadecimal digits");
  return text;
}

class FileUpload final : public gateway::ClientStream, private upstream::UpstreamCall::Observer {
 public:
  FileUpload(const upstream::Runtime& runtime, const gateway::CallContext& context,
             gateway::ClientStream::Observer& observer)
      : runtime_(runtime),
        context_(context),
        observer_(observer),
        size_(runtime.limits.file_bytes),
        body_(runtime) {
    stats_.request_id = context.request_id;
    stats_.queued_for = context.queued_for;
    stats_.admitted = context.admitted;
  }

  void Start() override {}
  void Resume() override {
    if (upstream_call_) upstream_call_->Resume();
  }
  const gateway::CallStats& stats() const override { return stats_; }

  bool HasRoom() override { return !source_ || source_->HasRoom(); }

  void Take(google::protobuf::Message& message) override {
    auto taken = TakeMessage(static_cast<v1::UploadFileRequest&>(message));
    if (!taken) End(std::move(taken.error()));
  }

  void EndOfInput() override {
    if (auto complete = CheckComplete(); !complete) return End(std::move(complete.error()));
    sha256_text_ = sha256_.Hex();
    if (sha256_claimed_ && *sha256_claimed_ != sha256_text_) {
      return End(InvalidField("sha256", "is not that of the bytes that came"));
    }
    source_->Complete();
  }

 private:
  Result<void> TakeMessage(v1::UploadFileRequest& message) {
    if (auto known = codec::RefuseUnknownFields(message); !known) return known;
    if (message.has_header()) return TakeHeader(message.header());
    if (!source_) return InvalidField("header", "must be the first message");
    if (ended_) return InvalidField("end", "must be the last message");
    if (message.has_end()) return TakeEnd(message.end());
    if (message.has_data()) return TakeData(std::move(*message.mutable_data()));
    return InvalidField("message", "is required: data or end");
  }

  Result<void> TakeHeader(const v1::UploadFileHeader& header) {
    if (source_) return InvalidField("header", "may be sent only once");
    if (auto good = CheckFilename(header.filename(), "header.filename"); !good) return good;
    if (!IsPurpose(header.purpose())) {
      return InvalidField("header.purpose", "must be 1 to 64 letters, digits, '-', '_' and '.'");
    }
    openai::FormSource::Fields fields = {{"purpose", header.purpose()}};
    if (header.has_expires_after()) {
      const int64_t seconds = header.expires_after().seconds();
      if (seconds <= 0) return InvalidField("header.expires_after", "must be at least a second");
      fields.emplace_back("expires_after[anchor]", "created_at");
      fields.emplace_back("expires_after[seconds]", std::to_string(seconds));
    }
    if (header.has_size_bytes()) {
      auto good = size_.Announce(header.size_bytes(), "header.size_bytes");
      if (!good) return good;
    }
    if (header.has_sha256()) {
      auto digest = Digest(header.sha256(), "header.sha256");
      if (!digest) return digest.error();
      sha256_claimed_ = std::move(*digest);
    }
    auto request = ToUpstream("POST", header.upstream(), kUploadFields, runtime_, context_);
    if (!request) return request.error();
    if (runtime_.ownership) {
      if (auto refused = runtime_.ownership->Refusal(context_.owner)) return std::move(*refused);
    }

    source_ = std::make_shared<openai::FormSource>("inferwire-" + runtime_.random.Id());
    source_->SetFields(fields);
    source_->BeginFile({.part = "file", .filename = header.filename()});
    source_->OnRoom([this] { observer_.OnRoom(); });
    request->path = "/files";
    request->content_type = source_->content_type();
    request->source = source_;
    if (const auto size = size_.announced()) {
      request->source_bytes = *size + source_->overhead();
    }
    upstream::UpstreamCall::Observer& observer = *this;
    upstream_call_.emplace(runtime_, std::move(*request), stats_, observer);
    upstream_call_->Start();
    return {};
  }

  Result<void> TakeData(std::string data) {
    if (auto good = size_.Add(data); !good) return good;
    sha256_.Add(data);
    source_->Append(std::move(data));
    return {};
  }

  Result<void> TakeEnd(const v1::UploadFileEnd& end) {
    if (end.has_size_bytes() && end.size_bytes() != size_.bytes()) {
      return InvalidField("end.size_bytes", "is not the number of bytes that came");
    }
    if (end.has_sha256()) {
      auto digest = Digest(end.sha256(), "end.sha256");
      if (!digest) return digest.error();
      if (sha256_claimed_ && *sha256_claimed_ != *digest) {
        return InvalidField("end.sha256", "is not header.sha256");
      }
      sha256_claimed_ = std::move(*digest);
    }
    ended_ = true;
    return {};
  }

  // A caller's cut and its proper end look alike: only what it said tells them apart.
  Result<void> CheckComplete() const {
    if (!source_) return InvalidField("header", "must be the first message");
    if (auto complete = size_.CheckComplete(); !complete) return complete;
    if (ended_ || size_.announced() || sha256_claimed_) return {};
    return InvalidField("end", "must be the last message: the upload was cut");
  }

  void OnHead(int, const http::Headers&) override { body_.Clear(); }

  bool OnBody(std::string_view bytes) override {
    if (auto good = body_.Append(bytes, *upstream_call_); !good) EndUnusable(good.error().message);
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (over_) return;
    if (error) return End(std::move(error));
    if (auto failed = body_.StatedError(*upstream_call_)) return End(std::move(failed));
    if (!upstream_call_->request_complete()) {
      return EndUnusable("it was given before the file was complete");
    }
    v1::UploadFileResponse response;
    auto read = ReadFile(body_, *response.mutable_file());
    if (!read) return EndUnusable(read.error().message);
    if (response.file().has_size_bytes() && response.file().size_bytes() != size_.bytes()) {
      return EndUnusable("it stored another number of bytes");
    }
    response.set_sha256(sha256_text_);
    gateway::FillGatewayInfo(stats_, upstream_call_->rate_limits(), *response.mutable_gateway());
    if (runtime_.ownership) return Keep(std::move(response));
    observer_.OnMessage(response);
    End(std::nullopt);
  }

  // The caller hears of the file once it is known to be the caller's.
  void Keep(v1::UploadFileResponse response) {
    const gateway::OwnedThing thing{stats_.upstream, "files", response.file().file_id()};
    const std::weak_ptr<int> alive = alive_;
    const auto answer = std::make_shared<v1::UploadFileResponse>(std::move(response));
    runtime_.ownership->Keep(thing, context_.owner, runtime_.timers.clock().WallNow(),
                             runtime_.mailbox, [this, alive, answer](std::optional<Error> error) {
                               if (alive.expired() || over_) return;
                               if (!error) observer_.OnMessage(*answer);
                               End(std::move(error));
                             });
  }

  void EndUnusable(std::string_view why) { End(openai::Protocol(why, upstream_call_->attempt())); }

  // Without its end the form is none: upstream sees a broken connection and keeps nothing.
  void End(std::optional<Error> error) {
    if (std::exchange(over_, true)) return;
    if (upstream_call_) upstream_call_->Cancel();
    stats_.finished = !error;
    observer_.OnEnd(std::move(error));
  }

  const upstream::Runtime& runtime_;
  const gateway::CallContext context_;
  gateway::ClientStream::Observer& observer_;
  gateway::CallStats stats_;
  std::shared_ptr<openai::FormSource> source_;  // shared with the upstream call
  std::optional<upstream::UpstreamCall> upstream_call_;
  Sha256 sha256_;
  std::string sha256_text_;
  std::optional<std::string> sha256_claimed_;
  UploadSize size_;
  bool ended_ = false, over_ = false;
  AnswerBody body_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // the answer holds it weakly
};

}  // namespace

std::unique_ptr<gateway::ClientStream> NewFileUpload(const upstream::Runtime& runtime,
                                                     const gateway::CallContext& context,
                                                     gateway::ClientStream::Observer& observer) {
  return std::make_unique<FileUpload>(runtime, context, observer);
}

}  // namespace inferwire::endpoints
