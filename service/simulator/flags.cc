#include "simulator/flags.h"

#include <functional>
#include <map>

#include "base/text.h"

namespace inferwire::simulator {
namespace {

template <class T>
bool TakeInteger(const std::string& text, T& out) {
  const auto value = ParseInteger<T>(text);
  if (value) out = *value;
  return value.has_value();
}

Result<void> SetTiming(const std::string& word, const std::string& value, Options& options) {
  Behavior behavior{.timing = options.timing};
  auto set = Set(word, value, behavior);
  if (!set) return InvalidField("--" + word, set.error().fields.front().description);
  options.timing = behavior.timing;
  return {};
}

Result<void> SetFlag(const std::string& name, const std::string& value, Options& options) {
  if (name == "ttft" || name == "rate" || name == "jitter") return SetTiming(name, value, options);
  if (name == "batch-time") {
    Behavior behavior;
    if (!Set("batch_time", value, behavior)) return InvalidField("--batch-time", "not a duration");
    options.batch = behavior.batch;
  } else if (name == "listen") {
    options.listen = value;
  } else if (name == "api-key") {
    options.api_key = value;
  } else if (name == "seed") {
    if (!TakeInteger(value, options.seed)) return InvalidField("--seed", "expected a number");
  } else if (name == "created") {
    if (!TakeInteger(value, options.fixed_created.emplace())) {
      return InvalidField("--created", "expected unix seconds");
    }
  } else if (name == "tier") {
    const auto tier = ParseTier(value);
    if (!tier) return InvalidField("--tier", "expected free or 1 to 5");
    options.tier = *tier;
    options.enforce_limits = true;
  } else if (name == "script") {
    auto rules = LoadScript(value);
    if (!rules) return rules.error();
    options.rules = std::move(*rules);
  } else {
    return InvalidField("--" + name, "unknown flag; see --help");
  }
  return {};
}

}  // namespace

Result<Flags> ParseFlags(const std::vector<std::string>& arguments) {
  Flags flags;
  flags.options.listen = "127.0.0.1:8089";
  flags.options.recorded_requests = 0;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--help" || argument == "-h") {
      flags.help = true;
    } else if (argument == "--version") {
      flags.version = true;
    } else if (argument == "--any-model") {
      flags.options.any_model = true;
    } else if (argument == "--strict") {
      flags.options.refuse_unknown_arguments = true;
    } else if (!argument.starts_with("--")) {
      return InvalidField(argument, "not a flag; see --help");
    } else {
      const size_t equals = argument.find('=');
      const std::string name = argument.substr(2, equals - 2);
      if (equals == std::string::npos && i + 1 == arguments.size()) {
        return InvalidField(argument, "needs a value");
      }
      const std::string value =
          equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1);
      if (auto set = SetFlag(name, value, flags.options); !set) return set.error();
    }
  }
  return flags;
}

std::string HelpText() {
  return R"(inferwire-simulator: an OpenAI-compatible server with scripted answers, timing and faults.

  --listen ADDRESS:PORT  where to listen (127.0.0.1:8089; port 0 takes a free one)
  --seed N               answers depend on the request and this number (1)
  --ttft DURATION        time to the first token, e.g. 300ms (0)
  --rate N               tokens per second (0: all at once)
  --jitter SHARE         how much each gap between tokens varies, 0 to 1 (0)
  --batch-time DURATION  how long a batch takes; 0: as fast as it can (3s)
  --api-key KEY          refuse requests without this bearer token
  --tier T               enforce the rate limits of usage tier free or 1 to 5 (not enforced)
  --script FILE          rules in YAML or JSON: which requests get which faults
  --any-model            answer unknown model names instead of 404
  --strict               refuse unknown request arguments, as the real API does
  --created SECONDS      the created member of every answer (the time)
  --version              print the version
  --help                 this text

Try it:
  curl localhost:8089/v1/chat/completions -H 'content-type: application/json' \
    -d '{"model":"gpt-4.1-mini","messages":[{"role":"user","content":"Hi"}]}'
  # a stream of 50 tokens per second whose first token takes 200 ms
  curl -N localhost:8089/v1/chat/completions -H 'x-simulator: ttft=200ms; rate=50' \
    -d '{"model":"gpt-4.1-mini","stream":true,"messages":[{"role":"user","content":"Hi"}]}'
  # the same by the model's name, and the connection breaks after 1000 bytes
  curl -N localhost:8089/v1/chat/completions \
    -d '{"model":"gpt-4.1-mini+rate=50+reset_after=1000","stream":true,
         "messages":[{"role":"user","content":"Hi"}]}'
  # an error as the real API words it
  curl localhost:8089/v1/models -H 'x-simulator: status=429; retry_after=3'
  curl localhost:8089/simulator/stats

Words of the header, the model suffix and scripts:
  shape   ttft rate jitter tokens big chunk_bytes write_bytes echo refusal usage=none crlf keepalive
  errors  status code retry_after error_in_200 error_in_stream
  broken  reset reset_after stall slow_headers garbage truncate no_done wrong_content_length
          lone_surrogate invalid_utf8
  files   effect body_rate body_reset body_stall body_answer no_range list_lag
  batches batch_time batch_validation batch_run batch_finalizing batch_cancelling batch_expire
          batch_fail batch_order line
)";
}

}  // namespace inferwire::simulator
