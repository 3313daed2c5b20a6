#include "tenancy/key_text.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace inferwire::tenancy {
namespace {

std::string SomeKey() { return NewKey("AbCd1234", SystemRandomBytes).value(); }

TEST(KeyTextTest, ANewKeyHasItsFormAndItsId) {
  const std::string key = SomeKey();
  EXPECT_EQ(key.size(), 61u);
  EXPECT_TRUE(key.starts_with("iw_AbCd1234_"));
  EXPECT_EQ(IdOfKey(key), "AbCd1234");
}

TEST(KeyTextTest, NoTwoKeysOrIdsAreTheSame) {
  std::set<std::string> keys;
  for (int i = 0; i < 1000; ++i) {
    keys.insert(SomeKey());
    keys.insert(NewKeyId(SystemRandomBytes).value());
  }
  EXPECT_EQ(keys.size(), 2000u);
}

TEST(KeyTextTest, EveryLetterOfTheAlphabetAppears) {
  std::set<char> letters;
  for (int i = 0; i < 100; ++i) {
    for (const char c : SomeKey().substr(12, kKeySecretSize)) letters.insert(c);
  }
  EXPECT_EQ(letters.size(), 62u);
}

TEST(KeyTextTest, WithoutRandomBytesThereIsNoKey) {
  EXPECT_FALSE(NewKey("AbCd1234", [](unsigned char*, size_t) { return false; }));
  EXPECT_FALSE(NewKeyId([](unsigned char*, size_t) { return false; }));
}

TEST(KeyTextTest, AnyWrongLetterIsKnownWithoutALookUp) {
  const std::string key = SomeKey();
  for (size_t i = 0; i < key.size(); ++i) {
    std::string wrong = key;
    wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(IdOfKey(wrong)) << i;
  }
}

TEST(KeyTextTest, WhatIsCutPaddedOrStrangeIsNoKey) {
  const std::string key = SomeKey();
  for (size_t size = 0; size < key.size(); ++size) EXPECT_FALSE(IdOfKey(key.substr(0, size)));
  for (const std::string& text : {key + "x", " " + key, key + "\n", "IW" + key.substr(2),
                                  key.substr(0, 60) + std::string(1, '\0'), std::string(61, '\xff'),
                                  std::string(1 << 20, 'a')}) {
    EXPECT_FALSE(IdOfKey(text));
  }
}

TEST(KeyTextTest, TheHashIsSha256OfTheWholeKey) {
  KeyHasher hasher;
  const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(HexOf(hasher.Of("abc")), abc);
  EXPECT_EQ(HexOf(hasher.Of("abc")), abc) << "again, with the same hasher";
}

TEST(KeyTextTest, WithAPepperItIsHmac) {
  // RFC 4231, test case 2.
  KeyHasher hasher("Jefe");
  const std::string expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  EXPECT_EQ(HexOf(hasher.Of("what do ya want for nothing?")), expected);
  EXPECT_EQ(HexOf(hasher.Of("what do ya want for nothing?")), expected) << "again";
}

TEST(KeyTextTest, AHashComesBackFromItsText) {
  const KeyHash hash = KeyHasher().Of("key");
  const auto parsed = ParseKeyHash(HexOf(hash));
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(SameHash(*parsed, hash));
  EXPECT_FALSE(SameHash(*parsed, KeyHasher().Of("kez")));
  EXPECT_FALSE(ParseKeyHash("ab"));
  EXPECT_FALSE(ParseKeyHash(std::string(64, 'g')));
  EXPECT_FALSE(ParseKeyHash(std::string(64, 'A')));
}

}  // namespace
}  // namespace inferwire::tenancy
