#include "endpoints/typed/form_call.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "codec/encode.h"
#include "endpoints/typed/form_files.h"
#include "endpoints/typed/image_stream.h"
#include "endpoints/typed/stream_wishes.h"
#include "endpoints/typed/transcript_stream.h"
#include "endpoints/typed/typed_call.h"
#include "endpoints/typed/typed_plan.h"
#include "endpoints/typed/typed_request.h"
#include "inferwire/v1/images_service.pb.h"
#include "openai/form_fields.h"
#include "openai/form_source.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::Message;

class FormCall final : public gateway::ClientStream, private gateway::Operation::Observer {
 public:
  FormCall(const TypedMethod& method, const upstream::Runtime& runtime,
           const gateway::CallContext& context, gateway::ClientStream::Observer& observer)
      : method_(method),
        form_(*method.form()),
        runtime_(runtime),
        context_(context),
        observer_(observer),
        files_(form_, runtime.limits.form_bytes) {
    stats_.request_id = context.request_id;
    stats_.queued_for = context.queued_for;
    stats_.admitted = context.admitted;
  }

  void Start() override {}
  void Resume() override {
    if (operation_) operation_->Resume();
  }
  void Abandon(v1::ErrorReason reason) override {
    if (std::exchange(over_, true) || !operation_) return;
    operation_->Abandon(reason);
  }
  const gateway::CallStats& stats() const override {
    return operation_ ? operation_->stats() : stats_;
  }

  // What comes after the end is dropped.
  bool HasRoom() override { return over_ || !source_ || source_->HasRoom(); }

  void Take(Message& message) override {
    if (over_) return;
    if (auto taken = TakeMessage(message); !taken) End(std::move(taken.error()));
  }

  void EndOfInput() override {
    if (over_) return;
    if (!has_header_) return End(InvalidField("header", "must be the first message"));
    if (!ended_) return End(InvalidField("end", "must be the last message: the upload was cut"));
    if (source_) return source_->Complete();
    if (auto begun = Begin(*std::exchange(plan_, std::nullopt)); !begun) {
      End(std::move(begun.error()));
    }
  }

 private:
  Result<void> TakeMessage(Message& message) {
    if (auto known = codec::RefuseUnknownFields(message); !known) return known;
    const auto& reflection = *message.GetReflection();
    const auto* const which =
        reflection.GetOneofFieldDescriptor(message, form_.header->containing_oneof());
    if (which == form_.header) {
      return TakeHeader(*reflection.MutableMessage(&message, form_.header));
    }
    if (!has_header_) return InvalidField("header", "must be the first message");
    if (ended_) return InvalidField("end", "must be the last message");
    if (which == nullptr) return InvalidField("message", "is required: data or end");
    if (which == form_.end) return TakeEnd();
    if (!source_) {
      return InvalidField(which->name(), "is not for images that are named in header.params");
    }
    if (which == form_.data) return TakeData(reflection.GetString(message, form_.data));
    return files_.Begin(reflection.GetMessage(message, form_.upload), *source_);
  }

  Result<void> TakeHeader(Message& header) {
    if (has_header_) return InvalidField("header", "may be sent only once");
    has_header_ = true;
    if (auto good = files_.TakeHeader(header); !good) return good;
    auto begun = BeginWith(header);
    if (!begun) return Under(form_.header->name(), std::move(begun.error()));
    return {};
  }

  Result<void> BeginWith(Message& header) {
    if (method_.streams()) {
      auto heartbeat = HeartbeatOf(header);
      if (!heartbeat) return heartbeat.error();
      heartbeat_ = *heartbeat;
    } else if (IsEdit() &&
               static_cast<const v1::EditImagesHeader&>(header).has_heartbeat_interval()) {
      return InvalidField("heartbeat_interval", "is for StreamEditImages only");
    }
    if (IsEdit()) images_ = static_cast<const v1::EditImagesHeader&>(header).params().n();
    auto plan = PlanTyped(method_, header, runtime_, context_);
    if (!plan) return plan.error();
    if (!files_.uploaded()) {
      plan_ = std::move(*plan);
      return {};
    }
    if (auto made = MakeForm(*plan, header); !made) return made;
    return Begin(std::move(*plan));
  }

  // The body as a form, whose fields are its JSON's members, for each target its own.
  Result<void> MakeForm(ModelPlan& plan, const Message& header) {
    upstream::UpstreamCall::Request& request = plan.request;
    auto fields = openai::FormFields(request.body);
    if (!fields) return fields.error();
    source_ = std::make_shared<openai::FormSource>("inferwire-" + runtime_.random.Id());
    source_->SetFields(*fields);
    source_->OnRoom([this] { observer_.OnRoom(); });
    files_.BeginOnly(header, *source_);
    if (request.new_head) {
      // What goes through with one model's name does with another's.
      request.new_source =
          [this, rest = request.body.substr(request.head_bytes),
           head = std::exchange(request.new_head, nullptr)](const upstream::Destination& target) {
            source_->SetFields(*openai::FormFields(JoinBody(head(target), rest)));
            return FormBytes();
          };
    }
    request.body.clear();
    request.head_bytes = 0;
    request.content_type = source_->content_type();
    request.source = source_;
    request.source_bytes = FormBytes();
    return {};
  }

  std::optional<int64_t> FormBytes() const {
    const auto files = files_.announced();
    if (!files) return std::nullopt;
    return *files + source_->overhead();
  }

  Result<void> Begin(ModelPlan plan) {
    auto begun = MakeOperation(std::move(plan), *this);
    if (!begun) return begun.error();
    operation_ = std::move(*begun);
    operation_->Start();
    return {};
  }

  rpc::Begun MakeOperation(ModelPlan plan, gateway::Operation::Observer& observer) {
    if (!method_.streams()) {
      return MakeTypedCall(method_, std::move(plan), runtime_, context_, observer);
    }
    if (IsEdit()) {
      return MakeEditStream(std::move(plan), {heartbeat_, std::max(images_, 1)}, runtime_, context_,
                            observer);
    }
    return MakeTranscriptStream(std::move(plan), heartbeat_, runtime_, context_, observer);
  }

  bool IsEdit() const { return form_.header->message_type() == v1::EditImagesHeader::descriptor(); }

  Result<void> TakeData(std::string data) {
    if (auto good = files_.Add(data); !good) return good;
    source_->Append(std::move(data));
    return {};
  }

  Result<void> TakeEnd() {
    if (auto complete = files_.CheckComplete(); !complete) return complete;
    ended_ = true;
    return {};
  }

  // Without its end the form is none: upstream sees a broken connection and keeps nothing.
  void End(Error error) {
    if (std::exchange(over_, true)) return;
    if (operation_) operation_->Abandon(error.reason);
    observer_.OnEnd(std::move(error));
  }

  // --- What answers ---
  bool Full() override { return observer_.Full(); }
  void OnMessage(Message& message) override { observer_.OnMessage(message); }
  void OnEnd(std::optional<Error> error) override {
    if (std::exchange(over_, true)) return;
    observer_.OnEnd(std::move(error));
  }

  const TypedMethod& method_;
  const TypedMethod::Form& form_;
  const upstream::Runtime& runtime_;
  const gateway::CallContext context_;
  gateway::ClientStream::Observer& observer_;
  gateway::CallStats stats_;  // before there is an operation
  FormFiles files_;
  std::optional<Duration> heartbeat_;
  int images_ = 1;                              // of an edit: that were asked for
  std::optional<ModelPlan> plan_;               // of a request without files, until its end
  std::shared_ptr<openai::FormSource> source_;  // shared with the upstream call; null: no files
  bool has_header_ = false, ended_ = false, over_ = false;
  std::unique_ptr<gateway::Operation> operation_;  // goes first: it speaks to all of this
};

const Message& HeaderOf(const TypedMethod& method, const Message& first) {
  return first.GetReflection()->GetMessage(first, method.form()->header);
}

}  // namespace

rpc::ClientStreamBegun NewFormCall(const TypedMethod& method, const upstream::Runtime& runtime,
                                   const gateway::CallContext& context,
                                   gateway::ClientStream::Observer& observer) {
  return rpc::ClientStreamBegun(std::make_unique<FormCall>(method, runtime, context, observer));
}

std::string_view ModelOfForm(const TypedMethod& method, const Message& first) {
  return ModelOf(method, HeaderOf(method, first));
}

const v1::CallOptions& OptionsOfForm(const TypedMethod& method, const Message& first) {
  return OptionsOf(method, HeaderOf(method, first));
}

}  // namespace inferwire::endpoints
