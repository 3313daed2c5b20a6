// A text completion as events: pieces of all choices in turn, the last with its finish_reason.
#pragma once

#include <string>
#include <vector>

#include "simulator/sse_stream.h"
#include "simulator/text_completion.h"

namespace inferwire::simulator {

class TextStream final : public SseStream {
 public:
  TextStream(TextCompletion completion, const Behavior& behavior);

 private:
  bool NextData(Data& data) override;
  std::string model() const override { return completion_.request.answer_model; }
  void NextOf(size_t index, Data& data);
  std::string Chunk(const Json& choices, const Json& usage) const;

  const TextCompletion completion_;
  std::vector<std::string> texts_;
  std::vector<size_t> sent_;  // bytes of each text
  std::vector<bool> over_;
  size_t turn_ = 0, open_;
  bool usage_sent_ = false;
};

}  // namespace inferwire::simulator
