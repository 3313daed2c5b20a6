#include "simulator/response_stream.h"

#include "simulator/text.h"

namespace inferwire::simulator {

using Kind = OutputItem::Kind;
using std::chrono::nanoseconds;

namespace {

// The names of an item's events; empty: there is no such event.
struct Names {
  const char *part_added, *delta, *done, *part_done, *text;
};

Names NamesOf(Kind kind) {
  switch (kind) {
    case Kind::kReasoning:
      return {"response.reasoning_summary_part.added", "response.reasoning_summary_text.delta",
              "response.reasoning_summary_text.done", "response.reasoning_summary_part.done",
              "text"};
    case Kind::kRefusal:
      return {"response.content_part.added", "response.refusal.delta", "response.refusal.done",
              "response.content_part.done", "refusal"};
    case Kind::kFunction:
      return {"", "response.function_call_arguments.delta", "response.function_call_arguments.done",
              "", "arguments"};
    case Kind::kCustom:
      return {"", "response.custom_tool_call_input.delta", "response.custom_tool_call_input.done",
              "", "input"};
    case Kind::kText:
      break;
  }
  return {"response.content_part.added", "response.output_text.delta", "response.output_text.done",
          "response.content_part.done", "text"};
}

Behavior Merged(Behavior faults, const Behavior& shape) {
  faults.timing = shape.timing;
  faults.keepalive = shape.keepalive;
  faults.chunk_bytes = shape.chunk_bytes;
  faults.lone_surrogate = shape.lone_surrogate;
  faults.invalid_utf8 = shape.invalid_utf8;
  return faults;
}

}  // namespace

ResponseStream::ResponseStream(std::shared_ptr<const StoredResponse> response, Options options,
                               const Behavior& faults, const VirtualClock& clock)
    : SseStream(Merged(faults, response->behavior), response->answer.hash),
      response_(std::move(response)),
      options_(options) {
  if (response_->background) {
    FollowTime([this, &clock] {
      return std::chrono::duration_cast<nanoseconds>(clock.Now() - response_->began);
    });
  } else if (options_.replay) {
    FollowTime([] { return nanoseconds::max(); });
  }
}

bool ResponseStream::NextData(Data& data) {
  if (phase_ == Phase::kOver) return false;
  if (response_->cancelled && phase_ != Phase::kCreated) {
    phase_ = Phase::kOver;
    Whole("response.cancelled", ResponseState::kCancelled, data);
    return true;
  }
  switch (phase_) {
    case Phase::kCreated:
      phase_ = response_->background ? Phase::kQueued : Phase::kInProgress;
      Whole("response.created",
            response_->background ? ResponseState::kQueued : ResponseState::kInProgress, data);
      return true;
    case Phase::kQueued:
      phase_ = Phase::kInProgress;
      Whole("response.queued", ResponseState::kQueued, data);
      return true;
    case Phase::kInProgress:
      phase_ = response_->error_event ? Phase::kError : Phase::kItems;
      Whole("response.in_progress", ResponseState::kInProgress, data);
      if (response_->background) data.not_before = response_->queue_time();
      return true;
    case Phase::kItems:
      if (NextOfItem(data)) return true;
      phase_ = Phase::kEnd;
      [[fallthrough]];
    case Phase::kEnd:
      phase_ = Phase::kOver;
      if (behavior().truncate != Truncate::kNone) return false;
      End(data);
      return true;
    case Phase::kError:
      phase_ = Phase::kEnd;
      data = ErrorEvent(*response_->error);
      return true;
    case Phase::kOver:
      break;
  }
  return false;
}

void ResponseStream::Whole(const char* name, ResponseState state, Data& data) {
  data.name = name;
  data.json = Dump({{"type", name}, {"response", ToJson(*response_, state)}});
}

void ResponseStream::End(Data& data) {
  const std::string name = "response." + std::string(NameOf(response_->last));
  Whole(name.c_str(), response_->last, data);
  if (response_->background) data.not_before = response_->behavior.response.time;
}

// The members that say where an event belongs.
Json ResponseStream::Place(const OutputItem& item, const char* type, bool with_part) const {
  Json json = {{"type", type}};
  const bool reasoning = item.kind == Kind::kReasoning;
  if (with_part && !reasoning) json["content_index"] = 0;
  json["item_id"] = item.id;
  json["output_index"] = item_;
  if (with_part && reasoning) json["summary_index"] = 0;
  return json;
}

bool ResponseStream::NextOfItem(Data& data) {
  if (item_ == response_->output.size()) return false;
  const OutputItem& item = response_->output[item_];
  const Names names = NamesOf(item.kind);
  const bool part = names.part_added[0] != '\0';
  const auto emit = [&](const char* name, Json json) {
    data.name = name;
    data.json = Dump(json);
    return true;
  };
  switch (step_) {
    case Step::kAdded: {
      const bool bare = item.kind == Kind::kReasoning && item.text.empty();
      step_ = bare ? Step::kDone : part ? Step::kPartAdded : Step::kDeltas;
      if (!part && item.text.empty()) step_ = Step::kTextDone;
      return emit("response.output_item.added", {{"type", "response.output_item.added"},
                                                 {"item", ToJson(item, *response_, false)},
                                                 {"output_index", item_}});
    }
    case Step::kPartAdded: {
      step_ = item.text.empty() ? Step::kTextDone : Step::kDeltas;
      Json json = Place(item, names.part_added, true);
      json["part"] = PartJson(item, *response_, false);
      return emit(names.part_added, std::move(json));
    }
    case Step::kDeltas:
      Delta(item, data);
      if (offset_ == item.text.size()) step_ = Step::kTextDone;
      return true;
    case Step::kTextDone: {
      step_ = part ? Step::kPartDone : Step::kDone;
      Json json = Place(item, names.done, part);
      json[names.text] = item.text;
      if (item.kind == Kind::kText) {
        json["logprobs"] = PartJson(item, *response_, true)["logprobs"];
      }
      return emit(names.done, std::move(json));
    }
    case Step::kPartDone: {
      step_ = Step::kDone;
      Json json = Place(item, names.part_done, true);
      json["part"] = PartJson(item, *response_, true);
      return emit(names.part_done, std::move(json));
    }
    case Step::kDone: {
      Json json = {{"type", "response.output_item.done"},
                   {"item", ToJson(item, *response_, true)},
                   {"output_index", item_}};
      step_ = Step::kAdded;
      ++item_;
      offset_ = 0;
      return emit("response.output_item.done", std::move(json));
    }
  }
  return false;
}

// Written by hand: there is one for every token.
void ResponseStream::Delta(const OutputItem& item, Data& data) {
  const Names names = NamesOf(item.kind);
  const std::string_view rest = std::string_view(item.text).substr(offset_);
  const std::string_view piece = rest.substr(0, PieceOf(rest));
  offset_ += piece.size();
  data.name = names.delta;
  data.paced = true;
  std::string& json = data.json;
  json = R"({"type":")" + data.name + '"';
  const bool text = item.kind == Kind::kText || item.kind == Kind::kRefusal;
  if (text) json += R"(,"content_index":0)";
  json += R"(,"delta":")";
  AppendEscaped(json, piece);
  json += R"(","item_id":")" + item.id + '"';
  if (item.kind == Kind::kText) {
    const ChatAnswer& answer = response_->answer;
    const Json logprobs =
        answer.logprobs ? LogprobsJson(piece, false, answer.top_logprobs, answer.hash)["content"]
                        : Json::array();
    json += R"(,"logprobs":)" + Dump(logprobs);
  }
  // Drawn even if it is not wanted: the pace is drawn from the same numbers.
  const std::string filler = Letters(random(), 1 + random().Below(16));
  if (options_.obfuscation) json += R"(,"obfuscation":")" + filler + '"';
  json += R"(,"output_index":)" + std::to_string(item_);
  if (item.kind == Kind::kReasoning) json += R"(,"summary_index":0)";
  json += '}';
}

SseStream::Data ResponseStream::ErrorEvent(const ApiError& error) {
  Json json = Json::parse(ErrorBody(error));
  Data data;
  data.name = "error";
  data.json = Dump({{"type", "error"}, {"error", json["error"]}});
  return data;
}

SseStream::Data ResponseStream::KeepAlive() {
  Data data;
  data.name = "keepalive";
  data.json = R"({"type":"keepalive"})";
  return data;
}

bool ResponseStream::Finish(Data& data) {
  const int64_t number = number_++;
  data.json.pop_back();
  data.json += R"(,"sequence_number":)" + std::to_string(number) + '}';
  return !options_.starting_after || number > *options_.starting_after;
}

}  // namespace inferwire::simulator
