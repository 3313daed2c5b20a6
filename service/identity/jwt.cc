#include "identity/jwt.h"

#include <utility>

#include "base/text.h"
#include "codec/base64.h"

namespace inferwire::identity {
namespace {

std::optional<Algorithm> AlgorithmOf(const JsonMembers& header) {
  const auto name = header.Text("alg");
  if (name == "ES256") return Algorithm::kEs256;
  if (name == "RS256") return Algorithm::kRs256;
  return std::nullopt;
}

// A token for something else (a logout, a proof of possession) says so in its type.
bool IsForAccess(const JsonMembers& header) {
  if (header.Has("cty")) return false;
  if (!header.Has("typ")) return true;
  std::string type = Lower(header.Text("typ").value_or(""));
  constexpr std::string_view kMedia = "application/";
  if (type.starts_with(kMedia)) type.erase(0, kMedia.size());
  return type == "jwt" || type == "at+jwt";
}

}  // namespace

std::optional<Jwt> Jwt::Parse(std::string_view text) {
  if (text.size() > kMaxTokenBytes) return std::nullopt;
  const size_t first = text.find('.');
  if (first == text.npos) return std::nullopt;
  const size_t second = text.find('.', first + 1);
  if (second == text.npos || text.find('.', second + 1) != text.npos) return std::nullopt;
  auto head = codec::DecodeBase64Url(text.substr(0, first));
  const auto header = head ? JsonMembers::Parse(std::move(*head)) : std::nullopt;
  if (!header || header->Has("crit") || !IsForAccess(*header)) return std::nullopt;
  const auto algorithm = AlgorithmOf(*header);
  auto kid = header->Text("kid");
  if (!algorithm || !kid) return std::nullopt;
  auto body = codec::DecodeBase64Url(text.substr(first + 1, second - first - 1));
  auto claims = body ? JsonMembers::Parse(std::move(*body)) : std::nullopt;
  if (!claims || !codec::DecodeBase64Url(text.substr(second + 1))) return std::nullopt;
  return Jwt(text, *algorithm, std::move(*kid), std::move(*claims));
}

}  // namespace inferwire::identity
