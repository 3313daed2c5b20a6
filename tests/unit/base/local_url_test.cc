#include "base/local_url.h"

#include <gtest/gtest.h>

namespace inferwire {
namespace {

TEST(LocalUrl, LoopbackIsThisMachineOnly) {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "::1", "localhost"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
  for (const char* host : {"0.0.0.0", "::", "10.127.0.1", "127.evil.org", "localhost.evil.org"}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

TEST(LocalUrl, PlainHttpIsForThisMachineOnly) {
  for (const char* url : {"https://issuer.example", "https://issuer.example:8443/keys?v=1",
                          "https://10.0.0.1/", "http://127.0.0.1:8080/keys",
                          "http://localhost/keys", "http://[::1]:80/", "http://[::1]"}) {
    EXPECT_TRUE(IsHttpsOrLocal(url)) << url;
  }
  for (const char* url : {"",
                          "https://",
                          "http://",
                          "http://issuer.example",
                          "ftp://127.0.0.1",
                          "file:///etc/passwd",
                          "issuer.example",
                          "HTTPS://issuer.example",
                          "http://[::1",
                          "http://[::2]/",
                          "http://127.0.0.1.example/",
                          "http://localhost.example",
                          "http://127.0.0.1@evil.example/",
                          "https://user:password@issuer.example/",
                          "https://a\\@b/",
                          "https://a b/",
                          "https://a/\n",
                          "https://a/\xc3\xa4",
                          "http://?127.0.0.1",
                          "https:///path"}) {
    EXPECT_FALSE(IsHttpsOrLocal(url)) << url;
  }
}

}  // namespace
}  // namespace inferwire
