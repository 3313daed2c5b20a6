#include "embed_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "output.h"

namespace inferwire::cli {
namespace {

using client::Result;
using nlohmann::ordered_json;

Result<EmbedItem> Read(const std::string& line, const std::string& where) {
  const auto json = ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (json.is_string()) return EmbedItem{{}, json.get<std::string>()};
  if (!json.is_object()) return UsageError(where + ": is neither a JSON string nor an object");
  EmbedItem item;
  for (const char* const name : {"custom_id", "id"}) {
    const auto id = json.find(name);
    if (id == json.end() || !item.id.empty()) continue;
    if (!id->is_string()) return UsageError(where + ": " + name + " must be a string");
    item.id = id->get<std::string>();
  }
  for (const char* const name : {"input", "text"}) {
    const auto text = json.find(name);
    if (text == json.end()) continue;
    if (!text->is_string()) return UsageError(where + ": " + name + " must be a string");
    item.text = text->get<std::string>();
    return item;
  }
  return UsageError(where + ": has no input");
}

}  // namespace

Result<std::optional<EmbedItem>> EmbedItemReader::Next() {
  while (true) {
    const auto line = lines_.Next();
    if (!line) return line.error();
    if (!*line) return std::optional<EmbedItem>();
    if (IsBlank(**line)) continue;
    const std::string number = std::to_string(lines_.number());
    auto item = Read(**line, "line " + number);
    if (!item) return item.error();
    if (IsBlank(item->text)) return UsageError("line " + number + ": the text is empty");
    if (item->id.empty()) item->id = "line-" + number;
    return std::optional(*std::move(item));
  }
}

std::string ResultLine(const std::string& id, const v1::Embedding& embedding) {
  std::string line = "{\"custom_id\":" + Quoted(id) + ",\"embedding\":[";
  for (const float value : embedding.values()) {
    if (line.back() != '[') line += ',';
    char text[32];
    // The shortest text that is this very float. JSON has no others.
    line.append(text, std::isfinite(value) ? std::to_chars(text, text + sizeof text, value).ptr
                                           : std::copy_n("null", 4, text));
  }
  return line + "]}\n";
}

}  // namespace inferwire::cli
