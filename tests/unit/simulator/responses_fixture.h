// A simulator whose responses are asked for.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "unit/simulator/http_client.h"
#include "unit/simulator/sse_events.h"

namespace inferwire::simulator::testing {

class ResponsesTest : public ::testing::Test {
 protected:
  ResponsesTest() : simulator(std::move(*Simulator::Start())) {}

  static Json Request(const Json& patch = {}) {
    Json body = {{"model", "gpt-4.1-mini"}, {"input", "Hi there"}};
    if (patch.is_object()) body.merge_patch(patch);
    return body;
  }
  Response Try(const Json& patch, const std::string& words = "") {
    return Post(*simulator, "/v1/responses", Request(patch), {{"x-simulator", words}});
  }
  Json Create(const Json& patch = {}, const std::string& words = "") {
    const Response response = Try(patch, words);
    EXPECT_EQ(response.status, 200) << response.body;
    return response.json();
  }
  std::vector<NamedEvent> Stream(Json patch = Json::object(), const std::string& words = "") {
    patch["stream"] = true;
    return NamedEvents(Try(patch, words).body);
  }
  Json Read(const Json& response, const std::string& more = "") {
    return Get(*simulator, Path(response, more)).json();
  }
  static std::string Path(const Json& response, const std::string& more = "") {
    return "/v1/responses/" + response["id"].get<std::string>() + more;
  }
  std::unique_ptr<Simulator> simulator;
};

}  // namespace inferwire::simulator::testing
