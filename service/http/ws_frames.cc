#include "http/ws_frames.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace inferwire::http {
namespace {

// A buffer that has grown beyond this gives its memory back once it is empty.
constexpr size_t kKept = 64 * 1024;
constexpr uint8_t kLast = 0x80, kReserved = 0x70, kMasked = 0x80, kControl = 0x08;
constexpr uint8_t kTwoBytes = 126, kEightBytes = 127;

// Eight bytes at a time, since audio is masked as well as text.
void Mask(char* bytes, size_t size, uint32_t mask) {
  const uint64_t wide = (uint64_t{mask} << 32) | mask;
  size_t i = 0;
  for (; i + sizeof wide <= size; i += sizeof wide) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + i, sizeof word);
    word ^= wide;
    std::memcpy(bytes + i, &word, sizeof word);
  }
  std::array<char, 4> rest{};
  std::memcpy(rest.data(), &mask, rest.size());
  for (; i < size; ++i) bytes[i] = static_cast<char>(bytes[i] ^ rest[i % 4]);
}

uint64_t BigEndian(const unsigned char* bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

void AppendBigEndian(std::string& out, uint64_t value, size_t count) {
  for (size_t i = count; i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

// Those that may be sent: 1004 to 1006 and 1015 are for use within an endpoint only.
bool IsCloseCode(uint64_t code) {
  if (code >= 3000 && code < 5000) return true;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

void Shrink(std::string& text) {
  text.clear();
  if (text.capacity() > kKept) text.shrink_to_fit();
}

}  // namespace

void AppendFrame(std::string& out, Opcode opcode, std::string_view payload, uint32_t mask,
                 bool last) {
  out.push_back(static_cast<char>((last ? kLast : 0) | static_cast<uint8_t>(opcode)));
  if (payload.size() < kTwoBytes) {
    out.push_back(static_cast<char>(kMasked | payload.size()));
  } else if (payload.size() <= 0xffff) {
    out.push_back(static_cast<char>(kMasked | kTwoBytes));
    AppendBigEndian(out, payload.size(), 2);
  } else {
    out.push_back(static_cast<char>(kMasked | kEightBytes));
    AppendBigEndian(out, payload.size(), 8);
  }
  std::array<char, 4> key{};
  std::memcpy(key.data(), &mask, key.size());
  out.append(key.data(), key.size());
  const size_t begin = out.size();
  out.append(payload);
  Mask(out.data() + begin, payload.size(), mask);
}

void AppendClose(std::string& out, uint16_t code, std::string_view reason, uint32_t mask) {
  std::string payload;
  if (code != close_code::kNoCode) {
    AppendBigEndian(payload, code, 2);
    size_t size = std::min(reason.size(), kMostControlBytes - payload.size());
    const auto continues = [&](size_t at) {
      return at < reason.size() && (static_cast<unsigned char>(reason[at]) & 0xc0) == 0x80;
    };
    while (size > 0 && continues(size)) --size;
    payload.append(reason.substr(0, size));
  }
  AppendFrame(out, Opcode::kClose, payload, mask);
}

bool FrameParser::ReadClose(std::string_view payload, CloseWords& words) {
  words = {};
  if (payload.empty()) return true;
  if (payload.size() < 2) return false;
  const uint64_t code = BigEndian(reinterpret_cast<const unsigned char*>(payload.data()), 2);
  if (!IsCloseCode(code)) return false;
  words.code = static_cast<uint16_t>(code);
  words.reason = payload.substr(2);
  return true;
}

void FrameParser::Feed(std::string_view bytes) {
  if (at_ == in_.size()) {
    Shrink(in_);
    at_ = 0;
  } else if (at_ > kKept) {
    in_.erase(0, at_);
    at_ = 0;
  }
  in_.append(bytes);
}

FrameParser::Status FrameParser::Next(Event& event) {
  DropDelivered();
  for (;;) {
    Head head;
    Status status = Status::kNeedMore;
    if (!ReadHead(head, status)) return status;
    if (in_.size() - at_ - head.size < head.bytes) {
      // Room for all of it at once, not by doubling.
      if (head.bytes > kKept) in_.reserve(at_ + head.size + head.bytes);
      return Status::kNeedMore;
    }
    const std::string_view payload(in_.data() + at_ + head.size, head.bytes);
    at_ += head.size + head.bytes;
    if (static_cast<uint8_t>(head.opcode) & kControl) {
      event = {head.opcode, payload};
      return Status::kControl;
    }
    if (!in_message_) {
      type_ = head.opcode;
      if (head.last) {  // the usual case: nothing is copied
        event = {type_, payload};
        return Status::kMessage;
      }
    }
    message_.append(payload);
    in_message_ = !head.last;
    if (in_message_) continue;
    event = {type_, message_};
    delivered_ = true;
    return Status::kMessage;
  }
}

bool FrameParser::ReadHead(Head& head, Status& status) {
  status = Status::kNeedMore;
  if (close_code_ != 0) {
    status = Status::kBroken;
    return false;
  }
  const size_t have = in_.size() - at_;
  const auto* bytes = reinterpret_cast<const unsigned char*>(in_.data()) + at_;
  if (have < 2) return false;
  if ((bytes[0] & kReserved) || (bytes[1] & kMasked)) {
    status = Break(close_code::kProtocolError);
    return false;
  }
  head.last = bytes[0] & kLast;
  head.opcode = static_cast<Opcode>(bytes[0] & 0x0f);
  const uint8_t size = bytes[1] & 0x7f;
  const size_t more = size == kEightBytes ? 8 : size == kTwoBytes ? 2 : 0;
  head.size = 2 + more;
  // What needs no length is said without waiting for it.
  head.bytes = size;
  if (more > 0 && have >= head.size) head.bytes = BigEndian(bytes + 2, more);
  if (more > 0 && have < head.size) {
    if ((bytes[0] & kControl) == 0) return false;
  } else if ((more == 2 && head.bytes < kTwoBytes) || (more == 8 && head.bytes <= 0xffff)) {
    status = Break(close_code::kProtocolError);  // a length is written as short as can be
    return false;
  }
  if (IsAllowed(head)) return true;
  status = Status::kBroken;
  return false;
}

bool FrameParser::IsAllowed(const Head& head) {
  const auto opcode = static_cast<uint8_t>(head.opcode);
  bool good = false;
  if (opcode & kControl) {
    good = head.last && head.bytes <= kMostControlBytes && head.opcode <= Opcode::kPong;
  } else {
    good = head.opcode <= Opcode::kBinary && (head.opcode == Opcode::kContinuation) == in_message_;
    if (good && head.bytes > most_bytes_ - message_.size()) {
      Break(close_code::kTooLarge);
      return false;
    }
  }
  if (!good) Break(close_code::kProtocolError);
  return good;
}

FrameParser::Status FrameParser::Break(uint16_t code) {
  close_code_ = code;
  return Status::kBroken;
}

void FrameParser::DropDelivered() {
  if (!delivered_) return;
  Shrink(message_);
  delivered_ = false;
}

}  // namespace inferwire::http
