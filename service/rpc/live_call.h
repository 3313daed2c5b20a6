// A call as its loop sees it: what is done to it from outside its own events. The loop has a list
// of those that live.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>

#include "base/clock.h"
#include "base/error.h"

namespace inferwire::rpc {

// held: bytes. weight: compared, it says which call goes first when memory runs out.
struct CallSize {
  int64_t held = 0, weight = 0;
};

class LiveCall {
 public:
  using List = std::unordered_set<LiveCall*>;

  explicit LiveCall(List& list) : list_(list) { list_.insert(this); }
  virtual ~LiveCall() { list_.erase(this); }
  LiveCall(const LiveCall&) = delete;
  LiveCall& operator=(const LiveCall&) = delete;

  // Ends it now with this error, whatever it is doing.
  virtual void Cut(const Error& error) = 0;
  // As Cut, and what was not delivered is dropped if it is in the way.
  virtual void Shed(const Error& error) = 0;
  // It will be cut then. reason: a literal.
  virtual void Announce(std::string_view, SteadyTime) {}
  // Now and then: gives up a caller who does not read what is left, and goes on with what waited
  // for memory. Deletes nothing.
  virtual void Tend(SteadyTime now) = 0;
  virtual CallSize Size() const = 0;
  // The API key that it came with; empty: none.
  virtual std::string_view Key() const { return {}; }

 private:
  List& list_;
};

}  // namespace inferwire::rpc
