#include "telemetry/log.h"

#include "telemetry/call_line.h"
#include "telemetry/log_line.h"

namespace inferwire::telemetry {

std::string_view Name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
    case LogLevel::kOff:
      return "off";
  }
  return "off";
}

Log::Log(Options options, const Clock& clock, std::unique_ptr<LogSink> sink)
    : clock_(clock), sink_(std::move(sink)) {
  Configure(options);
}

void Log::Configure(Options options) {
  level_ = options.level;
  calls_ = options.calls && options.level != LogLevel::kOff;
}

void Log::Call(const CallRecord& record) {
  if (!logs_calls()) return;
  LogLine line(clock_.WallNow());
  line.Text("level", "info");
  line.Text("event", "call");
  WriteCall(record, line);
  sink_->Write(line.Finish());
}

void Log::Event(LogLevel level, std::string_view name, std::initializer_list<LogField> fields) {
  if (!logs(level)) return;
  LogLine line(clock_.WallNow());
  line.Text("level", Name(level));
  line.Text("event", name);
  for (const LogField& field : fields) line.Field(field);
  sink_->Write(line.Finish());
}

}  // namespace inferwire::telemetry
