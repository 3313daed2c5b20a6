// Reads multipart/form-data as it arrives, holding back no more than a boundary's length.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferwire::simulator {

class Multipart {
 public:
  // Hears of the parts, in order.
  class Sink {
   public:
    virtual ~Sink() = default;
    // filename is empty for a plain field.
    virtual void OnPart(const std::string& name, const std::string& filename) = 0;
    virtual void OnData(std::string_view bytes) = 0;
  };

  Multipart(std::string boundary, Sink& sink);
  // From content-type; nothing if it is not multipart/form-data with a boundary.
  static std::optional<std::string> BoundaryOf(std::string_view content_type);

  // False from the first fault on.
  bool Put(std::string_view bytes);
  // The closing boundary has been seen.
  bool complete() const { return state_ == State::kOver; }

 private:
  enum class State { kPreamble, kAfterBoundary, kHeaders, kData, kOver, kBroken };
  bool Advance();
  bool AdvanceToBoundary(bool deliver);
  bool AdvanceHeaders();
  bool Break();

  const std::string delimiter_;  // CRLF and dashes before the boundary
  Sink& sink_;
  State state_ = State::kPreamble;
  std::string held_{"\r\n"};  // so that the first boundary looks like the others
};

}  // namespace inferwire::simulator
