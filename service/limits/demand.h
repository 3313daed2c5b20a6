// What a call will use, as far as that can be known before it is sent, and what it did use.
#pragma once

#include <cstdint>
#include <optional>

#include "limits/input_ratio.h"
#include "limits/output_forecast.h"
#include "limits/typical_time.h"

namespace inferwire::limits {

// What is learned of the calls of one tenant for one model.
struct Experience {
  InputRatio input;
  OutputForecast output;
  TypicalTime time;
};

// How long a request lets its answer get.
struct OutputBound {
  std::optional<int64_t> tokens{};  // of all choices together; unset: it says nothing
  int64_t choices = 1;
};

// What is known of a call when it asks.
struct CallFacts {
  int64_t request_bytes = 0;
  OutputBound output{};
  int64_t model_max_output = 32768;           // tokens of one choice, the model's
  int64_t input_price = 0, output_price = 0;  // pico-USD per token; 0: not priced
};

// How much of a budget is set aside for a call.
enum class Reserve {
  kExpected,   // the output that 99 of 100 such calls do not exceed
  kWorstCase,  // the longest that the request and the model allow: the budget is never exceeded
};

struct Demand {
  int64_t input_tokens = 0, output_tokens = 0;  // expected
  int64_t picousd = 0, worst_picousd = 0;
  bool costs_nothing = false;  // budgets are not asked, not even spent ones

  int64_t tokens() const { return input_tokens + output_tokens; }
  int64_t money(Reserve reserve) const {
    return reserve == Reserve::kWorstCase ? worst_picousd : picousd;
  }
};

Demand Expect(const CallFacts& facts, const Experience& experience);

// What a call came to.
struct Usage {
  bool counts = true;  // as a request; false: nothing was sent, nothing counts
  int64_t input_tokens = 0, output_tokens = 0;
  int64_t picousd = 0;

  int64_t tokens() const;
};

// A later forecast is the better for it. Only of calls that came to their end.
void Learn(const CallFacts& facts, const Usage& usage, Experience& experience);

}  // namespace inferwire::limits
