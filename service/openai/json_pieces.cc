#include "openai/json_pieces.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "codec/json_text.h"
#include "codec/json_write.h"

namespace inferwire::openai {
namespace {

// What of a text name may stand before other words, as in reasoning_content.
constexpr std::array<std::string_view, 2> kTextPrefixes = {"reasoning", "thinking"};
constexpr std::array<std::string_view, 10> kTexts = {
    "text",      "content", "summary", "refusal",      "transcript",
    "arguments", "input",   "output",  "partial_json", "data"};
constexpr std::array<std::string_view, 21> kLabels = {
    "id",     "type",      "role",     "name",      "object",   "model",  "format",
    "status", "url",       "voice",    "signature", "provider", "source", "title",
    "kind",   "mime_type", "language", "encoding",  "detail",   "phase",  "finish_reason"};
constexpr std::array<std::string_view, 5> kLabelEnds = {"_id", "_type", "_signature", "_name",
                                                        "_status"};
constexpr std::string_view kIndex = "index", kData = "data", kSignature = "signature";
// An element that continues an earlier one is looked for among so many.
constexpr size_t kMostOpenElements = 64;
// Taken apart, small values cost a hundred times their text, and members are looked for one by one.
constexpr size_t kMostElements = 4096, kMostMembers = 100;

template <size_t N>
bool IsOneOf(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsLabelName(std::string_view name) {
  return IsOneOf(kLabels, name) ||
         std::any_of(kLabelEnds.begin(), kLabelEnds.end(),
                     [&](std::string_view end) { return name.ends_with(end); });
}

bool IsNumber(std::string_view value) {
  return value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
}

// What is between the quotes or brackets.
std::string_view Inside(std::string_view value) { return value.substr(1, value.size() - 2); }

bool HasText(std::string_view object) {
  codec::JsonString name;
  codec::JsonCursor cursor(object);
  cursor.Enter();
  while (cursor.NextMember(name)) {
    if (IsTextName(name.raw)) return true;
    cursor.SkipValue();
  }
  return false;
}

}  // namespace

bool IsTextName(std::string_view name) {
  return IsOneOf(kTexts, name) ||
         std::any_of(kTextPrefixes.begin(), kTextPrefixes.end(),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

size_t JsonPiece::Add(std::string_view name, std::string_view value, Kind kind) {
  value = Trim(value);
  const bool nothing_yet = form_ == Form::kRaw && IsEmptyJson(text_);
  if (IsEmptyJson(value) && !(nothing_yet && text_.empty())) return 0;
  size_t growth = value.size();
  if (nothing_yet) {
    SetRaw(value);
  } else if (value.front() == '"' && Open(Form::kText, growth)) {
    AddText(name, Inside(value), kind);
  } else if (value.front() == '[' && Open(Form::kList, growth)) {
    growth += AddList(value, kind);
  } else if (value.front() != '{' || !Open(Form::kObject, growth) ||
             !AddObject(value, kind, growth)) {
    SetRaw(value);
  }
  return growth;
}

void JsonPiece::SetRaw(std::string_view value) {
  form_ = Form::kRaw;
  text_ = value;
  members_.clear();
  elements_.clear();
}

bool JsonPiece::Open(Form form, size_t& growth) {
  if (form_ != Form::kRaw) return form_ == form;
  const char opening = form == Form::kText ? '"' : form == Form::kList ? '[' : '{';
  if (text_.front() != opening) return false;
  std::string value = std::exchange(text_, {});
  form_ = form;
  if (form == Form::kText) {
    text_ = Inside(value);
    repeated_ = 1;
  } else if (form == Form::kList) {
    growth += AddList(value, Kind::kSeries);
  } else if (!AddObject(value, Kind::kState, growth)) {
    SetRaw(value);
    return false;
  }
  return true;
}

void JsonPiece::AddText(std::string_view name, std::string_view value, Kind kind) {
  if (IsLabelName(name) || (kind == Kind::kState && !IsTextName(name))) {
    text_ = value;
    return;
  }
  if (!IsTextName(name) && repeated_ > 0 && value == text_) {
    ++repeated_;
    return;
  }
  const std::string first = repeated_ > 1 ? text_ : std::string();
  for (; repeated_ > 1; --repeated_) text_ += first;
  repeated_ = 0;
  text_ += value;
}

size_t JsonPiece::AddList(std::string_view value, Kind kind) {
  if (kind != Kind::kSeries && IsToldAnewBy(value)) {
    elements_.clear();
    bytes_ = 0;
  }
  bytes_ += value.size();
  size_t growth = 0;
  codec::JsonCursor cursor(value);
  cursor.Enter();
  while (cursor.NextElement()) growth += AddElement(cursor.SkipValue(), kind);
  return growth;
}

// Some tell a list so far with every chunk. Only what is no text and no number can be known by its
// beginning: two equal pieces of those are nothing unusual.
bool JsonPiece::IsToldAnewBy(std::string_view list) const {
  if (elements_.empty() || list.size() < bytes_) return false;  // looks at no more than came
  std::string told, known;
  codec::JsonCursor cursor(list);
  cursor.Enter();
  while (cursor.NextElement()) {
    const std::string_view element = cursor.SkipValue();
    if (IsNumber(element)) return false;
    if (element.front() == '{' && HasText(element)) return false;
    told.append(told.empty() ? "[" : ",").append(element);
  }
  AppendTo(known);
  known.pop_back();
  return told.starts_with(known) && (told.size() == known.size() || told[known.size()] == ',');
}

size_t JsonPiece::AddElement(std::string_view element, Kind kind) {
  if (element.front() == '{' && elements_.size() < kMostElements) {
    JsonPiece piece;
    size_t growth = sizeof(JsonPiece) + element.size();
    piece.SetRaw(element);
    JsonPiece opened = piece;
    JsonPiece* const earlier = opened.Open(Form::kObject, growth) ? ContinuedBy(opened) : nullptr;
    if (earlier == nullptr || !earlier->AddObject(element, kind, growth)) {
      elements_.push_back(std::move(piece));
    }
    return growth;
  }
  if (elements_.empty() || elements_.back().form_ != Form::kRun) {
    elements_.emplace_back().form_ = Form::kRun;
  }
  std::string& run = elements_.back().text_;
  if (!run.empty()) run += ',';
  run += element;
  return element.size() + 1;
}

JsonPiece* JsonPiece::ContinuedBy(const JsonPiece& element) {
  const std::string_view index = element.TextOf(kIndex);
  const size_t looked_at = index.empty() ? 1 : kMostOpenElements;
  for (size_t back = 1; back <= std::min(looked_at, elements_.size()); ++back) {
    JsonPiece& earlier = elements_[elements_.size() - back];
    size_t growth = 0;
    if (!earlier.Open(Form::kObject, growth) || earlier.TextOf(kIndex) != index) continue;
    bool goes_on = false;
    for (const auto& [name, member] : element.members_) {
      const JsonPiece* const known = earlier.Find(name);
      if (IsTextName(name) && name != kData) {
        if (index.empty() && !IsEmptyJson(member.text_) && earlier.IsClosed()) return nullptr;
        goes_on = true;
      } else if (known == nullptr) {
        goes_on |= name.ends_with(kSignature);
      } else if (known->Contradicts(member.text_)) {
        return nullptr;
      }
    }
    return goes_on ? &earlier : nullptr;
  }
  return nullptr;
}

// What was put together is not compared: it is no label.
bool JsonPiece::Contradicts(std::string_view other) const {
  if (IsEmptyJson(other)) return false;
  if (form_ == Form::kText) return other.front() != '"' || Inside(other) != text_;
  return form_ != Form::kRaw || (!IsEmptyJson(text_) && text_ != other);
}

// A signature comes after the text that it signs.
bool JsonPiece::IsClosed() const {
  return std::any_of(members_.begin(), members_.end(), [](const auto& member) {
    return member.first.ends_with(kSignature) && !IsEmptyJson(member.second.text_);
  });
}

const JsonPiece* JsonPiece::Find(std::string_view member) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const auto& each) { return each.first == member; });
  return found == members_.end() ? nullptr : &found->second;
}

std::string_view JsonPiece::TextOf(std::string_view member) const {
  const JsonPiece* const found = Find(member);
  return found == nullptr ? std::string_view() : found->text_;
}

// False: they would be too many members to look for; the object is then to be replaced.
bool JsonPiece::AddObject(std::string_view value, Kind kind, size_t& growth) {
  codec::JsonString name;
  codec::JsonCursor cursor(value);
  cursor.Enter();
  while (cursor.NextMember(name)) {
    const std::string_view text = cursor.SkipValue();
    std::string key = name.Text();
    auto place = std::find_if(members_.begin(), members_.end(),
                              [&](const auto& member) { return member.first == key; });
    if (place == members_.end()) {
      if (members_.size() == kMostMembers) return false;
      growth += sizeof(Members::value_type) + key.size();
      place = members_.emplace(members_.end(), std::move(key), JsonPiece());
    }
    growth += place->second.Add(place->first, text, kind);
  }
  return true;
}

void JsonPiece::AppendTo(std::string& json) const {
  switch (form_) {
    case Form::kRaw:
    case Form::kRun:
      json += text_;
      return;
    case Form::kText:
      json += '"';
      // Two halves of a character have met here; what has not met its other half never will.
      json += text_.find("\\u") == std::string::npos ? text_ : codec::ReplaceLoneSurrogates(text_);
      json += '"';
      return;
    case Form::kList: {
      char separator = '[';
      for (const JsonPiece& element : elements_) {
        json += std::exchange(separator, ',');
        element.AppendTo(json);
      }
      json += elements_.empty() ? "[]" : "]";
      return;
    }
    case Form::kObject: {
      char separator = '{';
      for (const auto& [name, member] : members_) {
        json += std::exchange(separator, ',');
        codec::AppendQuoted(json, name);
        json += ':';
        member.AppendTo(json);
      }
      json += members_.empty() ? "{}" : "}";
      return;
    }
  }
}

bool IsEmptyJson(std::string_view text) {
  const std::string_view value = Trim(text);
  if (value.empty() || value == "null" || value == "\"\"") return true;
  const bool container = (value.front() == '[' && value.back() == ']') ||
                         (value.front() == '{' && value.back() == '}');
  return container && Trim(Inside(value)).empty();
}

}  // namespace inferwire::openai
