#include "endpoints/typed/text_merger.h"

#include <algorithm>

namespace inferwire::endpoints {
namespace {

v1::TextChoice& ChoiceOf(v1::TextCompletion& merged, int index) {
  for (v1::TextChoice& choice : *merged.mutable_choices()) {
    if (choice.index() == index) return choice;
  }
  v1::TextChoice& choice = *merged.add_choices();
  choice.set_index(index);
  return choice;
}

}  // namespace

Result<void> TextMerger::Add(const v1::TextCompletion& piece) {
  constexpr int kMostChoices = 1024;
  if (keeps_) {
    v1::TextCompletion head = piece;
    head.clear_choices();
    merged_.MergeFrom(head);
  }
  for (const v1::TextChoice& from : piece.choices()) {
    v1::TextChoice& to = ChoiceOf(merged_, from.index());
    if (from.has_finish_reason()) to.set_finish_reason(from.finish_reason());
    if (keeps_) {
      bytes_ += from.ByteSizeLong();
      to.mutable_text()->append(from.text());
      // Lists are appended: each piece has the tokens that it brings.
      if (from.has_logprobs()) to.mutable_logprobs()->MergeFrom(from.logprobs());
      for (const auto& [name, value] : from.extra()) (*to.mutable_extra())[name] = value;
    }
    if (merged_.choices_size() <= kMostChoices && bytes_ <= most_) continue;
    Error error;
    error.code = Code::kInternal;
    error.reason = v1::ERROR_REASON_RESPONSE_TOO_LARGE;
    error.origin = Origin::kUpstream;
    error.message = "the answer is larger than allowed";
    return error;
  }
  return {};
}

bool TextMerger::finished() const {
  return merged_.choices_size() > 0 &&
         std::ranges::all_of(merged_.choices(),
                             [](const v1::TextChoice& each) { return each.has_finish_reason(); });
}

}  // namespace inferwire::endpoints
