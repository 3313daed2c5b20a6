#include "simulator/batch_answer.h"

#include <algorithm>
#include <array>
#include <optional>

#include "simulator/chat_answer.h"
#include "simulator/chat_request.h"
#include "simulator/image_request.h"
#include "simulator/images.h"
#include "simulator/random.h"
#include "simulator/raw_text.h"
#include "simulator/resources.h"
#include "simulator/response.h"
#include "simulator/response_request.h"
#include "simulator/text.h"
#include "simulator/text_completion.h"

namespace inferwire::simulator {
namespace {

struct Item {
  const Json& body;
  const Options& options;
  const Behavior& behavior;
  int64_t created;

  ChatOptions chat_options() const {
    return {options.any_model, options.refuse_unknown_arguments, options.seed};
  }
};

using Fault = std::optional<ApiError>;

Fault Chat(const Item& item, ItemAnswer& to) {
  ChatRequest request;
  ChatAnswer answer;
  Fault error = ReadChat(item.body, item.chat_options(), request);
  if (!error) error = MakeAnswer(request, item.behavior, item.created, answer);
  if (error) return error;
  to.body = UnaryBody(answer, !item.behavior.no_usage);
  InsertRaw(item.behavior, to.body);
  to.tokens = {answer.prompt_tokens, answer.completion_tokens, answer.reasoning_tokens};
  return std::nullopt;
}

// It is not kept: nobody can ask for it again.
Fault Respond(const Item& item, ItemAnswer& to) {
  Random ids(Hash(Dump(item.body), item.options.seed));
  ResponseRequest request;
  Fault error = ReadResponse(item.body, item.chat_options(), {}, ids, request);
  if (error) return error;
  StoredResponse response;
  error = AnswerResponse(request, item.behavior, item.created, ids, response);
  if (error) return error;
  to.body = Dump(ToJson(response, response.last));
  const ChatAnswer& answer = response.answer;
  to.tokens = {answer.prompt_tokens, answer.completion_tokens, answer.reasoning_tokens};
  return std::nullopt;
}

Fault CompleteText(const Item& item, ItemAnswer& to) {
  TextCompletion completion;
  Fault error = ReadTextCompletion(item.body, item.chat_options(), completion);
  if (error) return error;
  AnswerText(item.behavior, item.created, completion);
  to.body = Dump(ToJson(completion, !item.behavior.no_usage));
  to.tokens = {completion.request.prompt_tokens, completion.completion_tokens, 0};
  return std::nullopt;
}

Fault Embed(const Item& item, ItemAnswer& to) {
  return EmbeddingsBody(item.body, item.options.seed, to.body, to.tokens.input);
}

Fault Moderate(const Item& item, ItemAnswer& to) {
  return ModerationsBody(item.body, item.options.seed, to.body);
}

// As bytes: where a batch's files are read there is no server to fetch a picture from.
Fault Draw(const Item& item, ImageTask task, ItemAnswer& to) {
  ImageRequest request{.task = task};
  Fault error = ReadImage(item.body, nullptr, item.chat_options(), request);
  if (error) return error;
  request.as_url = false;
  to.body = Dump(ImageBody(request, item.created, item.behavior, ""));
  to.tokens.input = request.prompt_tokens() + request.input_image_tokens();
  to.tokens.output = request.is_gpt() ? request.count * request.output_tokens() : 0;
  return std::nullopt;
}

struct Endpoint {
  std::string_view path;
  Fault (*answer)(const Item& item, ItemAnswer& to);
};

constexpr std::array<Endpoint, 7> kEndpoints = {{
    {"/v1/chat/completions", Chat},
    {"/v1/responses", Respond},
    {"/v1/completions", CompleteText},
    {"/v1/embeddings", Embed},
    {"/v1/moderations", Moderate},
    {"/v1/images/generations",
     [](const Item& item, ItemAnswer& to) { return Draw(item, ImageTask::kGeneration, to); }},
    {"/v1/images/edits",
     [](const Item& item, ItemAnswer& to) { return Draw(item, ImageTask::kEdit, to); }},
}};

const Endpoint* Find(std::string_view path) {
  const auto* const found =
      std::find_if(kEndpoints.begin(), kEndpoints.end(),
                   [&](const Endpoint& endpoint) { return endpoint.path == path; });
  return found == kEndpoints.end() ? nullptr : found;
}

}  // namespace

bool IsBatchEndpoint(std::string_view endpoint) { return Find(endpoint) != nullptr; }

ItemAnswer AnswerItem(std::string_view endpoint, const Json& body, const Options& options,
                      const Behavior& behavior, int64_t created) {
  ItemAnswer answer;
  Fault error;
  if (behavior.status && *behavior.status != 200) {
    error = ErrorOfStatus(*behavior.status, behavior.code, StringMember(body, "model"));
  } else {
    error = Find(endpoint)->answer({body, options, behavior, created}, answer);
  }
  if (!error) return answer;
  return {error->status, ErrorBody(*error), {}};
}

}  // namespace inferwire::simulator
