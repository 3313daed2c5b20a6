#include "batch/line.h"

#include <algorithm>

#include "batch/json_object.h"
#include "codec/json_text.h"
#include "codec/json_write.h"
#include "codec/utf8.h"

namespace inferwire::batch {
namespace {

constexpr size_t kMaxCustomId = 128;
constexpr std::string_view kMaxTokens = "max_tokens";
constexpr std::string_view kMaxCompletionTokens = "max_completion_tokens";

std::string NameOf(const codec::JsonString& name) {
  return name.escaped ? name.Text() : std::string(name.raw);
}

// only_max_tokens: of a body that does not use both words.
std::string Rewrite(std::string_view body, std::string_view model, bool only_max_tokens) {
  only_max_tokens = only_max_tokens && !JsonObject(body).Find(kMaxTokens);
  std::string out;
  codec::JsonCursor cursor(body);
  cursor.Enter();
  codec::JsonString name;
  const char* copied = body.data();
  while (cursor.NextMember(name)) {
    const std::string_view value = cursor.SkipValue();
    const std::string member = NameOf(name);
    if (only_max_tokens && member == kMaxCompletionTokens) {
      out.append(copied, name.raw.data());
      out.append(kMaxTokens);
      copied = name.raw.data() + name.raw.size();
    }
    if (member != "model") continue;
    out.append(copied, value.data());
    codec::AppendQuoted(out, model);
    copied = value.data() + value.size();
  }
  return out.append(copied, body.data() + body.size());
}

}  // namespace

void AppendLine(std::string_view custom_id, std::string_view endpoint, std::string_view body,
                std::string& out) {
  out += R"({"custom_id":)";
  codec::AppendQuoted(out, custom_id);
  out += R"(,"method":"POST","url":)";
  codec::AppendQuoted(out, endpoint);
  out += R"(,"body":)";
  const size_t begin = out.size();
  out += body;
  // JSON may have line feeds between its tokens, a line may not.
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
  out += "}\n";
}

size_t LineBytes(std::string_view custom_id, std::string_view endpoint, std::string_view body) {
  std::string frame;
  AppendLine(custom_id, endpoint, "", frame);
  return frame.size() + body.size();
}

Result<void> CheckCustomId(std::string_view id) {
  if (id.empty() || id.size() > kMaxCustomId) {
    return InvalidField("custom_id", "must have 1 to 128 bytes");
  }
  const bool printable = std::none_of(id.begin(), id.end(),
                                      [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (!printable) return InvalidField("custom_id", "must have no control characters");
  return {};
}

Result<InputLine> ReadLine(std::string_view line, std::string_view endpoint,
                           const codec::JsonLimits& limits) {
  if (!codec::IsUtf8(line)) {
    return InvalidField("line", "is not valid UTF-8", v1::ERROR_REASON_INVALID_JSON_FIELD);
  }
  if (!codec::CheckJson(line, limits) || !IsObject(line)) {
    return InvalidField("line", "is not a JSON object", v1::ERROR_REASON_INVALID_JSON_FIELD);
  }
  const JsonObject object(line);
  InputLine read{object.Text("custom_id"), std::string(object.Find("body").value_or(""))};
  if (auto good = CheckCustomId(read.custom_id); !good) return good.error();
  if (object.Text("method") != "POST") return InvalidField("method", "must be POST");
  if (object.Text("url") != endpoint) return InvalidField("url", "must be the batch's endpoint");
  if (read.body.empty()) return InvalidField("body", "is required");
  return read;
}

Result<BodyFacts> CheckBody(std::string_view body, const codec::JsonLimits& limits,
                            std::string_view field) {
  const std::string name(field);
  if (auto good = codec::CheckJson(body, limits); !good) return good.error();
  if (!IsObject(body)) {
    return InvalidField(name, "must be a JSON object", v1::ERROR_REASON_INVALID_JSON_FIELD);
  }
  const JsonObject object(body);
  BodyFacts facts{object.Text("model")};
  if (facts.model.empty()) return InvalidField(name + ".model", "is required");
  if (object.Find("stream").value_or("false") != "false") {
    return InvalidField(name + ".stream", "a batch does not stream");
  }
  if (object.Find("background").value_or("false") == "true") {
    return InvalidField(name + ".background", "the items of a batch do not work in the background");
  }
  return facts;
}

std::string WithModel(std::string_view body, std::string_view model) {
  return Rewrite(body, model, /*only_max_tokens=*/false);
}

std::string ForTarget(std::string_view body, std::string_view model,
                      const openai::Dialect& dialect) {
  return Rewrite(body, model, dialect.only_max_tokens);
}

}  // namespace inferwire::batch
