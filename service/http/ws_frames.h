// Frames of a WebSocket (RFC 6455), as a client writes and reads them. Pure: bytes in, messages
// out. No extension is ever agreed on, so a reserved bit breaks the connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace inferwire::http {

enum class Opcode : uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

// RFC 6455, section 7.4.1.
namespace close_code {
constexpr uint16_t kNormal = 1000, kGoingAway = 1001, kProtocolError = 1002, kUnsupported = 1003,
                   kNoCode = 1005, kCut = 1006, kTooLarge = 1009;
}  // namespace close_code

constexpr size_t kMostControlBytes = 125;

// Appends one frame with this mask. last: no fragment of the message follows.
void AppendFrame(std::string& out, Opcode opcode, std::string_view payload, uint32_t mask,
                 bool last = true);
// A Close frame; a reason that is too long for one is cut at the end of a character.
void AppendClose(std::string& out, uint16_t code, std::string_view reason, uint32_t mask);

// What a Close frame says.
struct CloseWords {
  uint16_t code = close_code::kNoCode;
  std::string reason;
};

// Takes a server's bytes in whatever pieces. Fragments are put together; a message of one frame is
// handed out where it lies.
class FrameParser {
 public:
  enum class Status {
    kNeedMore,
    kMessage,  // event: kText or kBinary
    kControl,  // event: kPing, kPong or kClose; they come between the fragments of a message
    kBroken,   // close_code() says how, now and for ever
  };
  struct Event {
    Opcode opcode = Opcode::kText;
    std::string_view payload;  // until Feed or Next is called
  };

  // A message may have so many bytes; a longer one is noticed by its frame's head.
  explicit FrameParser(size_t most_bytes) : most_bytes_(most_bytes) {}

  void Feed(std::string_view bytes);
  Status Next(Event& event);

  // What the connection is to be closed with.
  uint16_t close_code() const { return close_code_; }
  // What a Close event's payload says. False: it is none, and the connection is to be closed with
  // kProtocolError.
  static bool ReadClose(std::string_view payload, CloseWords& words);
  // Bytes that wait for more of their message.
  size_t held() const { return in_.size() - at_ + message_.size(); }

 private:
  struct Head {
    bool last = false;
    Opcode opcode = Opcode::kText;
    size_t size = 0;     // of the head itself
    uint64_t bytes = 0;  // of the payload
  };

  // False: status says why there is no head.
  bool ReadHead(Head& head, Status& status);
  bool IsAllowed(const Head& head);
  Status Break(uint16_t code);
  void DropDelivered();

  const size_t most_bytes_;
  std::string in_, message_;  // what came; the fragments so far
  size_t at_ = 0;             // of in_: what is not read yet
  Opcode type_ = Opcode::kText;
  bool in_message_ = false, delivered_ = false;
  uint16_t close_code_ = 0;
};

}  // namespace inferwire::http
