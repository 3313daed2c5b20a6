// What a ledger's file is made of: slots of 128 bytes, the first of them the file's head, each with
// a checksum and its writer's next number, so that a file that ends in the middle of a slot is read
// up to there. Names are numbers, introduced by slots of their own before they are used.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace inferwire::ledger {

// kClose: the writer's last one; nothing of it is open.
enum class Kind : uint8_t { kName = 1, kBegin = 2, kEnd = 3, kClose = 4 };

// Where the numbers come from.
enum class Source : uint8_t {
  kProvider = 1,   // the provider reported them
  kEstimated = 2,  // by the gateway: cancelled, cut, or not reported
  kLost = 3,       // nothing is known of the call's end: its process died
  kNone = 4,       // nothing was used
};
inline constexpr size_t kSources = 5;

// What use is summed by. The order is that of the files.
struct Names {
  std::string_view tenant{}, team{}, key{}, user{}, model{}, upstream{}, operation{}, label{};

  static constexpr size_t kCount = 8;
  std::array<std::string_view, kCount> all() const {
    return {tenant, team, key, user, model, upstream, operation, label};
  }
};

// Money is in pico-USD (10^-12 USD).
struct Usage {
  Source source = Source::kNone;
  uint8_t code = 0;  // google.rpc.Code: how the call ended
  uint8_t attempts = 0;
  // How many calls the numbers are the sum of: 0 adds to a call that is counted elsewhere.
  uint32_t calls = 1;
  uint32_t unpriced = 0;  // of them, those without a known price
  int64_t input = 0, cached = 0, output = 0, reasoning = 0;
  int64_t picousd = 0;
};

using RequestId = std::array<uint8_t, 16>;
// Of 32 hexadecimal digits; zeros for anything else.
RequestId ToRequestId(std::string_view text);

struct Record {
  uint32_t checksum = 0;  // of what follows
  Kind kind = Kind::kEnd;
  Source source = Source::kNone;
  uint8_t code = 0, attempts = 0;
  uint64_t number = 0;  // of its writer's slots, heads not counted: 1, 2, 3, ...
  int64_t at = 0;       // nanoseconds since 1970
  uint64_t begin = 0;   // of an end: its beginning's number; 0: none was written
  std::array<uint32_t, Names::kCount> names{};  // 0: empty
  int64_t input = 0, cached = 0, output = 0, reasoning = 0, picousd = 0;
  uint32_t calls = 0, unpriced = 0;
  RequestId request_id{};
};

// A piece of a name: most need one.
struct NameRecord {
  static constexpr size_t kPiece = 104;

  uint32_t checksum = 0;
  Kind kind = Kind::kName;
  uint8_t unused = 0;
  uint16_t size = 0;  // of the whole name
  uint64_t number = 0;
  uint32_t name = 0;  // the number that stands for it
  uint16_t offset = 0, piece = 0;
  std::array<char, kPiece> text{};
};

struct Head {
  static constexpr std::array<char, 8> kMagic{'I', 'W', 'L', 'E', 'D', 'G', 'R', '1'};

  uint32_t checksum = 0;
  uint32_t index = 0;  // of its writer's files: 0, 1, 2, ...
  std::array<char, 8> magic = kMagic;
  uint64_t writer = 0;
  uint64_t first = 0;  // the number of its first slot
  std::array<char, 96> unused{};
};

inline constexpr size_t kSlot = 128;
static_assert(sizeof(Record) == kSlot && std::is_trivially_copyable_v<Record>);
static_assert(sizeof(NameRecord) == kSlot && std::is_trivially_copyable_v<NameRecord>);
static_assert(sizeof(Head) == kSlot && std::is_trivially_copyable_v<Head>);

// CRC-32C of a slot without its first four bytes.
uint32_t SlotChecksum(const void* slot);

}  // namespace inferwire::ledger
