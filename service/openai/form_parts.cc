#include "openai/form_parts.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace inferwire::openai {
namespace {

constexpr size_t kLongestHead = 16u << 10;

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Nothing if it is missing, or if servers may differ about it.
std::optional<std::string> BoundaryOf(std::string_view content_type) {
  constexpr std::string_view kName = "boundary";
  const std::string lower = Lower(content_type);
  const size_t at = lower.find(kName);
  if (at == std::string::npos || lower.find(kName, at + 1) != std::string::npos) return {};
  std::string_view boundary = content_type.substr(at + kName.size());
  if (boundary.empty() || boundary.front() != '=') return {};
  boundary.remove_prefix(1);
  if (!boundary.empty() && boundary.front() == '"') {
    boundary.remove_prefix(1);
    boundary = boundary.substr(0, boundary.find('"'));
  } else {
    boundary = Trim(boundary.substr(0, boundary.find_first_of("; \t")));
  }
  if (boundary.empty() || boundary.find('\\') != std::string_view::npos) return {};
  return std::string(boundary);
}

// Where the headers end and where the value begins; npos: nowhere.
struct HeadEnd {
  size_t head = std::string_view::npos, value = std::string_view::npos;
};
HeadEnd EndOfHead(std::string_view part) {
  const std::string_view front = part.substr(0, kLongestHead);
  const size_t usual = front.find("\r\n\r\n"), bare = front.find("\n\n");
  if (usual < bare) return {usual, usual + 4};
  if (bare != std::string_view::npos) return {bare, bare + 2};
  return {};
}

std::string_view WithoutLineEnd(std::string_view value) {
  if (value.ends_with('\n')) value.remove_suffix(1);
  if (value.ends_with('\r')) value.remove_suffix(1);
  return value;
}

}  // namespace

bool IsMultipart(std::string_view content_type) {
  return Lower(Trim(content_type)).starts_with("multipart/");
}

std::optional<std::vector<std::string>> FieldNames(std::string_view head) {
  constexpr std::string_view kName = "name";
  std::vector<std::string> names;
  for (size_t at = head.find(kName); at != std::string_view::npos; at = head.find(kName, at + 1)) {
    if (at > 0 && IsWord(head[at - 1])) continue;  // filename
    std::string_view rest = head.substr(at + kName.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (rest.starts_with('*')) return std::nullopt;
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    const bool quoted = rest.starts_with('"');
    if (quoted) rest.remove_prefix(1);
    const std::string_view name = rest.substr(0, rest.find_first_of(quoted ? "\"" : "; \t\r\n"));
    if (name.find_first_of("\\%'") != std::string_view::npos || name.starts_with("=?")) {
      return std::nullopt;
    }
    names.emplace_back(name);
  }
  return names;
}

FormScan ScanForm(std::string_view content_type, std::string_view body,
                  const std::function<bool(const FormPart&)>& see) {
  const auto boundary = BoundaryOf(content_type);
  if (!boundary) return FormScan::kUnclear;
  const std::string mark = "--" + *boundary;
  size_t at = body.find(mark);
  if (at == std::string_view::npos) return FormScan::kUnclear;
  while (at != std::string_view::npos) {
    const std::string_view rest = body.substr(at + mark.size());
    const size_t next = rest.find(mark);
    const std::string_view part = rest.substr(0, next);
    const HeadEnd end = EndOfHead(part);
    const bool has_head = end.head != std::string_view::npos;
    // What closes the form for some is text of a field for others: the search goes on behind it.
    if (!has_head && !rest.starts_with("--")) return FormScan::kUnclear;
    if (has_head && !see({Lower(part.substr(0, end.head)), WithoutLineEnd(part.substr(end.value))}))
      return FormScan::kDone;
    at = next == std::string_view::npos ? next : at + mark.size() + next;
  }
  return FormScan::kDone;
}

}  // namespace inferwire::openai
