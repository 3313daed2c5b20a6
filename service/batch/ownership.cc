#include "batch/ownership.h"

#include <utility>

#include "store/fault.h"

namespace inferwire::batch {
namespace {

store::Thing ToStore(const gateway::OwnedThing& thing) {
  return {thing.upstream, thing.kind, thing.id};
}

}  // namespace

Result<bool> MayUse(store::Jobs& jobs, const gateway::OwnedThing& thing, const std::string& owner,
                    const OwnershipRules& rules) {
  if (thing.id.find('\0') != std::string::npos) return false;
  auto found = jobs.OwnerOf(ToStore(thing));
  if (!found) return found.error();
  return *found ? **found == owner : rules.unknown_is_everyones;
}

Result<void> CheckMayUse(store::Jobs& jobs, const std::vector<gateway::OwnedThing>& things,
                         const std::string& owner, const OwnershipRules& rules) {
  for (const gateway::OwnedThing& thing : things) {
    auto may = MayUse(jobs, thing, owner, rules);
    if (!may) return may.error();
    if (!*may) return gateway::NoSuchThing(thing.kind);
  }
  return {};
}

std::optional<Error> StoreOwnership::Refusal(const std::string& owner) const {
  if (owner.empty() && rules_.anonymous_refused) {
    Error error;
    error.code = Code::kUnauthenticated;
    error.reason = v1::ERROR_REASON_INVALID_CREDENTIALS;
    error.origin = Origin::kCaller;
    error.message = "batches, files and what else has an owner want a caller who proves who it is";
    return error;
  }
  if (executor_ || rules_.unknown_is_everyones) return std::nullopt;
  Error error;
  error.code = Code::kUnimplemented;
  error.reason = v1::ERROR_REASON_UNSUPPORTED_ENDPOINT;
  error.message =
      "callers prove who they are, and without a store (its configuration names none) this gateway "
      "cannot know whose a file is";
  return error;
}

template <class Answer>
void StoreOwnership::Ask(std::function<Answer(store::Jobs&)> work, Mailbox& mailbox,
                         std::function<void(Answer)> done) {
  auto posted = executor_->Post([work = std::move(work), done, &mailbox](store::Jobs& jobs) {
    auto answer = std::make_shared<Answer>(work(jobs));
    mailbox.Post([answer, done] { done(std::move(*answer)); });
  });
  if (posted) return;
  metrics_.StoreRefused();
  mailbox.Post([done, error = posted.error()] { done(Answer(error)); });
}

void StoreOwnership::Count(const Error& error) {
  if (store::IsStoreFailure(error)) metrics_.StoreFailed();
  if (error.reason == v1::ERROR_REASON_STORE_BUDGET_EXCEEDED) metrics_.BudgetRefused();
}

void StoreOwnership::Check(std::vector<gateway::OwnedThing> things, std::string owner,
                           Mailbox& mailbox, Done done) {
  if (!executor_) return mailbox.Post([done] { done(std::nullopt); });
  Ask<std::optional<Error>>(
      [this, things = std::move(things),
       owner = std::move(owner)](store::Jobs& jobs) -> std::optional<Error> {
        auto checked = CheckMayUse(jobs, things, owner, rules_);
        if (checked) return std::nullopt;
        Count(checked.error());
        return std::move(checked.error());
      },
      mailbox, std::move(done));
}

void StoreOwnership::Sort(std::vector<gateway::OwnedThing> things, std::string owner,
                          Mailbox& mailbox, Sorted done) {
  if (!executor_) {
    return mailbox.Post([done, count = things.size()] { done(std::vector<bool>(count, true)); });
  }
  Ask<Result<std::vector<bool>>>(
      [this, things = std::move(things),
       owner = std::move(owner)](store::Jobs& jobs) -> Result<std::vector<bool>> {
        std::vector<bool> own;
        for (const gateway::OwnedThing& thing : things) {
          auto may = MayUse(jobs, thing, owner, rules_);
          if (!may) Count(may.error());
          if (!may) return may.error();
          own.push_back(*may);
        }
        return own;
      },
      mailbox, std::move(done));
}

void StoreOwnership::Keep(gateway::OwnedThing thing, std::string owner, WallTime now,
                          Mailbox& mailbox, Done done) {
  if (!executor_) return mailbox.Post([done] { done(std::nullopt); });
  Ask<std::optional<Error>>(
      [this, thing = std::move(thing), owner = std::move(owner),
       now](store::Jobs& jobs) -> std::optional<Error> {
        auto kept = jobs.Own(ToStore(thing), owner, now);
        if (kept) return std::nullopt;
        Error error = std::move(kept.error());
        Count(error);
        // It is there, and nobody's.
        error.message += "; " + thing.id + " was made, and could not be noted as this caller's";
        error.safe_to_retry = false;
        return error;
      },
      mailbox, std::move(done));
}

void StoreOwnership::Forget(gateway::OwnedThing thing) {
  if (!executor_) return;
  // What is not forgotten belongs to an owner of something that is gone.
  (void)executor_->Post([this, thing = std::move(thing)](store::Jobs& jobs) {
    if (auto gone = jobs.Disown(ToStore(thing)); !gone) Count(gone.error());
  });
}

}  // namespace inferwire::batch
