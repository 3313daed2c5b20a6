// inferwire embed
#include <fstream>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "embed_file.h"
#include "output.h"
#include "progress.h"
#include "request.h"
#include "session.h"

namespace inferwire::cli {
namespace {

using client::Result;

// What one call takes at most: what providers do where the vectors come one by one, and well below
// that where they come in one answer.
constexpr std::size_t kMostStreamed = 2048, kMostAtOnce = 256;
constexpr std::size_t kMostBytes = 512 * 1024;

using NextItem = std::function<Result<std::optional<EmbedItem>>()>;

// The next texts that one call takes; none at the end. `held` is the first one of the call after.
Result<std::vector<EmbedItem>> NextPart(const NextItem& next, std::size_t most,
                                        std::optional<EmbedItem>& held) {
  std::vector<EmbedItem> part;
  std::size_t bytes = 0;
  while (part.size() < most) {
    auto item = held ? Result<std::optional<EmbedItem>>(std::exchange(held, {})) : next();
    if (!item) return item.error();
    if (!*item) break;
    bytes += (*item)->text.size();
    if (bytes > kMostBytes && !part.empty()) {
      held = *std::move(item);
      break;
    }
    part.push_back(**std::move(item));
  }
  return part;
}

// Everything that is embedded by one command.
class Embedding {
 public:
  Embedding(Session& session, const EmbedArgs& args) : session_(session), args_(args) {}

  Result<void> Open() {
    if (args_.output.empty()) return {};
    file_.open(args_.output, std::ios::binary | std::ios::trunc);
    if (!file_) return UsageError("cannot write " + args_.output);
    return {};
  }

  std::size_t most_texts() const { return session_.global.json ? kMostAtOnce : kMostStreamed; }

  Result<void> Embed(const std::vector<EmbedItem>& part) {
    return part.size() <= kMostAtOnce ? EmbedAtOnce(part) : EmbedStreamed(part);
  }

  Result<void> Close() {
    progress_.Finish();
    if (args_.output.empty()) return {};
    file_.close();
    return file_ ? Result<void>() : Result<void>(CannotWrite());
  }

  void PrintSum() const { PrintUsage(session_.global, model_, usage_, gateway_); }

 private:
  template <class Request>
  Request RequestOf(const std::vector<EmbedItem>& part) const {
    Request request;
    request.mutable_params()->set_model(args_.model);
    if (args_.dimensions) request.mutable_params()->set_dimensions(*args_.dimensions);
    for (const EmbedItem& item : part) request.mutable_params()->add_input(item.text);
    return request;
  }

  Result<void> EmbedAtOnce(const std::vector<EmbedItem>& part) {
    const auto response = session_.client.Embed(RequestOf<v1::EmbedRequest>(part), session_.Arm());
    session_.interrupts.Disarm();
    if (!response) return response.error();
    Add(response->result(), response->gateway());
    std::string out;
    if (session_.global.json) {
      out = OpenAiJson(response->result(), &response->gateway()) + "\n";
    } else {
      std::vector<std::string> lines(part.size());
      for (const v1::Embedding& embedding : response->result().embeddings()) {
        const auto index = static_cast<std::size_t>(embedding.index());
        if (index < part.size()) lines[index] = ResultLine(part[index].id, embedding);
      }
      for (const std::string& line : lines) out += line;
    }
    if (!Write(out)) return CannotWrite();
    Show(static_cast<std::int64_t>(part.size()));
    return {};
  }

  // A line as soon as those before it are written, whatever the order of the answer.
  Result<void> EmbedStreamed(const std::vector<EmbedItem>& part) {
    std::vector<std::string> lines(part.size());
    std::size_t written = 0;
    auto stream =
        session_.client.StreamEmbed(RequestOf<v1::StreamEmbedRequest>(part), session_.Arm());
    for (const client::EmbedEvent& event : stream) {
      if (event.message.has_completed()) {
        Add(event.message.completed().result(), event.message.completed().gateway());
      }
      const v1::Embedding* const embedding = event.embedding();
      if (embedding == nullptr) continue;
      const auto index = static_cast<std::size_t>(embedding->index());
      if (index >= part.size()) continue;
      lines[index] = ResultLine(part[index].id, *embedding);
      for (; written < part.size() && !lines[written].empty(); ++written) {
        if (!Write(std::exchange(lines[written], {}))) return CannotWrite();
        Show(1);
      }
    }
    session_.interrupts.Disarm();
    return stream.status();
  }

  void Show(std::int64_t more) {
    done_ += more;
    progress_.Show(done_, 0, std::to_string(done_) + " embedded");
  }

  static client::Error CannotWrite() {
    client::Error error;
    error.code = grpc::StatusCode::ABORTED;
    error.domain = client::kClientDomain;
    error.reason = "OUTPUT_FAILED";
    error.message = "the vectors could not be written";
    return error;
  }

  bool Write(const std::string& text) {
    if (args_.output.empty()) return Print(text);
    file_ << text << std::flush;
    return file_.good();
  }

  void Add(const v1::EmbeddingResult& result, const v1::GatewayInfo& gateway) {
    model_ = result.model();
    usage_.set_input_tokens(usage_.input_tokens() + result.usage().input_tokens());
    usage_.set_total_tokens(usage_.total_tokens() + result.usage().total_tokens());
    const v1::Cost& cost = gateway.cost();
    priced_ = priced_ && cost.has_total_picousd();
    picousd_ += cost.total_picousd();
    gateway_ = gateway;
    gateway_.clear_upstream_time();
    gateway_.clear_cost();
    if (priced_) gateway_.mutable_cost()->set_total_picousd(picousd_);
  }

  Session& session_;
  const EmbedArgs& args_;
  std::ofstream file_;
  Progress progress_;
  std::int64_t done_ = 0, picousd_ = 0;
  bool priced_ = true;
  std::string model_;
  v1::Usage usage_;
  v1::GatewayInfo gateway_;
};

Result<void> EmbedAll(Embedding& embedding, const NextItem& next) {
  std::optional<EmbedItem> held;
  for (bool first = true;; first = false) {
    const auto part = NextPart(next, embedding.most_texts(), held);
    if (!part) return part.error();
    if (part->empty())
      return first ? UsageError("there are no texts: nothing was sent") : Result<void>();
    if (first) {
      // Only now: a file that is there already is lost with it.
      if (auto opened = embedding.Open(); !opened) return opened;
    }
    if (auto done = embedding.Embed(*part); !done) return done;
  }
}

// The texts of the command line; without any, standard input as one.
Result<std::vector<EmbedItem>> Given(const EmbedArgs& args) {
  std::vector<std::string> texts = args.texts;
  if (texts.empty()) {
    auto text = NeedPrompt({});
    if (!text) return text.error();
    texts.push_back(*std::move(text));
  }
  std::vector<EmbedItem> items;
  for (const std::string& text : texts) {
    const std::string name = "text-" + std::to_string(items.size() + 1);
    if (auto good = CheckText(text, name); !good) return good.error();
    if (IsBlank(text)) return UsageError(name + ": is empty: nothing was sent");
    items.push_back({name, text});
  }
  return items;
}

}  // namespace

ExitCode Run(Session& session, const EmbedArgs& args) {
  Embedding embedding(session, args);
  Result<void> done;
  if (args.input.empty()) {
    auto items = Given(args);
    if (!items) return Report(session.global, items.error());
    std::size_t at = 0;
    done = EmbedAll(embedding, [&]() -> Result<std::optional<EmbedItem>> {
      if (at == items->size()) return std::optional<EmbedItem>();
      return std::optional(std::move((*items)[at++]));
    });
  } else {
    std::ifstream file;
    if (args.input != "-") file.open(args.input, std::ios::binary);
    if (!file) return Report(session.global, UsageError("cannot read " + args.input));
    EmbedItemReader reader(args.input == "-" ? std::cin : file);
    done = EmbedAll(embedding, [&] { return reader.Next(); });
  }
  const auto closed = embedding.Close();
  if (!done) return Report(session.global, done.error());
  if (!closed) return Report(session.global, closed.error());
  embedding.PrintSum();
  return kOk;
}

}  // namespace inferwire::cli
