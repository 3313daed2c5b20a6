// inferwire raw
#include <algorithm>
#include <cctype>
#include <iostream>

#include "codec/json_gate.h"
#include "output.h"
#include "request.h"
#include "session.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

client::Result<v1::HttpCall> BuildCall(const RawArgs& args) {
  v1::HttpCall call;
  std::string method = args.method;
  std::ranges::transform(method, method.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  call.set_method(method);
  call.set_path(args.path.starts_with('/') ? args.path : "/" + args.path);
  for (const auto& pair : args.query) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos) return UsageError("--query " + pair + ": must be name=value");
    auto& parameter = *call.add_query();
    parameter.set_name(pair.substr(0, equals));
    parameter.set_value(pair.substr(equals + 1));
  }
  if (!args.data.starts_with('@')) {
    call.set_body(args.data);
    return call;
  }
  auto body = ReadFile(args.data.substr(1));
  if (!body) return body.error();
  call.set_body(*std::move(body));
  return call;
}

std::string JsonOrText(const std::string& body) {
  return codec::CheckJson(body) ? body : Quoted(body);
}

ExitCode StatusCode(int http_status) {
  if (http_status < 400) return kOk;
  std::cerr << "inferwire: the upstream answered HTTP " << http_status << '\n';
  return kCallFailed;
}

std::string Show(const GlobalArgs& global, const v1::StreamInvokeResponse& message) {
  if (message.has_event()) {
    const auto& event = message.event();
    if (!global.json) return event.data() + "\n";
    return "{\"event\":" + Quoted(event.event()) + ",\"id\":" + Quoted(event.id()) +
           ",\"data\":" + JsonOrText(event.data()) + "}\n";
  }
  if (!message.has_body_part()) return "";
  return global.json ? "{\"body_part\":" + Quoted(message.body_part()) + "}\n"
                     : message.body_part();
}

ExitCode Stream(Session& session, v1::HttpCall call) {
  v1::StreamInvokeRequest request;
  *request.mutable_call() = std::move(call);
  auto stream = session.client.StreamInvoke(request, session.Arm());
  int http_status = 0;
  bool read = true;
  for (const auto& message : stream) {
    if (message.has_started()) http_status = message.started().http_status();
    read = Print(Show(session.global, message));
    if (!read) break;
  }
  session.interrupts.Disarm();
  if (!read) return kCallFailed;
  if (auto status = stream.status(); !status) return Report(session.global, status.error());
  return StatusCode(http_status);
}

}  // namespace

ExitCode Run(Session& session, const RawArgs& args) {
  auto call = BuildCall(args);
  if (!call) return Report(session.global, call.error());
  if (args.stream) return Stream(session, *std::move(call));
  v1::InvokeRequest request;
  *request.mutable_call() = *std::move(call);
  const auto response = session.client.Invoke(request, session.Arm());
  session.interrupts.Disarm();
  if (!response) return Report(session.global, response.error());
  std::string text = response->body();
  if (session.global.json) {
    text = "{\"http_status\":" + std::to_string(response->http_status()) +
           ",\"content_type\":" + Quoted(response->content_type()) +
           ",\"body\":" + JsonOrText(response->body()) +
           ",\"gateway\":" + GatewayJson(response->gateway()) + "}\n";
  } else if (response->content_type().starts_with("application/json") && !text.ends_with('\n')) {
    text += '\n';
  }
  return Print(text) ? StatusCode(response->http_status()) : kCallFailed;
}

}  // namespace inferwire::cli
