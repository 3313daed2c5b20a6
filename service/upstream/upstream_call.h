// One request of a caller's at its upstreams until an answer is complete: the attempts one after
// the other, with what each failure means for the next (routing/failure.h), and who hears of it. At
// most one attempt delivers: where a second one runs beside one that is late (a hedge), the first
// byte of either ends the other. None begins once output has reached the caller. On the loop's
// thread.
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
#include "telemetry/hedge_metrics.h"
#include "upstream/attempt.h"
#include "upstream/runtime.h"

namespace inferwire::upstream {

class UpstreamCall final : private Exchange::Owner {
 public:
  using Request = UpstreamRequest;
  class Observer {
   public:
    virtual ~Observer() = default;
    // An attempt begins after another one failed, or elsewhere than was planned, or answers instead
    // of another one: whatever came before is void.
    virtual void OnNewAttempt(const Destination&) {}
    // An attempt failed and is followed by another one: what it may cost is to be noted.
    virtual void OnAttemptFailed(const Error&) {}
    // The same of one beside the attempt in hand. Also while Cancel runs.
    virtual void OnEndBeside(const AttemptBeside&) {}
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
  void Resume() { now_->exchange->Resume(); }
  // Ends it; of what follows nothing is told.
  void Cancel();
  // The answer in hand is none, or has broken off, as its reader found out. True: another attempt
  // follows, and the reader is to forget what came. False: the error is the call's.
  bool TryAgain(const Error& error);
  // Of a request that asks for a WebSocket, from the head (101) on; null: it has ended.
  http::WebSocket* socket() const { return now_->exchange->socket(); }
  // What upstream is told if the call is cancelled.
  void SayAtCancel(uint16_t close_code) { now_->exchange->SayAtAbort(close_code); }
  // From here on an attempt has given output to the caller: errors say so, and nothing is repeated.
  void MarkOutput() {
    if (!output_began_) OnFirstOutput();
  }

  // Of the attempt in hand.
  const Request& request() const { return request_; }
  // The request's body, as long as it is kept, and its length.
  std::string_view body() const { return body_ ? *body_ : std::string_view(); }
  size_t body_bytes() const { return body_bytes_; }
  // Nothing of the request is missing at the upstream: of one with a source, it was read to its
  // end.
  bool request_complete() const { return now_->exchange->request_complete(); }
  const std::vector<gateway::RateLimit>& rate_limits() const {
    return now_->exchange->rate_limits();
  }
  const http::Headers& headers() const { return now_->exchange->headers(); }
  // For what of the answer goes to the caller as it is: the key of the attempt made unreadable.
  void HideKey(std::string& text, size_t from = 0) { now_->exchange->HideKey(text, from); }
  const KeyEcho& key_echo() { return now_->exchange->key_echo(); }
  openai::Attempt attempt() const;
  // For GatewayInfo: the log has the attempt in hand, too.
  void UpdateLog();

 private:
  enum class State {
    kIdle,
    kRunning,  // an attempt is, or two are
    kWaiting,  // for the next one
    kJudged,   // the answer is complete, and its reader looks at it
    kOver,
  };
  struct Hedge;

  // --- upstream_call.cc: what an attempt says, and the end ---
  void OnStatus(Exchange& from) override;
  void OnHead(Exchange& from) override;
  bool OnBody(Exchange& from, std::string_view bytes) override;
  bool OnKeyRefused(Exchange& from) override;
  void OnFirstByte(Exchange& from, bool wanted) override;
  void OnExchangeEnd(Exchange& from, Exchange::End end) override;
  openai::Attempt Describe(const Exchange& from) const override;

  void OnFirstOutput();
  // What came is an answer, or its beginning.
  void Answered(SteadyTime now);
  void CountAnswer();
  // What the call has to say of its attempts is that of the one in hand.
  void TakeStats();
  void DropBody();
  void HoldRequest(size_t bytes);
  void StopClock();
  void Finish(std::optional<Error> error);
  void TellFirstFailure(Error& error) const;
  // Of a limit: the caller is told when the first of the targets is back, not this one.
  void TellSoonest(Error& error) const;

  // --- upstream_call_start.cc: the next attempt and its place ---
  void StartAttempt();
  void BeginAttempt(Attempt& attempt, std::string_view path,
                    std::shared_ptr<const std::string> body, SteadyTime now);
  void RecordRoute();
  // Takes the places of the next attempt, at the next target if this one has none. Unset: it may
  // begin; else why it may not, or it waits (State::kWaiting).
  std::optional<Error> FindPlace(SteadyTime now);
  std::optional<Error> NoPlace(SteadyTime now);
  void MoveTo(const Targets::Picked& picked);
  void EndWell(SteadyTime now);
  // The request's body, which is still here, for another target; and how long its head is.
  std::shared_ptr<const std::string> BodyFor(const Destination& to, size_t& head_bytes) const;
  const PoolKey* ChooseKey(const Attempt& attempt, SteadyTime now) const;
  // Its key has used what it may, and another one of the same target has not.
  bool HasRoomWithOtherKey(Attempt& attempt, SteadyTime now) const;
  // What every attempt asks of its place.
  Places::Wish WishOf(const Attempt& attempt) const;
  // By its route, which is why a single key's rest counts.
  bool has_elsewhere() const { return request_.targets && request_.targets->route().has_several(); }
  void WaitFor(Duration wait, std::string_view cause);

  // --- upstream_call_endpoints.cc ---
  // Its place at an endpoint of the destination that was not tried. False: there is none.
  bool TakePlace(Attempt& attempt, Places::Wish wish, SteadyTime now);
  bool HasOtherEndpoint(const Attempt& attempt, SteadyTime now) const;
  // Whether it waits for a place at the destination, whose endpoints are full.
  enum class Queue {
    kNotFull,  // something else is in its way
    kWaits,
    kRefused,  // for too long already, or too many do
  };
  Queue WaitForPlace(SteadyTime now);
  // It waits no more: it has a place, another place to go to, or gives up.
  void LeaveQueue();

  // --- upstream_call_limits.cc ---
  // Whether another place is left, and an attempt to be made there.
  bool HasElsewhere(const Attempt& attempt, SteadyTime now) const;
  Duration FirstByteLimit(const Attempt& attempt, SteadyTime now) const;
  Duration ConnectLimit(const Attempt& attempt, SteadyTime now) const;
  // What an answer of the destination takes at the least.
  Duration Expected() const;
  int max_attempts() const { return 1 + request_.max_retries; }
  bool has_attempts_left() const { return stats_.attempts - key_changes_ < max_attempts(); }

  // --- upstream_call_failures.cc ---
  // The attempt in hand failed. True: another one follows, or goes on.
  bool Follow(const Error& error, const http::Outcome* outcome);
  // What is known of the failure; its places have heard of it.
  struct Failed {
    routing::FailedAttempt what;
    routing::Ruling ruling;
  };
  Failed EndFailed(Attempt& attempt, const Error& error, const http::Outcome* outcome,
                   SteadyTime now);
  // An attempt is left to one that runs already: what begins after both needs its proof, too.
  void LeaveBehind(const Attempt& attempt, routing::Proof proof);
  void GoOn(const routing::NextAttempt& next, const routing::Ruling& ruling, SteadyTime now);
  // Whether the route asks the next target after an answer like this.
  bool IsListed(v1::ErrorReason reason) const;
  routing::NextAttempt DecideNext(const routing::FailedAttempt& failed,
                                  const routing::Ruling& ruling, SteadyTime now);
  void CountResend(const routing::NextAttempt& next, const routing::FailedAttempt& failed,
                   const routing::Ruling& ruling, const http::Outcome* outcome);
  // The attempt as it stands: at its end, or when its answer is told of.
  void Log(Attempt& attempt, v1::ErrorReason reason, bool may_be_billed);

  // --- upstream_call_hedge.cc: all of it without effect where the call has none ---
  void PrepareHedge();
  // When the attempt in hand is late; set when it begins, void once it has its first byte.
  void SetHedgeTimer();
  void StopHedgeTimer();
  void OnLate();
  std::optional<telemetry::HedgeDenied> WhyNoHedge(SteadyTime now) const;
  // Its place where the attempt in hand is not, at one that is up. False: there is none.
  bool FindHedgePlace(SteadyTime now);
  bool TakeHedgePlace(SteadyTime now);
  // The one that runs beside the attempt in hand; null: none does.
  Attempt* beside() const;
  Attempt& AttemptOf(const Exchange& exchange) const;
  // This one, of two, has the first byte, or all of its answer.
  void Win(Attempt& attempt);
  // The attempt in hand failed: the other one takes its place.
  void GoOnWithOther();
  void TakeInHand(Attempt& attempt);
  void EndBeside(Attempt& attempt, v1::ErrorReason reason);
  // The one beside failed by itself.
  void BesideFailed(Attempt& attempt, const Error& error, const http::Outcome* outcome);
  void TellBeside(Attempt& attempt, v1::ErrorReason reason);
  void CountHedge(bool won);

  const Runtime& runtime_;
  Request request_;
  // The request's, while it may be sent; a short one is kept to the end.
  std::shared_ptr<const std::string> body_;
  size_t body_bytes_;
  gateway::CallStats& stats_;
  Observer& observer_;
  Timer timer_;
  State state_ = State::kIdle;
  Attempt first_;                      // and each that follows it
  Attempt* now_ = &first_;             // in hand
  std::unique_ptr<Hedge> hedge_;       // null: the call has none
  std::shared_ptr<PlaceQueue> queue_;  // where it waits, or was woken from
  std::shared_ptr<PlaceQueue::Waiter> waiter_;
  std::optional<SteadyTime> queued_;  // since then
  int turns_in_vain_ = 0;             // it was woken, and found no place
  std::string first_failure_;         // why the request was repeated; empty if it was not
  std::optional<Error> last_error_;
  size_t last_failed_ = 0;  // of the log: whose that is
  SteadyTime begun_;
  int key_changes_ = 0;
  bool output_began_ = false;
  bool is_last_ = false;  // what was left behind may be billed: none begins any more
  bool budget_is_used_up_ = false;
};

}  // namespace inferwire::upstream
