#include "openai/path_segment.h"

#include <gmock/gmock.h>

namespace inferwire::openai {
namespace {

TEST(CanBePathSegment, TakesTheIdsThatProvidersGive) {
  for (const char* id : {"file-abc123", "batch_68f0", "ft:gpt-4.1:org:name:id", "a b", "a+b@c",
                         "gpt-4.1-mini", "v1.2..3", "\u540d", "..."}) {
    EXPECT_EQ(CanBePathSegment(id), std::string_view(id) != "...") << id;
  }
}

TEST(CanBePathSegment, RefusesNamesThatWouldBeAnotherPath) {
  for (const char* id :
       {"", ".", "..", "../organization/keys", "a/b", "a\\b", "/a", "a%2fb", "%2e%2e", "a?b", "a#b",
        "a;b", "a\nb", "a\x7f", "\xc0\xae\xc0\xae", "\xff", "\uFF0E\uFF0E\uFF0Fkeys", "a\u2215b"}) {
    EXPECT_FALSE(CanBePathSegment(id)) << id;
  }
  EXPECT_FALSE(CanBePathSegment(std::string_view("a\0b", 3)));
}

TEST(DecodePathSegment, IsTheInverseOfAppendPercentEncodedForEverythingAllowed) {
  for (const char* name : {"file-abc123", "ft:gpt-4.1:org:name:id", "a b", "\u540d", "a=b&c"}) {
    std::string encoded;
    AppendPercentEncoded(name, encoded);
    EXPECT_EQ(DecodePathSegment(encoded), name) << encoded;
  }
}

}  // namespace
}  // namespace inferwire::openai
