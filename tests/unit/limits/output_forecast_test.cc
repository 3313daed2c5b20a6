#include "limits/output_forecast.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace inferwire::limits {
namespace {

TEST(OutputForecast, ExpectsAThousandTokensBeforeItKnowsAnything) {
  OutputForecast forecast;
  EXPECT_EQ(forecast.p99(), 1000);
  for (int i = 0; i < 500; ++i) forecast.Learn(10);
  EXPECT_EQ(forecast.p99(), 1000) << "short answers do not make it expect less";
}

TEST(OutputForecast, Finds99Of100WithinItsBuckets) {
  OutputForecast forecast;
  for (int i = 0; i < 980; ++i) forecast.Learn(500);
  for (int i = 0; i < 20; ++i) forecast.Learn(9000);
  EXPECT_GE(forecast.p99(), 9000);
  EXPECT_LE(forecast.p99(), 9000 * 3 / 2);
}

TEST(OutputForecast, OneLongAnswerInAThousandDoesNotMatter) {
  OutputForecast forecast;
  for (int i = 0; i < 999; ++i) forecast.Learn(2000);
  forecast.Learn(100'000);
  EXPECT_LE(forecast.p99(), 3000);
}

TEST(OutputForecast, ForgetsWhatIsOld) {
  OutputForecast forecast;
  for (int i = 0; i < 1000; ++i) forecast.Learn(60'000);
  EXPECT_GE(forecast.p99(), 60'000);
  int calls = 0;
  while (forecast.p99() > 3000 && calls < 20'000) forecast.Learn(2000), ++calls;
  EXPECT_LE(calls, 8000);
}

TEST(OutputForecast, CoversWhatItIsToCoverWhenLengthsAreSpreadAsInLife) {
  OutputForecast forecast;
  std::mt19937_64 engine(7);
  std::lognormal_distribution<double> lengths(std::log(900.0), 0.9);
  int longer = 0;
  constexpr int kCalls = 20'000;
  for (int i = 0; i < kCalls; ++i) {
    const auto length = static_cast<int64_t>(lengths(engine)) + 1;
    if (i >= 1000 && length > forecast.p99()) ++longer;
    forecast.Learn(length);
  }
  EXPECT_LE(longer, kCalls * 15 / 1000);
  EXPECT_GE(longer, kCalls / 1000);
}

TEST(OutputForecast, TakesAnswersOfAnyLength) {
  OutputForecast forecast;
  for (int i = 0; i < 200; ++i) forecast.Learn(INT64_MAX);
  EXPECT_GT(forecast.p99(), 700'000);
  forecast.Learn(0);
  forecast.Learn(-1);
}

}  // namespace
}  // namespace inferwire::limits
