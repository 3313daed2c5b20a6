// A request in OpenAI's JSON, as ChatCompletionParams and as JSON again: the same request.
#include "fuzz/input.h"
#include "fuzz/message_check.h"
#include "inferwire/v1/chat.pb.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::CheckDecoding(inferwire::v1::ChatCompletionParams::default_instance(),
                                 inferwire::fuzz::Input(data, size).Rest());
  return 0;
}
