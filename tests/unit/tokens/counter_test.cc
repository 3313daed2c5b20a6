// Counting in steps, exactly and by estimate.
#include "tokens/counter.h"

#include "tokens/rough_count.h"
#include "with_vocabulary.h"

namespace inferwire::tokens {
namespace {

constexpr char kText[] = "The quick brown fox jumps over the lazy dog, 12345 times.\n\n";

std::string Repeated(const char* text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

class CounterTest : public WithVocabulary {
 protected:
  int64_t CountAll(Counter& counter, size_t step) {
    int steps = 0;
    while (counter.Step(step)) ++steps;
    steps_ = steps;
    return counter.tokens();
  }
  int steps_ = 0;
};

TEST_F(CounterTest, CountsTheSameInStepsOfAnySize) {
  const std::vector<std::string> texts = {Repeated(kText, 20), "", "one", Repeated(kText, 3)};
  Counter whole(vocabulary, texts);
  const int64_t all = CountAll(whole, 1 << 20);
  EXPECT_GT(all, 300);
  EXPECT_TRUE(whole.exact());
  for (const size_t step : {1, 7, 100}) {
    Counter counter(vocabulary, texts);
    EXPECT_EQ(CountAll(counter, step), all) << step;
    EXPECT_GT(steps_, 5);
  }
}

// The longest piece takes milliseconds; whoever counts must be able to leave it.
TEST_F(CounterTest, ALongPieceIsCountedInManySteps) {
  const std::vector<std::string> texts = {std::string(60'000, 'a'), std::string(60'000, '\n')};
  Counter whole(vocabulary, texts);
  const int64_t all = CountAll(whole, 1 << 24);
  EXPECT_TRUE(whole.exact());
  for (const size_t step : {1000, 4096}) {
    Counter counter(vocabulary, texts);
    EXPECT_EQ(CountAll(counter, step), all);
    EXPECT_GT(steps_, 2 * 60'000 / static_cast<int>(step)) << step;
  }
}

TEST_F(CounterTest, EstimatesBehindItsBoundAndSaysSo) {
  Counter counter(vocabulary, {Repeated(kText, 40)}, {.exact_bytes = 1000});
  Counter exact(vocabulary, {Repeated(kText, 40)});
  const auto estimate = static_cast<double>(CountAll(counter, 500));
  EXPECT_FALSE(counter.exact());
  EXPECT_NEAR(estimate, static_cast<double>(CountAll(exact, 500)), estimate * 0.25);
}

TEST_F(CounterTest, CutsPiecesThatAreTooLongAndSaysSo) {
  Counter counter(vocabulary, {std::string(1000, 'a')}, {.piece_bytes = 100});
  EXPECT_NEAR(static_cast<double>(CountAll(counter, 10)), 125, 15);
  EXPECT_FALSE(counter.exact());
}

TEST(CounterWithoutVocabulary, EstimatesAndSaysSo) {
  Counter counter(nullptr, {Repeated(kText, 10), Repeated(kText, 10)});
  while (counter.Step(100)) {
  }
  EXPECT_FALSE(counter.exact());
  EXPECT_NEAR(static_cast<double>(counter.tokens()), 320, 80);
}

TEST(CounterWithoutVocabulary, HasNothingToCountInNoText) {
  Counter counter(nullptr, {"", ""});
  EXPECT_FALSE(counter.Step(10));
  EXPECT_EQ(counter.tokens(), 0);
}

TEST_F(CounterTest, RoughCountIsNearTheTruth) {
  const std::string texts[] = {
      Repeated(kText, 5),
      "for (size_t i = 0; i < items.size(); ++i) {\n  total += items[i].price * "
      "items[i].count;\n}\n",
      "{\"model\": \"gpt-4.1-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}",
      "Die Würde des Menschen ist unantastbar. Sie zu achten und zu schützen ist Verpflichtung.",
      "Все люди рождаются свободными и равными в своём достоинстве и правах.",
      "人皆生而自由，在尊严及权利上均各平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
  };
  for (const std::string& text : texts) {
    Counter exact(vocabulary, {text});
    while (exact.Step(1000)) {
    }
    const auto truth = static_cast<double>(exact.tokens());
    EXPECT_NEAR(static_cast<double>(RoughCount(text)), truth, truth * 0.4) << text;
  }
}

}  // namespace
}  // namespace inferwire::tokens
