#include "tokens/vocabulary.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "tokens/vocabulary_data.h"

namespace inferwire::tokens {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic = "LLMTOK02";

struct Header {
  uint32_t tokens, slots, ranges, longest, split;
};

uint32_t Fnv1a(std::string_view bytes) {
  uint32_t hash = 0x811c9dc5;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x01000193;
  return hash;
}

// The next so many numbers, taken off the front; empty if there are fewer.
std::span<const uint32_t> TakeNumbers(std::string_view& bytes, size_t count) {
  if (bytes.size() / sizeof(uint32_t) < count) return {};
  const auto* const numbers = reinterpret_cast<const uint32_t*>(bytes.data());
  bytes.remove_prefix(count * sizeof(uint32_t));
  return {numbers, count};
}

}  // namespace

const Vocabulary* Vocabulary::BuiltIn(std::string_view name) {
  const auto found = [](const std::optional<Vocabulary>& made) { return made ? &*made : nullptr; };
  if (name == kO200kBase) {
    static const std::optional<Vocabulary> kMade = From(O200kData());
    return found(kMade);
  }
  if (name == kCl100kBase) {
    static const std::optional<Vocabulary> kMade = From(Cl100kData());
    return found(kMade);
  }
  return nullptr;
}

std::optional<Vocabulary> Vocabulary::From(std::string_view bytes) {
  Header header;
  const bool aligned = reinterpret_cast<uintptr_t>(bytes.data()) % alignof(uint32_t) == 0;
  if (!aligned || bytes.size() < kMagic.size() + sizeof(header)) return std::nullopt;
  if (!bytes.starts_with(kMagic)) return std::nullopt;
  std::memcpy(&header, bytes.data() + kMagic.size(), sizeof(header));
  bytes.remove_prefix(kMagic.size() + sizeof(header));
  Vocabulary made;
  made.slots_ = TakeNumbers(bytes, header.slots);
  made.offsets_ = TakeNumbers(bytes, size_t{header.tokens} + 1);
  made.ranges_ = TakeNumbers(bytes, header.ranges);
  made.texts_ = bytes;
  made.longest_ = header.longest;
  made.split_ = SplitRule{header.split};
  const bool complete = header.split <= static_cast<uint32_t>(SplitRule::kCl100k) &&
                        std::has_single_bit(header.slots) && header.tokens < header.slots &&
                        !made.slots_.empty() && !made.offsets_.empty() && !made.ranges_.empty() &&
                        made.ranges_.front() >> 3 == 0 && made.offsets_.back() == bytes.size();
  if (!complete) return std::nullopt;
  return made;
}

uint32_t Vocabulary::RankOf(std::string_view bytes) const {
  if (bytes.size() > longest_) return kNoRank;
  const size_t mask = slots_.size() - 1;
  for (size_t at = Fnv1a(bytes) & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const uint32_t rank = slots_[at] - 1;
    if (TokenAt(rank) == bytes) return rank;
  }
  return kNoRank;
}

CharClass Vocabulary::ClassOf(char32_t code_point) const {
  const uint32_t key = static_cast<uint32_t>(code_point) << 3 | 7;
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), key);
  return static_cast<CharClass>(*(after - 1) & 7);
}

}  // namespace inferwire::tokens
