#include "simulator/realtime_model.h"

#include <algorithm>
#include <utility>

#include "base/sha256.h"
#include "simulator/base64.h"
#include "simulator/schema.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMostAudio = 64u << 20, kMostItems = 1000;
constexpr size_t kDeltaBytes = 4800, kBytesPerToken = 12'000;  // 100 ms; a quarter of a second
constexpr int64_t kUsualTokens = 12;
constexpr int64_t kSessionSeconds = 3600;

std::string Text(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const Json& Member(const Json& json, const char* name) {
  static const Json kNone;
  const auto found = json.find(name);
  return found != json.end() ? *found : kNone;
}

bool WantsAudio(const Json& modalities) {
  return std::ranges::any_of(modalities, [](const Json& each) { return each == "audio"; });
}

}  // namespace

RealtimeModel::RealtimeModel(std::string model, const Behavior& behavior, uint64_t seed,
                             int64_t now)
    : behavior_(behavior), random_(Hash(model, seed)) {
  session_ = {
      {"type", "realtime"},
      {"object", "realtime.session"},
      {"id", NewId("sess_")},
      {"model", std::move(model)},
      {"output_modalities", {"audio"}},
      {"instructions", ""},
      {"tools", Json::array()},
      {"tool_choice", "auto"},
      {"max_output_tokens", "inf"},
      {"audio",
       {{"input",
         {{"format", {{"type", "audio/pcm"}, {"rate", 24000}}},
          {"turn_detection", {{"type", "server_vad"}, {"create_response", true}}}}},
        {"output", {{"format", {{"type", "audio/pcm"}, {"rate", 24000}}}, {"voice", "alloy"}}}}},
      {"expires_at", now + kSessionSeconds}};
}

std::string RealtimeModel::NewId(std::string_view prefix) {
  return std::string(prefix) + Letters(random_, 16) + std::to_string(++ids_);
}

Json RealtimeModel::NewEvent(std::string_view type) {
  return {{"type", type}, {"event_id", NewId("event_")}};
}

std::string RealtimeEvent::Text() const {
  if (sound.bytes == 0) return json;
  constexpr std::string_view kRest = "\"}";
  std::string text = json.substr(0, json.size() - kRest.size());
  text += Base64(Tone(sound.from, sound.bytes));
  return text.append(kRest);
}

void RealtimeModel::Say(Json event, std::chrono::nanoseconds after, RealtimeEvent::Sound sound) {
  last_ = std::max(last_, after);
  out_.push_back({Dump(event), after, in_response_, sound});
}

RealtimeModel::Events RealtimeModel::Begin() {
  Json event = NewEvent("session.created");
  event["session"] = session_;
  Say(std::move(event));
  return std::exchange(out_, {});
}

RealtimeModel::Events RealtimeModel::Expired() {
  Fail({}, "session_expired", "Your session hit the maximum duration.");
  return std::exchange(out_, {});
}

void RealtimeModel::Fail(const Json& event, std::string_view code, const std::string& message) {
  Json failed = NewEvent("error");
  failed["error"] = {{"type", "invalid_request_error"},
                     {"code", code},
                     {"message", message},
                     {"param", nullptr},
                     {"event_id", Member(event, "event_id")}};
  Say(std::move(failed));
}

RealtimeModel::Events RealtimeModel::Take(std::string_view text) {
  const Json event = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const std::string type = event.is_object() ? Text(event, "type") : std::string();
  if (type == "session.update") {
    Update(event);
  } else if (type == "input_audio_buffer.append") {
    Append(event);
  } else if (type == "input_audio_buffer.commit") {
    if (audio_.empty()) {
      Fail(event, "input_audio_buffer_commit_empty", "The buffer is empty.");
    } else {
      Commit();
    }
  } else if (type == "input_audio_buffer.clear") {
    audio_.clear();
    Say(NewEvent("input_audio_buffer.cleared"));
  } else if (type == "conversation.item.create") {
    CreateItem(event);
  } else if (type == "conversation.item.truncate") {
    Json done = NewEvent("conversation.item.truncated");
    for (const char* name : {"item_id", "content_index", "audio_end_ms"}) {
      done[name] = Member(event, name);
    }
    Say(std::move(done));
  } else if (type == "response.create") {
    Respond(Member(event, "response"));
  } else if (type == "response.cancel") {
    Cancel();
  } else {
    Fail(event.is_object() ? event : Json::object(), "invalid_value",
         "Invalid value: '" + type + "'.");
  }
  return std::exchange(out_, {});
}

void RealtimeModel::Update(const Json& event) {
  if (Member(event, "session").is_object()) session_.merge_patch(event["session"]);
  Json updated = NewEvent("session.updated");
  updated["session"] = session_;
  Say(std::move(updated));
}

void RealtimeModel::CreateItem(const Json& event) {
  Json item = Member(event, "item");
  if (!item.is_object() || items_.size() >= kMostItems) {
    return Fail(event, "missing_required_parameter", "Missing required parameter: 'item'.");
  }
  AddItem(std::move(item));
}

void RealtimeModel::AddItem(Json item) {
  if (Text(item, "id").empty()) item["id"] = NewId("item_");
  item["status"] = "completed";
  const Json previous = items_.empty() ? Json() : items_.back()["id"];
  input_tokens_ += CountTokens(Dump(Member(item, "content")));
  items_.push_back(item);
  for (const char* type : {"conversation.item.added", "conversation.item.done"}) {
    Json added = NewEvent(type);
    added["previous_item_id"] = previous;
    added["item"] = item;
    Say(std::move(added));
  }
}

void RealtimeModel::Append(const Json& event) {
  const auto audio = FromBase64(Text(event, "audio"));
  if (!audio || audio_.size() + audio->size() > kMostAudio) {
    return Fail(event, "invalid_value", "Invalid 'audio'.");
  }
  audio_ += *audio;
  const Json& detection = session_["audio"]["input"]["turn_detection"];
  if (detection.is_object()) Listen(*audio);
}

void RealtimeModel::Listen(std::string_view audio) {
  while (!audio.empty()) {
    const auto change = voice_.Read(audio);
    if (change == VoiceDetector::Change::kNone) continue;
    const bool began = change == VoiceDetector::Change::kStarted;
    Json event =
        NewEvent(began ? "input_audio_buffer.speech_started" : "input_audio_buffer.speech_stopped");
    event[began ? "audio_start_ms" : "audio_end_ms"] = voice_.position_ms();
    event["item_id"] = NewId("item_");
    Say(std::move(event));
    if (began) continue;
    Commit();
    if (session_["audio"]["input"]["turn_detection"].value("create_response", true)) {
      Respond(Json::object());
    }
  }
}

void RealtimeModel::Commit() {
  const std::string audio = std::exchange(audio_, {});
  Json item = {{"id", NewId("item_")},
               {"type", "message"},
               {"role", "user"},
               {"content", {{{"type", "input_audio"}, {"transcript", nullptr}}}}};
  Json committed = NewEvent("input_audio_buffer.committed");
  committed["previous_item_id"] = items_.empty() ? Json() : items_.back()["id"];
  committed["item_id"] = item["id"];
  Say(std::move(committed));
  input_tokens_ += static_cast<int64_t>(audio.size() / kDeltaBytes);
  const std::string id = item["id"];
  AddItem(std::move(item));
  if (!session_["audio"]["input"].contains("transcription")) return;
  Sha256 hash;
  hash.Add(audio);
  Json event = NewEvent("conversation.item.input_audio_transcription.completed");
  event["item_id"] = id;
  event["content_index"] = 0;
  event["transcript"] = std::to_string(audio.size()) + " bytes " + hash.Hex();
  event["usage"] = {
      {"type", "tokens"}, {"total_tokens", 12}, {"input_tokens", 10}, {"output_tokens", 2}};
  Say(std::move(event));
}

std::chrono::nanoseconds RealtimeModel::Due(int64_t token) const {
  const double rate = behavior_.timing.tokens_per_second;
  const auto pace =
      rate > 0
          ? std::chrono::nanoseconds(static_cast<int64_t>(1e9 * static_cast<double>(token) / rate))
          : std::chrono::nanoseconds{};
  return std::chrono::nanoseconds(behavior_.timing.first_token) + pace;
}

std::string RealtimeModel::LastText() const {
  if (items_.empty() || Text(items_.back(), "role") != "user") return {};
  std::string text;
  for (const Json& part : Member(items_.back(), "content")) text += Text(part, "text");
  return text;
}

// A tool that the user names, or the first one where one has to be called.
const Json* RealtimeModel::ToolToCall(const Json& wish) const {
  const Json& tools = wish.contains("tools") ? wish["tools"] : session_["tools"];
  const Json& choice = wish.contains("tool_choice") ? wish["tool_choice"] : session_["tool_choice"];
  const std::string text = LastText();
  for (const Json& tool : tools) {
    const std::string name = Text(tool, "name");
    if (choice == "none" || name.empty()) continue;
    if (choice == "required" || text.find(name) != std::string::npos) return &tool;
  }
  return nullptr;
}

void RealtimeModel::Respond(const Json& wish) {
  if (!response_.empty()) {
    return Fail(Json::object(), "conversation_already_has_active_response",
                "Conversation already has an active response.");
  }
  const Json asked = wish.is_object() ? wish : Json::object();
  response_ = NewId("resp_");
  item_ = NewId("item_");
  in_response_ = true;
  last_ = {};
  Json created = NewEvent("response.created");
  created["response"] = {{"object", "realtime.response"},
                         {"id", response_},
                         {"status", "in_progress"},
                         {"output", Json::array()}};
  Say(std::move(created));
  const Json& modalities = asked.contains("output_modalities") ? asked["output_modalities"]
                                                               : session_["output_modalities"];
  const bool audio = WantsAudio(modalities);
  if (const Json* tool = ToolToCall(asked)) {
    GiveCall(*tool);
  } else if (behavior_.big) {
    GiveText(Words(random_, static_cast<size_t>(*behavior_.big)), false);
  } else if (behavior_.echo) {
    GiveText(LastText(), audio);
  } else {
    GiveText(Sentences(random_, behavior_.tokens.value_or(kUsualTokens)), audio);
  }
  in_response_ = false;
}

void RealtimeModel::Part(const Json& more, RealtimeEvent::Sound sound) {
  Json event = NewEvent(Text(more, "type"));
  event["response_id"] = response_;
  event["item_id"] = item_;
  event["output_index"] = 0;
  event.update(more);
  Say(std::move(event), last_, sound);
}

void RealtimeModel::GiveText(const std::string& text, bool audio) {
  Json item = {{"id", item_},
               {"type", "message"},
               {"role", "assistant"},
               {"status", "in_progress"},
               {"content", Json::array()}};
  Part({{"type", "response.output_item.added"}, {"item", item}});
  const std::string kind = audio ? "response.output_audio_transcript" : "response.output_text";
  int64_t tokens = 0;
  size_t spoken = 0;
  for (std::string_view rest = text; !rest.empty(); ++tokens) {
    const size_t size = behavior_.big ? rest.size() : TokenBytes(rest);
    last_ = std::max(last_, Due(tokens));
    Part({{"type", kind + ".delta"}, {"content_index", 0}, {"delta", rest.substr(0, size)}});
    rest.remove_prefix(size);
    if (!audio) continue;
    for (size_t left = kBytesPerToken; left > 0;) {
      const size_t bytes = std::min(left, kDeltaBytes);
      Part({{"type", "response.output_audio.delta"}, {"content_index", 0}, {"delta", ""}},
           {spoken, bytes});
      spoken += bytes;
      left -= bytes;
    }
  }
  if (audio) Part({{"type", "response.output_audio.done"}, {"content_index", 0}});
  Part({{"type", kind + ".done"}, {"content_index", 0}, {audio ? "transcript" : "text", text}});
  item["status"] = "completed";
  item["content"] = {
      {{"type", audio ? "output_audio" : "output_text"}, {audio ? "transcript" : "text", text}}};
  Finish(std::move(item), tokens, audio);
}

void RealtimeModel::GiveCall(const Json& tool) {
  const Json& parameters = Member(tool, "parameters");
  Facts facts(LastText());
  const auto value = parameters.is_object() ? Instance(parameters, random_, facts) : std::nullopt;
  const std::string arguments = value ? Dump(*value) : "{}";
  const std::string call_id = NewId("call_");
  Json item = {{"id", item_},          {"type", "function_call"}, {"status", "in_progress"},
               {"name", tool["name"]}, {"call_id", call_id},      {"arguments", ""}};
  Part({{"type", "response.output_item.added"}, {"item", item}});
  Part({{"type", "response.function_call_arguments.delta"},
        {"call_id", call_id},
        {"delta", arguments}});
  Part({{"type", "response.function_call_arguments.done"},
        {"call_id", call_id},
        {"name", tool["name"]},
        {"arguments", arguments}});
  item["status"] = "completed";
  item["arguments"] = arguments;
  Finish(std::move(item), CountTokens(arguments), false);
}

void RealtimeModel::Finish(Json item, int64_t output_tokens, bool audio) {
  Part({{"type", "response.output_item.done"}, {"item", item}});
  items_.push_back(item);
  Json done = NewEvent("response.done");
  done["response"] = {{"object", "realtime.response"},
                      {"id", response_},
                      {"status", "completed"},
                      {"output", {item}}};
  if (!behavior_.no_usage) {
    done["response"]["usage"] = {
        {"total_tokens", input_tokens_ + output_tokens},
        {"input_tokens", input_tokens_},
        {"output_tokens", output_tokens},
        {"input_token_details",
         {{"text_tokens", input_tokens_}, {"audio_tokens", 0}, {"cached_tokens", 0}}},
        {"output_token_details",
         {{"text_tokens", audio ? 0 : output_tokens},
          {"audio_tokens", audio ? output_tokens : 0}}}};
  }
  Say(std::move(done), last_);
}

void RealtimeModel::Cancel() {
  if (response_.empty()) {
    return Fail(Json::object(), "response_cancel_not_active", "There is no active response.");
  }
  cancelled_ = true;
  Json done = NewEvent("response.done");
  done["response"] = {
      {"object", "realtime.response"},
      {"id", response_},
      {"status", "cancelled"},
      {"output", Json::array()},
      {"usage",
       {{"total_tokens", input_tokens_}, {"input_tokens", input_tokens_}, {"output_tokens", 0}}}};
  response_.clear();
  Say(std::move(done));
}

}  // namespace inferwire::simulator
