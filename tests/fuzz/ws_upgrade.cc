// The answer to a WebSocket's upgrade is the same however the network cuts the bytes, and what is
// kept of it is bounded.
#include "http/ws_upgrade.h"

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {
namespace {

using http::UpgradeAnswer;

constexpr size_t kHead = 300, kBody = 40;

struct Heard {
  UpgradeAnswer::Status status = UpgradeAnswer::Status::kNeedMore;
  int code = 0;
  std::string body, problem;

  bool operator==(const Heard&) const = default;
};

template <class NextSize>
Heard Hear(std::string_view stream, NextSize next_size) {
  UpgradeAnswer answer("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", kHead, kBody);
  Heard heard;
  while (heard.status == UpgradeAnswer::Status::kNeedMore && !stream.empty()) {
    const size_t size = std::min(next_size(), stream.size());
    const std::vector<char> bytes(stream.begin(), stream.begin() + static_cast<ptrdiff_t>(size));
    stream.remove_prefix(size);
    heard.status = answer.Feed({bytes.data(), bytes.size()});
  }
  if (heard.status == UpgradeAnswer::Status::kNeedMore) heard.status = answer.End();
  Require(answer.body().size() <= kBody, "what is kept is bounded");
  for (const auto& [name, value] : answer.headers()) {
    Require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
            "a value is one line", value);
  }
  heard.problem = answer.problem();
  if (heard.status == UpgradeAnswer::Status::kBroken) return heard;
  heard.code = answer.status();
  heard.body = answer.body();
  return heard;
}

}  // namespace

void Run(const Input& input) {
  auto choices = input.Choices();
  const std::string_view stream = input.Rest();
  const size_t size = std::max<size_t>(stream.size(), 1);
  const Heard whole = Hear(stream, [&] { return size; });
  const Heard bytes = Hear(stream, [] { return size_t{1}; });
  const Heard pieces = Hear(stream, [&] { return size_t{1} + choices() % 24; });
  // Byte by byte a head is known to be too long before its end is there.
  if (stream.size() > kHead) return;
  Require(whole == bytes && whole == pieces, "the answer does not depend on reads");
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run({data, size});
  return 0;
}
