#include "openai/content_text.h"

#include <string>
#include <string_view>
#include <utility>

#include "codec/decode.h"
#include "codec/json_text.h"
#include "openai/json_pieces.h"

namespace inferwire::openai {
namespace {

constexpr char kContent[] = "content";

struct PartTexts {
  std::string text, refusal;
  std::string rest;  // elements of a JSON list: what is no text
};

void AddElement(std::string_view json, std::string& list) {
  if (!list.empty()) list += ',';
  list += json;
}

bool IsTextType(std::string_view type) {
  return type.empty() || type == "text" || type == "output_text" || type == "text_delta";
}

// {"type": "text", "text": "..."} and its relatives.
void ReadPart(std::string_view json, PartTexts& into) {
  std::string type, siblings;
  codec::JsonString text, refusal;
  codec::JsonCursor cursor(json);
  cursor.Enter();
  for (codec::JsonString name; cursor.NextMember(name);) {
    const bool is_string = cursor.Peek() == '"';
    if (is_string && name.raw == "type") {
      type = cursor.ReadString().Text();
    } else if (is_string && name.raw == "text") {
      text = cursor.ReadString();
    } else if (is_string && name.raw == "refusal") {
      refusal = cursor.ReadString();
    } else {
      const std::string_view value = cursor.SkipValue();
      // Where the part stands, which every piece of it tells.
      if (name.raw == "index" || IsEmptyJson(value)) continue;
      siblings += ",\"" + std::string(name.raw) + "\":" + std::string(value);
    }
  }
  const bool is_text = text.raw.data() != nullptr && IsTextType(type);
  const bool is_refusal = refusal.raw.data() != nullptr && (type == "refusal" || type.empty());
  if (!is_text && !is_refusal) return AddElement(json, into.rest);
  if (is_text) into.text += text.TextWithHalves();
  if (is_refusal) into.refusal += refusal.TextWithHalves();
  if (siblings.empty()) return;
  AddElement("{\"type\":\"" + (type.empty() ? "text" : type) + "\"" + siblings + "}", into.rest);
}

void ReadElement(codec::JsonCursor& cursor, PartTexts& into) {
  switch (cursor.Peek()) {
    case '"':
      into.text += cursor.ReadString().TextWithHalves();
      break;
    case '{':
      ReadPart(cursor.SkipValue(), into);
      break;
    default:
      AddElement(cursor.SkipValue(), into.rest);
  }
}

// False: it is neither a list nor a part.
bool ReadParts(std::string_view json, PartTexts& into) {
  codec::JsonCursor cursor(json);
  if (cursor.Peek() == '{') {
    ReadPart(cursor.SkipValue(), into);
    return true;
  }
  if (cursor.Peek() != '[') return false;
  cursor.Enter();
  while (cursor.NextElement()) ReadElement(cursor, into);
  return true;
}

// Makes a text or a refusal of a part that has no case for what it is.
void NameText(v1::ContentPart& part) {
  PartTexts texts;
  codec::JsonCursor cursor(part.raw_json());
  if (cursor.Peek() == '"') {
    texts.text = cursor.ReadString().Text();
  } else if (!ReadParts(part.raw_json(), texts) || !texts.rest.empty()) {
    return;
  }
  if (!texts.text.empty()) {
    part.set_text(std::move(texts.text));
  } else if (!texts.refusal.empty()) {
    part.set_refusal(std::move(texts.refusal));
  }
}

}  // namespace

void TakeTextOfParts(v1::Delta& delta) {
  if (delta.extra().empty()) return;
  const auto content = delta.extra().find(kContent);
  PartTexts texts;
  if (content == delta.extra().end() || !ReadParts(content->second, texts)) return;
  if (texts.text.empty() && texts.refusal.empty() && !texts.rest.empty()) return;
  if (!texts.text.empty()) *delta.mutable_content() += texts.text;
  if (!texts.refusal.empty()) *delta.mutable_refusal() += texts.refusal;
  if (texts.rest.empty()) {
    delta.mutable_extra()->erase(kContent);
  } else {
    (*delta.mutable_extra())[kContent] = "[" + texts.rest + "]";
  }
}

void TakeTextOfParts(v1::ChatMessage& message) {
  for (v1::ContentPart& part : *message.mutable_content_parts()) {
    if (part.has_raw_json()) NameText(part);
  }
  if (message.extra().empty() || message.content_parts_size() > 0) return;
  const auto content = message.extra().find(kContent);
  PartTexts texts;
  if (content == message.extra().end() || !ReadParts(content->second, texts)) return;
  if (texts.text.empty() && texts.refusal.empty() && !texts.rest.empty()) return;
  if (!texts.text.empty()) message.add_content_parts()->set_text(std::move(texts.text));
  if (!texts.refusal.empty()) message.add_content_parts()->set_refusal(std::move(texts.refusal));
  if (!texts.rest.empty()) {
    v1::ChatMessage rest;
    if (codec::FromJson("{\"content\":[" + texts.rest + "]}", rest)) {
      message.mutable_content_parts()->MergeFrom(rest.content_parts());
    }
  }
  message.mutable_extra()->erase(kContent);
}

}  // namespace inferwire::openai
