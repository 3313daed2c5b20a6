// Which ids the fields of a form name.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "openai/form_parts.h"
#include "openai/owned_ids.h"

namespace inferwire::openai {
namespace {

constexpr int kMostParts = 1000;
constexpr size_t kLongestId = 512;

// file_ids[], attachments[0][file_id], tool.file_id.
std::string_view KindOfField(std::string_view name) {
  std::string_view kind;
  while (!name.empty() && kind.empty()) {
    const size_t end = std::min(name.find_first_of("[]."), name.size());
    kind = KindOfMember(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return kind;
}

// As it is: not in another encoding, and no form itself.
bool IsPlain(std::string_view head) {
  constexpr std::string_view kEncoding = "content-transfer-encoding";
  if (head.find("multipart/") != std::string_view::npos) return false;
  const size_t at = head.find(kEncoding);
  if (at == std::string_view::npos) return true;
  std::string_view value = head.substr(at + kEncoding.size());
  value = Trim(value.substr(0, value.find('\n')));
  if (value.starts_with(':')) value = Trim(value.substr(1));
  return value == "binary" || value == "8bit" || value == "7bit";
}

class FormSearch {
 public:
  explicit FormSearch(std::string_view upstream) : upstream_(upstream) {}

  bool See(const FormPart& part) {
    if (++parts_ > kMostParts) return Refuse("has too many parts");
    const auto names = FieldNames(part.head);
    if (!names || !IsPlain(part.head)) return Refuse("has a part that could be read in two ways");
    const std::string_view value = Trim(part.value);
    const bool is_json = value.starts_with('{') || value.starts_with('[');
    for (const std::string& name : *names) {
      const std::string_view kind = KindOfField(name);
      if (!kind.empty()) TakeValue(value, kind);
    }
    if (is_json && part.head.find("filename") == std::string::npos) TakeValue(value, "");
    return true;
  }
  bool Refuse(std::string_view why) {
    refusal_ = why;
    return false;
  }
  Result<std::vector<gateway::OwnedThing>> Take() {
    if (refusal_.empty()) return std::move(things_);
    return InvalidField("body", std::string(refusal_) + ", and may name what is another caller's");
  }

 private:
  void TakeValue(std::string_view value, std::string_view kind) {
    if (auto found = OwnedInValue(value, kind, upstream_)) {
      for (gateway::OwnedThing& thing : *found) things_.push_back(std::move(thing));
    }
    // A longer one is a file's content.
    if (kind.empty() || value.empty() || value.size() > kLongestId) return;
    if (value.find_first_of("{[\"") == 0) return;
    things_.push_back({std::string(upstream_), std::string(kind), std::string(value)});
  }

  const std::string_view upstream_;
  int parts_ = 0;
  std::string_view refusal_;
  std::vector<gateway::OwnedThing> things_;
};

}  // namespace

Result<std::vector<gateway::OwnedThing>> OwnedInForm(std::string_view content_type,
                                                     std::string_view body,
                                                     std::string_view upstream) {
  FormSearch search(upstream);
  if (!MayNameThings(body)) return search.Take();
  const FormScan scan =
      ScanForm(content_type, body, [&](const FormPart& part) { return search.See(part); });
  if (scan == FormScan::kUnclear) search.Refuse("is no form that can be read in one way");
  return search.Take();
}

}  // namespace inferwire::openai
