// How far away a model's end is, and what is said of it.
#include "catalogue/ending.h"

#include <gtest/gtest.h>

#include <string>

#include "catalogue/catalogue.h"

namespace inferwire::catalogue {
namespace {

using namespace std::chrono_literals;

WallTime On(std::string_view date) { return *BeginningOf(date); }

Model Ends(const std::string& date) {
  Model model;
  model.id = "old";
  model.shutdown_date = date;
  model.replacement = "new";
  return Catalogue("r", {model}).models().front();
}

TEST(Ending, ADayBeginsAtMidnightInUtc) {
  EXPECT_EQ(On("1970-01-02"), WallTime(24h));
  EXPECT_EQ(DateOf(On("2027-01-14")), "2027-01-14");
  EXPECT_EQ(DateOf(On("2027-01-14") - 1ns), "2027-01-13");
  for (const char* text : {"", "none", "2027-1-14", "2027-02-29", "2027-13-01", "2027-01-14 ",
                           "1969-12-31", "9999-01-01", "2027/01/14", "+027-01-14", "20270114"}) {
    EXPECT_FALSE(BeginningOf(text)) << text;
  }
  EXPECT_TRUE(BeginningOf("2028-02-29"));
}

TEST(Ending, DaysAreWholeOnes) {
  const WallTime end = On("2027-01-14");
  EXPECT_EQ(DaysLeft(end, end - 1ns), 1);
  EXPECT_EQ(DaysLeft(end, end), 0);
  EXPECT_EQ(DaysLeft(end, end + 23h), 0);
  EXPECT_EQ(DaysLeft(end, end + 24h), -1);
}

TEST(Ending, SaysWhenAndWhatComesAfterIt) {
  const auto on = [](const char* day) {
    const WallTime end = On("2027-01-14");
    return Ending{"old", end, DaysLeft(end, On(day)), "new"};
  };
  EXPECT_EQ(on("2026-11-15").reason(), "MODEL_ENDS_SOON");
  EXPECT_EQ(on("2026-11-15").Text(), "old ends on 2027-01-14, in 60 days; its replacement is new");
  EXPECT_EQ(on("2027-01-13").Text(), "old ends on 2027-01-14, tomorrow; its replacement is new");
  EXPECT_EQ(on("2027-01-14").reason(), "MODEL_ENDED");
  EXPECT_EQ(on("2027-01-14").Text(), "old ended on 2027-01-14; its replacement is new");
  EXPECT_EQ(on("2030-01-14").reason(), "MODEL_ENDED");
}

TEST(Ending, IsNotInventedWhereNoneIsKnown) {
  // What cannot be a date did not pass the file's check.
  for (const char* date : {"", "none", "soon"}) EXPECT_FALSE(Ends(date).ends) << date;
  EXPECT_TRUE(Ends("none").endless);
  EXPECT_FALSE(Ends("").endless);
}

TEST(Ending, AnUpstreamMayServeAModelForLongerOrForEver) {
  Model model;
  model.id = "old";
  model.shutdown_date = "2027-01-14";
  Offer longer, ever;
  longer.upstream = "azure";
  longer.shutdown_date = "2027-06-01";
  longer.replacement = "newer";
  ever.upstream = "own";
  ever.shutdown_date = "none";
  model.offers = {longer, ever};
  const Catalogue catalogue("r", {model});
  const Model& known = *catalogue.Find("old");
  EXPECT_EQ(catalogue.At(known, "openai").ends, BeginningOf("2027-01-14"));
  EXPECT_EQ(catalogue.At(known, "azure").ends, BeginningOf("2027-06-01"));
  EXPECT_EQ(catalogue.At(known, "azure").replacement, "newer");
  EXPECT_EQ(catalogue.At(known, "own").ends, std::nullopt);
  EXPECT_EQ(catalogue.At(known, "own").shutdown_date, "");
}

}  // namespace
}  // namespace inferwire::catalogue
