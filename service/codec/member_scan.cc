#include "codec/member_scan.h"

#include "codec/byte_scan.h"
#include "codec/json_gate.h"
#include "codec/json_text.h"
#include "codec/utf8.h"

namespace inferwire::codec {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : p_(text.data()), end_(p_ + text.size()) {}

  Scan Run(const OnMember& on_member) {
    if (!Take('{')) return Scan::kBroken;
    if (Take('}')) return AtEnd();
    do {
      SkipSpace();
      std::string_view name;
      if (!SkipString(name) || !Take(':')) return Scan::kBroken;
      SkipSpace();
      const char* const value = p_;
      if (!SkipValue()) return Scan::kBroken;
      if (!on_member(MemberName(name), {value, static_cast<size_t>(p_ - value)}))
        return Scan::kStopped;
    } while (Take(','));
    return Take('}') ? AtEnd() : Scan::kBroken;
  }

 private:
  Scan AtEnd() {
    SkipSpace();
    return p_ == end_ ? Scan::kWhole : Scan::kBroken;
  }
  void SkipSpace() {
    while (p_ != end_ && IsSpace(*p_)) ++p_;
  }
  bool Take(char wanted) {
    SkipSpace();
    if (p_ == end_ || *p_ != wanted) return false;
    ++p_;
    return true;
  }
  // inside: what is between the quotes.
  bool SkipString(std::string_view& inside) {
    if (p_ == end_ || *p_ != '"') return false;
    const char* const begin = ++p_;
    for (;;) {
      p_ = FindStop<StopAt::kQuoteOrBackslash>(p_, end_);
      if (p_ == end_) return false;
      if (*p_ == '"') break;
      if (end_ - p_ < 2) return false;
      p_ += 2;
    }
    inside = {begin, static_cast<size_t>(p_ - begin)};
    ++p_;
    return true;
  }

  bool SkipValue() {
    std::string_view unused;
    if (p_ == end_) return false;
    if (*p_ == '"') return SkipString(unused);
    if (*p_ == '{' || *p_ == '[') return SkipContainer();
    const char* const begin = p_;
    while (p_ != end_ && *p_ != ',' && *p_ != '}' && *p_ != ']' && !IsSpace(*p_)) ++p_;
    return p_ != begin;
  }

  bool SkipContainer() {
    std::string_view unused;
    size_t depth = 0;
    while (p_ != end_) {
      switch (*p_) {
        case '"':
          if (!SkipString(unused)) return false;
          continue;
        case '{':
        case '[':
          ++depth;
          break;
        case '}':
        case ']':
          if (--depth == 0) return ++p_, true;
          break;
        default:
          break;
      }
      ++p_;
    }
    return false;
  }

  const char* p_;
  const char* const end_;
};

}  // namespace

Scan ScanMembers(std::string_view text, const OnMember& on_member) {
  return Scanner(WithoutByteOrderMark(text)).Run(on_member);
}

std::string MemberName(std::string_view raw) {
  constexpr size_t kLongestName = 128;
  if (raw.size() > kLongestName || raw.find('\\') == std::string_view::npos) {
    return std::string(raw);
  }
  const bool good = CheckJson(std::string("\"").append(raw).append("\"")).ok();
  return good ? JsonString{raw, true}.Text() : std::string(raw);
}

}  // namespace inferwire::codec
