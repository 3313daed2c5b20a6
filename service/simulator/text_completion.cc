#include "simulator/text_completion.h"

#include <algorithm>
#include <array>

#include "simulator/random.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kUsualTokens = 16;

constexpr std::array<std::string_view, 19> kArguments = {"model",
                                                         "prompt",
                                                         "best_of",
                                                         "echo",
                                                         "frequency_penalty",
                                                         "logit_bias",
                                                         "logprobs",
                                                         "max_tokens",
                                                         "n",
                                                         "presence_penalty",
                                                         "seed",
                                                         "stop",
                                                         "stream",
                                                         "stream_options",
                                                         "suffix",
                                                         "temperature",
                                                         "top_p",
                                                         "user",
                                                         "safety_identifier"};
constexpr std::array<const char*, 4> kHashed = {"suffix", "temperature", "top_p", "seed"};

// A word for each number of a prompt in tokens.
std::string TextOf(const Json& tokens) {
  std::string text;
  for (const Json& token : tokens) {
    Random random(Hash(Dump(token), 0));
    text += ' ' + Words(random, 1);
  }
  return text;
}

bool IsTokens(const Json& json) {
  return json.is_array() && !json.empty() &&
         std::all_of(json.begin(), json.end(), [](const Json& one) { return one.is_number(); });
}

void ReadPrompts(Fields& body, TextCompletion& completion) {
  const Json* prompt = body.Find("prompt");
  const auto add = [&](const Json& one) {
    const bool tokens = IsTokens(one);
    completion.prompts.push_back(tokens ? TextOf(one) : one.get<std::string>());
    completion.request.prompt_tokens +=
        tokens ? static_cast<int64_t>(one.size()) : CountTokens(completion.prompts.back());
  };
  if (prompt == nullptr) return add("");
  if (prompt->is_string() || IsTokens(*prompt)) return add(*prompt);
  const bool list = prompt->is_array() && !prompt->empty() &&
                    std::all_of(prompt->begin(), prompt->end(),
                                [](const Json& one) { return one.is_string() || IsTokens(one); });
  if (!list) {
    return body.Fail(
        BadRequest("'$.prompt' is invalid. Please check the API reference: "
                   "https://platform.openai.com/docs/api-reference.",
                   {}, {}));
  }
  for (const Json& one : *prompt) add(one);
}

void ReadChoices(Fields& body, TextCompletion& completion) {
  completion.kept = body.Integer("n", 1, 128).value_or(1);
  const auto best_of = body.Integer("best_of", 1, 20);
  completion.request.choices = best_of.value_or(completion.kept);
  if (best_of && *best_of < completion.kept) {
    body.Fail(
        BadRequest("You requested that the server return more choices than it will generate "
                   "(HINT: You must set 'n' (currently " +
                       std::to_string(completion.kept) + ") to be at most 'best_of' " +
                       "(currently " + std::to_string(*best_of) + ").",
                   "best_of", {}));
  }
  if (best_of && *best_of > completion.kept && completion.request.stream) {
    body.Fail(BadRequest("Cannot stream results with best_of > n.", "best_of", {}));
  }
}

// "This is a chat model" where it is one.
const Model* ReadTextModel(Fields& body, const ChatOptions& options, std::string& asked) {
  asked = body.Find("model") != nullptr ? body.String("model").value_or("") : "";
  const Model* known = FindModel(asked);
  const bool chats =
      known != nullptr && (known->kind == ModelKind::kChat || known->kind == ModelKind::kReasoning);
  if (chats) {
    body.Fail(
        NotFound("This is a chat model and not supported in the v1/completions endpoint. Did "
                 "you mean to use v1/chat/completions?",
                 "model"));
    return nullptr;
  }
  return ReadModel(body, ModelKind::kText, options, asked);
}

}  // namespace

std::optional<ApiError> ReadTextCompletion(const Json& body, const ChatOptions& options,
                                           TextCompletion& completion) {
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  ChatRequest& request = completion.request;
  request.model = ReadTextModel(fields, options, request.asked_model);
  if (request.model == nullptr) return fault;
  request.answer_model = AnswerModel(*request.model, request.asked_model);
  if (options.refuse_unknown_arguments) {
    for (const auto& [name, value] : body.items()) {
      if (std::find(kArguments.begin(), kArguments.end(), name) == kArguments.end()) {
        fields.Fail(BadRequest("Unrecognized request argument supplied: " + name, {}, {}));
      }
    }
  }
  request.hash = HashOf(body, kHashed, Hash(request.asked_model, options.seed));
  request.max_tokens = fields.Integer("max_tokens", 0, INT64_MAX).value_or(kUsualTokens);
  fields.Decimal("temperature", 0, 2);
  fields.Decimal("top_p", 0, 1);
  fields.Decimal("frequency_penalty", -2, 2);
  fields.Decimal("presence_penalty", -2, 2);
  fields.Integer("seed", INT64_MIN, INT64_MAX);
  completion.logprobs = fields.Integer("logprobs", 0, 5);
  completion.echo = fields.Bool("echo").value_or(false);
  request.prompt_tokens += CountTokens(fields.String("suffix").value_or(""));
  ReadPrompts(fields, completion);
  ReadStop(fields, request);
  ReadStream(fields, request, fault);
  ReadChoices(fields, completion);
  if (request.prompt_tokens + *request.max_tokens > request.model->context_window) {
    fields.Fail(BadRequest("This model's maximum context length is " +
                               std::to_string(request.model->context_window) +
                               " tokens, however you requested " +
                               std::to_string(request.prompt_tokens + *request.max_tokens) +
                               " tokens. Please reduce your prompt; or completion length.",
                           {}, {}));
  }
  return fault;
}

void AnswerText(const Behavior& behavior, int64_t created, TextCompletion& completion) {
  const uint64_t hash = completion.request.hash;
  for (const std::string& prompt : completion.prompts) {
    ChatRequest request = completion.request;
    request.hash = Hash(prompt, hash);
    request.last_user_text = prompt;
    ChatAnswer answer;
    // Cannot fail: there are neither tools nor schemas.
    (void)MakeAnswer(request, behavior, created, answer);
    completion.completion_tokens += answer.completion_tokens;
    answer.choices.resize(static_cast<size_t>(completion.kept));
    for (AnswerChoice& choice : answer.choices) {
      completion.choices.push_back({.echo = completion.echo ? prompt : "",
                                    .text = std::move(choice.text),
                                    .offset = prompt.size(),
                                    .finish_reason = choice.finish_reason});
    }
    completion.request.hash = Hash(prompt, completion.request.hash);
  }
  Random random(completion.request.hash);
  completion.id = "cmpl-" + Letters(random, 28);
  completion.created = created;
}

Json UsageJson(const TextCompletion& completion) {
  const int64_t prompt = completion.request.prompt_tokens;
  return {{"prompt_tokens", prompt},
          {"completion_tokens", completion.completion_tokens},
          {"total_tokens", prompt + completion.completion_tokens}};
}

Json TextLogprobs(const TextCompletion& completion, std::string_view text, size_t offset) {
  if (!completion.logprobs) return nullptr;
  Json tokens = Json::array(), logprobs = Json::array(), tops = Json::array(),
       offsets = Json::array();
  const Json all =
      LogprobsJson(text, false, *completion.logprobs, completion.request.hash)["content"];
  for (const Json& token : all) {
    const bool first = offset == 0;
    Json top = Json::object();
    for (const Json& one : token["top_logprobs"]) {
      top[one["token"].get<std::string>()] = one["logprob"];
    }
    tokens.push_back(token["token"]);
    logprobs.push_back(first ? Json(nullptr) : token["logprob"]);
    tops.push_back(first ? Json(nullptr) : std::move(top));
    offsets.push_back(offset);
    offset += token["token"].get_ref<const std::string&>().size();
  }
  return {{"text_offset", offsets},
          {"token_logprobs", logprobs},
          {"tokens", tokens},
          {"top_logprobs", *completion.logprobs > 0 ? tops : Json(nullptr)}};
}

Json ToJson(const TextCompletion& completion, bool usage) {
  Json body = {{"id", completion.id},
               {"object", "text_completion"},
               {"created", completion.created},
               {"model", completion.request.answer_model},
               {"choices", Json::array()}};
  for (size_t i = 0; i < completion.choices.size(); ++i) {
    const TextChoice& choice = completion.choices[i];
    const std::string text = choice.echo + choice.text;
    const size_t offset = completion.echo ? 0 : choice.offset;
    body["choices"].push_back({{"text", text},
                               {"index", i},
                               {"logprobs", TextLogprobs(completion, text, offset)},
                               {"finish_reason", choice.finish_reason}});
  }
  if (usage) body["usage"] = UsageJson(completion);
  return body;
}

}  // namespace inferwire::simulator
