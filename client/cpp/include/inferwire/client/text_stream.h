// A streamed text completion (the API before chats): see Client::StreamCompleteText.
//
//   auto stream = client.StreamCompleteText("Once upon a time");
//   for (const TextEvent& event : stream) std::cout << event.text();
//   if (auto status = stream.status(); !status) std::cerr << Describe(status.error());
#pragma once

#include <string>
#include <string_view>

#include "inferwire/client/stream.h"
#include "inferwire/v1/text_completions_service.pb.h"

namespace inferwire::client {

// One event of a streamed text completion.
struct TextEvent {
  v1::StreamCompleteTextResponse message;

  // What this event adds to the text of the first choice; empty for all other events.
  std::string_view text() const;
};

using TextStream = MessageStream<TextEvent>;

// The whole text of the first choice, read to the end.
Result<std::string> ReadText(TextStream stream);

}  // namespace inferwire::client
