// Whatever JSON an upstream answers becomes a ChatCompletion that holds all of it.
#include "fuzz/input.h"
#include "fuzz/message_check.h"
#include "inferwire/v1/chat.pb.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::CheckDecoding(inferwire::v1::ChatCompletion::default_instance(),
                                 inferwire::fuzz::Input(data, size).Rest());
  return 0;
}
