#include "ledger/record.h"

#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace inferwire::ledger {
namespace {

constexpr size_t kSkipped = sizeof(uint32_t);  // where the checksum itself is

constexpr uint32_t kPolynomial = 0x82f63b78;  // Castagnoli's, reflected

constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
    table[i] = value;
  }
  return table;
}

uint32_t ByTable(const uint8_t* bytes) {
  static constexpr std::array<uint32_t, 256> kTable = MakeTable();
  uint32_t value = ~0U;
  for (size_t i = kSkipped; i < kSlot; ++i) {
    value = (value >> 8) ^ kTable[(value ^ bytes[i]) & 0xff];
  }
  return ~value;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t ByProcessor(const uint8_t* bytes) {
  uint32_t four = 0;
  std::memcpy(&four, bytes + kSkipped, sizeof four);
  uint64_t value = _mm_crc32_u32(~0U, four);
  for (size_t i = kSkipped + sizeof four; i < kSlot; i += sizeof(uint64_t)) {
    uint64_t eight = 0;
    std::memcpy(&eight, bytes + i, sizeof eight);
    value = _mm_crc32_u64(value, eight);
  }
  return ~static_cast<uint32_t>(value);
}
#endif

uint8_t Digit(char c, bool& good) {
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  good = false;
  return 0;
}

}  // namespace

uint32_t SlotChecksum(const void* slot) {
  const auto* bytes = static_cast<const uint8_t*>(slot);
#if defined(__x86_64__)
  static const bool kHasInstruction = __builtin_cpu_supports("sse4.2") != 0;
  if (kHasInstruction) return ByProcessor(bytes);
#endif
  return ByTable(bytes);
}

RequestId ToRequestId(std::string_view text) {
  RequestId id{};
  if (text.size() != 2 * id.size()) return id;
  bool good = true;
  for (size_t i = 0; i < id.size(); ++i) {
    id[i] = static_cast<uint8_t>(Digit(text[2 * i], good) << 4 | Digit(text[2 * i + 1], good));
  }
  return good ? id : RequestId{};
}

}  // namespace inferwire::ledger
