// Whatever bytes a client sends as ChatCompletionParams: a typed error, or JSON that says the same.
#include <google/protobuf/stubs/logging.h>

#include <string>

#include "codec/decode.h"
#include "codec/encode.h"
#include "codec/proto_check.h"
#include "fuzz/error_check.h"
#include "fuzz/input.h"
#include "fuzz/json_judge.h"
#include "fuzz/message_check.h"
#include "fuzz/require.h"
#include "inferwire/v1/chat.pb.h"

namespace inferwire::fuzz {
namespace {

using v1::ChatCompletionParams;

// protobuf says on standard error what it refuses.
[[maybe_unused]] const auto kLog = google::protobuf::SetLogHandler(nullptr);

void CheckRefusal(const Error& error) {
  CheckError(error);
  Require(error.code == Code::kInvalidArgument && error.origin == Origin::kCaller,
          "a refusal is the caller's fault");
  switch (error.reason) {
    case v1::ERROR_REASON_INVALID_PARAMETER:
    case v1::ERROR_REASON_INVALID_JSON_FIELD:
    case v1::ERROR_REASON_EXTRA_CONFLICT:
    case v1::ERROR_REASON_UNKNOWN_PROTO_FIELD:
      Require(error.fields.size() == 1, "a refusal names the field");
      return;
    case v1::ERROR_REASON_INVALID_PROTO:
      return;
    default:
      Require(false, "a refusal has one of these reasons", error.message);
  }
}

}  // namespace

void Run(std::string_view wire) {
  ChatCompletionParams params, again;
  if (!params.ParseFromArray(wire.data(), static_cast<int>(wire.size()))) {
    return CheckRefusal(codec::ExplainParseFailure(wire, *ChatCompletionParams::descriptor()));
  }
  std::string json, json_again;
  if (const auto written = codec::AppendJson(params, json); !written.ok()) {
    return CheckRefusal(written.error());
  }
  Require(IsJson(json), "what is written is JSON", json);

  // JSON texts inside have their own depth, and count from where they stand.
  const codec::JsonLimits deep = {.max_depth = 500};
  Require(codec::FromJson(json, again, deep).ok(), "what is written can be read", json);
  CheckMessage(again);
  const auto rewritten = codec::AppendJson(again, json_again, {.limits = deep});
  Require(rewritten.ok(), "and written again", json);
  const auto before = Tree(json), after = Tree(json_again);
  if (before && after) Require(Carries(*after, *before), "nothing is lost", json_again);
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run(inferwire::fuzz::Input(data, size).Rest());
  return 0;
}
