#include "tokens/tool_notation.h"

#include <algorithm>

#include "codec/json_gate.h"
#include "codec/json_text.h"
#include "tokens/schema_type.h"

namespace inferwire::tokens {
namespace {

using codec::JsonCursor;
using codec::JsonString;

// What a model is told about answering by a grammar.
constexpr int64_t kByGrammar = 48;

bool IsReadable(std::string_view json) {
  const codec::JsonLimits limits{.max_bytes = kMostSchemaBytes, .max_depth = kMostSchemaDepth};
  return codec::CheckJson(json, limits).ok();
}

void AddCommentLines(std::string_view text, std::string& to) {
  while (true) {
    const size_t end = text.find('\n');
    to += "// ";
    to += text.substr(0, end);
    to += '\n';
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

// The grammar of a custom tool, without the indentation of the source that it was written in.
std::string GrammarOf(JsonCursor format) {
  std::string definition;
  if (format.Peek() != '{') return definition;
  format.Enter();
  JsonString name;
  while (format.NextMember(name)) {
    if (name.raw == "grammar") {
      definition = GrammarOf(format);
    } else if (name.raw == "definition" && format.Peek() == '"') {
      JsonCursor at = format;
      definition = at.ReadString().Text();
    }
    format.SkipValue();
  }
  return definition;
}

std::string Unindented(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.empty()) {
      if (!lines.empty()) lines += '\n';
      lines += line;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool IsShown(std::string_view member, bool whole) {
  if (member == "additionalProperties") return false;
  return whole || (member != "required" && member != "minimum");
}

void AppendShorter(JsonCursor at, bool whole, std::string& to) {
  const char front = at.Peek();
  if (front != '{' && front != '[') {
    to += at.SkipValue();
    return;
  }
  at.Enter();
  to += front;
  const size_t begin = to.size();
  const auto separate = [&] {
    if (to.size() > begin) to += ',';
  };
  if (front == '[') {
    for (; at.NextElement(); at.SkipValue()) {
      separate();
      AppendShorter(at, whole, to);
    }
    to += ']';
    return;
  }
  JsonString name;
  for (; at.NextMember(name); at.SkipValue()) {
    if (!IsShown(name.raw, whole)) continue;
    separate();
    to += '"';
    to += name.raw;
    to += "\":";
    AppendShorter(at, whole, to);
  }
  to += '}';
}

}  // namespace

void ToolNotation::AddComment(std::string_view text) {
  if (!text.empty()) AddCommentLines(text, functions_);
}

void ToolNotation::AddFunction(std::string_view name, std::string_view description,
                               std::string_view parameters_json) {
  AddComment(description);
  functions_ += "type ";
  functions_ += name;
  functions_ += " = (";
  read_bytes_ += parameters_json.size();
  const bool readable = read_bytes_ <= kMostReadBytes && IsReadable(parameters_json);
  const std::string type = readable ? ParametersType(parameters_json) : "";
  if (!readable && !parameters_json.empty()) {
    functions_ += parameters_json;
  } else if (!type.empty()) {
    functions_ += "_: ";
    functions_ += type;
  }
  functions_ += ") => any;\n\n";
}

void ToolNotation::AddCustom(std::string_view name, std::string_view description,
                             std::string_view format_json) {
  AddComment(description);
  if (IsReadable(format_json)) {
    if (const std::string grammar = Unindented(GrammarOf(JsonCursor(format_json)));
        !grammar.empty()) {
      AddComment(grammar);
      unseen_tokens_ += kByGrammar;
    }
  } else {
    AddComment(format_json);
  }
  functions_ += "type ";
  functions_ += name;
  functions_ += " = (FREEFORM) => any;\n\n";
}

std::string ToolNotation::Text() const {
  std::string text = "# Tools\n\n## functions\n\nnamespace functions {\n\n";
  text += functions_;
  text += "} // namespace functions";
  return text;
}

std::string SchemaNotation(std::string_view name, std::string_view schema_json, bool whole) {
  std::string text = "# Response Formats\n\n## ";
  text += name;
  text += "\n\n";
  if (IsReadable(schema_json)) {
    AppendShorter(JsonCursor(schema_json), whole, text);
  } else {
    text += schema_json;
  }
  return text;
}

}  // namespace inferwire::tokens
