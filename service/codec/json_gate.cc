#include "codec/json_gate.h"

#include <algorithm>

#include "base/text.h"
#include "codec/byte_scan.h"
#include "codec/json_fault.h"
#include "codec/utf8.h"

namespace inferwire::codec {
namespace {

bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// One pass over the text, without recursion: what is open is a stack of brackets.
class Gate {
 public:
  Gate(std::string_view text, const JsonLimits& limits)
      : begin_(text.data()),
        p_(text.data()),
        end_(text.data() + text.size()),
        limits_(limits),
        max_depth_(static_cast<size_t>(std::clamp(limits.max_depth, 0, kDeepestNesting))) {}

  JsonFault Run() {
    if (static_cast<size_t>(end_ - begin_) > limits_.max_bytes) {
      p_ += limits_.max_bytes;
      TooMuch("more bytes than allowed");
      return fault_;
    }
    bool good = Value();
    while (good && !open_.empty()) good = AfterValue();
    if (!good) return fault_;
    SkipSpace();
    if (p_ != end_) Fail("text after the value");
    return fault_;
  }

 private:
  bool Fail(const char* what) {
    fault_ = {what, static_cast<size_t>(p_ - begin_)};
    return false;
  }
  bool TooMuch(const char* what) {
    fault_ = {what, static_cast<size_t>(p_ - begin_), /*not_utf8=*/false, /*limit=*/true};
    return false;
  }
  bool NotUtf8() {
    fault_ = {"invalid UTF-8", static_cast<size_t>(p_ - begin_), /*not_utf8=*/true};
    return false;
  }
  bool Unexpected() { return Fail(p_ == end_ ? "unexpected end" : "unexpected character"); }

  void SkipSpace() {
    while (p_ != end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t')) ++p_;
  }
  bool At(char c) const { return p_ != end_ && *p_ == c; }

  // A whole scalar or empty container, or the beginning of a container up to and including its
  // first such value.
  bool Value() {
    for (;;) {
      SkipSpace();
      if (++nodes_ > limits_.max_nodes) return TooMuch("more values than allowed");
      if (p_ == end_) return Unexpected();
      switch (*p_) {
        case '{':
          if (!Open()) return false;
          if (At('}')) return Close();
          if (!Key()) return false;
          continue;
        case '[':
          if (!Open()) return false;
          if (At(']')) return Close();
          continue;
        case '"':
          return String();
        case 't':
          return Literal("true");
        case 'f':
          return Literal("false");
        case 'n':
          return Literal("null");
        default:
          return Number();
      }
    }
  }

  // Inside a container and after one of its values: its end, or the next value.
  bool AfterValue() {
    SkipSpace();
    const bool object = open_.back() == '{';
    if (At(object ? '}' : ']')) return Close();
    if (!At(',')) return Unexpected();
    ++p_;
    if (object) {
      SkipSpace();
      if (!Key()) return false;
    }
    return Value();
  }

  bool Open() {
    if (open_.size() == max_depth_) return TooMuch("nested deeper than allowed");
    open_.push_back(*p_++);
    SkipSpace();
    return true;
  }

  bool Close() {
    ++p_;
    open_.pop_back();
    return true;
  }

  bool Key() {
    if (!At('"')) return Unexpected();
    if (!String()) return false;
    SkipSpace();
    if (!At(':')) return Unexpected();
    ++p_;
    return true;
  }

  bool String() {
    const char* const start = ++p_;
    for (;;) {
      p_ = FindStop<StopAt::kNotPlain>(p_, end_);
      if (static_cast<size_t>(p_ - start) > limits_.max_string_bytes) {
        p_ = start + limits_.max_string_bytes;
        return TooMuch("a string longer than allowed");
      }
      if (p_ == end_) return Unexpected();
      if (*p_ == '"') break;
      if (*p_ == '\\') {
        if (!Escape()) return false;
      } else if (!NonAscii()) {
        return false;
      }
    }
    ++p_;
    return true;
  }

  bool Escape() {
    ++p_;
    if (p_ == end_) return Unexpected();
    const char c = *p_++;
    if (c == 'u') {
      for (int i = 0; i < 4; ++i, ++p_) {
        if (p_ == end_ || !IsHexDigit(*p_)) return Unexpected();
      }
      return true;
    }
    if (std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos) return true;
    --p_;
    return Unexpected();
  }

  // A run of non-ASCII characters, or a control character, which must not be here.
  bool NonAscii() {
    if (static_cast<unsigned char>(*p_) < 0x20) return Fail("control character in a string");
    while (p_ != end_ && static_cast<unsigned char>(*p_) >= 0x80) {
      const int length = Utf8Length(p_, end_);
      if (length == 0) return NotUtf8();
      p_ += length;
    }
    return true;
  }

  bool Literal(std::string_view word) {
    for (const char c : word) {
      if (!At(c)) return Unexpected();
      ++p_;
    }
    return true;
  }

  bool Digits() {
    if (p_ == end_ || !IsDigit(*p_)) return Unexpected();
    while (p_ != end_ && IsDigit(*p_)) ++p_;
    return true;
  }

  bool Number() {
    if (At('-')) ++p_;
    if (At('0')) {
      ++p_;
    } else if (!Digits()) {
      return false;
    }
    if (At('.')) {
      ++p_;
      if (!Digits()) return false;
    }
    if (At('e') || At('E')) {
      ++p_;
      if (At('+') || At('-')) ++p_;
      if (!Digits()) return false;
    }
    return true;
  }

  const char* const begin_;
  const char* p_;
  const char* const end_;
  const JsonLimits& limits_;
  const size_t max_depth_;
  size_t nodes_ = 0;
  std::string open_;  // the brackets that are open; a string because short ones need no memory
  JsonFault fault_;
};

}  // namespace

JsonFault FindJsonFault(std::string_view text, const JsonLimits& limits) {
  return Gate(text, limits).Run();
}

std::string Describe(const JsonFault& fault) {
  return std::string("invalid JSON: ") + fault.what + " at byte " + std::to_string(fault.at);
}

Result<void> CheckJson(std::string_view text, const JsonLimits& limits) {
  const JsonFault fault = FindJsonFault(text, limits);
  if (!fault) return {};
  Error error;
  error.code = Code::kInvalidArgument;
  error.reason = v1::ERROR_REASON_INVALID_JSON_FIELD;
  error.origin = Origin::kCaller;
  error.message = Describe(fault);
  return error;
}

}  // namespace inferwire::codec
