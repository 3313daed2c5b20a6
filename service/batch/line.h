// The lines of a batch's input file. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json_gate.h"
#include "openai/dialect.h"

namespace inferwire::batch {

// {"custom_id": ..., "method": "POST", "url": endpoint, "body": body} and a line feed.
void AppendLine(std::string_view custom_id, std::string_view endpoint, std::string_view body,
                std::string& out);
size_t LineBytes(std::string_view custom_id, std::string_view endpoint, std::string_view body);

struct InputLine {
  std::string custom_id;
  std::string body;
};
// What a caller's own file has in one line, for this endpoint.
Result<InputLine> ReadLine(std::string_view line, std::string_view endpoint,
                           const codec::JsonLimits& limits);

// The error names the field "custom_id".
Result<void> CheckCustomId(std::string_view id);

// What a body that is on its way to a batch must be: an object with a model, no stream, and nothing
// that goes on when its answer is here. field: the name that errors have for the body.
struct BodyFacts {
  std::string model;
};
Result<BodyFacts> CheckBody(std::string_view body, const codec::JsonLimits& limits,
                            std::string_view field = "raw_json");
// The same body with another model.
std::string WithModel(std::string_view body, std::string_view model);
// The same body for a target of a route: with the model's name there, and the bound of the answer
// in the word that the server knows.
std::string ForTarget(std::string_view body, std::string_view model,
                      const openai::Dialect& dialect);

}  // namespace inferwire::batch
