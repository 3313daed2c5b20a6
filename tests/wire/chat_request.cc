#include "wire/chat_request.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

#include <functional>
#include <stdexcept>

#include "codec/decode.h"
#include "wire/difference.h"

namespace inferwire::wire {
namespace {

constexpr char kModel[] = "wire-check";

// Calls take for every text that must be copied byte for byte.
void EachVerbatim(const google::protobuf::Message& message,
                  const std::function<void(const std::string&)>& take) {
  const auto& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    const bool verbatim = field->name().ends_with("_json") || field->name() == "raw_json";
    if (field->name() == "extra") {
      const auto entries =
          reflection.GetRepeatedFieldRef<google::protobuf::Message>(message, field);
      for (const auto& entry : entries) {
        take(entry.GetReflection()->GetString(entry, field->message_type()->map_value()));
      }
    } else if (field->is_map()) {
      continue;
    } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      for (int i = 0; i < count; ++i) {
        EachVerbatim(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                          : reflection.GetMessage(message, field),
                     take);
      }
    } else if (verbatim && field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        take(reflection.GetRepeatedString(message, field, i));
      }
    } else if (verbatim) {
      take(reflection.GetString(message, field));
    }
  }
}

}  // namespace

v1::ChatCompletionParams ParamsOf(const Recording& recording) {
  v1::ChatCompletionParams params;
  if (recording.request_json) {
    const auto decoded = codec::FromJson(recording.request_body, params);
    if (!decoded) throw std::runtime_error("request: " + decoded.error().message);
    // They belong to the RPC.
    params.mutable_extra()->erase("stream");
    params.mutable_extra()->erase("stream_options");
  } else {
    auto* message = params.add_messages();
    message->set_role(v1::ROLE_USER);
    message->set_content("not recorded");
  }
  if (params.model().empty()) params.set_model(kModel);
  return params;
}

bool WantsStream(const Recording& recording) {
  return recording.is_event_stream ||
         (recording.request_json && recording.request_json->At("stream").is_true());
}

std::optional<std::string> CheckSentBody(const std::string& body,
                                         const v1::ChatCompletionParams& params,
                                         const Recording& recording) {
  if (!recording.request_json) return std::nullopt;
  const auto sent = JsonTree::Parse(body);
  if (!sent) return "request: what arrives upstream is not JSON";
  const bool has_model = !recording.request_json->At("model").text().empty();
  const auto different =
      FirstDifference(*recording.request_json, *sent, [&](std::string_view path) {
        return path == "stream" || path == "stream_options" || (path == "model" && !has_model);
      });
  if (different) return "request: " + different->path + ": " + different->text;
  std::optional<std::string> changed;
  EachVerbatim(params, [&](const std::string& text) {
    const bool arrived = body.find(text) != std::string::npos;
    const bool taken_over = recording.request_body.find(text) != std::string::npos;
    if (!arrived || !taken_over) changed = "request: not verbatim: " + text.substr(0, 80);
  });
  return changed;
}

}  // namespace inferwire::wire
