#include "finetune_rows.h"

#include <cctype>
#include <map>
#include <sstream>

#include "table.h"

namespace inferwire::cli {
namespace {

std::string OrDash(const std::string& text) { return text.empty() ? "-" : text; }

// "train_loss=0.51 valid_loss=0.62", by name.
std::string MetricsText(const google::protobuf::Map<std::string, double>& metrics) {
  std::ostringstream text;
  for (const auto& [name, value] : std::map<std::string, double>(metrics.begin(), metrics.end())) {
    text << (text.tellp() > 0 ? " " : "") << name << '=' << value;
  }
  return text.str();
}

}  // namespace

std::string StatusText(const v1::FineTuningJob& job) {
  if (const auto other = job.extra().find("status"); other != job.extra().end()) {
    return other->second;
  }
  std::string name = v1::FineTuningStatus_Name(job.status());
  name.erase(0, std::string_view("FINE_TUNING_STATUS_").size());
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

std::string JobText(const v1::FineTuningJob& job) {
  Table table({"id", job.job_id()});
  table.Add({"status", StatusText(job)});
  table.Add({"model", job.model()});
  table.Add({"fine-tuned model", OrDash(job.fine_tuned_model())});
  table.Add({"training file", job.training_file()});
  if (job.has_validation_file()) table.Add({"validation file", job.validation_file()});
  for (const std::string& file : job.result_files()) table.Add({"result file", file});
  if (job.has_trained_tokens()) table.Add({"trained tokens", Grouped(job.trained_tokens())});
  table.Add({"created", TimeText(job.has_create_time(), job.create_time())});
  table.Add({"ended", TimeText(job.has_finish_time(), job.finish_time())});
  if (job.has_estimated_finish_time()) {
    table.Add({"expected", TimeText(true, job.estimated_finish_time())});
  }
  const v1::FineTuningError& error = job.error();
  if (error.has_message()) table.Add({"error", error.code() + ": " + error.message()});
  return table.Text();
}

std::vector<std::string> HeadOf(const v1::FineTuningJob&) {
  return {"id", "status", "created", "model", "fine-tuned model"};
}

std::vector<std::string> HeadOf(const v1::FineTuningEvent&) {
  return {"created", "level", "message"};
}

std::vector<std::string> HeadOf(const v1::FineTuningCheckpoint&) {
  return {"id", "step", "created", "model", "metrics"};
}

std::vector<std::string> RowOf(const v1::FineTuningJob& job) {
  return {job.job_id(), StatusText(job), TimeText(job.has_create_time(), job.create_time()),
          job.model(), OrDash(job.fine_tuned_model())};
}

std::vector<std::string> RowOf(const v1::FineTuningEvent& event) {
  return {TimeText(event.has_create_time(), event.create_time()), OrDash(event.level()),
          event.message()};
}

std::vector<std::string> RowOf(const v1::FineTuningCheckpoint& checkpoint) {
  return {checkpoint.checkpoint_id(), std::to_string(checkpoint.step_number()),
          TimeText(checkpoint.has_create_time(), checkpoint.create_time()),
          OrDash(checkpoint.fine_tuned_model_checkpoint()), MetricsText(checkpoint.metrics())};
}

}  // namespace inferwire::cli
