// A stream as providers send them, and what each beginning of it is worth.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hostile/cases.h"

namespace inferwire::e2e::hostile {

class CutStream {
 public:
  enum class By {
    kConnection,  // an event counts once its empty line has come
    kEnd,         // the body's proper end stands for the empty line
  };

  explicit CutStream(std::string_view line_end);

  const std::string& bytes() const { return bytes_; }
  // So many bytes say that the answer is complete, whatever the end.
  size_t finished_at() const { return events_[finish_].dispatched; }

  std::string TextOf(size_t size, By by) const;
  Expected ExpectedOf(size_t size, By by) const;

 private:
  struct Event {
    size_t whole;       // bytes until its data is complete
    size_t dispatched;  // until its empty line has come
    std::string delta;
  };
  static bool Counts(const Event& event, size_t size, By by) {
    return size >= (by == By::kEnd ? event.whole : event.dispatched);
  }

  std::string bytes_;
  std::vector<Event> events_;
  size_t finish_ = 0;
};

}  // namespace inferwire::e2e::hostile
