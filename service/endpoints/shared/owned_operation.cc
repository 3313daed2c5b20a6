#include "endpoints/shared/owned_operation.h"

#include <utility>

#include "inferwire/v1/json.pb.h"
#include "inferwire/v1/raw_service.pb.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool Succeeded(int status) { return status >= 200 && status < 300; }

// Of an element of a list: what its JSON calls "id". Null: it has none.
const FieldDescriptor* IdOf(const google::protobuf::Descriptor& element) {
  for (int i = 0; i < element.field_count(); ++i) {
    const FieldDescriptor& field = *element.field(i);
    const bool is_id =
        field.name() == "id" || field.options().GetExtension(v1::json).name() == "id";
    if (is_id && field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return &field;
  }
  return nullptr;
}

// The list of things that a response is. Null: it is none.
const FieldDescriptor* ListIn(const Message& message) {
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    const bool things = field.is_repeated() && !field.is_map() && field.message_type() != nullptr;
    if (things && IdOf(*field.message_type()) != nullptr) return &field;
  }
  return nullptr;
}

class OwnedOperation final : public gateway::Operation, private gateway::Operation::Observer {
 public:
  OwnedOperation(openai::OwnedCall call, const upstream::Runtime& runtime,
                 const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : call_(std::move(call)),
        ownership_(*runtime.ownership),
        runtime_(runtime),
        owner_(context.owner),
        observer_(observer) {}

  Result<void> Make(const MakeOperation& make) {
    gateway::Operation::Observer& own = *this;
    auto made = make(own);
    if (!made) return made.error();
    inner_ = std::move(*made);
    return {};
  }

  void Start() override {
    if (call_.uses.empty()) return Begin();
    const std::weak_ptr<int> alive = alive_;
    ownership_.Check(std::move(call_.uses), owner_, runtime_.mailbox,
                     [this, alive](std::optional<Error> error) {
                       if (alive.expired()) return;
                       if (error) return observer_.OnEnd(std::move(error));
                       Begin();
                     });
  }
  void Resume() override {
    if (begun_) inner_->Resume();
  }
  void Abandon(v1::ErrorReason reason) override { inner_->Abandon(reason); }
  const gateway::CallStats& stats() const override { return inner_->stats(); }

 private:
  void Begin() {
    begun_ = true;
    inner_->Start();
  }

  bool Full() override { return observer_.Full(); }
  google::protobuf::Arena* arena() override { return observer_.arena(); }

  void OnMessage(Message& message) override {
    if (call_.lists) {
      // Made of everybody's: what is others' is taken out, where that can be.
      const FieldDescriptor* const list = ListIn(message);
      return list != nullptr ? SortList(message, list) : Withhold();
    }
    if (call_.creates && !inner_->stats().made_id.empty()) {
      if (!call_.streams) return Keep(inner_->stats().made_id, Hold(message));
      Keep(inner_->stats().made_id, nullptr);
    }
    if (auto* answer = dynamic_cast<v1::InvokeResponse*>(&message)) {
      status_ = answer->http_status();
      if (call_.creates && Succeeded(status_)) {
        const std::string id = openai::IdOfAnswer(answer->body());
        if (!id.empty()) return Keep(id, Hold(message));
      }
    } else if (auto* event = dynamic_cast<v1::StreamInvokeResponse*>(&message)) {
      if (event->has_started()) status_ = event->started().http_status();
      if (call_.creates && Succeeded(status_)) LookForId(*event);
    }
    observer_.OnMessage(message);
  }

  void Withhold() {
    Error error;
    error.code = Code::kInternal;
    error.reason = v1::ERROR_REASON_GATEWAY_ERROR;
    error.message = "the answer is about things of several callers and cannot be sorted";
    failed_ = std::move(error);
  }

  // In a stream the id is in an early event, or in a body that comes in parts.
  void LookForId(const v1::StreamInvokeResponse& event) {
    constexpr size_t kMostBytes = 1u << 20;
    std::string id;
    if (event.has_event()) {
      id = openai::IdOfAnswer(event.event().data());
    } else if (event.has_body_part() && parts_.size() < kMostBytes) {
      parts_ += event.body_part();
      id = openai::IdOfAnswer(parts_);
    }
    if (!id.empty()) Keep(id, nullptr);
  }

  // The message is the caller's once it is known to be.
  static std::shared_ptr<Message> Hold(Message& message) {
    std::shared_ptr<Message> held(message.New());
    held->GetReflection()->Swap(held.get(), &message);
    return held;
  }

  void Keep(const std::string& id, std::shared_ptr<Message> held) {
    gateway::OwnedThing thing = *std::exchange(call_.creates, std::nullopt);
    thing.id = id;
    if (!inner_->stats().upstream.empty()) thing.upstream = inner_->stats().upstream;
    ++pending_;
    const std::weak_ptr<int> alive = alive_;
    ownership_.Keep(std::move(thing), owner_, runtime_.timers.clock().WallNow(), runtime_.mailbox,
                    [this, alive, held = std::move(held)](std::optional<Error> error) {
                      if (alive.expired()) return;
                      if (error) failed_ = std::move(error);
                      if (held && !failed_) observer_.OnMessage(*held);
                      Settle();
                    });
  }

  void SortList(Message& message, const FieldDescriptor* field) {
    std::vector<gateway::OwnedThing> things;
    const auto& reflection = *message.GetReflection();
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      const Message& element = reflection.GetRepeatedMessage(message, field, i);
      things.push_back({inner_->stats().upstream, call_.kind,
                        element.GetReflection()->GetString(element, IdOf(*field->message_type()))});
    }
    std::shared_ptr<Message> held = Hold(message);
    ++pending_;
    const std::weak_ptr<int> alive = alive_;
    ownership_.Sort(std::move(things), owner_, runtime_.mailbox,
                    [this, alive, held, field](Result<std::vector<bool>> own) {
                      if (alive.expired()) return;
                      if (own) {
                        LeaveOwn(*held, field, *own);
                        observer_.OnMessage(*held);
                      } else {
                        failed_ = std::move(own.error());
                      }
                      Settle();
                    });
  }

  static void LeaveOwn(Message& message, const FieldDescriptor* field,
                       const std::vector<bool>& own) {
    const auto& reflection = *message.GetReflection();
    int kept = 0;
    for (int i = 0; i < static_cast<int>(own.size()); ++i) {
      if (own[static_cast<size_t>(i)]) reflection.SwapElements(&message, field, kept++, i);
    }
    while (reflection.FieldSize(message, field) > kept) reflection.RemoveLast(&message, field);
  }

  void OnEnd(std::optional<Error> error) override {
    if (!error && call_.removes && (status_ == 0 || Succeeded(status_))) {
      ownership_.Forget(std::move(*call_.removes));
    }
    end_ = std::move(error);
    ended_ = true;
    if (pending_ == 0) observer_.OnEnd(failed_ ? std::move(failed_) : std::move(end_));
  }

  void Settle() {
    if (--pending_ > 0 || !ended_) return;
    observer_.OnEnd(failed_ ? std::move(failed_) : std::move(end_));
  }

  openai::OwnedCall call_;
  gateway::Ownership& ownership_;
  const upstream::Runtime& runtime_;
  const std::string owner_;
  gateway::Operation::Observer& observer_;
  std::unique_ptr<gateway::Operation> inner_;
  bool begun_ = false;
  int status_ = 0;  // of a raw answer
  std::string parts_;
  int pending_ = 0;  // answers of the ownership that the end waits for
  bool ended_ = false;
  std::optional<Error> end_, failed_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // the answers hold it weakly
};

}  // namespace

Result<std::unique_ptr<gateway::Operation>> OnlyForOwner(openai::OwnedCall call,
                                                         const upstream::Runtime& runtime,
                                                         const gateway::CallContext& context,
                                                         gateway::Operation::Observer& observer,
                                                         const MakeOperation& make) {
  const bool concerned = call.lists || call.creates || call.removes || !call.uses.empty();
  if (!runtime.ownership || !concerned) return make(observer);
  if (auto refused = runtime.ownership->Refusal(context.owner)) return std::move(*refused);
  auto operation = std::make_unique<OwnedOperation>(std::move(call), runtime, context, observer);
  if (auto made = operation->Make(make); !made) return made.error();
  return std::unique_ptr<gateway::Operation>(std::move(operation));
}

}  // namespace inferwire::endpoints
