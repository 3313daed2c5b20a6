// The router's part for what needs no state: chat, text, embeddings, moderations, models.
#include "simulator/chat_answer.h"
#include "simulator/chat_stream.h"
#include "simulator/paging.h"
#include "simulator/raw_text.h"
#include "simulator/resources.h"
#include "simulator/router.h"
#include "simulator/text_completion.h"
#include "simulator/text_stream.h"

namespace inferwire::simulator {

void Router::Chat(Call& call) {
  ChatRequest request;
  if (auto error = ReadChat(call.body, backend_.chat_options(), request)) {
    return call.Fail(std::move(*error));
  }
  const int64_t tokens = request.prompt_tokens + request.max_tokens.value_or(0);
  if (!backend_.Limit(call, request.asked_model, tokens)) return;
  ChatAnswer answer;
  const Behavior& behavior = call.answer.behavior;
  if (auto error = MakeAnswer(request, behavior, backend_.Created(), answer)) {
    return call.Fail(std::move(*error));
  }
  stats_.Count(request.asked_model,
               {1, request.stream ? 1u : 0u, static_cast<uint64_t>(answer.prompt_tokens),
                static_cast<uint64_t>(answer.completion_tokens)});
  if (call.body.contains("store") && call.body["store"] == true) {
    stored_chats_.Keep(call.body, UnaryBody(answer, /*usage=*/true));
  }
  if (request.stream) {
    return call.Stream(std::make_unique<ChatStream>(
        std::move(answer), ChatStreamOptions{request.include_usage, request.obfuscation},
        behavior));
  }
  call.answer.delay = GenerationTime(behavior.timing, answer.completion_tokens);
  call.answer.body = UnaryBody(answer, !behavior.no_usage);
  InsertRaw(behavior, call.answer.body);
  call.Settle(std::nullopt);
}

void Router::CompleteText(Call& call) {
  TextCompletion completion;
  const Behavior& behavior = call.answer.behavior;
  auto error = ReadTextCompletion(call.body, backend_.chat_options(), completion);
  if (error) return call.Fail(std::move(*error));
  const ChatRequest& request = completion.request;
  const int64_t tokens = request.prompt_tokens + request.max_tokens.value_or(0);
  if (!backend_.Limit(call, request.asked_model, tokens)) return;
  AnswerText(behavior, backend_.Created(), completion);
  stats_.Count(request.asked_model,
               {1, request.stream ? 1u : 0u, static_cast<uint64_t>(request.prompt_tokens),
                static_cast<uint64_t>(completion.completion_tokens)});
  if (request.stream) {
    return call.Stream(std::make_unique<TextStream>(std::move(completion), behavior));
  }
  call.answer.delay = GenerationTime(behavior.timing, completion.completion_tokens);
  call.Give(ToJson(completion, !behavior.no_usage));
}

void Router::Embeddings(Call& call) {
  int64_t tokens = 0;
  auto error = EmbeddingsBody(call.body, options_.seed, call.answer.body, tokens);
  if (error) return call.Fail(std::move(*error));
  const auto model = call.body["model"].get<std::string>();
  if (!backend_.Limit(call, model, tokens)) return;
  stats_.Count(model, {1, 0, static_cast<uint64_t>(tokens), 0});
  call.Settle(std::nullopt);
}

void Router::Moderations(Call& call) {
  call.Settle(ModerationsBody(call.body, options_.seed, call.answer.body));
}

void Router::Model(Call& call) {
  if (call.ids.empty()) {
    call.answer.body = ModelListBody(tuned_);
  } else if (auto error = ModelBody(PercentDecoded(call.id()), tuned_, call.answer.body)) {
    call.Fail(std::move(*error));
  }
}

}  // namespace inferwire::simulator
