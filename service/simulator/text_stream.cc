#include "simulator/text_stream.h"

namespace inferwire::simulator {

TextStream::TextStream(TextCompletion completion, const Behavior& behavior)
    : SseStream(behavior, completion.request.hash),
      completion_(std::move(completion)),
      sent_(completion_.choices.size()),
      over_(completion_.choices.size()),
      open_(completion_.choices.size()) {
  for (const TextChoice& choice : completion_.choices) texts_.push_back(choice.echo + choice.text);
}

bool TextStream::NextData(Data& data) {
  if (open_ > 0) {
    while (over_[turn_]) turn_ = (turn_ + 1) % over_.size();
    NextOf(turn_, data);
    turn_ = (turn_ + 1) % over_.size();
    return true;
  }
  const bool wanted = completion_.request.include_usage && !behavior().no_usage;
  if (usage_sent_ || !wanted || behavior().truncate == Truncate::kAll) return false;
  usage_sent_ = true;
  data.json = Chunk(Json::array(), UsageJson(completion_));
  return true;
}

void TextStream::NextOf(size_t index, Data& data) {
  const TextChoice& choice = completion_.choices[index];
  const std::string_view rest = std::string_view(texts_[index]).substr(sent_[index]);
  const std::string_view piece = rest.substr(0, PieceOf(rest));
  const size_t offset = sent_[index] + (completion_.echo ? 0 : choice.offset);
  sent_[index] += piece.size();
  over_[index] = piece.size() == rest.size();
  if (over_[index]) --open_;
  const bool finished = over_[index] && behavior().truncate == Truncate::kNone;
  data.paced = true;
  data.json =
      Chunk(Json::array({{{"text", piece},
                          {"index", index},
                          {"logprobs", TextLogprobs(completion_, piece, offset)},
                          {"finish_reason", finished ? Json(choice.finish_reason) : nullptr}}}),
            nullptr);
}

std::string TextStream::Chunk(const Json& choices, const Json& usage) const {
  Json chunk = {{"id", completion_.id},
                {"object", "text_completion"},
                {"created", completion_.created},
                {"choices", choices},
                {"model", completion_.request.answer_model}};
  if (completion_.request.include_usage) chunk["usage"] = usage;
  return Dump(chunk);
}

}  // namespace inferwire::simulator
