// inferwire keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "client/command.h"
#include "support/temp_folder.h"
#include "tenancy/key_text.h"

namespace inferwire {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing_support::Command;

TEST(CliKeys, AKeyIsShownOnceWithTheEntryThatAGatewayKnowsItBy) {
  const auto done =
      Command({"keys", "make", "--tenant", "acme", "--team", "search", "--expires", "2027-01-31"})
          .Wait();
  EXPECT_EQ(done.exit_code, 0) << done.err;
  const std::string key = done.out.substr(0, done.out.find('\n'));
  const auto id = tenancy::IdOfKey(key);
  ASSERT_TRUE(id) << done.out;
  const std::string entry = done.out.substr(key.size());
  EXPECT_EQ(entry, "\n\n  - {id: \"" + std::string(*id) + "\", hash: \"" +
                       tenancy::HexOf(tenancy::KeyHasher().Of(key)) + "\", hint: \"" +
                       key.substr(key.size() - 4) +
                       "\", tenant: \"acme\", team: \"search\", expires: \"2027-01-31\"}\n");
  EXPECT_THAT(done.err, Not(HasSubstr(key)));
}

TEST(CliKeys, ForProgramsItIsJson) {
  const auto done = Command({"keys", "make", "--tenant", "acme", "--json"}).Wait();
  const auto json = nlohmann::json::parse(done.out);
  const std::string key = json["key"];
  EXPECT_EQ(json["entry"]["hash"], tenancy::HexOf(tenancy::KeyHasher().Of(key)));
  EXPECT_FALSE(json["entry"].contains("team"));
}

TEST(CliKeys, AnotherSecretOfAKeyKeepsItsId) {
  const auto done = Command({"keys", "make", "--tenant", "acme", "--id", "AbCd1234"}).Wait();
  EXPECT_THAT(done.out, HasSubstr("iw_AbCd1234_"));
  EXPECT_EQ(Command({"keys", "make", "--tenant", "acme", "--id", "no"}).Wait().exit_code, 2);
}

TEST(CliKeys, APepperIsPartOfTheHash) {
  const testing_support::TempFolder folder;
  const std::string file = folder.File("pepper");
  std::ofstream(file) << "pepper\n";
  const auto done =
      Command({"keys", "make", "--tenant", "acme", "--json", "--pepper-file", file}).Wait();
  const auto json = nlohmann::json::parse(done.out);
  EXPECT_EQ(json["entry"]["hash"],
            tenancy::HexOf(tenancy::KeyHasher("pepper").Of(std::string(json["key"]))));
}

TEST(CliKeys, AnAdministratorNeedsNoTenantAndHasItsRole) {
  const auto done = Command({"keys", "make", "--role", "admin", "--role", "viewer"}).Wait();
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("roles: [\"admin\", \"viewer\"]}"));
  EXPECT_THAT(done.out, Not(HasSubstr("tenant")));
  const auto json = nlohmann::json::parse(
      Command({"keys", "make", "--tenant", "acme", "--role", "tenant_admin", "--json"}).Wait().out);
  EXPECT_EQ(json["entry"]["roles"][0], "tenant_admin");
  for (const char* role : {"emperor", "tenant_admin", "caller"}) {
    EXPECT_EQ(Command({"keys", "make", "--role", role}).Wait().exit_code, 2) << role;
  }
}

TEST(CliKeys, WithoutATenantThereIsNoKey) {
  const auto done = Command({"keys", "make"}).Wait();
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_EQ(done.out, "");
}

}  // namespace
}  // namespace inferwire
