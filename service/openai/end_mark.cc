#include "openai/end_mark.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace inferwire::openai {
namespace {

constexpr std::string_view kDone = "[DONE]";
constexpr size_t kLongest = 16;  // with quotes and blanks
constexpr std::array<std::string_view, 6> kNames = {"done",      "end",    "close",
                                                    "completed", "finish", "complete"};

std::string_view Unquoted(std::string_view data) {
  while (data.size() >= 2 && data.front() == data.back() &&
         (data.front() == '"' || data.front() == '\'')) {
    data = Trim(data.substr(1, data.size() - 2));
  }
  return data;
}

}  // namespace

bool IsEndMark(std::string_view event, std::string_view data) {
  if (data == kDone) return true;
  if (data.size() > kLongest) return false;
  std::string_view inside = Unquoted(data);
  if (inside.size() > 2 && inside.front() == '[' && inside.back() == ']') {
    inside = Trim(inside.substr(1, inside.size() - 2));
    if (Lower(inside) == "done") return true;
  }
  const bool named =
      !event.empty() && std::find(kNames.begin(), kNames.end(), Lower(event)) != kNames.end();
  return named && (data.empty() || data.front() != '{' || data == "{}");
}

}  // namespace inferwire::openai
