// Tests that need the vocabulary say so where this was built without it.
#pragma once

#include <gtest/gtest.h>

#include "tokens/vocabulary.h"

namespace inferwire::tokens {

class WithVocabulary : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!vocabulary) GTEST_SKIP() << "built without the o200k_base vocabulary";
  }
  const Vocabulary* const vocabulary = Vocabulary::BuiltIn();
};

}  // namespace inferwire::tokens
