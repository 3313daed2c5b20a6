// A call whose request is a form: its caller and its upstream played by the test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unit/rpc/call_fixture.h"

namespace inferwire::rpc {

class FormTest : public ::testing::Test, protected gateway::ClientStream::Observer {
 protected:
  void Begin(std::string_view method) {
    auto begun = DescriptionOf(method).begin_client_stream.operation(world.services->runtime,
                                                                     Context(), *this);
    ASSERT_TRUE(begun);
    call = std::move(*begun);
    call->Start();
  }
  gateway::CallContext Context() {
    return {.request_id = "r1", .deadline = world.timers.Now() + std::chrono::minutes(1)};
  }
  // Of any request with these cases.
  template <class Request>
  void Data(std::string bytes) {
    Request message;
    message.set_data(std::move(bytes));
    call->Take(message);
  }
  template <class Request>
  void EndForm() {
    Request message;
    message.mutable_end();
    call->Take(message);
    call->EndOfInput();
  }

  // What upstream is given, until there is nothing now; ended: it was all of it.
  std::string Upstream() {
    std::string body;
    char buffer[1000];
    for (int64_t bytes; (bytes = transfer().request.source->Read(buffer, sizeof buffer)) != 0;) {
      if (bytes < 0) return body;
      body.append(buffer, static_cast<size_t>(bytes));
    }
    body_ended = true;
    return body;
  }
  void Answer(std::string_view body, int status = 200, std::string_view type = "application/json") {
    http::FakeTransport::Head(transfer(), status, type);
    http::FakeTransport::Body(transfer(), body);
    if (!transfer().over) http::FakeTransport::End(transfer());
  }
  http::PlayedTransfer& transfer() { return *world.transport.transfers.back(); }
  size_t transfers() const { return world.transport.transfers.size(); }
  template <class Response>
  const Response& Said(size_t index = 0) const {
    return static_cast<const Response&>(*said.at(index));
  }
  v1::ErrorReason reason() const { return error ? error->reason : v1::ERROR_REASON_UNSPECIFIED; }
  std::string field() const {
    return error && !error->fields.empty() ? error->fields.front().field : "";
  }

  bool Full() override { return full; }
  void OnMessage(Message& message) override {
    EXPECT_FALSE(ended);
    said.emplace_back(message.New())->CopyFrom(message);
  }
  void OnEnd(std::optional<Error> why) override {
    EXPECT_FALSE(ended);
    ended = true;
    error = std::move(why);
  }
  void OnRoom() override { ++rooms; }

  World world;
  bool full = false, ended = false, body_ended = false;
  int rooms = 0;
  std::optional<Error> error;
  std::vector<std::unique_ptr<Message>> said;
  std::unique_ptr<gateway::ClientStream> call;
};

}  // namespace inferwire::rpc
