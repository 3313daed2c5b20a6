#include "codec/json_feed.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "codec/byte_scan.h"
#include "codec/member_scan.h"

namespace inferwire::codec {
namespace {

constexpr size_t kLongestName = 128;

constexpr auto kStructural = [] {
  std::array<bool, 256> marks{};
  for (const unsigned char c : std::string_view("\"{}[],:")) marks[c] = true;
  return marks;
}();

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The character of \/ or \u00xx, of which all of base64 can be written; nothing else.
std::optional<char> Unescaped(std::string_view escape) {
  if (escape == "\\/") return '/';
  if (!escape.starts_with("\\u00")) return std::nullopt;
  unsigned value = 0;
  const char* const end = escape.data() + escape.size();
  const auto read = std::from_chars(end - 2, end, value, 16);
  if (read.ptr != end || value >= 0x80) return std::nullopt;
  return static_cast<char>(value);
}

}  // namespace

JsonFeed::Status JsonFeed::Feed(std::string_view& bytes, Sink& sink) {
  if (status_ >= Status::kStopped) return status_;
  status_ = Status::kMore;
  p_ = kept_ = bytes.data();
  end_ = p_ + bytes.size();
  if (Run(sink) && whole()) status_ = Status::kWhole;
  bytes.remove_prefix(static_cast<size_t>(p_ - bytes.data()));
  return status_;
}

bool JsonFeed::Run(Sink& sink) {
  while (p_ != end_) {
    if (in_string_) {
      InString();
    } else if (in_long_) {
      if (!(escape_.empty() ? InLong(sink) : InEscape(sink))) return false;
    } else if (in_ == In::kRest || in_ == In::kElement) {
      if (!Inside(sink)) return false;
    } else if (!Outside()) {
      return false;
    }
  }
  return Keep();
}

bool JsonFeed::Outside() {
  while (p_ != end_ && IsSpace(*p_)) ++p_;
  kept_ = p_;
  if (p_ == end_) return true;
  const char c = *p_;
  switch (in_) {
    case In::kNothing:
      if (c != '{') return Fail(Status::kBroken);
      if (shape_.list.empty()) {
        BeginElement();
      } else {
        in_ = In::kRest;
        is_object_ = key_next_ = true;
      }
      return true;
    case In::kListBegin:
      if (c == ']') return EndList();
      [[fallthrough]];
    case In::kListNext:
      if (c == ',' || c == ':' || c == ']' || c == '}') return Fail(Status::kBroken);
      BeginElement();
      return true;
    case In::kAfterElement:
      if (c == ']') return EndList();
      if (c != ',') return Fail(Status::kBroken);
      kept_ = ++p_;
      in_ = In::kListNext;
      return true;
    default:
      return Fail(Status::kBroken);
  }
}

bool JsonFeed::Inside(Sink& sink) {
  while (p_ != end_ && !kStructural[static_cast<unsigned char>(*p_)]) ++p_;
  if (p_ == end_) return true;
  switch (*p_) {
    case '"':
      return BeginString();
    case '{':
    case '[':
      return Open();
    case '}':
    case ']':
      return Close(sink);
    case ',':
      if (depth_ == 0) return EndElement(sink);  // that is no container
      if (AtMembers()) key_next_ = true;
      break;
    default:
      break;
  }
  ++p_;
  return true;
}

bool JsonFeed::Open() {
  const bool is_list = in_ == In::kRest && *p_ == '[' && IsMember(shape_.list);
  ++p_;
  if (!is_list) {
    ++depth_;
    return true;
  }
  if (std::exchange(had_list_, true)) return Fail(Status::kBroken);
  if (!Keep()) return false;
  in_ = In::kListBegin;
  return true;
}

bool JsonFeed::Close(Sink& sink) {
  if (depth_ == 0) return *p_ == ']' ? EndElement(sink) : Fail(Status::kBroken);
  ++p_;
  if (--depth_ > 0) return true;
  if (in_ == In::kElement) return EndElement(sink);
  if (!Keep()) return false;
  in_ = In::kEnd;
  return true;
}

bool JsonFeed::BeginString() {
  const bool is_key = AtMembers() && key_next_;
  const bool is_long = in_ == In::kElement && !is_key && IsMember(shape_.long_member);
  ++p_;
  if (!is_long) {
    in_string_ = true;
    in_key_ = is_key;
    if (is_key) {
      key_next_ = false;
      key_.clear();
    }
    return true;
  }
  if (std::exchange(had_long_, true)) return Fail(Status::kBroken);
  in_long_ = true;
  return Keep();
}

void JsonFeed::InString() {
  const char* const begin = p_;
  while (p_ != end_) {
    if (escaped_) {
      escaped_ = false;
      ++p_;
      continue;
    }
    p_ = FindStop<StopAt::kQuoteOrBackslash>(p_, end_);
    if (p_ == end_) break;
    if (*p_ == '"') {
      in_string_ = false;
      break;
    }
    escaped_ = true;
    ++p_;
  }
  if (in_key_) {
    // One byte more than a name has is enough to know that it is none.
    const std::string_view more(begin, static_cast<size_t>(p_ - begin));
    key_.append(more.substr(0, kLongestName + 1 - key_.size()));
  }
  if (!in_string_) ++p_;
}

bool JsonFeed::InLong(Sink& sink) {
  const char* const begin = p_;
  p_ = kept_ = FindStop<StopAt::kQuoteOrBackslash>(p_, end_);
  const std::string_view piece(begin, static_cast<size_t>(p_ - begin));
  if (p_ != end_) {
    if (*p_ == '"') {
      in_long_ = false;
    } else {
      escape_ = '\\';
      kept_ = p_ + 1;
    }
    ++p_;
  }
  return piece.empty() || Heed(sink.OnPiece(piece));
}

bool JsonFeed::InEscape(Sink& sink) {
  escape_ += *p_;
  kept_ = ++p_;
  const size_t whole = escape_[1] == 'u' ? 6 : 2;
  if (escape_.size() < whole) return true;
  const auto character = Unescaped(escape_);
  escape_.clear();
  if (!character) return Fail(Status::kBroken);
  return Heed(sink.OnPiece({&*character, 1}));
}

void JsonFeed::BeginElement() {
  in_ = In::kElement;
  depth_ = 0;
  is_object_ = key_next_ = *p_ == '{';
  key_.clear();
  had_long_ = false;
}

bool JsonFeed::EndElement(Sink& sink) {
  if (!Keep()) return false;
  in_ = shape_.list.empty() ? In::kEnd : In::kAfterElement;
  // The list is a member of the document.
  depth_ = 1;
  is_object_ = true;
  key_next_ = false;
  ++elements_;
  const Next next = sink.OnElement(element_);
  element_.clear();
  return Heed(next);
}

bool JsonFeed::EndList() {
  in_ = In::kRest;
  ++p_;
  return true;
}

bool JsonFeed::Keep() {
  std::string& to = in_ == In::kElement ? element_ : rest_;
  const size_t most = in_ == In::kElement ? shape_.max_element : shape_.max_rest;
  const auto size = static_cast<size_t>(p_ - kept_);
  if (size > most - to.size()) return Fail(Status::kTooLong);
  to.append(kept_, size);
  kept_ = p_;
  return true;
}

bool JsonFeed::Heed(Next next) {
  if (next == Next::kGoOn) return true;
  if (next == Next::kPause && !Keep()) return false;
  return Fail(next == Next::kPause ? Status::kPaused : Status::kStopped);
}

bool JsonFeed::IsMember(std::string_view name) const {
  if (!AtMembers() || key_next_ || name.empty()) return false;
  return key_ == name || (key_.find('\\') != key_.npos && MemberName(key_) == name);
}

}  // namespace inferwire::codec
