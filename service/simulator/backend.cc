#include "simulator/backend.h"

namespace inferwire::simulator {

bool Backend::Limit(Call& call, const std::string& model, int64_t tokens) {
  const KeyLimits& own = call.answer.behavior.key_limits;
  const std::string key(KeyOf(call.request.headers));
  auto error = own.requests_per_minute || own.tokens_per_minute
                   ? limits.TakeOf(key, own, model, tokens, call.answer.headers)
                   : limits.Take(model, tokens, call.answer.headers);
  if (!error) return true;
  call.Fail(std::move(*error));
  return false;
}

int64_t Backend::Created() const {
  return options.fixed_created ? *options.fixed_created : UnixSeconds(clock.Now());
}

ChatOptions Backend::chat_options() const {
  return {options.any_model, options.refuse_unknown_arguments, options.seed, &tuned};
}

std::chrono::nanoseconds GenerationTime(const Timing& timing, int64_t tokens) {
  std::chrono::nanoseconds time = timing.first_token;
  if (timing.tokens_per_second > 0) {
    time += std::chrono::nanoseconds(
        static_cast<int64_t>(1e9 * static_cast<double>(tokens) / timing.tokens_per_second));
  }
  return time;
}

}  // namespace inferwire::simulator
