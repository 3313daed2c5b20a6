// What upstreams answer, and what a caller must hear of it: proto/README.md's table, case by case.
// The families stand in files of their own; each is run by the test of that name.
#pragma once

#include <grpcpp/support/status_code_enum.h>

#include <ostream>
#include <string>
#include <vector>

#include "support/scripted_upstream.h"

namespace inferwire::e2e::hostile {

using testing_support::WireAnswer;

struct Expected {
  grpc::StatusCode code = grpc::OK;
  std::string reason;

  bool operator==(const Expected&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Expected& expected);

inline const Expected kFine{grpc::OK, ""};
// An answer that is not what it should be.
inline const Expected kProtocol{grpc::INTERNAL, "UPSTREAM_PROTOCOL"};
inline const Expected kTooLarge{grpc::INTERNAL, "RESPONSE_TOO_LARGE"};
// An answer that stopped before its end.
inline const Expected kCut{grpc::UNAVAILABLE, "STREAM_TRUNCATED"};
inline const Expected kUnreachable{grpc::UNAVAILABLE, "UPSTREAM_UNREACHABLE"};
inline const Expected kOverloaded{grpc::UNAVAILABLE, "UPSTREAM_OVERLOADED"};
inline const Expected kTimeout{grpc::UNAVAILABLE, "UPSTREAM_TIMEOUT"};
inline const Expected kFailed{grpc::INTERNAL, "UPSTREAM_ERROR"};
inline const Expected kLimited{grpc::RESOURCE_EXHAUSTED, "RATE_LIMITED"};
inline const Expected kQuota{grpc::RESOURCE_EXHAUSTED, "INSUFFICIENT_QUOTA"};
inline const Expected kKeyRejected{grpc::INTERNAL, "UPSTREAM_CREDENTIALS_REJECTED"};
inline const Expected kInvalid{grpc::INVALID_ARGUMENT, "INVALID_PARAMETER"};
inline const Expected kContext{grpc::INVALID_ARGUMENT, "CONTEXT_LENGTH_EXCEEDED"};
inline const Expected kPolicy{grpc::INVALID_ARGUMENT, "CONTENT_POLICY_VIOLATION"};
inline const Expected kNoModel{grpc::NOT_FOUND, "MODEL_NOT_FOUND"};

struct Case {
  std::string name;
  WireAnswer answer;
  Expected expected;
  // Unary: the content, if all is fine. Stream: every delta that was whole before the fault.
  std::string text;
};
using Cases = std::vector<Case>;

// Faults below the body: any RPC hears the same of them.
Cases HttpFaults();
// Statuses without a body, 2xx among them: a result only of RawService.
Cases BareStatuses();
// Unusual but right HTTP; bodies are completions.
Cases HttpOddities();
// Bodies of a unary answer with status 200.
Cases UnaryBodies();
// Bad statuses with bodies that say nothing.
Cases StatusBodies();
// 429 with waiting times of all kinds.
Cases WaitingTimes();
// A stream's syntax, its ends and what its events hold.
Cases StreamSyntax();
Cases StreamEnds();
Cases StreamContents();

// Providers' ways to report a failure with status 200.
struct ReportedError {
  std::string name;
  std::string body;   // as a unary answer
  std::string event;  // as it stands in a stream; empty: never does
  Expected before_output;
  Expected after_output;
};
std::vector<ReportedError> ReportedErrors();

// Each member of an answer, or of a chunk, with each value that does not belong there.
struct Spoilt {
  std::string name;  // JSON pointer and value
  std::string json;
  bool nothing_left = false;    // no choice has anything in it
  bool text_lost = false;       // the member is the text or holds it
  bool never_finishes = false;  // a choice of its own, which then has no end
};
std::vector<Spoilt> SpoiltCompletions();
std::vector<Spoilt> SpoiltChunks();

}  // namespace inferwire::e2e::hostile
