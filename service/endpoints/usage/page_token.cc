#include "endpoints/usage/page_token.h"

#include <array>
#include <optional>

#include "base/sha256.h"
#include "base/text.h"
#include "codec/base64.h"

namespace inferwire::endpoints {
namespace {

constexpr size_t kDigestDigits = 16;
constexpr char kBetween = '\0';  // no name has one

std::string DigestOf(std::string_view question) {
  Sha256 digest;
  digest.Add(question);
  return digest.Hex().substr(0, kDigestDigits);
}

std::array<std::string*, 8> TextsOf(store::UsageRow& row) {
  return {&row.tenant, &row.team,     &row.key,       &row.user,
          &row.model,  &row.upstream, &row.operation, &row.label};
}

// What comes before the next separator; nothing: there is none.
std::optional<std::string> Take(std::string_view& text) {
  const size_t end = text.find(kBetween);
  if (end == std::string_view::npos) return std::nullopt;
  std::string part(text.substr(0, end));
  text.remove_prefix(end + 1);
  return part;
}

std::optional<UsagePlace> Parse(std::string_view text, std::string_view question) {
  if (Take(text) != DigestOf(question)) return std::nullopt;
  UsagePlace place;
  const auto hour = Take(text);
  const auto number = hour ? ParseInteger(*hour) : std::nullopt;
  if (!number) return std::nullopt;
  place.hour = *number;
  const auto within = Take(text);
  if (within == "0" && text.empty()) return place;
  if (within != "1") return std::nullopt;
  place.within = true;
  for (std::string* const to : TextsOf(place.after)) {
    auto part = Take(text);
    if (!part) return std::nullopt;
    *to = *std::move(part);
  }
  const auto source = Take(text);
  const auto source_number = source ? ParseInteger(*source) : std::nullopt;
  if (!source_number || !text.empty()) return std::nullopt;
  place.after.source = *source_number;
  return place;
}

}  // namespace

std::string ToToken(const UsagePlace& place, std::string_view question) {
  std::string text = DigestOf(question);
  const auto add = [&](std::string_view part) { text.append(1, kBetween).append(part); };
  add(std::to_string(place.hour));
  add(place.within ? "1" : "0");
  if (place.within) {
    store::UsageRow after = place.after;
    for (const std::string* const part : TextsOf(after)) add(*part);
    add(std::to_string(place.after.source));
  }
  text += kBetween;
  std::string token;
  codec::AppendBase64(token, text);
  return token;
}

Result<UsagePlace> FromToken(std::string_view token, std::string_view question,
                             std::string_view field) {
  const auto text = codec::DecodeBase64(token);
  auto place = text ? Parse(*text, question) : std::nullopt;
  if (!place) return InvalidField(field, "is none that an answer to this question has given");
  return *std::move(place);
}

}  // namespace inferwire::endpoints
