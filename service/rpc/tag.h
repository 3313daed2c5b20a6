// What a wire completes when an operation has ended.
#pragma once

namespace inferwire::rpc {

class Tag {
 public:
  virtual ~Tag() = default;
  virtual void Complete(bool ok) = 0;
};

// Calls a member function. Lives in the object it points to.
template <class Owner>
class MemberTag final : public Tag {
 public:
  MemberTag(Owner& owner, void (Owner::*member)(bool)) : owner_(owner), member_(member) {}
  void Complete(bool ok) override { (owner_.*member_)(ok); }

 private:
  Owner& owner_;
  void (Owner::*const member_)(bool);
};

}  // namespace inferwire::rpc
