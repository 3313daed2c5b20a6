#include "codec/data_url.h"

#include <algorithm>
#include <utility>

#include "codec/base64.h"

namespace inferwire::codec {
namespace {
constexpr std::string_view kScheme = "data:";
constexpr std::string_view kBase64 = ";base64";
}  // namespace

bool IsMediaType(std::string_view text) {
  const auto good = [](char c) {
    return c > ' ' && c < '\x7f' && c != ',' && c != '"' && c != '\\';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), good);
}

void AppendDataUrl(std::string& out, std::string_view media_type, std::string_view data) {
  out.append(kScheme).append(media_type).append(kBase64).push_back(',');
  AppendBase64(out, data);
}

std::optional<DataUrl> ParseDataUrl(std::string_view url) {
  const size_t comma = url.find(',');
  if (!url.starts_with(kScheme) || comma == std::string_view::npos) return std::nullopt;
  std::string_view head = url.substr(kScheme.size(), comma - kScheme.size());
  if (!head.ends_with(kBase64)) return std::nullopt;
  head.remove_suffix(kBase64.size());
  if (!IsMediaType(head)) return std::nullopt;
  auto data = DecodeBase64(url.substr(comma + 1));
  if (!data) return std::nullopt;
  return DataUrl{std::string(head), std::move(*data)};
}

}  // namespace inferwire::codec
