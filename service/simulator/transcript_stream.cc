#include "simulator/transcript_stream.h"

namespace inferwire::simulator {

bool TranscriptStream::NextData(Data& data) {
  if (over_) return false;
  const bool speakers = transcript_.format == "diarized_json";
  if (speakers && sent_ < transcript_.segments.size()) {
    data.paced = true;
    data.json = Dump(SpeakerSegment(transcript_, sent_++));
    return true;
  }
  if (!speakers && sent_ < transcript_.text.size()) {
    const std::string_view rest = std::string_view(transcript_.text).substr(sent_);
    const std::string_view piece = rest.substr(0, PieceOf(rest));
    sent_ += piece.size();
    data.paced = true;
    data.json = Dump({{"type", "transcript.text.delta"}, {"delta", piece}});
    return true;
  }
  over_ = true;
  if (behavior().truncate != Truncate::kNone) return false;
  Json json = {{"type", "transcript.text.done"}, {"text", transcript_.text}};
  if (!behavior().no_usage) json["usage"] = TranscriptUsage(transcript_);
  data.json = Dump(json);
  return true;
}

}  // namespace inferwire::simulator
