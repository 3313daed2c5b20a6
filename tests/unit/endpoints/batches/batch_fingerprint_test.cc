#include "endpoints/batches/batch_fingerprint.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace inferwire::endpoints {
namespace {

struct Parts {
  std::string endpoint = "/v1/chat/completions", upstream{};
  std::map<std::string, std::string> metadata{};
  std::vector<std::pair<std::string, std::string>> items = {{"a", "{}"}, {"b", "{}"}};
};

std::string Hex(const Parts& parts) {
  BatchFingerprint fingerprint;
  store::Job job;
  job.endpoint = parts.endpoint;
  job.upstream = parts.upstream;
  v1::BatchHeader header;
  header.mutable_metadata()->insert(parts.metadata.begin(), parts.metadata.end());
  fingerprint.AddHeader(header, job);
  for (const auto& [id, body] : parts.items) fingerprint.AddItem(id, body);
  return fingerprint.Hex();
}

TEST(BatchFingerprint, IsOfEverythingThatABatchConsistsOf) {
  const std::string all = Hex({});
  EXPECT_EQ(Hex({}), all);
  EXPECT_NE(Hex({.endpoint = "/v1/embeddings"}), all);
  EXPECT_NE(Hex({.upstream = "other"}), all);
  EXPECT_NE(Hex({.metadata = {{"k", "v"}}}), all);
  EXPECT_NE(Hex({.items = {{"a", "{}"}}}), all);
  EXPECT_NE(Hex({.items = {{"b", "{}"}, {"a", "{}"}}}), all) << "their order counts";
}

TEST(BatchFingerprint, TextsDoNotRunIntoEachOther) {
  EXPECT_NE(Hex({.items = {{"ab", "c"}}}), Hex({.items = {{"a", "bc"}}}));
  EXPECT_NE(Hex({.metadata = {{"kv", ""}}}), Hex({.metadata = {{"k", "v"}}}));
}

}  // namespace
}  // namespace inferwire::endpoints
