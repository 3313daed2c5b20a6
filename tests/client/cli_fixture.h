// A fake gateway, a folder for files, and the command pointed at both.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "client/command.h"
#include "client/fake_gateway.h"

namespace inferwire::testing_support {

class CliTest : public ::testing::Test {
 protected:
  CliTest() {
    std::string pattern = ::testing::TempDir() + "inferwire-cli-XXXXXX";
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    // Not what the developer has set and kept.
    for (const char* each : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"}) {
      setenv(each, pattern.c_str(), 1);
    }
  }

  ~CliTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::vector<std::string> Args(std::vector<std::string> args) const {
    args.insert(args.begin(), {"--server", gateway_.target()});
    return args;
  }

  Finished Run(std::vector<std::string> args, const std::string& input = "") const {
    return Command(Args(std::move(args)), input).Wait();
  }

  std::string File(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  std::string Read(const std::string& name) const {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string Path(const std::string& name) const { return folder_ / name; }

  static nlohmann::ordered_json Parse(const std::string& text) {
    auto json = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    EXPECT_FALSE(json.is_discarded()) << text;
    return json;
  }

  // Answers Complete with the request's last message, and keeps the request.
  void EchoUnary() {
    gateway_.on_complete = [this](auto&, const auto& request, auto& response) {
      seen_ = request.params();
      const auto& messages = request.params().messages();
      *response.mutable_completion() = Completion("echo " + messages.rbegin()->content());
      response.mutable_gateway()->set_request_id("req-1");
      return grpc::Status::OK;
    };
  }

  void EchoStream() {
    gateway_.on_stream = [this](auto&, const auto& request, auto& writer) {
      seen_ = request.params();
      const auto& messages = request.params().messages();
      return StreamWords("echo " + messages.rbegin()->content(), writer);
    };
  }

  FakeGateway gateway_;
  v1::ChatCompletionParams seen_;
  std::filesystem::path folder_;
};

}  // namespace inferwire::testing_support
