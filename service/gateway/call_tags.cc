#include "gateway/call_tags.h"

#include <algorithm>

namespace inferwire::gateway {
namespace {

constexpr size_t kMaxUser = 128;

}  // namespace

Result<CallTags> CheckTags(const v1::CallOptions& options, const tenancy::Principal* principal) {
  const CallTags tags{options.user(), options.label()};
  const bool printable =
      std::ranges::all_of(tags.user, [](char c) { return c > 0x20 && c < 0x7f; });
  if (tags.user.size() > kMaxUser || !printable) {
    return InvalidField("options.user", "must be at most 128 printable ASCII characters");
  }
  if (tags.label.empty()) return tags;
  const bool known = principal && principal->labels && principal->labels->contains(tags.label);
  if (!known) return InvalidField("options.label", "is none of the caller's tenant's labels");
  return tags;
}

}  // namespace inferwire::gateway
