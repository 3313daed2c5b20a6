#include "http/sse.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace inferwire::http {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
// What is larger is not copied needlessly, nor kept for the next event.
constexpr size_t kLarge = 64u << 10;
constexpr std::string_view kData = "data:";
// What is shorter is no piece of a line.
constexpr size_t kShortLine = 1u << 10;
// What grows beyond the first gets room for the second at once: pages that nobody touches cost
// nothing, growing by doubling copies and for a moment holds both, and an allocation of this size
// is always given back to the system.
constexpr size_t kGrowing = 1u << 20, kRoom = 33u << 20;

void MakeRoom(std::string& text, size_t more) {
  const size_t size = text.size() + more;
  if (size > kGrowing && size < kRoom && text.capacity() < size) text.reserve(kRoom);
}

void Empty(std::string& text) {
  if (text.capacity() > kLarge) {
    text = {};
  } else {
    text.clear();
  }
}

}  // namespace

void SseParser::Value::Set(std::string_view value) {
  view = value;
  set = true;
}

void SseParser::Value::AppendLine(std::string_view value) {
  if (!set) return Set(value);
  Keep();
  if (view.data() != own.data()) own.erase(0, static_cast<size_t>(view.data() - own.data()));
  MakeRoom(own, value.size() + 1);
  own.push_back('\n');
  own.append(value);
  view = own;
}

void SseParser::Value::Keep() {
  if (!set || IsOwn()) return;
  own.assign(view);
  view = own;
}

void SseParser::Value::KeepFrom(std::string& line) {
  const bool in_line = view.data() >= line.data() && view.data() <= line.data() + line.size();
  if (!set || !in_line || view.size() <= kLarge) return Keep();
  const auto offset = static_cast<size_t>(view.data() - line.data());
  own.swap(line);
  view = std::string_view(own).substr(offset);
}

void SseParser::Value::Clear() {
  view = {};
  Empty(own);
  set = false;
}

void SseParser::Feed(std::string_view bytes) {
  assert(pos_ == input_.size() && !ended_);
  if (dispatched_) ClearValues();
  while (bom_matched_ < kBom.size() && !bytes.empty()) {
    if (bytes.front() != kBom[bom_matched_]) {
      line_.append(kBom.substr(0, bom_matched_));
      bom_matched_ = kBom.size();
      break;
    }
    ++bom_matched_;
    bytes.remove_prefix(1);
  }
  input_ = bytes;
  pos_ = 0;
  next_lf_ = Find('\n');
  next_cr_ = Find('\r');
}

SseParser::Status SseParser::Next(Event& event) {
  if (too_long_) return Status::kTooLong;
  if (dispatched_) ClearValues();
  std::string_view line;
  while (NextLine(line)) {
    if (line.empty()) {
      if (Dispatch(event)) return Status::kEvent;
      ClearValues();
    } else if (!AddLine(line)) {
      return Status::kTooLong;
    }
  }
  if (in_pieces_ && TakePiece(event)) return Status::kEvent;
  if (!Fits(line_.size())) {
    too_long_ = true;
    return Status::kTooLong;
  }
  if (ended_) {
    if (!line_.empty()) AddLine(line_);
    line_.clear();
    if (Dispatch(event)) return Status::kEvent;
    ClearValues();
  }
  KeepValues();
  return Status::kNeedMore;
}

void SseParser::End() { ended_ = true; }

bool SseParser::HasPartial() const {
  const bool held = !dispatched_ && (event_.set || id_.set || data_.set);
  return held || !line_.empty() || pos_ < input_.size();
}

// The next line without its end. Without one, what is left of the input moves into line_.
bool SseParser::NextLine(std::string_view& line) {
  if (line_is_kept_) {
    Empty(line_);
    line_is_kept_ = false;
  }
  if (skip_lf_ && pos_ < input_.size()) {
    if (input_[pos_] == '\n') ++pos_;
    skip_lf_ = false;
  }
  if (next_lf_ < pos_) next_lf_ = Find('\n');
  if (next_cr_ < pos_) next_cr_ = Find('\r');
  const size_t end = std::min(next_lf_, next_cr_);
  line = input_.substr(pos_, end - pos_);
  if (end == input_.size()) {
    // No more than the bound is copied: one byte over it is enough to know.
    const size_t most = max_event_bytes_ - std::min(line_.size(), max_event_bytes_) + 1;
    AppendToLine(in_pieces_ ? line : line.substr(0, most));
    pos_ = end;
    return false;
  }
  skip_lf_ = input_[end] == '\r';
  pos_ = end + 1;
  if (!line_.empty()) {
    AppendToLine(line);
    line = line_;
    line_is_kept_ = true;
  }
  return true;
}

void SseParser::AppendToLine(std::string_view piece) {
  MakeRoom(line_, piece.size());
  line_.append(piece);
}

// Comments and unknown fields are not kept and so do not count once they are over.
bool SseParser::AddLine(std::string_view line) {
  // Of data in pieces this is what lay in one read, or the last piece.
  const bool is_piece = in_pieces_ && !data_.set && line.starts_with(kData);
  if (!Fits(line.size()) && !is_piece) {
    too_long_ = true;
    return false;
  }
  const size_t colon = line.find(':');
  std::string_view value;
  if (colon != std::string_view::npos) {
    value = line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  }
  if (AddField(line.substr(0, colon), value))
    kept_bytes_ = std::min(kept_bytes_ + line.size(), max_event_bytes_);
  if (line.data() == line_.data()) {
    for (Value* value : {&event_, &id_, &data_}) value->KeepFrom(line_);
  }
  return true;
}

// True if the field is kept.
bool SseParser::AddField(std::string_view name, std::string_view value) {
  if (name == "data") {
    data_.AppendLine(value);
  } else if (name == "event") {
    event_.Set(value);
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    id_.Set(value);
  } else if (name == "error" && !value.empty()) {
    // Old llama.cpp servers report a failure inside a stream as "error: {...}".
    event_.Set("error");
    data_.AppendLine(value);
  } else {
    return false;
  }
  return true;
}

bool SseParser::Dispatch(Event& event) {
  if (!data_.set) return false;
  event = {event_.view, id_.view, data_.view};
  dispatched_ = true;
  return true;
}

bool SseParser::TakePiece(Event& event) {
  if (line_.size() < kShortLine || !line_.starts_with(kData)) return false;
  piece_.clear();
  if (data_.set) {
    // Of lines before it.
    piece_.append(data_.view).append("\n");
    data_.Clear();
  }
  piece_.append(line_, kData.size() + (line_[kData.size()] == ' ' ? 1 : 0));
  line_ = kData;
  line_ += ' ';
  event = {event_.view, id_.view, piece_, /*is_piece=*/true};
  return true;
}

void SseParser::KeepValues() {
  event_.Keep();
  id_.Keep();
  data_.Keep();
}

void SseParser::ClearValues() {
  event_.Clear();
  id_.Clear();
  data_.Clear();
  kept_bytes_ = 0;
  dispatched_ = false;
}

size_t SseParser::Find(char c) const {
  if (pos_ == input_.size()) return pos_;
  const void* found = std::memchr(input_.data() + pos_, c, input_.size() - pos_);
  return found ? static_cast<size_t>(static_cast<const char*>(found) - input_.data())
               : input_.size();
}

}  // namespace inferwire::http
