// A request in OpenAI's JSON, as ChatCompletionParams and as JSON again: the same request.
#include "fuzz/input.h"
#include "fuzz/message_check.h"
#include "llmgate/v1/chat.pb.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  llmgate::fuzz::CheckDecoding(llmgate::v1::ChatCompletionParams::default_instance(),
                               llmgate::fuzz::Input(data, size).Rest());
  return 0;
}
