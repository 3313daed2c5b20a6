// Each member of an answer, typed or within a typed one, with each value that does not belong
// there.
#include <nlohmann/json.hpp>

#include "hostile/cases.h"
#include "hostile/wire_text.h"

namespace inferwire::e2e::hostile {
namespace {

using Json = nlohmann::ordered_json;

// Stands where the value comes: 1e400 and lone surrogates are nothing that Json can hold.
constexpr std::string_view kPlace = "\"@@\"";

constexpr std::string_view kValues[] = {
    "null", "true", "-1",  "1e400", "\"x\"",       "\"\"",       "[]",
    "{}",   "[[]]", "[1]", "0.5",   "\"\\ud83d\"", "{\"a\":{}}", "18446744073709551616",
};

void Collect(const Json& json, const Json::json_pointer& at,
             std::vector<Json::json_pointer>& members) {
  if (json.is_object()) {
    for (const auto& [name, value] : json.items()) {
      members.push_back(at / name);
      Collect(value, at / name, members);
    }
  } else if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) {
      members.push_back(at / i);
      Collect(json[i], at / i, members);
    }
  }
}

std::vector<Spoilt> Spoil(const std::string& text, const std::string& content) {
  const Json whole = Json::parse(text);
  std::vector<Json::json_pointer> members;
  Collect(whole, Json::json_pointer(), members);
  std::vector<Spoilt> all;
  for (const auto& member : members) {
    Json with_place = whole;
    with_place[member] = "@@";
    for (const std::string_view value : kValues) {
      Spoilt spoilt;
      spoilt.name = member.to_string() + " = " + std::string(value);
      spoilt.json = ReplaceAll(with_place.dump(), kPlace, value);
      spoilt.text_lost = content.starts_with(member.to_string());
      const bool empty = value == "null" || value == "[]" || value == "{}" || value == "\"\"";
      spoilt.nothing_left = (member.to_string() == "/choices" && empty) ||
                            (member.to_string() == "/choices/0" && value.starts_with("{"));
      spoilt.never_finishes = member.to_string() == "/choices/0/index" && value == "-1";
      all.push_back(std::move(spoilt));
    }
  }
  return all;
}

}  // namespace

std::vector<Spoilt> SpoiltCompletions() {
  return Spoil(FullCompletion(), "/choices/0/message/content");
}

std::vector<Spoilt> SpoiltChunks() {
  std::vector<Spoilt> all = Spoil(FullChunk(), "/choices/0/delta/content");
  for (Spoilt& spoilt : Spoil(FullToolChunk(), "/choices/0/delta/content")) {
    spoilt.text_lost = true;  // it has none
    all.push_back(std::move(spoilt));
  }
  return all;
}

}  // namespace inferwire::e2e::hostile
