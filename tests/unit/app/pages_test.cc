// What the admin page is told as JSON.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "app/calls_page.h"
#include "support/manual_clock.h"
#include "telemetry/shown_calls.h"

namespace inferwire::app {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

telemetry::CallRecord Ended() {
  telemetry::CallRecord call;
  call.request_id = "0af7", call.method = "Complete", call.model = "a\"</script>";
  call.attempts = 1, call.duration = milliseconds(250), call.overhead = milliseconds(1);
  call.output_tokens = 20, call.cost_picousd = 7000;
  return call;
}

TEST(CallsPage, IsJsonWithAndWithoutCalls) {
  ManualClock clock;
  telemetry::ShownCalls shown(clock.Now());
  EXPECT_EQ(json::parse(CallsPage(shown.recent, clock)), json::parse(R"({"calls":[]})"));
  shown.Add(Ended(), clock.Now());
  shown.Add(Ended(), clock.Now());
  const json page = json::parse(CallsPage(shown.recent, clock));
  ASSERT_EQ(page["calls"].size(), 2u);
  EXPECT_EQ(page["calls"][0]["model"], "a\"</script>");
}

TEST(HistoryPage, HasAListForEachSeries) {
  ManualClock clock;
  telemetry::ShownCalls shown(clock.Now());
  EXPECT_EQ(json::parse(HistoryPage(shown.history, clock.Now()))["calls"], json::array());
  shown.Add(Ended(), clock.Now());
  clock.Advance(2 * telemetry::kHistoryStep);
  const json page = json::parse(HistoryPage(shown.history, clock.Now()));
  EXPECT_EQ(page["step_s"], 10);
  EXPECT_EQ(page["calls"], json({1, 0}));
  EXPECT_EQ(page["failed"], json({0, 0}));
  EXPECT_EQ(page["output_tokens"], json({20, 0}));
  EXPECT_EQ(page["cost_picousd"], json({7000, 0}));
  EXPECT_NEAR(page["p95_s"][0].get<double>(), 0.25, 0.04);
  EXPECT_TRUE(page["median_s"][1].is_null());
}

}  // namespace
}  // namespace inferwire::app
