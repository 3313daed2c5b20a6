#include "endpoints/typed/typed_request.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "codec/encode.h"
#include "codec/json_write.h"
#include "openai/path_segment.h"
#include "openai/reserved_members.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kMaxId = 256, kMaxParameter = 1024;
constexpr int kMaxPage = 1000;

constexpr std::string_view kEvents = R"("stream":true)";
constexpr std::string_view kUnpadded = R"("stream_options":{"include_obfuscation":false},)";

Result<void> AppendId(const TypedMethod::PathPiece& piece, const Message& request,
                      std::string& path) {
  std::string scratch;
  const std::string& id =
      request.GetReflection()->GetStringReference(request, piece.field, &scratch);
  const std::string& name = piece.field->name();
  if (id.empty() && piece.optional()) return {};
  if (id.empty()) return InvalidField(name, "is required");
  if (id.size() > kMaxId) return InvalidField(name, "is longer than 256 bytes");
  if (!openai::CanBePathSegment(id)) return InvalidField(name, "is not an id");
  path += piece.text;
  openai::AppendPercentEncoded(id, path);
  return {};
}

class QueryWriter {
 public:
  explicit QueryWriter(std::string& path) : path_(path) {}

  void Add(std::string_view name, std::string_view value) {
    path_ += std::exchange(separator_, '&');
    // Brackets of a list or of a map's key stand in names as they are.
    path_ += name;
    path_ += '=';
    openai::AppendPercentEncoded(value, path_);
  }

 private:
  std::string& path_;
  char separator_ = '?';
};

Result<void> AppendText(const std::string& name, const std::string& parameter,
                        const std::string& text, QueryWriter& query) {
  if (text.size() > kMaxParameter) return InvalidField(name, "is too long");
  query.Add(parameter, text);
  return {};
}

Result<void> AppendMap(const Message& request, const TypedMethod::Query& each, QueryWriter& query) {
  const auto& reflection = *request.GetReflection();
  std::map<std::string, std::string> entries;
  for (int i = 0; i < reflection.FieldSize(request, each.field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(request, each.field, i);
    const auto* const type = entry.GetDescriptor();
    entries[entry.GetReflection()->GetString(entry, type->map_key())] =
        entry.GetReflection()->GetString(entry, type->map_value());
  }
  for (const auto& [key, value] : entries) {
    if (key.size() > kMaxParameter) return InvalidField(each.field->name(), "is too long");
    std::string parameter = each.name + "[";
    openai::AppendPercentEncoded(key, parameter);
    if (auto good = AppendText(each.field->name(), parameter + "]", value, query); !good) {
      return good;
    }
  }
  return {};
}

// What is not set, or is zero, is not asked for.
Result<void> AppendParameter(const Message& request, const TypedMethod::Query& each,
                             QueryWriter& query) {
  const FieldDescriptor* const field = each.field;
  const auto& reflection = *request.GetReflection();
  if (field->is_map()) return AppendMap(request, each, query);
  if (field->is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(request, field); ++i) {
      const std::string text = reflection.GetRepeatedString(request, field, i);
      if (auto good = AppendText(field->name(), each.name, text, query); !good) return good;
    }
    return {};
  }
  if (!reflection.HasField(request, field)) return {};
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return AppendText(field->name(), each.name, reflection.GetString(request, field), query);
    case FieldDescriptor::CPPTYPE_BOOL:
      query.Add(each.name, reflection.GetBool(request, field) ? "true" : "false");
      return {};
    case FieldDescriptor::CPPTYPE_INT64:
      query.Add(each.name, std::to_string(reflection.GetInt64(request, field)));
      return {};
    default: {
      const int32_t number = reflection.GetInt32(request, field);
      if (number < 0 || number > kMaxPage) {
        return InvalidField(field->name(), "must be 0 to 1000");
      }
      query.Add(each.name, std::to_string(number));
      return {};
    }
  }
}

// A model's sound as events has usage and a last one; the bytes alone have neither. What cannot
// send them refuses to.
bool SpeaksInEvents(const upstream::Destination& target) {
  if (!target.model_info) return false;
  const auto known = target.model_info->features.find("speech_sse");
  return known != target.model_info->features.end() && known->second;
}

// Without a prompt it is something else that is asked for.
bool AsksForVariations(const TypedMethod& method, const Message& request) {
  if (method.operation() != "image_edit") return false;
  const Message& params = request.GetReflection()->GetMessage(request, method.body());
  const auto* const prompt = params.GetDescriptor()->FindFieldByName("prompt");
  return !params.GetReflection()->HasField(params, prompt);
}

}  // namespace

Error Under(const std::string& parent, Error error) {
  for (auto& field : error.fields) field.field = parent + "." + field.field;
  if (!error.fields.empty()) {
    error.message = error.fields.front().field + ": " + error.fields.front().description;
  }
  return error;
}

Result<std::string> PathOf(const TypedMethod& method, const Message& request) {
  std::string path;
  if (AsksForVariations(method, request)) return std::string("/images/variations");
  for (const TypedMethod::PathPiece& piece : method.path()) {
    if (piece.field == nullptr) {
      path += piece.text;
    } else if (auto good = AppendId(piece, request, path); !good) {
      return good.error();
    }
  }
  QueryWriter query(path);
  for (const TypedMethod::Query& each : method.query()) {
    if (auto good = AppendParameter(request, each, query); !good) return good.error();
  }
  return path;
}

Result<std::string> BodyOf(const TypedMethod& method, const Message& request,
                           const codec::JsonLimits& limits) {
  const Message& params = request.GetReflection()->GetMessage(request, method.body());
  const auto own = openai::ReservedMembers(method.operation());
  std::vector<std::string_view> reserved(own.begin(), own.end());
  if (method.goes_by_model()) reserved.push_back("model");
  codec::EncodeOptions encode;
  encode.reserved = reserved;
  encode.limits = limits;
  if (method.goes_by_model()) encode.leave_out = method.model();
  std::string body;
  if (auto written = codec::AppendJson(params, body, encode); !written) {
    return Under(method.body()->name(), std::move(written.error()));
  }
  if (!method.goes_by_model()) return body;
  body.erase(0, 1);  // the model's name is written in front of it
  if (body == "}" && !method.form()) return InvalidField(method.body()->name(), "asks for nothing");
  return body;
}

std::string HeadOf(const TypedMethod& method, const upstream::Destination& target, bool events) {
  const openai::Dialect& dialect = *target.upstream->options().dialect;
  std::string head;
  if (!target.model.empty()) {
    head = "\"model\":";
    codec::AppendQuoted(head, target.model);
    head += ',';
  }
  if (method.operation() == "embeddings" && dialect.base64_embeddings) {
    head += openai::kBase64Vectors;
  }
  if (method.operation() == "speech") {
    if (SpeaksInEvents(target)) head += R"("stream_format":"sse",)";
  } else if (events) {
    const bool responses = method.operation() == "responses";
    head += method.operation() == "text_completion" ? dialect.stream_members : kEvents;
    head += ',';
    if (responses && dialect.stream_members.find("obfuscation") != std::string_view::npos) {
      head += kUnpadded;
    }
  }
  return head;
}

std::string JoinBody(std::string head, std::string_view rest) {
  if (rest == "}" && head.ends_with(',')) head.pop_back();
  head.insert(0, 1, '{');
  return head.append(rest);
}

}  // namespace inferwire::endpoints
