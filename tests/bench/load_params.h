// What the gRPC loads ask for, by their options.
#pragma once

#include <string>

#include "inferwire/v1/chat_service.pb.h"
#include "load_options.h"

namespace inferwire::bench {

inline v1::ChatCompletionParams ParamsOf(const LoadOptions& options) {
  v1::ChatCompletionParams params;
  params.set_model(options.model);
  for (int i = 0; i < options.messages; ++i) {
    auto* message = params.add_messages();
    message->set_role(v1::ROLE_USER);
    message->set_content(
        std::string(options.prompt_bytes / static_cast<size_t>(options.messages), 'p'));
  }
  return params;
}

}  // namespace inferwire::bench
