// inferwire many
#include <filesystem>
#include <fstream>
#include <iostream>

#include "many_file.h"
#include "output.h"
#include "progress.h"
#include "request.h"
#include "session.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

// Where the results go.
class Results {
 public:
  // Opens the file and, to resume, keeps the lines of the items that succeeded.
  client::Result<void> Open(const ManyArgs& args) {
    if (args.output.empty()) return {};
    if (args.resume && std::filesystem::exists(args.output)) {
      const auto text = ReadFile(args.output);
      if (!text) return text.error();
      auto succeeded = ReadSucceeded(*text);
      finished_ = std::move(succeeded.ids);
      if (succeeded.lines != *text && !Replace(args.output, succeeded.lines)) {
        return UsageError("cannot write " + args.output);
      }
    }
    file_.open(args.output, args.resume ? std::ios::app : std::ios::trunc);
    if (!file_) return UsageError("cannot write " + args.output);
    to_file_ = true;
    return {};
  }

  bool Has(const std::string& id) const { return finished_.contains(id); }

  bool Write(const std::string& line) {
    if (!to_file_) return Print(line);
    file_ << line << std::flush;
    return file_.good();
  }

 private:
  // In one step: a process that ends in between loses no line.
  static bool Replace(const std::string& path, const std::string& text) {
    const std::string fresh = path + ".resume";
    std::ofstream(fresh, std::ios::binary) << text;
    std::error_code error;
    if (std::filesystem::file_size(fresh, error) == text.size() && !error) {
      std::filesystem::rename(fresh, path, error);
      if (!error) return true;
    }
    std::filesystem::remove(fresh, error);
    return false;
  }

  std::ofstream file_;
  bool to_file_ = false;
  std::unordered_set<std::string> finished_;
};

std::string Counts(const client::ManyProgress& progress, std::int64_t total) {
  return std::to_string(progress.finished()) + "/" + std::to_string(total) + " done, " +
         std::to_string(progress.failed + progress.cancelled) + " failed, " +
         std::to_string(progress.in_flight) + " in flight";
}

ExitCode Summarise(const GlobalArgs& global, const client::ManyOutcome& outcome, bool written) {
  const auto& progress = outcome.progress;
  const bool cancelled = written && !outcome.status && CodeOf(outcome.status.error()) == kCancelled;
  std::cerr << "inferwire: " << (cancelled ? "cancelled: " : "") << progress.succeeded
            << " succeeded, " << progress.failed << " failed, " << progress.cancelled
            << " cancelled, " << outcome.unfinished.size() << " unfinished";
  if (outcome.summary.usage().has_total_tokens()) {
    std::cerr << "; " << outcome.summary.usage().total_tokens() << " tokens";
  }
  std::cerr << '\n';
  if (cancelled) {
    if (global.json) Print("{\"error\":" + ErrorJson(outcome.status.error()) + "}\n");
    return kCancelled;
  }
  for (const auto& id : outcome.unfinished) std::cerr << "inferwire: unfinished: " << id << '\n';
  if (!written) {
    std::cerr << "inferwire: the results could not be written; the rest was cancelled\n";
    return kCallFailed;
  }
  if (!outcome.status) return Report(global, outcome.status.error());
  return progress.failed + progress.cancelled == 0 ? kOk : kCallFailed;
}

}  // namespace

ExitCode Run(Session& session, const ManyArgs& args) {
  const auto text = ReadText(args.file);
  if (!text) return Report(session.global, text.error());
  auto items = ReadItems(*text, args.model);
  if (!items) return Report(session.global, UsageError(args.file + ": " + items.error().message));
  if (items->empty()) return Report(session.global, UsageError(args.file + " has no items"));
  Results results;
  if (auto opened = results.Open(args); !opened) return Report(session.global, opened.error());
  const auto skipped =
      std::erase_if(*items, [&](const auto& item) { return results.Has(item.item_id()); });
  if (skipped > 0) std::cerr << "inferwire: " << skipped << " are in the output already\n";
  if (items->empty()) return kOk;

  const client::CallOptions call = session.Arm();
  const auto total = static_cast<std::int64_t>(items->size());
  Progress view;
  bool written = true;
  auto many = session.client.CompleteMany({.max_in_flight = args.max_in_flight,
                                           .timeout = call.timeout,
                                           .cancellation = call.cancellation});
  const auto outcome = many.Run(*items, {.on_result =
                                             [&](const v1::CompleteManyResult& result) {
                                               if (!written) return;
                                               written = results.Write(ResultLine(result));
                                               if (!written) session.interrupts.Stop();
                                             },
                                         .on_progress =
                                             [&](const client::ManyProgress& p) {
                                               view.Show(p.finished(), total, Counts(p, total));
                                             }});
  session.interrupts.Disarm();
  view.Finish();
  return Summarise(session.global, outcome, written);
}

}  // namespace inferwire::cli
