#include "routing/failure.h"

#include <google/protobuf/generated_enum_reflection.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace inferwire::routing {
namespace {

using namespace std::chrono_literals;

constexpr int kStatuses[] = {0,   200, 301, 400, 401, 402, 403, 404, 405, 408, 409,
                             413, 421, 422, 425, 429, 444, 500, 501, 502, 503, 504,
                             507, 520, 521, 522, 523, 524, 525, 526, 529, 530};

std::vector<v1::ErrorReason> AllReasons() {
  std::vector<v1::ErrorReason> reasons;
  const auto* descriptor = google::protobuf::GetEnumDescriptor<v1::ErrorReason>();
  for (int i = 0; i < descriptor->value_count(); ++i) {
    reasons.push_back(static_cast<v1::ErrorReason>(descriptor->value(i)->number()));
  }
  return reasons;
}

// Each reason with each status and each combination of what else is known.
template <typename Check>
void ForAll(const Check& check) {
  for (const v1::ErrorReason reason : AllReasons()) {
    for (const int status : kStatuses) {
      for (int bits = 0; bits < 128; ++bits) {
        FailedAttempt failed;
        failed.reason = reason;
        failed.http_status = status;
        failed.refused = bits & 1;
        failed.reported = bits & 2;
        failed.forbidden = bits & 4;
        failed.output_began = bits & 8;
        failed.sent = bits & 16;
        failed.reused_connection = bits & 32;
        failed.certificate = bits & 64;
        SCOPED_TRACE(testing::Message()
                     << v1::ErrorReason_Name(reason) << " " << status << " bits " << bits);
        check(failed, Judge(failed));
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

bool GoesSomewhere(const Ruling& ruling) {
  return ruling.other_key || ruling.other_endpoint || ruling.next_target || ruling.same_target;
}

FailedAttempt Answer(v1::ErrorReason reason, int status, bool reported = true,
                     bool refused = false) {
  FailedAttempt failed;
  failed.reason = reason;
  failed.http_status = status;
  failed.reported = reported;
  failed.refused = refused;
  return failed;
}

// Proof, blame and places in one line: "refused kkey k-n-".
std::string Row(const Ruling& ruling) {
  constexpr const char* kProofs[] = {"refused", "failed", "anything", "answered", "output"};
  constexpr const char* kBlames[] = {"nobody", "endpoint", "model", "key", "limit"};
  std::string row = kProofs[static_cast<int>(ruling.proof)];
  row += ' ';
  row += kBlames[static_cast<int>(ruling.blame)];
  row += ' ';
  row += ruling.other_key ? 'k' : '-';
  row += ruling.other_endpoint ? 'e' : '-';
  row += ruling.next_target ? 'n' : '-';
  row += ruling.same_target ? 's' : '-';
  return row;
}

TEST(Failure, NothingFollowsOutputWhateverHappened) {
  ForAll([](const FailedAttempt& failed, const Ruling& ruling) {
    if (!failed.output_began) return;
    EXPECT_EQ(ruling.proof, Proof::kOutput);
    EXPECT_FALSE(GoesSomewhere(ruling));
    EXPECT_NE(ruling.blame, Blame::kModel);
  });
}

TEST(Failure, AnAnswerIsRepeatedOnlyWhereTheRouteListsIt) {
  ForAll([](const FailedAttempt& failed, const Ruling& ruling) {
    if (failed.output_began || ruling.proof != Proof::kAnswered) return;
    EXPECT_FALSE(ruling.other_key || ruling.other_endpoint || ruling.same_target);
    EXPECT_EQ(ruling.next_target, ruling.only_if_listed);
    EXPECT_EQ(ruling.blame, Blame::kNobody);
    EXPECT_FALSE(ruling.blocked);
  });
}

TEST(Failure, NeitherTheCallersFaultsNorOurOwnReasonsAreRepeated) {
  const std::set<int> never = {v1::ERROR_REASON_UNSPECIFIED,
                               v1::ERROR_REASON_INVALID_PARAMETER,
                               v1::ERROR_REASON_INVALID_JSON_FIELD,
                               v1::ERROR_REASON_EXTRA_CONFLICT,
                               v1::ERROR_REASON_UNKNOWN_PROTO_FIELD,
                               v1::ERROR_REASON_REQUEST_TOO_LARGE,
                               v1::ERROR_REASON_INVALID_PROTO,
                               v1::ERROR_REASON_INVALID_CREDENTIALS,
                               v1::ERROR_REASON_CREDENTIALS_REQUIRED,
                               v1::ERROR_REASON_CREDENTIALS_EXPIRED,
                               v1::ERROR_REASON_OPERATION_NOT_ALLOWED,
                               v1::ERROR_REASON_TENANT_DISABLED,
                               v1::ERROR_REASON_OUTPUT_LIMIT_NOT_ALLOWED,
                               v1::ERROR_REASON_CALLER_NOT_ALLOWED,
                               v1::ERROR_REASON_DUPLICATE_ITEM,
                               v1::ERROR_REASON_IDEMPOTENCY_KEY_REUSED,
                               v1::ERROR_REASON_IDEMPOTENT_RESULT_GONE,
                               v1::ERROR_REASON_IDEMPOTENT_IN_PROGRESS,
                               v1::ERROR_REASON_IDEMPOTENT_OUTCOME_UNKNOWN,
                               v1::ERROR_REASON_PATH_NOT_ALLOWED,
                               v1::ERROR_REASON_ROUTE_OVERRIDE_NOT_ALLOWED,
                               v1::ERROR_REASON_NO_TARGET_WITH_TAGS,
                               v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                               v1::ERROR_REASON_MODEL_ENDED,
                               v1::ERROR_REASON_BUDGET_EXCEEDED,
                               v1::ERROR_REASON_TENANT_RATE_LIMITED,
                               v1::ERROR_REASON_CONCURRENCY_LIMITED,
                               v1::ERROR_REASON_QUEUE_FULL,
                               v1::ERROR_REASON_CLIENT_RETRY_LIMITED,
                               v1::ERROR_REASON_STORE_BUDGET_EXCEEDED,
                               v1::ERROR_REASON_WRONG_STATE,
                               v1::ERROR_REASON_MODEL_LACKS_FEATURE,
                               v1::ERROR_REASON_CIRCUIT_OPEN,
                               v1::ERROR_REASON_GATEWAY_DRAINING,
                               v1::ERROR_REASON_STORE_UNAVAILABLE,
                               v1::ERROR_REASON_RESPONSE_TOO_LARGE,
                               v1::ERROR_REASON_DEADLINE,
                               v1::ERROR_REASON_BATCH_EXPIRED,
                               v1::ERROR_REASON_SESSION_ENDED,
                               v1::ERROR_REASON_RESPONSE_FAILED,
                               v1::ERROR_REASON_CANCELLED};
  std::set<int> repeated;
  ForAll([&](const FailedAttempt& failed, const Ruling& ruling) {
    if (never.count(failed.reason)) {
      EXPECT_FALSE(GoesSomewhere(ruling));
      EXPECT_EQ(ruling.blame, Blame::kNobody);
    } else if (GoesSomewhere(ruling)) {
      repeated.insert(failed.reason);
    }
  });
  EXPECT_EQ(never.size() + repeated.size(), AllReasons().size()) << "each is one or the other";
}

TEST(Failure, WhatFailedInTheGatewayIsRepeatedOnlyIfNothingLeftIt) {
  for (const auto reason : {v1::ERROR_REASON_GATEWAY_OVERLOADED, v1::ERROR_REASON_GATEWAY_ERROR}) {
    FailedAttempt failed;
    failed.reason = reason;
    EXPECT_FALSE(GoesSomewhere(Judge(failed)));
    failed.sent = false;
    EXPECT_TRUE(Judge(failed).same_target);
    EXPECT_EQ(Judge(failed).proof, Proof::kRefused);
    EXPECT_EQ(Judge(failed).blame, Blame::kNobody);
  }
}

TEST(Failure, WhatNoUpstreamSaidIsNotTakenForItsWord) {
  for (const v1::ErrorReason reason :
       {v1::ERROR_REASON_RATE_LIMITED, v1::ERROR_REASON_MODEL_NOT_FOUND,
        v1::ERROR_REASON_MODEL_NOT_ALLOWED, v1::ERROR_REASON_UNSUPPORTED_ENDPOINT}) {
    EXPECT_EQ(Row(Judge(Answer(reason, 0))), "answered nobody ----");
  }
}

TEST(Failure, ShouldRetryFalseForbidsAllButOtherKeys) {
  ForAll([](const FailedAttempt& failed, const Ruling& ruling) {
    if (!failed.forbidden) return;
    EXPECT_FALSE(ruling.other_endpoint || ruling.next_target || ruling.same_target);
    EXPECT_FALSE(ruling.needs_larger_window || ruling.only_if_listed || ruling.at_once);
  });
  FailedAttempt limited = Answer(v1::ERROR_REASON_RATE_LIMITED, 429);
  limited.forbidden = true;
  EXPECT_EQ(Row(Judge(limited)), "refused limit k---");
}

TEST(Failure, FailedIsOnlyWhatTheProviderItselfReported) {
  ForAll([](const FailedAttempt& failed, const Ruling& ruling) {
    if (ruling.proof != Proof::kFailed) return;
    EXPECT_TRUE(failed.reported && !failed.refused);
    EXPECT_TRUE(failed.reason == v1::ERROR_REASON_UPSTREAM_ERROR ||
                failed.reason == v1::ERROR_REASON_UPSTREAM_OVERLOADED ||
                failed.reason == v1::ERROR_REASON_CONFLICT ||
                (failed.reason == v1::ERROR_REASON_UPSTREAM_TIMEOUT && failed.http_status == 408));
    for (const int proxys : {502, 504, 520, 522, 524}) {
      if (failed.reason == v1::ERROR_REASON_UPSTREAM_OVERLOADED) {
        EXPECT_NE(failed.http_status, proxys);
      }
    }
  });
}

TEST(Failure, OnlyWhatProvesItIsRefused) {
  const std::set<int> by_nature = {v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED,
                                   v1::ERROR_REASON_UPSTREAM_PERMISSION_DENIED,
                                   v1::ERROR_REASON_INSUFFICIENT_QUOTA,
                                   v1::ERROR_REASON_RATE_LIMITED,
                                   v1::ERROR_REASON_MODEL_NOT_ALLOWED,
                                   v1::ERROR_REASON_REGION_NOT_SUPPORTED,
                                   v1::ERROR_REASON_MODEL_NOT_FOUND,
                                   v1::ERROR_REASON_UPSTREAM_NOT_FOUND,
                                   v1::ERROR_REASON_UNSUPPORTED_ENDPOINT,
                                   v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED};
  ForAll([&](const FailedAttempt& failed, const Ruling& ruling) {
    if (ruling.proof != Proof::kRefused || by_nature.count(failed.reason)) return;
    const bool unsent = failed.http_status == 0 && !failed.sent &&
                        (failed.reason == v1::ERROR_REASON_UPSTREAM_UNREACHABLE ||
                         failed.reason == v1::ERROR_REASON_UPSTREAM_TIMEOUT ||
                         failed.reason == v1::ERROR_REASON_GATEWAY_OVERLOADED ||
                         failed.reason == v1::ERROR_REASON_GATEWAY_ERROR);
    EXPECT_TRUE(failed.refused || unsent);
  });
}

TEST(Failure, AnswersFollowTheTable) {
  const auto row = [](v1::ErrorReason reason, int status, bool reported, bool refused = false) {
    return Row(Judge(Answer(reason, status, reported, refused)));
  };
  using enum v1::ErrorReason;
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED, 401, true), "refused key k-n-");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_PERMISSION_DENIED, 403, true), "refused key k-n-");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_PERMISSION_DENIED, 403, false), "refused nobody k-n-")
      << "a firewall's page removes no key";
  EXPECT_EQ(row(ERROR_REASON_MODEL_NOT_ALLOWED, 403, true), "refused limit k-n-");
  EXPECT_EQ(row(ERROR_REASON_REGION_NOT_SUPPORTED, 403, true), "refused model k-n-");
  EXPECT_EQ(row(ERROR_REASON_MODEL_NOT_FOUND, 404, true), "refused model --n-");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_NOT_FOUND, 404, false), "refused nobody --n-");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_TIMEOUT, 408, true), "failed nobody -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_TIMEOUT, 408, false), "anything nobody -ens");
  EXPECT_EQ(row(ERROR_REASON_CONFLICT, 409, true), "failed nobody -ens");
  EXPECT_EQ(row(ERROR_REASON_CONFLICT, 409, false), "anything nobody -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_OVERLOADED, 425, false, true), "refused endpoint -ens");
  EXPECT_EQ(row(ERROR_REASON_RATE_LIMITED, 429, true, true), "refused limit k-ns");
  EXPECT_EQ(row(ERROR_REASON_RATE_LIMITED, 429, true), "refused nobody k-n-")
      << "larger than the limit itself";
  EXPECT_EQ(row(ERROR_REASON_INSUFFICIENT_QUOTA, 429, true), "refused key k-n-");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_ERROR, 500, true), "failed model -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_ERROR, 500, false), "anything model -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_ERROR, 500, true, true), "refused model -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_ERROR, 200, true), "failed model -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_OVERLOADED, 503, true), "failed endpoint -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_OVERLOADED, 503, false), "anything endpoint -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_OVERLOADED, 503, true, true), "refused endpoint -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_OVERLOADED, 502, true), "anything endpoint -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_TIMEOUT, 504, true), "anything endpoint -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_TIMEOUT, 0, false), "anything endpoint -en-");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_OVERLOADED, 521, false, true), "refused endpoint -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_UNREACHABLE, 530, false, true), "refused endpoint -ens");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_PROTOCOL, 200, false), "anything model --n-");
  EXPECT_EQ(row(ERROR_REASON_UPSTREAM_PROTOCOL, 0, false), "anything endpoint -en-");
  EXPECT_EQ(row(ERROR_REASON_STREAM_TRUNCATED, 200, false), "anything endpoint -en-");
  EXPECT_EQ(row(ERROR_REASON_INVALID_PARAMETER, 400, true), "answered nobody ----");
  EXPECT_EQ(row(ERROR_REASON_UNSUPPORTED_PARAMETER, 400, true), "answered nobody --n-");
  EXPECT_EQ(row(ERROR_REASON_CONTENT_POLICY_VIOLATION, 400, true), "answered nobody --n-");
  EXPECT_EQ(row(ERROR_REASON_CONTEXT_LENGTH_EXCEEDED, 400, true), "refused nobody --n-");
  EXPECT_TRUE(Judge(Answer(ERROR_REASON_CONTEXT_LENGTH_EXCEEDED, 400)).needs_larger_window);
  EXPECT_TRUE(Judge(Answer(ERROR_REASON_UNSUPPORTED_PARAMETER, 400)).only_if_listed);
  EXPECT_TRUE(Judge(Answer(ERROR_REASON_CONTENT_POLICY_VIOLATION, 200)).only_if_listed);
}

TEST(Failure, ConnectionsThatNeverCameToBeAreRepeatedAnywhere) {
  FailedAttempt failed;
  failed.reason = v1::ERROR_REASON_UPSTREAM_UNREACHABLE;
  failed.sent = false;
  EXPECT_EQ(Row(Judge(failed)), "refused endpoint -ens");
  EXPECT_FALSE(Judge(failed).at_once);
  failed.certificate = true;
  EXPECT_EQ(Row(Judge(failed)), "refused endpoint -en-") << "it will be the same next time";
}

TEST(Failure, AResetOfAUsedConnectionSaysNothingOfThePlace) {
  FailedAttempt failed;
  failed.reason = v1::ERROR_REASON_UPSTREAM_UNREACHABLE;
  failed.reused_connection = true;
  EXPECT_EQ(Row(Judge(failed)), "anything nobody -ens");
  failed.sent = false;
  EXPECT_EQ(Row(Judge(failed)), "refused nobody -ens");
  EXPECT_TRUE(Judge(failed).at_once);
  failed.sent = true;
  failed.reused_connection = false;
  EXPECT_EQ(Row(Judge(failed)), "anything endpoint -en-");
}

TEST(Failure, WhatIsBlamedRestsAsLongAsTheProviderSays) {
  FailedAttempt limited = Answer(v1::ERROR_REASON_RATE_LIMITED, 429, true, true);
  EXPECT_FALSE(Judge(limited).blocked);
  limited.retry_after = 2s;
  EXPECT_EQ(Judge(limited).blocked, 2s);
  FailedAttempt busy = Answer(v1::ERROR_REASON_UPSTREAM_OVERLOADED, 503, true, true);
  busy.retry_after = 3s;
  EXPECT_EQ(Judge(busy).blocked, 3s);
  busy.refused = false;
  EXPECT_FALSE(Judge(busy).blocked) << "our own guess of a wait closes nothing";
  EXPECT_EQ(Judge(Answer(v1::ERROR_REASON_MODEL_NOT_FOUND, 404)).blocked, 60s);
  EXPECT_EQ(Judge(Answer(v1::ERROR_REASON_INSUFFICIENT_QUOTA, 429)).blocked, 10min);
}

TEST(Failure, BrokenOffAfterOutputCountsAgainstThePlace) {
  FailedAttempt failed = Answer(v1::ERROR_REASON_STREAM_TRUNCATED, 200, false);
  failed.output_began = true;
  EXPECT_EQ(Row(Judge(failed)), "output endpoint ----");
  failed.reason = v1::ERROR_REASON_UPSTREAM_ERROR;
  EXPECT_EQ(Row(Judge(failed)), "output endpoint ----");
  failed.reason = v1::ERROR_REASON_CANCELLED;
  EXPECT_EQ(Row(Judge(failed)), "output nobody ----");
}

TEST(Failure, ResendCoversProofsUpToItsOwn) {
  using enum Proof;
  const auto covered = [](Resend resend, bool unbilled) {
    std::set<Proof> proofs;
    for (const Proof proof : {kRefused, kFailed, kAnything, kAnswered, kOutput}) {
      if (Covers(resend, proof, unbilled)) proofs.insert(proof);
    }
    return proofs;
  };
  EXPECT_EQ(covered(Resend::kRefused, false), (std::set{kRefused}));
  EXPECT_EQ(covered(Resend::kFailed, false), (std::set{kRefused, kFailed}));
  EXPECT_EQ(covered(Resend::kAnything, false), (std::set{kRefused, kFailed, kAnything}));
  for (const Resend resend : {Resend::kRefused, Resend::kFailed, Resend::kAnything}) {
    EXPECT_EQ(covered(resend, true), (std::set{kRefused, kFailed, kAnything}));
  }
}

}  // namespace
}  // namespace inferwire::routing
