#include "endpoints/typed/typed_method.h"

#include <cstdio>
#include <cstdlib>

#include "endpoints/shared/caller_access.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

[[noreturn]] void Wrong(const std::string& rpc, const char* what) {
  std::fprintf(stderr, "%s: its option upstream has %s\n", rpc.c_str(), what);
  std::abort();
}

const FieldDescriptor* Find(const Descriptor* type, const std::string& name) {
  return type == nullptr ? nullptr : type->FindFieldByName(name);
}

// Fine-tuning jobs, responses and their items say in it why they failed.
bool HasErrorMember(const Descriptor& type) {
  return type.FindFieldByName("error") != nullptr || type.FindFieldByName("error_json") != nullptr;
}

std::string EndpointOf(const v1::UpstreamCall& call) {
  if (call.operation() == "fine_tuning" || call.operation() == "assistants") {
    return call.operation();
  }
  // What is below it is a part of it.
  std::string path = call.path().substr(1);
  if (path.starts_with("responses")) path = "responses";
  return path.substr(0, path.find("/{"));
}

}  // namespace

const v1::UpstreamCall* TypedMethod::OptionOf(const google::protobuf::MethodDescriptor& rpc) {
  return rpc.options().HasExtension(v1::upstream) ? &rpc.options().GetExtension(v1::upstream)
                                                  : nullptr;
}

TypedMethod::TypedMethod(const google::protobuf::MethodDescriptor& rpc)
    : rpc_(rpc), option_(*OptionOf(rpc)), use_(upstream::UseNamed(option_.operation())) {
  const Descriptor& request = FindForm();
  const Descriptor& response = *rpc.output_type();
  ParsePath(option_.path());
  endpoint_ = EndpointOf(option_);
  for (const v1::UpstreamQuery& each : option_.query()) {
    const FieldDescriptor* const field = Find(&request, each.field());
    if (field == nullptr) Wrong(rpc.full_name(), "a query of a field that is not there");
    query_.push_back({field, each.name().empty() ? each.field() : each.name()});
  }
  options_ = Find(&request, "options");
  upstream_ = Find(&request, "upstream");
  if (!option_.body().empty()) {
    body_ = Find(&request, option_.body());
    if (body_ == nullptr || body_->message_type() == nullptr)
      Wrong(rpc.full_name(), "no such body");
    model_ = Find(body_->message_type(), "model");
    max_output_ = OutputFieldOf(*body_->message_type());
  }
  answer_is_response_ = option_.answer() == "*";
  if (!option_.answer().empty() && !answer_is_response_) {
    answer_ = Find(&response, option_.answer());
    if (answer_ == nullptr || answer_->message_type() == nullptr) {
      Wrong(rpc.full_name(), "no such answer");
    }
    answers_with_error_ = HasErrorMember(*answer_->message_type());
  }
  gateway_ = Find(&response, "gateway");
  formatted_ = Find(&response, "formatted");
  next_page_token_ = Find(&response, "next_page_token");
  if (gateway_ == nullptr && !streams()) Wrong(rpc.full_name(), "a response without gateway");

  for (const Query& each : query_) {
    if (each.name != each.field->name()) renamed_.push_back({each.name, each.field->name()});
  }
  if (form_.header != nullptr) {
    renamed_.push_back({"file", "data"});
    renamed_.push_back({"image", "upload"});
  }
  body_path_ = (form_.header != nullptr ? "header." : "") + option_.body();
  fields_.parent = body_path_;
  fields_.renamed = renamed_;
  fields_.known_type = body_ != nullptr ? body_->message_type() : &request;
}

const Descriptor& TypedMethod::FindForm() {
  const Descriptor& request = *rpc_.input_type();
  if (!option_.form()) return request;
  form_.header = Find(&request, "header");
  form_.upload = Find(&request, "upload");
  form_.data = Find(&request, "data");
  form_.end = Find(&request, "end");
  if (form_.header == nullptr || form_.data == nullptr || form_.end == nullptr) {
    Wrong(rpc_.full_name(), "a form without header, data or end");
  }
  const Descriptor& header = *form_.header->message_type();
  form_.file = Find(&header, "file");
  if ((form_.file == nullptr) != (form_.upload != nullptr)) {
    Wrong(rpc_.full_name(), "a form with no file, or with two ways to name it");
  }
  return header;
}

// "/threads[/{thread_id}]/runs/{run_id}": a text, a text with a field, a text, a field.
void TypedMethod::ParsePath(std::string_view path) {
  while (!path.empty()) {
    const size_t open = path.find_first_of("[{");
    if (open != 0) path_.push_back({std::string(path.substr(0, open)), nullptr});
    if (open == std::string_view::npos) return;
    const size_t name = path.find('{', open) + 1, close = path.find('}', open);
    if (name == 0 || close == std::string_view::npos || close < name) {
      Wrong(rpc_.full_name(), "a path with an open bracket");
    }
    const bool optional = path[open] == '[';
    const std::string text(optional ? path.substr(open + 1, name - open - 2) : "");
    path_.push_back({text, PathField(path.substr(name, close - name))});
    path.remove_prefix(close + (optional ? 2 : 1));
  }
}

TypedMethod::Field TypedMethod::PathField(std::string_view name) const {
  const FieldDescriptor* const field = Find(rpc_.input_type(), std::string(name));
  if (field == nullptr || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING ||
      field->is_repeated()) {
    Wrong(rpc_.full_name(), "a path of a field that is not there");
  }
  return field;
}

google::protobuf::Message* TypedMethod::AnswerIn(google::protobuf::Message& response) const {
  if (answer_is_response_) return &response;
  if (answer_ == nullptr) return nullptr;
  return response.GetReflection()->MutableMessage(&response, answer_);
}

}  // namespace inferwire::endpoints
