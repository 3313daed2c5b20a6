#include "stored_arguments.h"

namespace inferwire::cli {
namespace {

constexpr char kFilesFooter[] = R"(Examples:
  inferwire files upload questions.jsonl                  prints the file's id
  pg_dump app | inferwire files upload - --name app.sql --purpose user_data
  inferwire files list --purpose batch
  inferwire files download file-abc --output answers.jsonl --resume
  inferwire files delete file-abc file-def

Files go up and down in pieces: their size costs no memory, here or in the gateway.)";

constexpr char kBatchFooter[] = R"(Examples:
  inferwire batch create questions.jsonl                  prints the batch's id
  inferwire batch create questions.jsonl --wait           and stays until it has ended
  inferwire batch create questions.jsonl --output answers.jsonl
  inferwire batch watch batch_abc
  inferwire batch results batch_abc --output answers.jsonl --resume
  inferwire batch list
  inferwire batch cancel batch_abc
  inferwire batch delete batch_abc                        items, results and files of one that has ended

A batch may have any number of items and take a day; the gateway splits it as the provider wants it.
Items are those of inferwire many. Ctrl-C stops the watching, never the batch.)";

constexpr char kCreateFooter[] =
    R"(One item per line of FILE ("-": standard input), in one of three forms:
  {"custom_id": "a", "prompt": "Why is the sky blue?"}
  {"custom_id": "b", "model": "gpt-4.1", "messages": [{"role": "user", "content": "Hi"}]}
  {"custom_id": "c", "method": "POST", "url": "/v1/embeddings", "body": {"model": ...}}
Without an id an item is called line-N. All lines with a url name the same one.

With --request-id the same command may be given again after any failure: there will be one batch.
Exit code with --wait or --output: 0 if every item succeeded, 1 if not.)";

CLI::App& AddVerb(CLI::App& app, const std::string& name, const std::string& what,
                  const std::string& footer = {}) {
  auto& verb = *app.add_subcommand(name, what);
  verb.footer(footer + (footer.empty() ? "" : "\n\n") +
              "inferwire --help shows the options that every verb takes: --server, --json, ...");
  return verb;
}

template <class Args>
void Select(CLI::App& verb, Arguments& all, const Args& args) {
  verb.callback([&all, &args] { all.verb = args; });
}

// "-" is standard output, as everywhere; so is nothing.
CLI::Option* AddOutput(CLI::App& verb, std::string& output) {
  return verb.add_option("-o,--output", output, "file to write; unset or \"-\": standard output")
      ->type_name("FILE")
      ->transform([](const std::string& file) { return file == "-" ? std::string() : file; });
}

void AddUpstream(CLI::App& verb, std::string& upstream) {
  verb.add_option("--upstream", upstream, "name of the upstream; unset: the gateway's default one");
}

}  // namespace

void StoredArguments::AddTo(CLI::App& app, Arguments& all) {
  AddFiles(app, all);
  AddBatch(app, all);
}

void StoredArguments::AddFiles(CLI::App& app, Arguments& all) {
  auto& files =
      AddVerb(app, "files", "Store, list, read and delete the upstream's files", kFilesFooter);
  files.require_subcommand(1);
  files.fallthrough();

  auto& upload = AddVerb(files, "upload", "Store a file; prints its id");
  upload.add_option("file", upload_.file, "\"-\": standard input")->type_name("FILE")->required();
  upload.add_option("--purpose", upload_.purpose, "batch, fine-tune, user_data, ...")
      ->capture_default_str();
  upload.add_option("--name", upload_.name, "its name upstream; unset: that of the file");
  upload.add_option("--expires-after", upload_.expires_after, "seconds until it is deleted")
      ->check(CLI::PositiveNumber);
  AddUpstream(upload, upload_.upstream);
  Select(upload, all, upload_);

  auto& list = AddVerb(files, "list", "List files, the youngest first");
  list.add_option("--purpose", list_.purpose, "only files of this purpose");
  list.add_option("--limit", list_.limit, "at most so many; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  AddUpstream(list, list_.upstream);
  Select(list, all, list_);

  auto& show = AddVerb(files, "show", "Show one file");
  show.add_option("id", show_.id, "the file's id")->required();
  AddUpstream(show, show_.upstream);
  Select(show, all, show_);

  auto& download = AddVerb(files, "download", "Read a file's bytes");
  download.add_option("id", download_.id, "the file's id")->required();
  auto* output = AddOutput(download, download_.output);
  download.add_flag("--resume", download_.resume, "go on behind what is in the output file")
      ->needs(output);
  AddUpstream(download, download_.upstream);
  Select(download, all, download_);

  auto& remove = AddVerb(files, "delete", "Delete files");
  remove.add_option("id", delete_.ids, "the files' ids")->required();
  AddUpstream(remove, delete_.upstream);
  Select(remove, all, delete_);
}

void StoredArguments::AddBatch(CLI::App& app, Arguments& all) {
  auto& batch =
      AddVerb(app, "batch", "Work off any number of items at the batch price", kBatchFooter);
  batch.require_subcommand(1);
  batch.fallthrough();

  auto& create = AddVerb(batch, "create", "Create a batch; prints its id", kCreateFooter);
  create.add_option("file", create_.file, "JSON Lines")->type_name("FILE")->required();
  create_.model = all.settings.Value("model");
  create.add_option("-m,--model", create_.model, "model of items that name none")
      ->capture_default_str();
  create.add_option("--request-id", create_.request_id, "makes the creation repeatable");
  create.add_option("--metadata", create_.metadata, "name=value; may be given again")
      ->take_all()
      ->allow_extra_args(false);
  create.add_flag("--wait", create_.wait, "stay until the batch has ended");
  create
      .add_option("-o,--output", create_.output,
                  "wait, and write the results to this file (\"-\": standard output)")
      ->type_name("FILE");
  AddUpstream(create, create_.upstream);
  Select(create, all, create_);

  auto& watch = AddVerb(batch, "watch", "Follow a batch until it has ended");
  watch.add_option("id", watch_.id, "the batch's id")->required();
  Select(watch, all, watch_);

  auto& results = AddVerb(batch, "results", "Read a batch's results");
  results.add_option("id", results_.id, "the batch's id")->required();
  auto* output = AddOutput(results, results_.output);
  results.add_flag("--resume", results_.resume, "go on behind the lines of the output file")
      ->needs(output);
  results.add_flag("--follow", results_.follow, "stay until the batch has ended");
  Select(results, all, results_);

  auto& list = AddVerb(batch, "list", "List batches, the youngest first");
  list.add_option("--limit", batches_.limit, "at most so many; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  Select(list, all, batches_);

  auto& show = AddVerb(batch, "show", "Show one batch and its shards");
  show.add_option("id", batch_.id, "the batch's id")->required();
  Select(show, all, batch_);

  auto& cancel = AddVerb(batch, "cancel", "Cancel a batch; what is done stays done");
  cancel.add_option("id", cancel_.id, "the batch's id")->required();
  Select(cancel, all, cancel_);

  auto& gone =
      AddVerb(batch, "delete", "Delete batches that have ended, with their results and files");
  gone.add_option("ids", delete_batch_.ids, "the batches' ids")->required();
  Select(gone, all, delete_batch_);
}

}  // namespace inferwire::cli
