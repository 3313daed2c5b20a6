// Reads members of a JSON object with the real API's checks and words. The first fault is kept;
// after it every reader answers nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/errors.h"
#include "simulator/json.h"

namespace inferwire::simulator {

class Fields {
 public:
  // path: where the object stands in the request, e.g. "messages[0]"; empty for the body.
  Fields(const Json& object, std::string path, std::optional<ApiError>& fault)
      : object_(object), path_(std::move(path)), fault_(fault) {}

  // Null for absent and for null members.
  const Json* Find(const char* name) const;
  std::string PathOf(std::string_view name) const;

  std::optional<std::string> String(const char* name);
  std::optional<bool> Bool(const char* name);
  std::optional<int64_t> Integer(const char* name, int64_t min, int64_t max);
  std::optional<double> Decimal(const char* name, double min, double max);
  const Json* Array(const char* name);
  const Json* Object(const char* name);
  // As above, but the member must be there.
  std::string RequiredString(const char* name);
  const Json* RequiredArray(const char* name);
  const Json* RequiredObject(const char* name);

  void Fail(ApiError error);
  bool ok() const { return !fault_; }

 private:
  void WrongType(const char* name, std::string_view expected, const Json& got);
  void OutOfRange(const char* name, const char* kind, bool above, const std::string& bound,
                  const std::string& got);

  const Json& object_;
  std::string path_;
  std::optional<ApiError>& fault_;
};

// "a string", "an object", ...
std::string_view KindOf(const Json& value);

}  // namespace inferwire::simulator
