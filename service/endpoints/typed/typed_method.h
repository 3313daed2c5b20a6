// What an RPC's option `upstream` (proto/inferwire/v1/json.proto) says of the HTTP request that
// serves it, worked out once from its descriptor.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "inferwire/v1/json.pb.h"
#include "openai/param_path.h"
#include "upstream/upstream.h"

namespace inferwire::endpoints {

// A mistake in the option stops the process at its start. It stays where it is: others point at it.
class TypedMethod {
 public:
  using Field = const google::protobuf::FieldDescriptor*;
  // A text, or the request's field that stands there; both, where the text is left out with the
  // field.
  struct PathPiece {
    std::string text;
    Field field = nullptr;
    bool optional() const { return field != nullptr && !text.empty(); }
  };
  struct Query {
    Field field;
    std::string name;
  };

  // Of a request that is a form: the cases of its messages, as one comes after the other.
  struct Form {
    Field header = nullptr;
    Field upload = nullptr;  // begins a file; null: there is one, and the header names it
    Field data = nullptr, end = nullptr;
    Field file = nullptr;  // of the header; null where there are uploads
  };

  explicit TypedMethod(const google::protobuf::MethodDescriptor& rpc);
  TypedMethod(const TypedMethod&) = delete;
  TypedMethod& operator=(const TypedMethod&) = delete;

  // Null: no request of the upstream's is said to serve it.
  static const v1::UpstreamCall* OptionOf(const google::protobuf::MethodDescriptor& rpc);

  const google::protobuf::MethodDescriptor& rpc() const { return rpc_; }
  // Null: it is none.
  const Form* form() const { return form_.header != nullptr ? &form_ : nullptr; }
  // Its answer comes as events.
  bool streams() const { return rpc_.server_streaming(); }
  std::string_view http_method() const { return option_.method(); }
  // Its label of metrics and logs.
  std::string_view operation() const { return option_.operation(); }
  upstream::Use use() const { return use_; }
  // As the catalogue's models have it: responses, images/generations, fine_tuning, assistants.
  const std::string& endpoint() const { return endpoint_; }
  const std::vector<PathPiece>& path() const { return path_; }
  const std::vector<Query>& query() const { return query_; }
  const openai::RequestFields& fields() const { return fields_; }

  // --- Fields of the request, of a form of its header; null: it has none of them ---
  Field body() const { return body_; }
  Field options() const { return options_; }
  Field upstream() const { return upstream_; }
  // Of the body: the model that the request names.
  Field model() const { return model_; }
  // Whether the model decides where the request goes; else `upstream` does.
  bool goes_by_model() const { return model_ != nullptr && upstream_ == nullptr; }
  // Of the body: how long the answer may be, in tokens.
  Field max_output() const { return max_output_; }

  // --- Fields of the response ---
  Field gateway() const { return gateway_; }
  // Takes an answer that is text instead of JSON; null: none may be.
  Field formatted() const { return formatted_; }
  Field next_page_token() const { return next_page_token_; }
  // What the answer's JSON is read into: null if it is not looked at.
  google::protobuf::Message* AnswerIn(google::protobuf::Message& response) const;
  const google::protobuf::Descriptor* answer_type() const {
    return answer_ ? answer_->message_type() : nullptr;
  }
  bool has_answer() const { return answer_ != nullptr || answer_is_response_; }
  // The answer has a member "error" of its own: it is not the call's failure.
  bool answers_with_error() const { return answers_with_error_; }

 private:
  // What the names of the option are fields of.
  const google::protobuf::Descriptor& FindForm();
  void ParsePath(std::string_view path);
  Field PathField(std::string_view name) const;

  const google::protobuf::MethodDescriptor& rpc_;
  const v1::UpstreamCall& option_;
  std::string endpoint_, body_path_;
  std::vector<PathPiece> path_;
  std::vector<Query> query_;
  std::vector<openai::RequestFields::Renamed> renamed_;
  openai::RequestFields fields_;
  upstream::Use use_ = upstream::Use::kRaw;
  Field body_ = nullptr, options_ = nullptr, upstream_ = nullptr, model_ = nullptr,
        max_output_ = nullptr, gateway_ = nullptr, formatted_ = nullptr, next_page_token_ = nullptr,
        answer_ = nullptr;
  Form form_;
  bool answer_is_response_ = false, answers_with_error_ = false;
};

}  // namespace inferwire::endpoints
