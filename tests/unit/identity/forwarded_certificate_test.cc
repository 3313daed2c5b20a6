#include "identity/forwarded_certificate.h"

#include <gtest/gtest.h>

namespace inferwire::identity {
namespace {

TEST(ForwardedCertificateTest, TheUriOfTheOnlyElement) {
  EXPECT_EQ(ForwardedUri("By=spiffe://prod/gateway;Hash=ab12;Subject=\"CN=x,O=\\\"y;z\\\"\";"
                         "URI=spiffe://prod/ns/search/sa/ranker"),
            "spiffe://prod/ns/search/sa/ranker");
  EXPECT_EQ(ForwardedUri("uri=\"spiffe://prod/a\""), "spiffe://prod/a");
}

TEST(ForwardedCertificateTest, OnlyTheLastElementCountsForTheFirstOnesMayBeForged) {
  EXPECT_EQ(ForwardedUri("URI=spiffe://prod/admin,By=x;URI=spiffe://prod/caller"),
            "spiffe://prod/caller");
  EXPECT_EQ(ForwardedUri("URI=spiffe://prod/admin,By=spiffe://prod/gateway;Hash=ab"), std::nullopt);
  EXPECT_EQ(ForwardedUri("URI=spiffe://prod/admin,Subject=\",URI=spiffe://prod/x\""), std::nullopt);
}

TEST(ForwardedCertificateTest, WhatCanBeReadInTwoWaysIsNotRead) {
  for (const char* header :
       {"", ",", ";", "URI", "URI=", "URI=\"\"", "URI=\"a", "URI=a;URI=b", "URI=a,", "URI=a;",
        "URI=a\"b\"", "URI=\"a\"b", "=a", "URI=\"a\\", "URI=a,URI=\"b", "\"URI=a\""}) {
    EXPECT_EQ(ForwardedUri(header), std::nullopt) << header;
  }
}

TEST(ForwardedCertificateTest, ThePeersAddressHasNoPort) {
  EXPECT_EQ(AddressOfPeer("ipv4:10.0.0.1:4711"), "10.0.0.1");
  EXPECT_EQ(AddressOfPeer("ipv6:%5B2001:db8::1%5D:4711"), "2001:db8::1");
  EXPECT_EQ(AddressOfPeer("unix:"), "");
  EXPECT_EQ(AddressOfPeer(""), "");
}

}  // namespace
}  // namespace inferwire::identity
