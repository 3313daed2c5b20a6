// One request of a caller's at its upstreams until an answer is complete: the attempts one after
// the other, with what each failure means for the next (routing/failure.h), and who hears of it. At
// most one attempt runs, and none begins once output has reached the caller. On the loop's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timers.h"
#include "gateway/operation.h"
#include "openai/error.h"
#include "routing/next_attempt.h"
#include "upstream/endpoint_choice.h"
#include "upstream/exchange.h"
#include "upstream/places.h"
#include "upstream/runtime.h"
#include "upstream/upstream_request.h"

namespace inferwire::upstream {

class UpstreamCall final : private Exchange::Owner {
 public:
  using Request = UpstreamRequest;
  class Observer {
   public:
    virtual ~Observer() = default;
    // An attempt begins after another one failed, or elsewhere than was planned: whatever came
    // before is void.
    virtual void OnNewAttempt(const Destination&) {}
    // An attempt failed and is followed by another one: what it may cost is to be noted.
    virtual void OnAttemptFailed(const Error&) {}
    virtual void OnHead(int status, const http::Headers& headers) = 0;
    // False: take nothing now; the same bytes come again after Resume.
    virtual bool OnBody(std::string_view bytes) = 0;
    // Once, last: nothing, or why the answer is not complete.
    virtual void OnEnd(std::optional<Error> error) = 0;
  };

  // Writes what it does into the stats, which like the observer outlive it.
  UpstreamCall(const Runtime& runtime, Request request, gateway::CallStats& stats,
               Observer& observer);
  ~UpstreamCall() override;

  void Start();
  void Resume() { exchange_->Resume(); }
  // The source has something again, after it had nothing.
  void ResumeBody() { exchange_->ResumeBody(); }
  // Ends it without a further event.
  void Cancel();
  // The answer in hand is none, or has broken off, as its reader found out. True: another attempt
  // follows, and the reader is to forget what came. False: the error is the call's.
  bool TryAgain(const Error& error);
  // From here on an attempt has given output to the caller: errors say so, and nothing is repeated.
  void MarkOutput() {
    if (!output_began_) OnFirstOutput();
  }

  // Of the attempt in hand.
  const Request& request() const { return request_; }
  // The request's body, as long as it is kept, and its length.
  std::string_view body() const { return body_ ? *body_ : std::string_view(); }
  size_t body_bytes() const { return body_bytes_; }
  const std::vector<gateway::RateLimit>& rate_limits() const { return exchange_->rate_limits(); }
  const http::Headers& headers() const { return exchange_->headers(); }
  // For what of the answer goes to the caller as it is: the key of the attempt made unreadable.
  void HideKey(std::string& text, size_t from = 0) { exchange_->HideKey(text, from); }
  const KeyEcho& key_echo() { return exchange_->key_echo(); }
  openai::Attempt attempt() const override;
  // For GatewayInfo: the log has the attempt in hand, too.
  void UpdateLog();

 private:
  enum class State {
    kIdle,
    kRunning,  // an attempt is
    kWaiting,  // for the next one
    kJudged,   // the answer is complete, and its reader looks at it
    kOver,
  };

  void OnHead(int status, const http::Headers& headers) override;
  bool OnBody(std::string_view bytes) override { return observer_.OnBody(bytes); }
  bool OnKeyRefused() override;
  void OnFirstByte(bool wanted) override;
  void OnExchangeEnd(Exchange::End end) override;

  void StartAttempt();
  // Takes the places of the next attempt, at the next target if this one has none. Unset: it may
  // begin; else why it may not, or it waits (State::kWaiting).
  std::optional<Error> FindPlace(SteadyTime now);
  std::optional<Error> NoPlace(SteadyTime now);
  void MoveTo(const Targets::Picked& picked);
  // Its place at an endpoint of the destination that was not tried. False: there is none.
  bool TakePlace(Places::Wish wish, SteadyTime now);
  bool HasOtherEndpoint(SteadyTime now) const;
  // Whether it waits for a place at the destination, whose endpoints are full.
  enum class Queue {
    kNotFull,  // something else is in its way
    kWaits,
    kRefused,  // for too long already, or too many do
  };
  Queue WaitForPlace(SteadyTime now);
  // It waits no more: it has a place, another place to go to, or gives up.
  void LeaveQueue();
  const PoolKey* ChooseKey(SteadyTime now) const;
  // By its route, which is why a single key's rest counts.
  bool has_elsewhere() const { return request_.targets && request_.targets->route().has_several(); }
  // Whether another place is left, and an attempt to be made there.
  bool HasElsewhere(SteadyTime now) const;
  Duration FirstByteLimit(SteadyTime now) const;
  Duration ConnectLimit(SteadyTime now) const;
  // What an answer of the destination takes at the least.
  Duration Expected() const;
  int max_attempts() const { return 1 + request_.max_retries; }

  // An attempt failed. True: another one follows.
  bool Follow(const Error& error, const http::Outcome* outcome);
  routing::FailedAttempt Describe(const Error& error, const http::Outcome* outcome) const;
  routing::NextAttempt DecideNext(const routing::FailedAttempt& failed,
                                  const routing::Ruling& ruling, SteadyTime now);
  void CountResend(const routing::NextAttempt& next, const routing::FailedAttempt& failed,
                   const routing::Ruling& ruling, const http::Outcome* outcome);
  void WaitFor(Duration wait, std::string_view cause);

  // The attempt in hand as it stands: at its end, or when its answer is told of.
  void Log(v1::ErrorReason reason, bool may_be_billed);
  void OnFirstOutput();
  // What came is an answer, or its beginning.
  void Answered(SteadyTime now);
  void CountAnswer();
  void DropBody();
  void HoldRequest(size_t bytes);
  void StopClock();
  void Finish(std::optional<Error> error);
  void TellFirstFailure(Error& error) const;
  // Of a limit: the caller is told when the first of the targets is back, not this one.
  void TellSoonest(Error& error) const;

  const Runtime& runtime_;
  Request request_;
  // The request's, while it may be sent; a short one is kept to the end.
  std::shared_ptr<const std::string> body_;
  size_t body_bytes_;
  gateway::CallStats& stats_;
  Observer& observer_;
  Timer timer_;
  State state_ = State::kIdle;
  std::optional<Exchange> exchange_;
  Places places_;
  Destination destination_;                   // of the attempt in hand
  size_t target_ = 0;                         // among the request's targets
  std::shared_ptr<const Endpoint> endpoint_;  // of the attempt in hand
  TriedEndpoints tried_endpoints_;            // at this target, before it
  std::shared_ptr<PlaceQueue> queue_;         // where it waits, or was woken from
  std::shared_ptr<PlaceQueue::Waiter> waiter_;
  std::optional<SteadyTime> queued_;  // since then
  int turns_in_vain_ = 0;             // it was woken, and found no place
  const PoolKey* pool_key_ = nullptr;
  UpstreamKey::Key key_;       // of the attempt in hand; null: chosen when it begins
  uint64_t tried_keys_ = 0;    // at this target
  std::string first_failure_;  // why the request was repeated; empty if it was not
  std::optional<Error> last_error_;
  SteadyTime begun_, attempt_begun_;
  Duration first_byte_{};  // of the attempt in hand, since it began
  Duration waited_{};
  std::string_view cause_ = "FIRST";
  std::string_view chosen_by_;
  int targets_tried_ = 1;
  int repeats_here_ = 0;
  int key_changes_ = 0;
  int keys_here_ = 0;    // of those, at this target
  bool logged_ = false;  // the attempt in hand is the log's last
  bool got_answer_ = false;
  bool output_began_ = false;
  bool budget_is_used_up_ = false;
};

}  // namespace inferwire::upstream
