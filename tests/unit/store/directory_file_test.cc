// What is kept of the directory for a start without the database.
#include "store/directory_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/temp_folder.h"

namespace inferwire::store {
namespace {

constexpr WallTime kTime = WallTime(std::chrono::hours(500'000));

DirectoryRows SomeRows() {
  DirectoryRows rows;
  rows.version = 7;
  rows.tenants["acme"] = {"acme", std::string("a\0b", 3), true, 3};
  KeyRow key;
  key.key = "AbCd1234";
  key.tenant = "acme";
  key.team = "search";
  key.body = "body";
  key.secrets = {{std::string(32, '\x01'), "wxyz", kTime, std::nullopt},
                 {std::string(32, '\xff'), "abcd", kTime, kTime + std::chrono::hours(1)}};
  key.created = kTime;
  key.expires = kTime + std::chrono::hours(2);
  key.version = 7;
  rows.keys[key.key] = key;
  return rows;
}

class DirectoryFile : public testing::Test {
 protected:
  std::string Bytes() {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  const testing_support::TempFolder folder;
  const std::string path = folder.File("directory");
};

TEST_F(DirectoryFile, IsReadAsItWasWritten) {
  const DirectoryRows rows = SomeRows();
  ASSERT_TRUE(WriteDirectoryFile(path, rows));
  const auto read = ReadDirectoryFile(path);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->version, 7);
  ASSERT_TRUE(read->tenants.contains("acme"));
  EXPECT_EQ(read->tenants.at("acme").body, std::string("a\0b", 3));
  EXPECT_TRUE(read->tenants.at("acme").disabled);
  ASSERT_TRUE(read->keys.contains("AbCd1234"));
  const KeyRow &key = read->keys.at("AbCd1234"), &before = rows.keys.at("AbCd1234");
  EXPECT_EQ(key.team, "search");
  ASSERT_EQ(key.secrets.size(), 2u);
  EXPECT_EQ(key.secrets[1].hash, before.secrets[1].hash);
  EXPECT_EQ(key.secrets[1].ends, before.secrets[1].ends);
  EXPECT_EQ(key.expires, before.expires);
  EXPECT_FALSE(key.revoked);
}

TEST_F(DirectoryFile, IsItsOwnersAloneAndReplacedAsAWhole) {
  std::ofstream(path + ".new") << "left by a process that was killed";
  chmod((path + ".new").c_str(), 0666);
  ASSERT_TRUE(WriteDirectoryFile(path, SomeRows()));
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_F(DirectoryFile, OneThatIsNotThereIsNotFound) {
  EXPECT_EQ(ReadDirectoryFile(path).error().code, Code::kNotFound);
}

TEST_F(DirectoryFile, NoByteOfItCanBeCutOffOrChanged) {
  ASSERT_TRUE(WriteDirectoryFile(path, SomeRows()));
  const std::string good = Bytes();
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    std::ofstream(path) << bad;
    EXPECT_FALSE(ReadDirectoryFile(path)) << i;
    std::ofstream(path) << good.substr(0, i);
    EXPECT_FALSE(ReadDirectoryFile(path)) << i;
  }
}

TEST_F(DirectoryFile, AFolderThatIsNotThereIsAnError) {
  const auto written = WriteDirectoryFile(folder.File("no/where"), SomeRows());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().reason, v1::ERROR_REASON_STORE_UNAVAILABLE);
}

}  // namespace
}  // namespace inferwire::store
