#include <algorithm>
#include <map>

#include "simulator/chat_answer.h"
#include "simulator/random.h"
#include "simulator/schema.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

using Tools = std::vector<const ChatTool*>;

Tools AllowedTools(const ChatRequest& request) {
  Tools tools;
  for (const ChatTool& tool : request.tools) {
    if (request.allowed_tools.empty() || request.allowed_tools.contains(tool.name)) {
      tools.push_back(&tool);
    }
  }
  return tools;
}

Tools Mentioned(const ChatRequest& request, const Tools& tools) {
  Tools mentioned;
  for (const ChatTool* tool : tools) {
    if (request.last_user_text.find(tool->name) != std::string::npos) mentioned.push_back(tool);
  }
  return mentioned;
}

// Which tools are called, in order. A tool's name in the user's last message is the sign to call
// it; parallel_tool_calls: true asks for at least two calls.
Tools ToolsToCall(const ChatRequest& request) {
  const Tools tools = AllowedTools(request);
  if (tools.empty() || request.tool_mode == ToolMode::kNone) return {};
  if (request.tool_mode == ToolMode::kNamed) {
    const auto found = std::find_if(tools.begin(), tools.end(), [&](const ChatTool* tool) {
      return tool->name == request.named_tool;
    });
    return found == tools.end() ? Tools{} : Tools{*found};
  }
  const bool is_auto = request.tool_mode == ToolMode::kAuto;
  if (is_auto && request.last_role != "user") return {};
  Tools chosen = Mentioned(request, tools);
  if (chosen.empty() && is_auto) return {};
  if (chosen.empty()) chosen.push_back(tools.front());
  if (request.parallel_tool_calls == std::optional(false)) chosen.resize(1);
  if (request.parallel_tool_calls == std::optional(true) && chosen.size() == 1) {
    chosen.push_back(tools[tools.size() > 1 && tools.front() == chosen.front() ? 1 : 0]);
  }
  return chosen;
}

}  // namespace

std::vector<AnswerCall> ChooseCalls(const ChatRequest& request, uint64_t hash,
                                    std::optional<ApiError>& fault) {
  Random random(Hash("tools", hash));
  std::map<const ChatTool*, Facts> facts;  // a tool that is called twice has the next ones
  std::vector<AnswerCall> calls;
  for (const ChatTool* tool : ToolsToCall(request)) {
    AnswerCall call;
    call.id = "call_" + Letters(random, 24);
    call.name = tool->name;
    call.custom = tool->custom;
    if (tool->custom) {
      call.arguments = Sentences(random, 12);
    } else if (tool->parameters.is_null()) {
      call.arguments = "{}";
    } else if (auto value =
                   Instance(tool->parameters, random,
                            facts.try_emplace(tool, request.last_user_text).first->second)) {
      call.arguments = Dump(*value);
    } else {
      fault = BadRequest("Invalid schema for function '" + tool->name + "': no value satisfies it.",
                         "tools", "invalid_function_parameters");
      return {};
    }
    calls.push_back(std::move(call));
  }
  return calls;
}

}  // namespace inferwire::simulator
