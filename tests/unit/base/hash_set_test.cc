#include "base/hash_set.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_set>

namespace inferwire {
namespace {

TEST(HashSet, HoldsWhatASetHolds) {
  HashSet set;
  std::unordered_set<uint64_t> real;
  std::mt19937_64 random(1);
  for (int i = 0; i < 50'000; ++i) {
    const uint64_t hash = i % 3 == 0 ? random() % 1000 : random();
    EXPECT_EQ(set.Insert(hash), real.insert(hash).second);
  }
  EXPECT_EQ(set.size(), real.size());
}

TEST(HashSet, TakesTheNumberThatMarksEmptySlots) {
  HashSet set;
  EXPECT_TRUE(set.Insert(0));
  EXPECT_FALSE(set.Insert(0));
  EXPECT_EQ(set.size(), 1u);
}

TEST(HashSet, TakesFewBytesEach) {
  HashSet set;
  EXPECT_EQ(set.bytes(), 0u);
  for (uint64_t i = 1; i <= 1'000'000; ++i) set.Insert(i);
  EXPECT_LE(set.bytes(), 32u << 20);
}

}  // namespace
}  // namespace inferwire
