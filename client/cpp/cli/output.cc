#include "output.h"

#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>

#include "codec/encode.h"
#include "table.h"
#include "visible_text.h"

namespace inferwire::cli {
namespace {

// What is printed to a terminal, but for answers.
VisibleText& Printed() {
  static VisibleText printed;
  return printed;
}

bool PrintsToTerminal() {
  static const bool terminal = isatty(STDOUT_FILENO) == 1;
  return terminal;
}

}  // namespace

bool Print(std::string_view text) {
  return PrintAsIs(PrintsToTerminal() ? Printed().Pass(text) : text);
}

bool FinishPrint() { return !PrintsToTerminal() || PrintAsIs(Printed().Finish()); }

bool PrintAsIs(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) std::_Exit(kCallFailed);
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Whole writes only, from any thread.
class GuardedErrors::Buffer : public std::streambuf {
 protected:
  int_type overflow(int_type c) override {
    const char byte = traits_type::to_char_type(c);
    return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    std::lock_guard lock(mutex_);
    const std::string visible = visible_.Pass({text, static_cast<std::size_t>(size)});
    return write(STDERR_FILENO, visible.data(), visible.size()) < 0 ? 0 : size;
  }

 private:
  std::mutex mutex_;
  VisibleText visible_;
};

GuardedErrors::GuardedErrors() {
  if (isatty(STDERR_FILENO) != 1) return;
  buffer_ = std::make_unique<Buffer>();
  before_ = std::cerr.rdbuf(buffer_.get());
}

GuardedErrors::~GuardedErrors() {
  if (buffer_) std::cerr.rdbuf(before_);
}

std::string Quoted(std::string_view text) {
  return nlohmann::ordered_json(text).dump(-1, ' ', false,
                                           nlohmann::ordered_json::error_handler_t::replace);
}

std::string OpenAiJson(const google::protobuf::Message& message, const v1::GatewayInfo* gateway) {
  const std::string more = gateway == nullptr ? "" : "\"gateway\":" + GatewayJson(*gateway);
  codec::EncodeOptions options;
  options.more_members = more;
  options.refuse_unknown_fields = false;  // a newer gateway's answer is better shown in part
  std::string json;
  if (const auto written = codec::AppendJson(message, json, options); !written) {
    return "{\"error\":" + Quoted(written.error().message) + "}";
  }
  return json;
}

std::string GatewayJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto written = google::protobuf::util::MessageToJsonString(message, &json, options);
  return written.ok() ? json : "{}";
}

std::string ErrorJson(const client::Error& error) {
  nlohmann::ordered_json json = {{"message", error.message},
                                 {"type", client::CodeName(error.code)},
                                 {"code", error.reason},
                                 {"origin", error.origin()},
                                 {"safe_to_retry", error.safe_to_retry}};
  if (error.retry_after) json["retry_after_ms"] = error.retry_after->count();
  if (!error.fields.empty()) json["param"] = error.fields.front().field;
  if (!error.metadata.empty()) json["metadata"] = error.metadata;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

ExitCode CodeOf(const client::Error& error) {
  if (error.domain == client::kClientDomain) {
    if (error.reason == client::kInvalidOptions) return kUsage;
    if (error.reason == client::kUnreachable) return kUnreachable;
  }
  return error.code == grpc::StatusCode::CANCELLED ? kCancelled : kCallFailed;
}

ExitCode Report(const GlobalArgs& global, const client::Error& error) {
  const ExitCode code = CodeOf(error);
  if (global.json) Print("{\"error\":" + ErrorJson(error) + "}\n");
  std::cerr << "inferwire: "
            << (code == kUsage       ? error.message
                : code == kCancelled ? "cancelled"
                                     : client::Describe(error))
            << '\n';
  if (code == kUnreachable) std::cerr << "inferwire: the server was " << global.server << '\n';
  return code;
}

ExitCode ReportOf(const GlobalArgs& global, const std::string& id, const client::Error& error) {
  std::cerr << "inferwire: " << id << ":\n";
  return Report(global, error);
}

void PrintDeleted(const GlobalArgs& global, const std::string& id) {
  Print(global.json ? "{\"id\":" + Quoted(id) + ",\"deleted\":true}\n" : id + "\n");
}

std::string ToolCallLines(const v1::ChatMessage& message) {
  std::string lines;
  for (const auto& call : message.tool_calls()) {
    if (call.has_function()) {
      lines += "tool call " + call.function().name() + "(" + call.function().arguments() + ")";
    } else if (call.has_custom()) {
      lines += "tool call " + call.custom().name() + ": " + call.custom().input();
    } else {
      lines += "tool call " + call.raw_json();
    }
    lines += call.id().empty() ? "\n" : "  [" + call.id() + "]\n";
  }
  return lines;
}

void PrintUsage(const GlobalArgs& global, const std::string& model, const v1::Usage& usage,
                const v1::GatewayInfo& gateway, std::string_view note) {
  std::ostringstream line;
  line << "[" << model;
  if (usage.has_total_tokens()) {
    line << ", " << usage.input_tokens() << " in";
    if (usage.input_details().cached_tokens() > 0) {
      line << " (" << usage.input_details().cached_tokens() << " cached)";
    }
    line << " + " << usage.output_tokens() << " out = " << usage.total_tokens() << " tokens";
  }
  if (gateway.cost().has_total_picousd()) {
    line << ", " << CostText(gateway.cost().total_picousd());
  }
  if (gateway.has_upstream_time()) {
    const auto& time = gateway.upstream_time();
    line << ", " << std::fixed << std::setprecision(2)
         << static_cast<double>(time.seconds()) + time.nanos() / 1e9 << " s";
  }
  if (!note.empty()) line << ", " << note;
  std::cerr << line.str() << "]\n";
  for (const v1::Warning& warning : gateway.warnings()) {
    std::cerr << "warning: " << warning.message() << '\n';
  }
  if (global.verbose) std::cerr << GatewayJson(gateway) << '\n';
}

void PrintUsage(const GlobalArgs& global, const v1::ChatCompletion& completion,
                const v1::GatewayInfo& gateway) {
  const bool cut = !completion.choices().empty() &&
                   completion.choices(0).finish_reason() == v1::FINISH_REASON_LENGTH;
  PrintUsage(global, completion.model(), completion.usage(), gateway,
             cut ? "cut at the token limit" : "");
}

ExitCode PrintJson(const google::protobuf::Message& message) {
  return Print(GatewayJson(message) + "\n") ? kOk : kCallFailed;
}

}  // namespace inferwire::cli
