// Which idempotency keys are in use, known to all replicas. Only that: what was answered stays in
// the memory of the replica that answered.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/mailbox.h"
#include "base/result.h"

namespace inferwire::gateway {

// owner: the tenant, or who the caller's certificate says it is. method: of the RPC.
struct IdempotencyKey {
  std::string owner, method, name;

  std::string text() const { return owner + '\n' + method + '\n' + name; }
};

// What a call came to that has ended.
struct KeyedUse {
  std::string request_id;
  std::optional<int64_t> input_tokens, output_tokens, picousd;
};

struct KeyClaim {
  enum class State {
    kMine,     // it was free
    kReused,   // it stands for another request
    kRunning,  // at another replica
    kEnded,    // there
    kUnknown,  // that replica has said nothing for too long
  };
  State state = State::kMine;
  KeyedUse use{};  // of the call that has it
};

// Any thread. Answers come through the mailbox, always later.
class SharedKeys {
 public:
  using Claimed = std::function<void(Result<KeyClaim>)>;
  struct Request {
    IdempotencyKey key;
    std::string fingerprint, request_id;
    bool takes_unknown = false;  // its repetition may be billed again
  };

  virtual ~SharedKeys() = default;
  virtual void Claim(Request request, Mailbox& mailbox, Claimed done) = 0;
  // It stands for nothing any more; of one's own.
  virtual void Free(const IdempotencyKey& key, const std::string& request_id) = 0;
  virtual void End(const IdempotencyKey& key, const KeyedUse& use) = 0;
};

}  // namespace inferwire::gateway
