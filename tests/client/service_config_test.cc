// The rules of retrying are the same in every language: those of client/service_config.json.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "channel.h"

namespace inferwire::client {
namespace {

TEST(ServiceConfig, IsThatOfEveryOtherLanguage) {
  std::ifstream shared(INFERWIRE_SOURCE_DIR "/client/service_config.json");
  EXPECT_EQ(nlohmann::json::parse(ServiceConfig({})), nlohmann::json::parse(shared));
}

}  // namespace
}  // namespace inferwire::client
