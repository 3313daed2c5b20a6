#include "simulator/paging.h"

#include <algorithm>

#include "base/text.h"

namespace inferwire::simulator {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::optional<std::string> QueryValue(std::string_view target, std::string_view name) {
  const size_t question = target.find('?');
  if (question == std::string_view::npos) return std::nullopt;
  std::string_view query = target.substr(question + 1);
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    const size_t equals = pair.find('=');
    if (PercentDecoded(pair.substr(0, equals)) != name) continue;
    return equals == std::string_view::npos ? "" : PercentDecoded(pair.substr(equals + 1));
  }
  return std::nullopt;
}

Json QueryMetadata(std::string_view target) {
  constexpr std::string_view kBegin = "metadata[";
  Json wanted = Json::object();
  const size_t question = target.find('?');
  if (question == std::string_view::npos) return wanted;
  std::string_view query = target.substr(question + 1);
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string name = PercentDecoded(pair.substr(0, equals));
    if (!name.starts_with(kBegin) || !name.ends_with(']')) continue;
    const std::string value = equals == pair.size() ? "" : PercentDecoded(pair.substr(equals + 1));
    wanted[name.substr(kBegin.size(), name.size() - kBegin.size() - 1)] = value;
  }
  return wanted;
}

bool MatchesMetadata(const Json& metadata, const Json& wanted) {
  for (const auto& [key, value] : wanted.items()) {
    if (!metadata.is_object() || !metadata.contains(key) || metadata[key] != value) return false;
  }
  return true;
}

std::optional<ApiError> ReadPage(std::string_view target, int64_t usual, int64_t max, Page& page) {
  page.after = QueryValue(target, "after").value_or("");
  page.limit = usual;
  if (const auto limit = QueryValue(target, "limit")) {
    const auto number = ParseInteger(*limit);
    if (!number) return InvalidType("limit", "an integer", "a string");
    page.limit = *number;
    if (page.limit < 1 || page.limit > max) {
      const bool above = page.limit > max;
      return BadRequest("Invalid 'limit': integer " +
                            std::string(above ? "above maximum" : "below minimum") +
                            " value. Expected a value " + (above ? "<= " : ">= ") +
                            std::to_string(above ? max : 1) + ", but got " + *limit + " instead.",
                        "limit", above ? "integer_above_max_value" : "integer_below_min_value");
    }
  }
  const std::string order = QueryValue(target, "order").value_or(page.ascending ? "asc" : "desc");
  if (order != "asc" && order != "desc") {
    return BadRequest("Invalid value: '" + order + "'. Supported values are: 'asc' and 'desc'.",
                      "order", "invalid_value");
  }
  page.ascending = order == "asc";
  return std::nullopt;
}

}  // namespace inferwire::simulator
