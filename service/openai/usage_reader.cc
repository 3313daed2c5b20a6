#include "openai/usage_reader.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "codec/decode.h"
#include "codec/json_number.h"
#include "codec/json_text.h"
#include "codec/shadowed_extra.h"
#include "openai/extra_pieces.h"
#include "openai/stated_cost.h"
#include "openai/usage_spelling.h"

namespace inferwire::openai {
namespace {

constexpr std::string_view kImpossible = "USAGE_IMPOSSIBLE", kContradictory = "USAGE_CONTRADICTORY",
                           kNotReported = "USAGE_NOT_REPORTED";
constexpr int kUsdDecimals = 12, kTickDecimals = 2;

// One count, out of all the places where it may stand.
class Count {
 public:
  void Add(int64_t value) {
    if (value == 0) return;  // converters fill it in where nothing came
    several_ = several_ || (value_ != 0 && value_ != value);
    value_ = value;
  }
  int64_t value() const { return value_; }
  bool several() const { return several_; }

 private:
  int64_t value_ = 0;
  bool several_ = false;
};

using Wide = __int128;  // sums of a few counts fit

class Reader {
 public:
  explicit Reader(const v1::Usage& usage) {
    if (usage.has_input_tokens()) input_ = usage.input_tokens();
    if (usage.has_output_tokens()) output_ = usage.output_tokens();
    if (usage.has_total_tokens()) total_ = usage.total_tokens();
    TakeAll(usage.extra(), Side::kBoth);
    if (usage.has_input_details()) {
      const v1::InputTokenDetails& details = usage.input_details();
      cached_.Add(details.cached_tokens());
      written_.Add(details.cache_write_tokens());
      audio_.Add(details.audio_tokens());
      image_input_.Add(details.image_tokens());
      if (details.has_cached_tokens_details()) {
        cached_audio_.Add(details.cached_tokens_details().audio_tokens());
        cached_images_.Add(details.cached_tokens_details().image_tokens());
      }
      TakeAll(details.extra(), Side::kInput);
    }
    if (usage.has_output_details()) {
      const v1::OutputTokenDetails& details = usage.output_details();
      reasoning_.Add(details.reasoning_tokens());
      output_audio_.Add(details.audio_tokens());
      images_.Add(details.image_tokens());
      TakeAll(details.extra(), Side::kOutput);
    }
  }

  UsageReading Read() const {
    UsageReading reading{{}, Stated()};
    catalogue::Tokens& tokens = reading.tokens;
    tokens.input = input_;
    tokens.output = output_;
    tokens.reasoning = reasoning_.value();
    tokens.cached = cached_.value() != 0 ? cached_.value() : cached_apart_.value();
    tokens.cache_write = written_.value() != 0 ? written_.value() : written_apart_.value();
    tokens.cache_write_long = written_long_.value();
    if (tokens.cache_write == 0) tokens.cache_write = tokens.cache_write_long;
    tokens.audio_input = audio_.value();
    tokens.cached_audio = cached_audio_.value();
    tokens.audio_output = output_audio_.value();
    tokens.image_input = image_input_.value();
    tokens.cached_image = cached_images_.value();
    tokens.image_output = images_.value();
    tokens.searches = searches_.value();
    tokens.search_size = search_size_;
    tokens.other_kinds = unpriced_.value() > 0;
    tokens.contradiction = Contradiction(tokens);
    return reading;
  }

  std::optional<int64_t> input() const { return input_; }
  std::optional<int64_t> output() const { return output_; }
  std::optional<int64_t> total() const { return total_; }

 private:
  enum class Side { kBoth, kInput, kOutput, kCached };

  void TakeAll(const Extra& extra, Side side) {
    for (const auto& [name, text] : extra) Take(name, Trim(text), side, 0);
  }

  void TakeObject(std::string_view json, Side side, int depth) {
    constexpr int kMostDepth = 2;
    if (json.front() != '{' || depth >= kMostDepth) return;
    codec::JsonCursor cursor(json);
    cursor.Enter();
    for (codec::JsonString name; cursor.NextMember(name);) {
      Take(name.raw, cursor.SkipValue(), side, depth + 1);
    }
  }

  void Take(std::string_view name, std::string_view json, Side side, int depth) {
    if (IsEmptyJson(json)) return;
    switch (UsageMemberOf(name)) {
      case UsageMember::kOther:
        return;
      case UsageMember::kInput:
        TakeWhole(json, input_);
        own_words_ = own_words_ || (name == "input_tokens" && input_ == codec::ToInt64(json));
        return;
      case UsageMember::kOutput:
        return TakeWhole(json, output_);
      case UsageMember::kTotal:
        return TakeWhole(json, total_);
      case UsageMember::kInputDetails:
        return TakeObject(json, Side::kInput, depth);
      case UsageMember::kOutputDetails:
        return TakeObject(json, Side::kOutput, depth);
      case UsageMember::kNested:
        return TakeObject(json, side, depth);
      case UsageMember::kCached:
        return TakePart(json, cached_);
      case UsageMember::kCachedApart:
        return TakePart(json, cached_apart_);
      case UsageMember::kNotCached:
        return TakePart(json, not_cached_);
      case UsageMember::kWritten:
        return TakePart(json, written_);
      case UsageMember::kWrittenApart:
        return TakePart(json, written_apart_);
      case UsageMember::kWrittenLong:
        return TakePart(json, written_long_);
      case UsageMember::kReasoning:
        return TakePart(json, reasoning_);
      case UsageMember::kCachedDetails:
        return TakeObject(json, Side::kCached, depth);
      case UsageMember::kAudio:
        return TakePart(json, side == Side::kCached   ? cached_audio_
                              : side == Side::kOutput ? output_audio_
                                                      : audio_);
      case UsageMember::kAudioInput:
        return TakePart(json, audio_);
      case UsageMember::kAudioOutput:
        return TakePart(json, output_audio_);
      case UsageMember::kImages:
        return TakePart(json, side == Side::kCached   ? cached_images_
                              : side == Side::kOutput ? images_
                                                      : image_input_);
      case UsageMember::kNoPrice:
        return TakeKind(json);
      case UsageMember::kSearches:
        return TakePart(json, searches_);
      case UsageMember::kSearchSize:
        return TakeSearchSize(json);
      case UsageMember::kCost:
        return json.front() == '{' ? TakeObject(json, side, depth) : TakeCost(json);
      case UsageMember::kCostTicks:
        return TakeAmount(json, kTickDecimals, ticks_);
      case UsageMember::kCostDetails:
        return TakeObject(json, side, depth);
      case UsageMember::kUpstreamCost:
        return TakeAmount(json, kUsdDecimals, upstream_cost_);
      case UsageMember::kOwnKey:
        own_key_ = json == "true";
        return;
    }
  }

  // A field counts before what only resembles it.
  static void TakeWhole(std::string_view json, std::optional<int64_t>& count) {
    if (!count) count = codec::ToInt64(json);
  }

  void TakePart(std::string_view json, Count& count) {
    const auto number = codec::ToInt64(json);
    unreadable_ = unreadable_ || !number;
    count.Add(number.value_or(0));
  }

  // How much of it does not matter: text's price is not its price.
  void TakeKind(std::string_view json) {
    const auto number = codec::ToDouble(json);
    unreadable_ = unreadable_ || !number;
    if (number.value_or(0) != 0) unpriced_.Add(*number > 0 ? 1 : -1);
  }

  void TakeSearchSize(std::string_view json) {
    for (const std::string_view size : {"low", "medium", "high"}) {
      if (json.size() == size.size() + 2 && json.substr(1, size.size()) == size)
        search_size_ = size;
    }
  }

  static void TakeAmount(std::string_view json, int decimals, std::optional<int64_t>& amount) {
    if (const auto read = ReadAmount(json, decimals)) amount = read;
  }

  void TakeCost(std::string_view json) {
    const auto before = cost_;
    TakeAmount(json, kUsdDecimals, cost_);
    if (before.value_or(0) > cost_.value_or(0)) cost_ = before;  // the whole, not a part of it
  }

  std::optional<int64_t> Stated() const {
    if (!cost_) return ticks_;
    int64_t both = 0;
    const bool charged_twice = own_key_ && upstream_cost_;
    if (charged_twice && !__builtin_add_overflow(*cost_, *upstream_cost_, &both)) return both;
    return cost_;
  }

  // Why the figures cannot all be true. Settles, too, what is billed besides input and output.
  std::string_view Contradiction(catalogue::Tokens& tokens) const {
    const Count* const parts[] = {&cached_,        &cached_apart_, &not_cached_,  &written_,
                                  &written_apart_, &written_long_, &reasoning_,   &audio_,
                                  &output_audio_,  &images_,       &image_input_, &cached_audio_,
                                  &cached_images_, &searches_,     &unpriced_};
    bool several = (cached_.value() != 0 && Differ(cached_, cached_apart_)) ||
                   (written_.value() != 0 && Differ(written_, written_apart_));
    for (const Count* const part : parts) {
      if (part->value() < 0) return kImpossible;
      several = several || (part->several() && part != &unpriced_);
    }
    if (input_.value_or(0) < 0 || output_.value_or(0) < 0 || total_.value_or(0) < 0) {
      return kImpossible;
    }
    if (several) return kContradictory;
    if (tokens.cache_write_long > tokens.cache_write) return kImpossible;
    if (cached_audio_.value() > audio_.value() || cached_images_.value() > image_input_.value()) {
      return kImpossible;
    }
    if (unreadable_) return kNotReported;
    if (!input_ || !output_) return {};
    return Settle(tokens);
  }

  static bool Differ(const Count& one, const Count& other) {
    return other.value() != 0 && one.value() != other.value();
  }

  std::string_view Settle(catalogue::Tokens& tokens) const {
    const Wide from_cache = Wide{tokens.cached} + tokens.cache_write;
    if (from_cache > INT64_MAX) return kImpossible;
    const bool maybe_apart = from_cache > 0 && cached_.value() == 0 && written_.value() == 0;
    const Wide rest = total_ ? Wide{*total_} - *input_ - *output_ : 0;
    bool reasoning_apart = false, cache_apart = !total_ && maybe_apart && own_words_;
    if (rest != 0) {
      // Some count reasoning (xAI), or the cache (Anthropic), beside the rest, and say so only by
      // their total.
      reasoning_apart =
          tokens.reasoning > 0 &&
          (rest == tokens.reasoning || (maybe_apart && rest == tokens.reasoning + from_cache));
      cache_apart = maybe_apart && rest == from_cache + (reasoning_apart ? tokens.reasoning : 0);
      if (!reasoning_apart && !cache_apart) return kContradictory;
    }
    if (!cache_apart && from_cache > *input_) return kImpossible;
    if (!reasoning_apart && tokens.reasoning > *output_) return kContradictory;
    if (not_cached_.value() > 0 && Wide{not_cached_.value()} + tokens.cached != *input_) {
      return kContradictory;
    }
    if (reasoning_apart) tokens.more_output = tokens.reasoning;
    if (cache_apart) tokens.more_input = static_cast<int64_t>(from_cache);
    return {};
  }

  std::optional<int64_t> input_, output_, total_, cost_, ticks_, upstream_cost_;
  Count cached_, cached_apart_, not_cached_, written_, written_apart_, written_long_, reasoning_,
      audio_, output_audio_, images_, image_input_, cached_audio_, cached_images_, searches_,
      unpriced_;
  std::string_view search_size_;  // a literal
  bool own_words_ = false;        // the input's name is Anthropic's
  bool own_key_ = false;
  bool unreadable_ = false;
};

// --- Merging -------------------------------------------------------------------------------------

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsZero(std::string_view json) { return codec::ToDouble(json) == 0.0; }

void MergeMembers(const Extra& later, Extra& merged) {
  for (const auto& [name, text] : later) {
    const std::string_view value = Trim(text);
    if (IsEmptyJson(value) || (IsZero(value) && merged.contains(name))) continue;
    merged[name] = text;
  }
}

void MergeCounts(const Message& later, Message& merged) {
  const Reflection& from = *later.GetReflection();
  const Reflection& to = *merged.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  from.ListFields(later, &fields);
  for (const FieldDescriptor* const field : fields) {
    if (field->is_repeated()) continue;  // extra
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      MergeCounts(from.GetMessage(later, field), *to.MutableMessage(&merged, field));
    } else if (const int64_t count = from.GetInt64(later, field);
               count != 0 || !to.HasField(merged, field)) {
      to.SetInt64(&merged, field, count);
    }
  }
}

// Of two reports the total is one of the numbers that belong together. kept: the merged one may
// stay.
void MergeTotal(const v1::Usage& later, bool kept, int64_t before, v1::Usage& merged) {
  const bool lost = (later.has_input_tokens() && later.input_tokens() != merged.input_tokens()) ||
                    (later.has_output_tokens() && later.output_tokens() != merged.output_tokens());
  const bool half = later.has_input_tokens() != later.has_output_tokens() &&
                    later.total_tokens() == later.input_tokens() + later.output_tokens();
  if (later.total_tokens() != 0 && !lost && !half) {
    merged.set_total_tokens(later.total_tokens());
  } else if (kept) {
    merged.set_total_tokens(before);
  } else {
    merged.clear_total_tokens();
  }
}

}  // namespace

UsageReading ReadUsage(const v1::Usage& usage) { return Reader(usage).Read(); }

void FillCounts(v1::Usage& usage) {
  const bool complete = usage.has_input_tokens() && usage.has_output_tokens();
  if (complete || usage.extra().empty()) return;
  const Reader reader(usage);
  if (reader.input()) usage.set_input_tokens(*reader.input());
  if (reader.output()) usage.set_output_tokens(*reader.output());
  if (reader.total()) usage.set_total_tokens(*reader.total());
}

void TakeOwnWords(v1::Usage& usage) {
  auto& extra = *usage.mutable_extra();
  const auto take_count = [&](const char* name, bool has, auto set) {
    const auto found = extra.find(name);
    if (found == extra.end() || has) return;
    const auto number = codec::ToInt64(Trim(found->second));
    if (!number) return;
    set(*number);
    extra.erase(found);
  };
  take_count("input_tokens", usage.has_input_tokens(),
             [&](int64_t count) { usage.set_input_tokens(count); });
  take_count("output_tokens", usage.has_output_tokens(),
             [&](int64_t count) { usage.set_output_tokens(count); });
  const auto take_details = [&](const char* name, bool has, auto& details, auto set) {
    const auto found = extra.find(name);
    if (found == extra.end() || has || !codec::FromJson(found->second, details)) return;
    set();
    extra.erase(found);
  };
  v1::InputTokenDetails input;
  v1::OutputTokenDetails output;
  for (const char* name : {"input_tokens_details", "input_token_details"}) {
    take_details(name, usage.has_input_details(), input,
                 [&] { usage.mutable_input_details()->Swap(&input); });
  }
  for (const char* name : {"output_tokens_details", "output_token_details"}) {
    take_details(name, usage.has_output_details(), output,
                 [&] { usage.mutable_output_details()->Swap(&output); });
  }
}

void MergeUsage(const v1::Usage& later, v1::Usage& merged) {
  v1::Usage filled;
  const bool complete = later.has_input_tokens() && later.has_output_tokens();
  if (!complete && !later.extra().empty()) {
    filled = later;
    FillCounts(filled);
  }
  const v1::Usage& stats = filled.ByteSizeLong() > 0 ? filled : later;
  if (merged.ByteSizeLong() == 0) {
    merged = stats;
    return;
  }
  const bool has_total = merged.has_total_tokens();
  const int64_t total = merged.total_tokens();
  const int64_t input = merged.input_tokens(), output = merged.output_tokens();
  MergeCounts(stats, merged);
  MergeMembers(stats.extra(), *merged.mutable_extra());
  if (stats.has_input_details()) {
    MergeMembers(stats.input_details().extra(), *merged.mutable_input_details()->mutable_extra());
  }
  if (stats.has_output_details()) {
    MergeMembers(stats.output_details().extra(), *merged.mutable_output_details()->mutable_extra());
  }
  const bool changed = input != merged.input_tokens() || output != merged.output_tokens();
  MergeTotal(stats, has_total && !changed, total, merged);
  codec::DropShadowedExtra(merged);
}

}  // namespace inferwire::openai
