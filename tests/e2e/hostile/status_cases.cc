// Bad statuses whose bodies say nothing, and waiting times of all kinds.
#include "hostile/cases.h"
#include "hostile/wire_text.h"

namespace inferwire::e2e::hostile {
namespace {

struct Status {
  int number;
  Expected expected;
};

const Status kStatuses[] = {
    {400, kInvalid},
    {401, {grpc::INTERNAL, "UPSTREAM_CREDENTIALS_REJECTED"}},
    {402, kQuota},
    {403, {grpc::PERMISSION_DENIED, "UPSTREAM_PERMISSION_DENIED"}},
    // A server that knows the path would have answered with an error object.
    {404, {grpc::UNIMPLEMENTED, "UNSUPPORTED_ENDPOINT"}},
    {405, {grpc::UNIMPLEMENTED, "UNSUPPORTED_ENDPOINT"}},
    {408, kTimeout},
    {409, {grpc::ABORTED, "CONFLICT"}},
    {413, {grpc::INVALID_ARGUMENT, "REQUEST_TOO_LARGE"}},
    {422, kInvalid},
    {429, kLimited},
    {500, kFailed},
    {502, kOverloaded},
    {503, kOverloaded},
    {504, kTimeout},
    {520, kOverloaded},
    {522, kOverloaded},
    {524, kOverloaded},
    {529, kOverloaded},
};

struct Body {
  const char* name;
  std::string bytes;
};

std::vector<Body> Bodies() {
  return {
      {"Empty", ""},
      {"Page", "<html><head><title>Oops</title></head></html>"},
      {"PageWithoutEnd", "<html><title>" + std::string(100'000, 'x')},
      {"Zeros", std::string(100, '\0')},
      {"NotUtf8", "\xFF\xFE\x80 oops \xC3"},
      {"CutJson", R"({"error":{"message":"The serv)"},
      {"Null", "null"},
      {"EmptyObject", "{}"},
      {"EmptyList", "[]"},
      {"ErrorOfWrongTypes", R"({"error":{"message":[],"type":{},"code":true,"param":-1}})"},
      {"Huge", R"({"error":{"message":")" + std::string(1 << 20, 'x') + "\"}}"},
      {"Deep", Repeat("[", 50'000)},
      {"DeepError", R"({"error":)" + Repeat(R"({"error":)", 10'000)},
      {"NumberTooLarge", R"({"error":1e400})"},
  };
}

}  // namespace

Cases StatusBodies() {
  Cases cases;
  for (const Status& status : kStatuses) {
    for (const Body& body : Bodies()) {
      // An error object, though an empty one: the path exists.
      const bool object = status.number == 404 && std::string(body.name) == "ErrorOfWrongTypes";
      const Expected not_found{grpc::NOT_FOUND, "UPSTREAM_NOT_FOUND"};
      cases.push_back({std::to_string(status.number) + body.name,
                       WireAnswer(WithLength("", body.bytes, std::to_string(status.number) + " x")),
                       object ? not_found : status.expected, ""});
    }
  }
  return cases;
}

Cases WaitingTimes() {
  Cases cases;
  const std::string body = R"({"error":{"message":"Slow down","code":"rate_limit_exceeded"}})";
  for (const char* name : {"Retry-After", "Retry-After-Ms", "X-RateLimit-Reset-Requests"}) {
    for (const char* value :
         {"", "-1", "0", "1e99", "-1e99", "1e-99", "NaN", "inf", "0x10", "1,2", "soon", "\xFF\xFE",
          "99999999999999999999", "9223372036854775807", "Fri, 31 Dec 9999 23:59:59 GMT",
          "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 99 Foo 2199 99:99:99 GMT", "1h1h1h", "-5s"}) {
      cases.push_back({std::string(name) + ": " + value,
                       WireAnswer(WithLength(kJson, body, "429 Too Many Requests",
                                             std::string("X-RateLimit-Remaining-Requests: 0\r\n") +
                                                 name + ": " + value + "\r\n")),
                       kLimited, ""});
    }
  }
  return cases;
}

}  // namespace inferwire::e2e::hostile
