#include "wire/chat_check.h"

#include <chrono>
#include <string>

#include "codec/encode.h"
#include "wire/chat_request.h"
#include "wire/common_check.h"
#include "wire/difference.h"
#include "wire/stream_check.h"

namespace inferwire::wire {
namespace {

constexpr std::chrono::seconds kDeadline(20);

// A transcription, say, that a recorder's test has put behind this path.
bool IsSomethingElse(const JsonTree& answer) {
  return !answer.Has("choices") && !answer.Has("id") && !answer.Has("model") &&
         !answer.Has("usage");
}

class ChatCheck {
 public:
  ChatCheck(const Recording& recording, Gateways::Gateway& gateway, ReplayUpstream& upstream)
      : recording_(recording), gateway_(gateway), upstream_(upstream) {
    context_.set_deadline(std::chrono::system_clock::now() + kDeadline);
    options_.set_max_retries(0);
  }

  std::optional<std::string> Run() {
    const v1::ChatCompletionParams params = ParamsOf(recording_);
    auto wrong = WantsStream(recording_) ? Stream(params) : Unary(params);
    if (wrong) return wrong;
    const auto requests = upstream_.requests();
    if (refused_) return std::nullopt;
    if (requests.size() != 1) return std::to_string(requests.size()) + " requests upstream";
    return CheckSentBody(requests[0].body, params, recording_);
  }

 private:
  std::optional<std::string> Unary(const v1::ChatCompletionParams& params) {
    v1::CompleteRequest request;
    *request.mutable_params() = params;
    *request.mutable_options() = options_;
    request.mutable_options()->set_include_raw_response(true);
    v1::CompleteResponse response;
    const grpc::Status status = gateway_.chat->Complete(&context_, request, &response);
    const auto recorded = JsonTree::Parse(recording_.body);
    if (recording_.status / 100 != 2) return Error(status, ErrorOfAnswer(recording_));
    if (recorded && !ErrorIn(*recorded).is_null()) {
      return Error(status, ErrorOfEvent(*recorded, /*after_output=*/false));
    }
    if (recorded && IsSomethingElse(*recorded)) {
      return Error(status, {"UPSTREAM_PROTOCOL", "INTERNAL", {}, false});
    }
    if (!status.ok()) return "failed: " + status.error_message();
    if (response.gateway().raw_response() != recording_.body) return "raw_response differs";
    response.mutable_gateway()->clear_raw_response();
    if (auto wrong = Common(response.gateway(), response.SerializeAsString(), status)) return wrong;
    std::string json;
    if (const auto encoded = codec::AppendJson(response.completion(), json); !encoded) {
      return "answer: cannot be written: " + encoded.error().message;
    }
    const auto came = JsonTree::Parse(json);
    if (!came || !recorded) return "answer: not JSON";
    if (const auto different = FirstDifference(*recorded, *came)) {
      return "answer: " + different->path + ": " + different->text;
    }
    return std::nullopt;
  }

  std::optional<std::string> Stream(const v1::ChatCompletionParams& params) {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = params;
    *request.mutable_options() = options_;
    request.mutable_stream()->set_accumulate(true);
    const auto reader = gateway_.chat->StreamComplete(&context_, request);
    std::vector<v1::StreamCompleteResponse> messages;
    std::string delivered;
    for (v1::StreamCompleteResponse message; reader->Read(&message);) {
      delivered += message.SerializeAsString();
      messages.push_back(std::move(message));
    }
    const grpc::Status status = reader->Finish();
    if (recording_.status / 100 != 2) return Error(status, ErrorOfAnswer(recording_));
    if (auto wrong = CheckStream(messages, status, recording_)) return wrong;
    if (messages.empty()) return CheckSecrets(Delivered(status, context_), recording_);
    return Common(messages[0].started().gateway(), delivered, status);
  }

  std::optional<std::string> Error(const grpc::Status& status, ExpectedError expected) {
    // What upstream refuses as invalid, the gateway may have refused before.
    refused_ = upstream_.requests().empty() && expected.code == "INVALID_ARGUMENT";
    expected.by_gateway = refused_;
    if (auto wrong = CheckStatus(status, expected, recording_)) return wrong;
    return CheckSecrets(Delivered(status, context_), recording_);
  }

  std::optional<std::string> Common(const v1::GatewayInfo& info, const std::string& delivered,
                                    const grpc::Status& status) {
    if (auto wrong = CheckRequestId(info.upstream_request_id(), recording_)) return wrong;
    return CheckSecrets(delivered + Delivered(status, context_), recording_);
  }

  const Recording& recording_;
  Gateways::Gateway& gateway_;
  ReplayUpstream& upstream_;
  grpc::ClientContext context_;
  v1::CallOptions options_;
  bool refused_ = false;
};

}  // namespace

Verdict CheckChat(const std::shared_ptr<const Recording>& recording, Gateways& gateways) {
  gateways.upstream().Play(recording);
  ChatCheck check(*recording, gateways.For(recording->provider), gateways.upstream());
  auto wrong = check.Run();
  return wrong ? Verdict::Failed(*wrong) : Verdict::Passed();
}

}  // namespace inferwire::wire
