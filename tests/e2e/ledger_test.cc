// The ledger of a whole gateway: what it adds up to is what callers were told, what the simulator
// counted, and what may be billed besides, to the pico-dollar.
#include <signal.h>

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "connected.h"
#include "gateway.h"
#include "process.h"
#include "unit/ledger/books.h"

namespace inferwire::e2e {
namespace {

using ledger::Kept;
using ledger::Source;

struct Sum {
  int64_t calls = 0, input = 0, output = 0, picousd = 0;
  bool operator==(const Sum&) const = default;

  void Add(const v1::Usage& usage, const v1::Cost& cost) {
    ++calls;
    input += usage.input_tokens();
    output += usage.output_tokens();
    picousd += cost.total_picousd();
  }
};

std::ostream& operator<<(std::ostream& out, const Sum& sum) {
  return out << sum.calls << " calls, " << sum.input << " in, " << sum.output << " out, "
             << sum.picousd << " pUSD";
}

class LedgerE2e : public testing::Test {
 protected:
  void Start(const std::function<void(config::Config&)>& adjust = {}) {
    gateway.emplace([&](config::Config& config) {
      config.ledger.path = path;
      config.ledger.segment = 1 << 20;
      if (adjust) adjust(config);
    });
  }
  Sum Booked(Source source) {
    Sum sum;
    for (const Kept& end : ledger::ReadAll(path)) {
      if (end.kind != ledger::Kind::kEnd || end.usage.source != source) continue;
      sum.calls += end.usage.calls;
      sum.input += end.usage.input;
      sum.output += end.usage.output;
      sum.picousd += end.usage.picousd;
    }
    return sum;
  }
  size_t Open() {
    std::set<uint64_t> open;
    for (const Kept& line : ledger::ReadAll(path)) {
      if (line.kind == ledger::Kind::kBegin) open.insert(line.number);
      if (line.kind == ledger::Kind::kEnd) open.erase(line.begin);
    }
    return open.size();
  }
  bool WaitForRequests(uint64_t count) {
    return gateway->upstream().WaitFor(
        [count](const simulator::Stats& stats) { return stats.requests >= count; }, 20s);
  }
  // What the simulator has counted of whole answers.
  Sum Counted() {
    Sum sum;
    for (const auto& [model, count] : gateway->upstream().stats().models) {
      sum.calls += static_cast<int64_t>(count.requests);
      sum.input += static_cast<int64_t>(count.prompt_tokens);
      sum.output += static_cast<int64_t>(count.completion_tokens);
    }
    return sum;
  }

  testing_support::TempFolder folder;
  const std::string path = folder.File("ledger");
  std::optional<Gateway> gateway;
};

void Unary(Gateway& gateway, const std::string& text, Sum& told) {
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt(text, "gpt-4.1-mini+tokens=20");
  v1::CompleteResponse response;
  const auto status = gateway.chat().Complete(NewContext().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  told.Add(response.completion().usage(), response.gateway().cost());
}

void Stream(Gateway& gateway, const std::string& text, Sum& told) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt(text, "gpt-4.1+tokens=30");
  const auto context = NewContext();
  const auto reader = gateway.chat().StreamComplete(context.get(), request);
  const StreamResult result = ReadAll(*reader);
  ASSERT_TRUE(result.status.ok()) << result.status.error_message();
  ASSERT_TRUE(result.events.back().has_completed());
  const auto& completed = result.events.back().completed();
  told.Add(completed.usage(), completed.gateway().cost());
}

void Many(Gateway& gateway, int items, Sum& told) {
  const auto context = NewContext();
  const auto stream = gateway.chat().CompleteMany(context.get());
  v1::CompleteManyRequest message;
  message.mutable_config();
  stream->Write(message);
  for (int i = 0; i < items; ++i) {
    message.mutable_item()->set_item_id(std::to_string(i));
    *message.mutable_item()->mutable_params() =
        Prompt("item " + std::to_string(i), "gpt-4.1-mini+tokens=15");
    stream->Write(message);
  }
  stream->WritesDone();
  v1::CompleteManyResponse response;
  while (stream->Read(&response)) {
    if (!response.has_result()) continue;
    ASSERT_TRUE(response.result().has_completion());
    told.Add(response.result().completion().usage(), response.result().gateway().cost());
  }
  ASSERT_TRUE(stream->Finish().ok());
}

TEST_F(LedgerE2e, AddsUpToWhatCallersWereToldAndTheSimulatorCounted) {
  Start();
  Sum told;
  for (int i = 0; i < 5; ++i) {
    Unary(*gateway, "question " + std::to_string(i), told);
    // Its end is booked before the caller hears of it.
    ASSERT_EQ(Booked(Source::kProvider), told);
    Stream(*gateway, "stream " + std::to_string(i), told);
    ASSERT_EQ(Booked(Source::kProvider), told);
  }
  Many(*gateway, 12, told);
  EXPECT_EQ(Booked(Source::kProvider), told);
  EXPECT_GT(told.picousd, 0);
  const Sum counted = Counted();
  EXPECT_EQ(counted.calls, told.calls);
  EXPECT_EQ(counted.input, told.input);
  EXPECT_EQ(counted.output, told.output);
  EXPECT_EQ(Open(), 0u);
  EXPECT_EQ(gateway->Metric(R"(inferwire_ledger_records_total{source="provider"})"), told.calls);
  EXPECT_EQ(gateway->Metric("inferwire_ledger_held_calls"), 0);
  EXPECT_EQ(gateway->Metric("inferwire_ledger_disk_free_segments"), 1);
}

TEST_F(LedgerE2e, WhatCallsAreBookedUnder) {
  Start();
  Sum told;
  Unary(*gateway, "hi", told);
  const auto ends = ledger::Ends(path);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].operation, "chat");
  EXPECT_EQ(ends[0].upstream, "test");
  EXPECT_EQ(ends[0].model, "gpt-4.1-mini+tokens=20");
  EXPECT_EQ(ends[0].tenant, "") << "this caller proved nothing";
  EXPECT_EQ(ends[0].usage.attempts, 1);
  EXPECT_NE(ends[0].request_id, ledger::RequestId{});
}

TEST_F(LedgerE2e, CallsThatWereRefusedUsedNothing) {
  Start();
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+status=400");
  v1::CompleteResponse response;
  EXPECT_FALSE(gateway->chat().Complete(NewContext().get(), request, &response).ok());
  EXPECT_EQ(Booked(Source::kNone), (Sum{1, 0, 0, 0}));
  EXPECT_EQ(Booked(Source::kProvider), Sum{});
  const auto ends = ledger::Ends(path);
  EXPECT_EQ(ends[0].usage.code, static_cast<int>(Code::kInvalidArgument));
}

TEST_F(LedgerE2e, WhatIsCancelledIsBookedAsMaybeBilled) {
  Start();
  {  // in the middle of a stream
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=50+tokens=5000");
    const auto context = NewContext();
    const auto reader = gateway->chat().StreamComplete(context.get(), request);
    v1::StreamCompleteResponse event;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(reader->Read(&event));
    context->TryCancel();
  }
  {  // items, while their upstream is at work
    const auto context = NewContext();
    const auto stream = gateway->chat().CompleteMany(context.get());
    v1::CompleteManyRequest message;
    message.mutable_config();
    stream->Write(message);
    for (int i = 0; i < 3; ++i) {
      message.mutable_item()->set_item_id(std::to_string(i));
      *message.mutable_item()->mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
      stream->Write(message);
    }
    ASSERT_TRUE(WaitForRequests(4));
    message.mutable_cancel()->set_item_id("1");  // one by itself, the others with the stream
    stream->Write(message);
    v1::CompleteManyResponse response;
    while (stream->Read(&response) && !response.has_result()) {
    }
    EXPECT_EQ(response.result().error().code(), static_cast<int>(Code::kCancelled));
    context->TryCancel();
  }
  ASSERT_TRUE(Gateway::Eventually([&] { return Booked(Source::kEstimated).calls == 4; }));
  const Sum booked = Booked(Source::kEstimated);
  EXPECT_GT(booked.input, 0);
  EXPECT_GE(booked.output, 4);
  const std::string labels = R"(gen_ai_operation_name="chat")";
  double usd = 0;
  std::istringstream page(gateway->server().MetricsPage(false));
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("inferwire_maybe_billed_cost_usd_total{")) {
      usd += std::stod(line.substr(line.rfind(' ')));
    }
  }
  EXPECT_NEAR(static_cast<double>(booked.picousd) / 1e12, usd, 1e-15);
  EXPECT_GT(booked.picousd, 0);
  EXPECT_EQ(Open(), 0u);
  for (const Kept& end : ledger::Ends(path)) {
    EXPECT_EQ(end.usage.code, static_cast<int>(Code::kCancelled));
  }
}

TEST_F(LedgerE2e, AnAttemptThatFailedBeforeAnotherAnsweredIsBookedBesides) {
  auto second = simulator::Simulator::Start();
  ASSERT_TRUE(second);
  Start([&](config::Config& config) {
    config.upstreams.push_back(config.upstreams[0]);
    config.upstreams[1].name = "second";
    config.upstreams[1].base_url = (*second)->base_url();
    config.upstreams[1].is_default = false;
    config::RouteConfig route;
    route.name = "gpt-4.1-mini*";
    route.resend = config::Resend::kAnything;
    route.targets.resize(2);
    for (size_t i = 0; i < 2; ++i) {
      route.targets[i].upstream = config.upstreams[i].name;
      route.targets[i].model = "gpt-4.1-mini";
      route.targets[i].group = static_cast<int>(i) + 1;
    }
    config.routes = {route};
  });
  ASSERT_TRUE(gateway->upstream().SetRules({{.times = 1, .set = "reset"}}));
  Sum told;
  Unary(*gateway, "hi", told);
  EXPECT_EQ(Booked(Source::kProvider), told);
  const Sum besides = Booked(Source::kEstimated);
  EXPECT_EQ(besides.calls, 0) << "it is one call";
  EXPECT_GT(besides.picousd, 0);
}

TEST_F(LedgerE2e, WithoutAPathNothingIsBooked) {
  Start([](config::Config& config) { config.ledger.path.clear(); });
  Sum told;
  Unary(*gateway, "hi", told);
  EXPECT_TRUE(ledger::ListSegments(path).empty());
  EXPECT_EQ(gateway->Metric(R"(inferwire_ledger_records_total{source="provider"})"), 0);
}

// The real server, killed while callers get their answers.
TEST_F(LedgerE2e, KilledServersHaveEveryAnswerThatACallerHasHad) {
  constexpr int kKills = 4, kCallers = 3;
  auto simulator = simulator::Simulator::Start({});
  ASSERT_TRUE(simulator);
  const std::string file =
      WriteFile("ledger.yaml",
                "server: {listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\"}\n"
                "ledger: {path: " +
                    path +
                    ", segment: 1MiB}\n"
                    "upstreams: [{name: a, base_url: \"" +
                    (*simulator)->base_url() + "\", allow_plain_http: true, api_key: none}]\n");
  std::mutex mutex;
  std::map<ledger::RequestId, int64_t> told;  // money by request
  std::mt19937 random(4);
  for (int kill = 0; kill <= kKills; ++kill) {
    testing_support::ChildProcess server({kServer, "--config", file});
    const int port = PortOf(server);
    ASSERT_GT(port, 0) << server.output();
    const size_t enough = told.size() + 20 + random() % 100;
    std::atomic<bool> over{false};
    std::vector<std::thread> callers;
    for (int t = 0; t < kCallers; ++t) {
      callers.emplace_back([&, t] {
        grpc::ChannelArguments arguments;
        arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        const auto stub = v1::ChatService::NewStub(Connected(grpc::CreateCustomChannel(
            "127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials(), arguments)));
        while (!over) {
          v1::CompleteRequest request;
          *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+tokens=" + std::to_string(10 + t));
          v1::CompleteResponse response;
          if (!stub->Complete(NewContext(5s).get(), request, &response).ok()) return;
          std::lock_guard lock(mutex);
          told[ledger::ToRequestId(response.gateway().request_id())] =
              response.gateway().cost().total_picousd();
          over = told.size() >= enough;
        }
      });
    }
    EXPECT_TRUE(Gateway::Eventually([&] { return over.load(); }, 60s));
    over = true;
    server.Signal(kill < kKills ? SIGKILL : SIGTERM);
    for (auto& caller : callers) caller.join();
    if (kill == kKills) {
      EXPECT_EQ(server.Wait(), 0) << server.output();
    }
  }
  std::map<ledger::RequestId, int64_t> booked;
  int64_t lost = 0;
  for (const Kept& end : ledger::Ends(path)) {
    if (end.usage.source == Source::kLost) {
      ++lost;
      continue;
    }
    EXPECT_TRUE(booked.emplace(end.request_id, end.usage.picousd).second) << "booked twice";
  }
  EXPECT_LE(lost, kKills * kCallers) << "only what was in flight";
  for (const auto& [id, picousd] : told) {
    ASSERT_TRUE(booked.contains(id));
    EXPECT_EQ(booked[id], picousd);
  }
  EXPECT_LE(booked.size(), told.size() + (kKills + 1) * kCallers);
  EXPECT_EQ(Open(), 0u);
}

}  // namespace
}  // namespace inferwire::e2e
