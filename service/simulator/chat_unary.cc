#include "simulator/chat_answer.h"
#include "simulator/random.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

Json BytesOf(std::string_view token) {
  Json bytes = Json::array();
  for (const char c : token) bytes.push_back(static_cast<unsigned char>(c));
  return bytes;
}

Json Candidate(std::string_view token, double logprob) {
  return {{"token", token}, {"logprob", logprob}, {"bytes", BytesOf(token)}};
}

Json MessageJson(const AnswerChoice& choice) {
  Json message = {{"role", "assistant"}, {"content", nullptr}, {"refusal", nullptr}};
  if (choice.refusal) {
    message["refusal"] = choice.text;
  } else if (choice.calls.empty()) {
    message["content"] = choice.text;
  }
  for (const AnswerCall& call : choice.calls) {
    const char* kind = call.custom ? "custom" : "function";
    const char* payload = call.custom ? "input" : "arguments";
    message["tool_calls"].push_back({{"id", call.id},
                                     {"type", kind},
                                     {kind, {{"name", call.name}, {payload, call.arguments}}}});
  }
  message["annotations"] = Json::array();
  return message;
}

}  // namespace

Json UsageJson(const ChatAnswer& answer) {
  return {{"prompt_tokens", answer.prompt_tokens},
          {"completion_tokens", answer.completion_tokens},
          {"total_tokens", answer.prompt_tokens + answer.completion_tokens},
          {"prompt_tokens_details", {{"cached_tokens", 0}, {"audio_tokens", 0}}},
          {"completion_tokens_details",
           {{"reasoning_tokens", answer.reasoning_tokens},
            {"audio_tokens", 0},
            {"accepted_prediction_tokens", 0},
            {"rejected_prediction_tokens", 0}}}};
}

Json LogprobsJson(std::string_view text, bool refusal, int64_t top, uint64_t hash) {
  Json tokens = Json::array();
  while (!text.empty()) {
    const std::string_view token = text.substr(0, TokenBytes(text));
    text.remove_prefix(token.size());
    Random random(Hash(token, hash));
    double logprob = -random.Unit() * 0.5;
    Json entry = Candidate(token, logprob);
    entry["top_logprobs"] = Json::array();
    for (int64_t i = 0; i < top; ++i) {
      // The token itself is the likeliest, the others follow at a falling probability.
      const std::string other = i == 0 ? std::string(token) : " " + Words(random, 3);
      entry["top_logprobs"].push_back(Candidate(other, logprob));
      logprob -= 0.5 + random.Unit();
    }
    tokens.push_back(std::move(entry));
  }
  return {{"content", refusal ? Json(nullptr) : tokens},
          {"refusal", refusal ? tokens : Json(nullptr)}};
}

std::string UnaryBody(const ChatAnswer& answer, bool usage) {
  Json body = {{"id", answer.id},
               {"object", "chat.completion"},
               {"created", answer.created},
               {"model", answer.model},
               {"choices", Json::array()}};
  for (size_t i = 0; i < answer.choices.size(); ++i) {
    const AnswerChoice& choice = answer.choices[i];
    Json logprobs = nullptr;
    if (answer.logprobs && choice.calls.empty()) {
      logprobs = LogprobsJson(choice.text, choice.refusal, answer.top_logprobs, answer.hash);
    }
    body["choices"].push_back({{"index", i},
                               {"message", MessageJson(choice)},
                               {"logprobs", std::move(logprobs)},
                               {"finish_reason", choice.finish_reason}});
  }
  if (usage) body["usage"] = UsageJson(answer);
  body["service_tier"] = answer.service_tier;
  body["system_fingerprint"] = answer.fingerprint;
  return Dump(body);
}

}  // namespace inferwire::simulator
