// Responses as a gateway streams them.
#pragma once

#include <string>
#include <vector>

#include "client/fake_typed.h"
#include "inferwire/v1/responses_service.pb.h"

namespace inferwire::testing_support {

using ResponseScript = FakeTyped::Stream<v1::StreamResponseResponse>;

inline v1::Response ResponseOf(const std::string& text,
                               v1::ResponseStatus status = v1::RESPONSE_STATUS_COMPLETED) {
  v1::Response response;
  response.set_id("resp_1");
  response.set_status(status);
  response.set_model("gpt-4.1-mini-2025-04-14");
  response.set_output_text(text);
  response.mutable_usage()->set_input_tokens(12);
  response.mutable_usage()->set_output_tokens(34);
  response.mutable_usage()->set_total_tokens(46);
  if (text.empty()) return response;
  auto& item = *response.add_output();
  item.set_type("message");
  auto& part = *item.add_content_parts();
  part.set_type("output_text");
  part.set_text(text);
  return response;
}

inline v1::StreamResponseResponse ResponseStarted() {
  v1::StreamResponseResponse message;
  message.mutable_started()->mutable_gateway()->set_upstream("openai");
  return message;
}

inline v1::StreamResponseResponse EventOf(int number, const std::string& type,
                                          const v1::Response& response) {
  v1::StreamResponseResponse message;
  message.mutable_response_event()->set_type(type);
  message.mutable_response_event()->set_sequence_number(number);
  *message.mutable_response_event()->mutable_response() = response;
  return message;
}

inline v1::StreamResponseResponse DeltaOf(int number, const std::string& text) {
  v1::StreamResponseResponse message;
  message.mutable_response_event()->set_type("response.output_text.delta");
  message.mutable_response_event()->set_sequence_number(number);
  message.mutable_response_event()->set_delta(text);
  return message;
}

inline v1::StreamResponseResponse CompletedAs(const v1::Response& response) {
  v1::StreamResponseResponse message;
  message.mutable_completed()->set_response_id(response.id());
  message.mutable_completed()->set_status(response.status());
  *message.mutable_completed()->mutable_usage() = response.usage();
  return message;
}

// started, created (0), a delta for each piece (1...), the last event, completed.
inline std::vector<v1::StreamResponseResponse> EventsOf(const std::vector<std::string>& pieces,
                                                        bool background = false) {
  v1::Response begun = ResponseOf("", v1::RESPONSE_STATUS_IN_PROGRESS);
  begun.set_background(background);
  std::vector<v1::StreamResponseResponse> events = {ResponseStarted(),
                                                    EventOf(0, "response.created", begun)};
  std::string text;
  int number = 0;
  for (const std::string& piece : pieces) {
    events.push_back(DeltaOf(++number, piece));
    text += piece;
  }
  v1::Response whole = ResponseOf(text);
  whole.set_background(background);
  events.push_back(EventOf(number + 1, "response.completed", whole));
  events.push_back(CompletedAs(whole));
  return events;
}

// A stream that breaks after so many of its messages.
inline ResponseScript BrokenAfter(std::size_t count, std::vector<v1::StreamResponseResponse> all) {
  all.resize(count);
  return {std::move(all), {grpc::StatusCode::UNAVAILABLE, "connection reset"}};
}

// What is left of the events behind a number, as a resumed stream brings them.
inline ResponseScript RestOf(const std::vector<v1::StreamResponseResponse>& all, long after) {
  ResponseScript rest{{ResponseStarted()}};
  for (const auto& message : all) {
    const auto& event = message.response_event();
    if (message.has_completed() ||
        (message.has_response_event() && event.sequence_number() > after)) {
      rest.messages.push_back(message);
    }
  }
  return rest;
}

}  // namespace inferwire::testing_support
