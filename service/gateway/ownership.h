// Whose is what at the upstreams: files, batches, stored answers and the like lie in an account
// that all callers share. Where callers prove who they are, an id is used only by its owner; for
// everybody else it does not exist.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/mailbox.h"
#include "base/result.h"

namespace inferwire::gateway {

// kind: the path of its collection without the first slash, e.g. files, fine_tuning/jobs.
struct OwnedThing {
  std::string upstream, kind, id;
};

// Any thread. Answers come through the mailbox, always later.
class Ownership {
 public:
  using Done = std::function<void(std::optional<Error>)>;
  using Sorted = std::function<void(Result<std::vector<bool>>)>;

  virtual ~Ownership() = default;
  // Why this caller can have nothing at all, known at once.
  virtual std::optional<Error> Refusal(const std::string& owner) const = 0;
  // NOT_FOUND if one of them is not the owner's to use.
  virtual void Check(std::vector<OwnedThing> things, std::string owner, Mailbox& mailbox,
                     Done done) = 0;
  // For each whether it is.
  virtual void Sort(std::vector<OwnedThing> things, std::string owner, Mailbox& mailbox,
                    Sorted done) = 0;
  // It was made for the owner just now.
  virtual void Keep(OwnedThing thing, std::string owner, WallTime now, Mailbox& mailbox,
                    Done done) = 0;
  // It is gone.
  virtual void Forget(OwnedThing thing) = 0;
};

// As for what does not exist.
Error NoSuchThing(const std::string& kind);

}  // namespace inferwire::gateway
