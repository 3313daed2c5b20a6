// Tests that need the vocabulary say so where this was built without it.
#pragma once

#include <gtest/gtest.h>

#include "tokens/vocabulary.h"

namespace inferwire::tokens {

class WithVocabulary : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!vocabulary) GTEST_SKIP() << "built without the vocabularies";
  }
  const Vocabulary* const vocabulary = Vocabulary::BuiltIn();
  const Vocabulary* const cl100k = Vocabulary::BuiltIn(kCl100kBase);
};

}  // namespace inferwire::tokens
