// inferwire files
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "output.h"
#include "progress.h"
#include "sent_file.h"
#include "session.h"
#include "table.h"

namespace inferwire::cli {
namespace {

constexpr int kPage = 1000;

void Show(const GlobalArgs& global, const v1::File& file) {
  if (global.json) {
    Print(OpenAiJson(file) + "\n");
    return;
  }
  Table table({"id", file.file_id()});
  table.Add({"filename", file.filename()});
  table.Add({"purpose", file.purpose()});
  table.Add({"size", SizeText(file.size_bytes())});
  table.Add({"created", TimeText(file.has_create_time(), file.create_time())});
  table.Add({"expires", TimeText(file.has_expire_time(), file.expire_time())});
  Print(table.Text());
}

std::string SoFar(std::int64_t done, std::int64_t total) {
  return total > 0 ? SizeText(done) + " of " + SizeText(total) : SizeText(done);
}

}  // namespace

ExitCode Run(Session& session, const FilesUploadArgs& args) {
  auto file = SentFile::Open(args.file, args.name);
  if (!file) return Report(session.global, file.error());
  client::UploadOptions upload{.filename = file->name(), .purpose = args.purpose};
  upload.upstream = args.upstream;
  upload.size_bytes = file->size();
  if (args.expires_after > 0) upload.expires_after = std::chrono::seconds(args.expires_after);
  Progress progress;
  const std::int64_t total = upload.size_bytes.value_or(0);
  upload.on_progress = [&](std::int64_t sent) {
    progress.Show(sent, total, SentText(sent, total));
  };
  const auto stored = session.client.UploadFile(upload, file->Source(), session.Arm());
  session.interrupts.Disarm();
  progress.Finish();
  if (!stored) return Report(session.global, stored.error());
  Print(session.global.json ? OpenAiJson(stored->file(), &stored->gateway()) + "\n"
                            : stored->file().file_id() + "\n");
  return kOk;
}

ExitCode Run(Session& session, const FilesListArgs& args) {
  Table table({"id", "purpose", "size", "created", "expires", "filename"});
  v1::ListFilesRequest request;
  request.set_purpose(args.purpose);
  request.set_upstream(args.upstream);
  int left = args.limit == 0 ? INT32_MAX : args.limit;
  do {
    request.set_page_size(std::min(left, kPage));
    const auto page = session.client.ListFiles(request, session.Arm());
    session.interrupts.Disarm();
    if (!page) return Report(session.global, page.error());
    for (const v1::File& file : page->files()) {
      if (session.global.json) {
        Print(OpenAiJson(file) + "\n");
      } else {
        table.Add({file.file_id(), file.purpose(), SizeText(file.size_bytes()),
                   TimeText(file.has_create_time(), file.create_time()),
                   TimeText(file.has_expire_time(), file.expire_time()), file.filename()});
      }
    }
    left -= page->files_size();
    request.set_page_token(page->next_page_token());
  } while (left > 0 && !request.page_token().empty());
  if (!session.global.json) Print(table.Text());
  return kOk;
}

ExitCode Run(Session& session, const FilesShowArgs& args) {
  const auto file = session.client.GetFile(args.id, args.upstream, session.Arm());
  session.interrupts.Disarm();
  if (!file) return Report(session.global, file.error());
  Show(session.global, *file);
  return kOk;
}

ExitCode Run(Session& session, const FilesDownloadArgs& args) {
  client::DownloadOptions download{.upstream = args.upstream};
  std::ofstream file;
  const bool to_file = !args.output.empty();
  if (to_file) {
    std::error_code error;
    if (args.resume && std::filesystem::exists(args.output, error)) {
      download.offset = static_cast<std::int64_t>(std::filesystem::file_size(args.output, error));
    }
    file.open(args.output, std::ios::binary | (args.resume ? std::ios::app : std::ios::trunc));
    if (!file) return Report(session.global, UsageError("cannot write " + args.output));
  }
  Progress progress;
  download.on_progress = [&](std::int64_t done, std::optional<std::int64_t> size) {
    if (to_file) progress.Show(done, size.value_or(0), SoFar(done, size.value_or(0)) + " here");
  };
  bool written = true;
  const auto take = [&](std::string_view bytes) {
    if (to_file) {
      file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      written = file.good();
    } else {
      written = Print(bytes);
    }
    return written;
  };
  const auto size = session.client.DownloadFile(args.id, take, download, session.Arm());
  session.interrupts.Disarm();
  progress.Finish();
  if (to_file) file.close();
  if (!written || (to_file && !file)) {
    std::cerr << "inferwire: the bytes could not be written\n";
    return kCallFailed;
  }
  return size ? kOk : Report(session.global, size.error());
}

ExitCode Run(Session& session, const FilesDeleteArgs& args) {
  ExitCode code = kOk;
  for (const std::string& id : args.ids) {
    const auto deleted = session.client.DeleteFile(id, args.upstream, session.Arm());
    session.interrupts.Disarm();
    if (deleted) {
      PrintDeleted(session.global, id);
    } else {
      code = ReportOf(session.global, id, deleted.error());
    }
  }
  return code;
}

}  // namespace inferwire::cli
