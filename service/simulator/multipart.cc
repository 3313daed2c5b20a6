#include "simulator/multipart.h"

#include <algorithm>

#include "base/text.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxPartHeaders = 8 << 10;
constexpr size_t kMaxBoundary = 70;  // RFC 2046

// name="value" or name=value among the parameters after the first semicolon.
std::optional<std::string> Parameter(std::string_view header, std::string_view name) {
  for (size_t at = header.find(';'); at != std::string_view::npos; at = header.find(';', at)) {
    ++at;
    const size_t equals = header.find('=', at);
    if (equals == std::string_view::npos) return std::nullopt;
    const bool found = EqualsIgnoringCase(Trim(header.substr(at, equals - at)), name);
    std::string value;
    at = equals + 1;
    if (at < header.size() && header[at] == '"') {
      for (++at; at < header.size() && header[at] != '"'; ++at) {
        if (header[at] == '\\' && at + 1 < header.size()) ++at;
        value += header[at];
      }
    } else {
      const size_t end = std::min(header.find(';', at), header.size());
      value = Trim(header.substr(at, end - at));
      at = end;
    }
    if (found) return value;
  }
  return std::nullopt;
}

}  // namespace

Multipart::Multipart(std::string boundary, Sink& sink)
    : delimiter_("\r\n--" + std::move(boundary)), sink_(sink) {}

std::optional<std::string> Multipart::BoundaryOf(std::string_view content_type) {
  const std::string_view kind = Trim(content_type.substr(0, content_type.find(';')));
  if (!EqualsIgnoringCase(kind, "multipart/form-data")) return std::nullopt;
  auto boundary = Parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kMaxBoundary) return std::nullopt;
  return boundary;
}

bool Multipart::Put(std::string_view bytes) {
  if (state_ == State::kBroken) return false;
  if (state_ == State::kOver) return true;  // an epilogue
  held_ += bytes;
  while (Advance()) {
  }
  return state_ != State::kBroken;
}

bool Multipart::Break() {
  state_ = State::kBroken;
  return false;
}

// True: something was done, and there may be more to do.
bool Multipart::Advance() {
  switch (state_) {
    case State::kPreamble:
      return AdvanceToBoundary(/*deliver=*/false);
    case State::kData:
      return AdvanceToBoundary(/*deliver=*/true);
    case State::kAfterBoundary:
      if (held_.size() < 2) return false;
      if (held_.starts_with("--")) {
        state_ = State::kOver;
        held_.clear();
        return false;
      }
      if (!held_.starts_with("\r\n")) return Break();
      state_ = State::kHeaders;
      return true;
    case State::kHeaders:
      return AdvanceHeaders();
    case State::kOver:
    case State::kBroken:
      return false;
  }
  return false;
}

bool Multipart::AdvanceToBoundary(bool deliver) {
  const size_t at = held_.find(delimiter_);
  const bool found = at != std::string::npos;
  const size_t keep = std::min(held_.size(), delimiter_.size() - 1);
  const size_t size = found ? at : held_.size() - keep;
  if (deliver && size > 0) sink_.OnData(std::string_view(held_).substr(0, size));
  held_.erase(0, found ? at + delimiter_.size() : size);
  if (found) state_ = State::kAfterBoundary;
  return found;
}

// The held bytes begin with the line end before the first header.
bool Multipart::AdvanceHeaders() {
  const size_t end = held_.find("\r\n\r\n");
  if (end == std::string::npos) return held_.size() > kMaxPartHeaders && Break();
  std::string name, filename;
  for (size_t at = 2; at < end + 2;) {
    const size_t line_end = held_.find("\r\n", at);
    const std::string_view line = std::string_view(held_).substr(at, line_end - at);
    at = line_end + 2;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return Break();
    if (!EqualsIgnoringCase(Trim(line.substr(0, colon)), "content-disposition")) continue;
    name = Parameter(line, "name").value_or("");
    filename = Parameter(line, "filename").value_or("");
  }
  held_.erase(0, end + 4);
  state_ = State::kData;
  sink_.OnPart(name, filename);
  return true;
}

}  // namespace inferwire::simulator
