// inferwire batch
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "batch_file.h"
#include "many_file.h"
#include "output.h"
#include "progress.h"
#include "request.h"
#include "session.h"
#include "table.h"

namespace inferwire::cli {
namespace {

constexpr int kPage = 100;
constexpr std::int64_t kShowEvery = 1000;  // items that are being sent

// in_progress
std::string StateText(v1::Batch::State state) {
  std::string name = v1::Batch::State_Name(state);
  if (name.starts_with("STATE_")) name.erase(0, 6);
  std::ranges::transform(name, name.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  });
  return name;
}

std::int64_t Finished(const v1::BatchCounts& counts) {
  return counts.succeeded() + counts.failed() + counts.expired() + counts.cancelled();
}

std::string CountsText(const v1::BatchCounts& counts) {
  std::string text = std::to_string(Finished(counts)) + "/" + std::to_string(counts.total());
  if (counts.failed() > 0) text += ", " + std::to_string(counts.failed()) + " failed";
  if (counts.expired() > 0) text += ", " + std::to_string(counts.expired()) + " expired";
  if (counts.cancelled() > 0) text += ", " + std::to_string(counts.cancelled()) + " cancelled";
  return text;
}

// What is priced, and how much is not: USD 0.000033, 2 not priced (USAGE_NOT_REPORTED).
std::string SumText(const v1::Cost& cost) {
  const std::map<std::string, std::int64_t> by_reason(cost.unpriced_items().begin(),
                                                      cost.unpriced_items().end());
  std::int64_t unpriced = 0;
  std::string reasons;
  for (const auto& [reason, count] : by_reason) {
    unpriced += count;
    reasons += (reasons.empty() ? "" : ", ") + reason;
  }
  std::string text;
  if (cost.has_total_picousd()) text = CostText(cost.total_picousd());
  if (unpriced > 0) {
    text += (text.empty() ? "" : ", ") + std::to_string(unpriced) + " not priced (" + reasons + ")";
  }
  return text.empty() ? "not priced (" + cost.unpriced_reason() + ")" : text;
}

ExitCode CodeOf(const v1::Batch& batch) {
  const bool good = batch.state() == v1::Batch::STATE_COMPLETED &&
                    batch.counts().succeeded() == batch.counts().total();
  return good ? kOk : kCallFailed;
}

void Show(const GlobalArgs& global, const v1::Batch& batch) {
  if (global.json) {
    Print(GatewayJson(batch) + "\n");
    return;
  }
  Table table({"id", batch.batch_id()});
  table.Add({"state", StateText(batch.state())});
  table.Add({"endpoint", batch.endpoint()});
  table.Add({"items", CountsText(batch.counts())});
  table.Add({"tokens", Grouped(batch.usage().total_tokens())});
  if (batch.has_cost()) table.Add({"cost", SumText(batch.cost())});
  table.Add({"created", TimeText(batch.has_create_time(), batch.create_time())});
  table.Add({"ended", TimeText(batch.has_end_time(), batch.end_time())});
  for (const v1::BatchShard& shard : batch.shards()) {
    table.Add({"shard " + std::to_string(shard.index()),
               CountsText(shard.counts()) + "  " + shard.upstream() + " " + shard.model() + " " +
                   shard.upstream_batch_id()});
  }
  for (const v1::BatchError& error : batch.errors()) {
    table.Add({"error", error.code() + ": " + error.message()});
  }
  Print(table.Text());
}

client::PatientOptions Patient(const client::CallOptions& call) {
  return {.timeout = call.timeout, .cancellation = call.cancellation};
}

client::Result<v1::Batch> Watch(Session& session, const std::string& id) {
  Progress progress;
  std::string state;
  auto batch = session.client.WatchBatch(
      id,
      [&](const v1::Batch& now) {
        if (session.global.json) Print(GatewayJson(now) + "\n");
        state = StateText(now.state());
        progress.Show(Finished(now.counts()), now.counts().total(),
                      state + ", " + CountsText(now.counts()));
      },
      Patient(session.Arm()));
  session.interrupts.Disarm();
  progress.Finish();
  if (batch) {
    std::cerr << "inferwire: " << id << " " << StateText(batch->state()) << ", "
              << CountsText(batch->counts());
    if (batch->has_cost()) std::cerr << ", " << SumText(batch->cost());
    std::cerr << '\n';
  }
  return batch;
}

struct Kept {
  std::int64_t lines = 0, failed = 0;
};

// The whole lines of an earlier output; what is behind the last one goes.
client::Result<Kept> KeepWholeLines(const std::string& path) {
  Kept kept;
  std::uintmax_t end = 0;
  std::ifstream in(path, std::ios::binary);
  for (std::string line; std::getline(in, line) && !in.eof();) {
    ++kept.lines;
    if (IsFailed(line)) ++kept.failed;
    end += line.size() + 1;
  }
  std::error_code error;
  std::filesystem::resize_file(path, end, error);
  if (error) return UsageError("cannot write " + path);
  return kept;
}

ExitCode WriteResults(Session& session, const BatchResultsArgs& args) {
  client::ResultsOptions options{.follow = args.follow};
  std::ofstream file;
  std::int64_t failed = 0;
  const bool to_file = !args.output.empty();
  if (to_file) {
    std::error_code error;
    if (args.resume && std::filesystem::exists(args.output, error)) {
      const auto kept = KeepWholeLines(args.output);
      if (!kept) return Report(session.global, kept.error());
      options.offset = kept->lines;
      failed = kept->failed;
    }
    file.open(args.output, std::ios::binary | (args.resume ? std::ios::app : std::ios::trunc));
    if (!file) return Report(session.global, UsageError("cannot write " + args.output));
  }
  options.patience = Patient(session.Arm());
  auto results = session.client.BatchResults(args.id, options);
  bool written = true;
  for (const v1::BatchResult& result : results) {
    if (result.has_error()) ++failed;
    const std::string line = ResultLine(result);
    written = to_file ? (file << line).good() : Print(line);
    if (!written) break;
  }
  session.interrupts.Disarm();
  if (to_file) file.close();
  if (!written || (to_file && !file)) {
    std::cerr << "inferwire: the results could not be written\n";
    return kCallFailed;
  }
  if (auto status = results.status(); !status) return Report(session.global, status.error());
  return failed == 0 ? kOk : kCallFailed;
}

client::Result<v1::BatchHeader> HeaderOf(const BatchCreateArgs& args) {
  v1::BatchHeader header;
  header.set_request_id(args.request_id);
  header.set_upstream(args.upstream);
  if (auto added = AddMetadata(*header.mutable_metadata(), args.metadata); !added) {
    return added.error();
  }
  return header;
}

client::Result<v1::CreateBatchResponse> Create(Session& session, const BatchCreateArgs& args) {
  auto header = HeaderOf(args);
  if (!header) return header.error();
  std::ifstream file;
  if (args.file != "-") {
    file.open(args.file, std::ios::binary);
    if (!file) return UsageError("cannot read " + args.file);
  }
  BatchItemReader reader(args.file == "-" ? std::cin : file, args.model);
  auto first = reader.Next();  // its url is the batch's
  if (!first) return UsageError(args.file + ": " + first.error().message);
  if (!*first) return UsageError(args.file + " has no items");
  header->set_endpoint(reader.endpoint());
  Progress progress;
  auto created = session.client.CreateBatch(
      *header,
      [&]() -> client::Result<std::optional<v1::BatchItem>> {
        if (auto& kept = *first) return std::exchange(kept, std::nullopt);
        auto item = reader.Next();
        if (!item) return UsageError(args.file + ": " + item.error().message);
        if (reader.count() % kShowEvery == 0) {
          progress.Show(reader.count(), 0, std::to_string(reader.count()) + " items sent");
        }
        return item;
      },
      session.Arm());
  session.interrupts.Disarm();
  progress.Finish();
  return created;
}

}  // namespace

ExitCode Run(Session& session, const BatchCreateArgs& args) {
  const auto created = Create(session, args);
  if (!created) return Report(session.global, created.error());
  const std::string& id = created->batch().batch_id();
  const bool to_output = args.output == "-";  // of the results only: the id goes beside it
  const std::string named = session.global.json ? GatewayJson(created->batch()) + "\n" : id + "\n";
  if (to_output) {
    std::cerr << named;
  } else {
    Print(named);
  }
  if (created->existed()) std::cerr << "inferwire: the batch was there already\n";
  if (!args.wait && args.output.empty()) return kOk;
  const auto batch = Watch(session, id);
  if (!batch) return Report(session.global, batch.error());
  if (args.output.empty()) return CodeOf(*batch);
  const ExitCode code =
      WriteResults(session, {.id = id, .output = to_output ? std::string() : args.output});
  return code == kOk ? CodeOf(*batch) : code;
}

ExitCode Run(Session& session, const BatchWatchArgs& args) {
  const auto batch = Watch(session, args.id);
  return batch ? CodeOf(*batch) : Report(session.global, batch.error());
}

ExitCode Run(Session& session, const BatchResultsArgs& args) { return WriteResults(session, args); }

ExitCode Run(Session& session, const BatchListArgs& args) {
  Table table({"id", "state", "created", "ended", "endpoint", "items"});
  v1::ListBatchesRequest request;
  int left = args.limit == 0 ? INT32_MAX : args.limit;
  do {
    request.set_page_size(std::min(left, kPage));
    const auto page = session.client.ListBatches(request, session.Arm());
    session.interrupts.Disarm();
    if (!page) return Report(session.global, page.error());
    for (const v1::Batch& batch : page->batches()) {
      if (session.global.json) {
        Print(GatewayJson(batch) + "\n");
      } else {
        table.Add({batch.batch_id(), StateText(batch.state()),
                   TimeText(batch.has_create_time(), batch.create_time()),
                   TimeText(batch.has_end_time(), batch.end_time()), batch.endpoint(),
                   CountsText(batch.counts())});
      }
    }
    left -= page->batches_size();
    request.set_page_token(page->next_page_token());
  } while (left > 0 && !request.page_token().empty());
  if (!session.global.json) Print(table.Text());
  return kOk;
}

ExitCode Run(Session& session, const BatchShowArgs& args) {
  const auto batch = session.client.GetBatch(args.id, session.Arm());
  session.interrupts.Disarm();
  if (!batch) return Report(session.global, batch.error());
  Show(session.global, *batch);
  return kOk;
}

ExitCode Run(Session& session, const BatchCancelArgs& args) {
  const auto batch = session.client.CancelBatch(args.id, session.Arm());
  session.interrupts.Disarm();
  if (!batch) return Report(session.global, batch.error());
  Show(session.global, *batch);
  return kOk;
}

ExitCode Run(Session& session, const BatchDeleteArgs& args) {
  ExitCode code = kOk;
  for (const std::string& id : args.ids) {
    const auto deleted = session.client.DeleteBatch(id, session.Arm());
    session.interrupts.Disarm();
    if (deleted) {
      Print(session.global.json ? "{\"id\":" + Quoted(id) + ",\"deleted\":true}\n" : id + "\n");
      continue;
    }
    std::cerr << "inferwire: " << id << ":\n";
    code = Report(session.global, deleted.error());
  }
  return code;
}

}  // namespace inferwire::cli
