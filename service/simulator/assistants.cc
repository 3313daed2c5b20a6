#include "simulator/assistants.h"

#include <algorithm>

#include "simulator/metadata.h"
#include "simulator/paging.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kUsualPage = 20, kMaxPage = 100;
constexpr size_t kMaxTools = 128;
constexpr const char* kMembers[] = {"name",           "description",     "model",
                                    "instructions",   "tools",           "metadata",
                                    "temperature",    "top_p",           "response_format",
                                    "tool_resources", "reasoning_effort"};

struct Limit {
  const char* name;
  size_t max;
};
constexpr Limit kLimits[] = {{"name", 256}, {"description", 512}, {"instructions", 256'000}};

}  // namespace

bool HasBetaHeader(Call& call) {
  const std::string_view beta = HeaderOf(call.request.headers, "openai-beta");
  if (beta.find("assistants=v2") != std::string_view::npos) return true;
  const bool old = beta.find("assistants=v1") != std::string_view::npos;
  call.Fail(BadRequest(old ? "The v1 Assistants API has been deprecated. Please try again by "
                             "setting the header 'OpenAI-Beta: assistants=v2'."
                           : "You must provide the 'OpenAI-Beta' header to access the Assistants "
                             "API. Please try again by setting the header 'OpenAI-Beta: "
                             "assistants=v2'.",
                       {}, old ? "unsupported_version" : "invalid_beta"));
  return false;
}

void ReadAssistantTools(Fields& body, std::optional<ApiError>& fault) {
  const Json* tools = body.Array("tools");
  if (tools == nullptr) return;
  if (tools->size() > kMaxTools) {
    body.Fail(
        BadRequest("Invalid 'tools': array too long. Expected an array with maximum length "
                   "128, but got an array with length " +
                       std::to_string(tools->size()) + " instead.",
                   "tools", "array_above_max_length"));
  }
  for (size_t i = 0; i < tools->size() && body.ok(); ++i) {
    const std::string path = "tools[" + std::to_string(i) + "]";
    const Json& tool = (*tools)[i];
    if (!tool.is_object()) return body.Fail(InvalidType(path, "an object", KindOf(tool)));
    Fields fields(tool, path, fault);
    const std::string type = fields.RequiredString("type");
    if (type == "function") {
      const Json* function = fields.RequiredObject("function");
      if (function == nullptr) return;
      Fields inside(*function, path + ".function", fault);
      ChatTool unused;
      ReadFunctionTool(inside, path + ".function", unused);
    } else if (fields.ok() && type != "code_interpreter" && type != "file_search") {
      fields.Fail(BadRequest("Invalid value: '" + type +
                                 "'. Supported values are: "
                                 "'code_interpreter', 'function', and 'file_search'.",
                             path + ".type", "invalid_value"));
    }
  }
}

Assistants::Assistants(Backend& backend)
    : backend_(backend),
      ids_(Hash("assistants", backend.options.seed)),
      kept_(backend.options.max_kept, backend.options.max_kept_bytes) {}

void Assistants::AddRoutes(Routes& routes) {
  using enum BodyKind;
  const auto add = [&](std::string_view method, std::string_view path, BodyKind body,
                       std::function<void(Call&)> serve) {
    routes.Add({method, path, body, [serve = std::move(serve)](Call& call) {
                  if (HasBetaHeader(call)) serve(call);
                }});
  };
  add("POST", "/v1/assistants", kObject, [this](Call& call) { Create(call); });
  add("GET", "/v1/assistants", kNone, [this](Call& call) { List(call); });
  add("GET", "/v1/assistants/*", kNone, [this](Call& call) {
    if (const auto assistant = FindFor(call)) call.Give(assistant->json);
  });
  add("POST", "/v1/assistants/*", kObject, [this](Call& call) { Update(call); });
  add("DELETE", "/v1/assistants/*", kNone, [this](Call& call) { Delete(call); });
}

ApiError Assistants::NotFound(std::string_view id) {
  return simulator::NotFound("No assistant found with id '" + std::string(id) + "'.");
}

std::shared_ptr<StoredAssistant> Assistants::FindFor(Call& call) {
  auto assistant = Find(call.id());
  if (assistant == nullptr) call.Fail(NotFound(call.id()));
  return assistant;
}

std::optional<ApiError> Assistants::Read(const Json& body, bool create, Json& json) const {
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  if (create) fields.RequiredString("model");
  const auto model = fields.String("model");
  if (model && FindChatModel(*model, backend_.chat_options()) == nullptr) {
    fields.Fail(BadRequest("The requested model '" + *model + "' does not exist.", "model",
                           "model_not_found"));
  }
  for (const auto& [name, max] : kLimits) {
    if (fields.String(name).value_or("").size() <= max) continue;
    fields.Fail(BadRequest("Invalid '" + std::string(name) +
                               "': string too long. Expected a "
                               "string with maximum length " +
                               std::to_string(max) + ".",
                           name, "string_above_max_length"));
  }
  fields.Decimal("temperature", 0, 2);
  fields.Decimal("top_p", 0, 1);
  ReadAssistantTools(fields, fault);
  ReadMetadata(fields);
  for (const auto& [name, value] : body.items()) {
    const bool known = std::any_of(std::begin(kMembers), std::end(kMembers),
                                   [&](const char* member) { return name == member; });
    if (known && !value.is_null()) json[name] = value;
    if (!known && backend_.options.refuse_unknown_arguments) fields.Fail(UnknownParameter(name));
  }
  return fault;
}

void Assistants::Create(Call& call) {
  auto assistant = std::make_shared<StoredAssistant>();
  assistant->json = {{"id", ""},
                     {"object", "assistant"},
                     {"created_at", backend_.Created()},
                     {"name", nullptr},
                     {"description", nullptr},
                     {"model", nullptr},
                     {"instructions", nullptr},
                     {"tools", Json::array()},
                     {"top_p", 1.0},
                     {"temperature", 1.0},
                     {"reasoning_effort", nullptr},
                     {"tool_resources", Json::object()},
                     {"metadata", Json::object()},
                     {"response_format", "auto"}};
  if (auto error = Read(call.body, /*create=*/true, assistant->json)) {
    return call.Fail(std::move(*error));
  }
  assistant->id = "asst_" + Letters(ids_, 24);
  assistant->json["id"] = assistant->id;
  kept_.Add(assistant, SizeOf(assistant->json));
  call.Give(assistant->json);
}

void Assistants::List(Call& call) {
  Page page;
  if (auto error = ReadPage(call.request.path, kUsualPage, kMaxPage, page)) {
    return call.Fail(std::move(*error));
  }
  call.answer.body = ListBody(
      kept_.items(), page, [](const StoredAssistant&) { return true; },
      [](const StoredAssistant& assistant) { return assistant.json; });
  call.Settle(std::nullopt);
}

void Assistants::Update(Call& call) {
  const auto assistant = FindFor(call);
  if (!assistant) return;
  Json changed = assistant->json;
  if (auto error = Read(call.body, /*create=*/false, changed)) return call.Fail(std::move(*error));
  assistant->json = std::move(changed);
  kept_.Resize(assistant->id, SizeOf(assistant->json));
  call.Give(assistant->json);
}

void Assistants::Delete(Call& call) {
  if (!FindFor(call)) return;
  kept_.Remove(call.id());
  call.Give({{"id", call.id()}, {"object", "assistant.deleted"}, {"deleted", true}});
}

}  // namespace inferwire::simulator
