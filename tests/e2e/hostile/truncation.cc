#include "hostile/truncation.h"

#include "hostile/wire_text.h"

namespace inferwire::e2e::hostile {

CutStream::CutStream(std::string_view line_end) {
  struct Part {
    std::string text;
    std::string delta;
  };
  std::vector<Part> parts = {
      {Delta(""), ""},
      {": keep-alive\n\n", ""},
      {Delta("Hello"), "Hello"},
      {"id: 3\nevent: message\n" + Delta(", w\xC3\xB6rld"), ", w\xC3\xB6rld"},
      {Delta(" \\ud83d\\ude00\\n"), " \xF0\x9F\x98\x80\n"},
      {Finish(), ""},
      {Usage(), ""},
      {std::string(kDone), ""},
  };
  for (const Part& part : parts) {
    bytes_ += ReplaceAll(part.text, "\n", line_end);
    // A line is over with its CR; the LF after it adds nothing.
    const size_t spare = line_end == "\r\n" ? 1 : 0;

    events_.push_back({bytes_.size() - 2 * line_end.size(), bytes_.size() - spare, part.delta});
    if (part.text == Finish()) finish_ = events_.size() - 1;
  }
}

std::string CutStream::TextOf(size_t size, By by) const {
  std::string text;
  for (const Event& event : events_) {
    if (Counts(event, size, by)) text += event.delta;
  }
  return text;
}

Expected CutStream::ExpectedOf(size_t size, By by) const {
  // A connection that is cut before [DONE] may have had more to say; a proper end has not.
  const Event& last = by == By::kEnd ? events_[finish_] : events_.back();
  return Counts(last, size, by) ? kFine : kCut;
}

}  // namespace inferwire::e2e::hostile
