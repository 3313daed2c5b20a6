// inferwire respond
#include <string>

#include "codec/decode.h"
#include "output.h"
#include "request.h"
#include "respond_answer.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

using client::Result;

// A tool of the form that is written for chats, {"type": "function", "function": {...}}, or a bare
// function, as one for responses.
Result<std::string> ToolJson(const std::string& json) {
  auto members = Members(json);
  if (!members) return members.error();
  const auto inner = members->find("function");
  const bool wrapped = inner != members->end();
  const std::string tool = wrapped ? inner->second : json;
  if (wrapped) members = Members(tool);
  if (!members) return members.error();
  if (members->contains("type")) return tool;
  const auto brace = tool.find('{');
  return R"({"type":"function")" + std::string(members->empty() ? "" : ",") +
         tool.substr(brace + 1);
}

Result<void> AddToolFile(v1::ResponseParams& params, const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return text.error();
  v1::ResponseParams tools;
  std::string list = *text;
  if (const auto at = list.find_first_not_of(" \t\r\n");
      at != std::string::npos && list[at] != '[') {
    const auto tool = ToolJson(list);
    if (!tool) return UsageError(path + ": " + tool.error().message);
    list = "[" + *tool + "]";
  }
  if (const auto read = codec::FromJson(R"({"tools":)" + list + "}", tools); !read) {
    return UsageError(path + ": " + read.error().message);
  }
  if (tools.tools().empty()) return UsageError(path + ": is no tool");
  params.MergeFrom(tools);
  return {};
}

// web_search is a type, tools/weather.json a file.
Result<void> AddTool(v1::ResponseParams& params, const std::string& tool) {
  if (tool.find_first_of("./") != std::string::npos) return AddToolFile(params, tool);
  params.add_tools()->set_type(tool);
  return {};
}

Result<v1::ResponseParams> ParamsOf(const RespondArgs& args) {
  const auto words = args.text.empty() ? std::vector<std::string>() : std::vector{args.text};
  auto input = NeedPrompt(words);
  if (!input) return input.error();
  for (const auto& [text, name] : {std::pair(&args.instructions, "--instructions"),
                                   {&args.model, "--model"},
                                   {&args.effort, "--effort"}}) {
    if (auto good = CheckText(*text, name); !good) return good.error();
  }
  v1::ResponseParams params;
  params.set_model(args.model);
  params.set_input(*std::move(input));
  if (!args.instructions.empty()) params.set_instructions(args.instructions);
  if (!args.previous.empty()) params.set_previous_response_id(args.previous);
  if (!args.conversation.empty()) params.set_conversation(args.conversation);
  if (!args.effort.empty()) params.mutable_reasoning()->set_effort(args.effort);
  if (args.max_tokens) params.set_max_output_tokens(*args.max_tokens);
  if (args.background) params.set_background(true);
  for (const auto& tool : args.tools) {
    if (auto added = AddTool(params, tool); !added) return added.error();
  }
  for (const auto& param : args.params) {
    if (auto added = AddParam(*params.mutable_extra(), param); !added) return added.error();
  }
  return params;
}

}  // namespace

ExitCode Run(Session& session, const RespondArgs& args) {
  auto params = ParamsOf(args);
  if (!params) return Report(session.global, params.error());
  if (args.stream.value_or(!session.global.json && !args.background)) {
    v1::StreamResponseRequest request;
    *request.mutable_params() = *std::move(params);
    return PrintStream(session, session.client.StreamResponse(request, session.Arm()));
  }
  v1::CreateResponseRequest request;
  *request.mutable_params() = *std::move(params);
  const auto response = session.client.Respond(request, session.Arm());
  session.interrupts.Disarm();
  if (!response) return Report(session.global, response.error());
  if (!args.background || session.global.json) {
    return PrintResponse(session, response->response(), response->gateway());
  }
  return Print(response->response().id() + "\n") ? kOk : kCallFailed;
}

}  // namespace inferwire::cli
