// grpc_load TARGET: load on inferwire, from one thread with one completion queue.
#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "arrivals.h"
#include "cancels.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "inferwire/v1/chat_service.grpc.pb.h"
#include "load_options.h"
#include "load_params.h"

namespace inferwire::bench {
namespace {

using Clock = Arrivals::Clock;
constexpr std::chrono::milliseconds kSlowPause(100);

// One call; its own tag. Deleted by the loop when Next returns false.
class LoadCall {
 public:
  explicit LoadCall(uint64_t number) : number(number) {}
  virtual ~LoadCall() = default;
  // False: the call is over.
  virtual bool Next(bool ok) = 0;
  void Cancel() { context_.TryCancel(); }

  const uint64_t number;

 protected:
  grpc::ClientContext context_;
};

// What a call's line in the log says of its end.
struct CallEnd {
  std::string request_id, reason = "OK";
};

CallEnd EndOf(const grpc::Status& status, const v1::GatewayInfo& gateway) {
  CallEnd end{gateway.request_id()};
  if (status.ok()) return end;
  end.reason = "GRPC_" + std::to_string(status.error_code());
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& any : details.details()) {
    google::rpc::ErrorInfo info;
    if (!any.UnpackTo(&info)) continue;
    end.reason = info.reason();
    if (const auto id = info.metadata().find("request_id"); id != info.metadata().end()) {
      end.request_id = id->second;
    }
  }
  return end;
}

struct LoadContext {
  explicit LoadContext(const LoadOptions& from) : options(from), params(ParamsOf(from)) {
    if (!from.log.empty()) log.open(from.log);
  }

  const LoadOptions& options;
  v1::ChatCompletionParams params;
  std::vector<std::unique_ptr<v1::ChatService::Stub>> stubs;
  grpc::CompletionQueue queue;
  LoadResult result;
  size_t started = 0;
  std::mt19937_64 dice{1};
  std::ofstream log;

  // Of the next call.
  const v1::ChatCompletionParams& NextParams() {
    if (options.conversations > 0) {
      const bool first = dice() % 4 == 0;
      const auto which = first ? 0 : dice() % static_cast<uint64_t>(options.conversations);
      params.set_prompt_cache_key("conversation-" + std::to_string(which));
    }
    if (!options.tenant.empty()) params.mutable_messages(0)->set_content(OwnText(started));
    return params;
  }
  // Of the call with this number.
  std::string OwnText(uint64_t number) const {
    return "own-" + options.tenant + "-" + std::to_string(number) + ".";
  }
  void CheckText(uint64_t number, const std::string& text) {
    if (!options.tenant.empty() && text != OwnText(number)) ++result.foreign;
  }
  v1::ChatService::Stub& NextStub() { return *stubs[started++ % stubs.size()]; }
  void Count(const grpc::Status& status, bool complete, const v1::GatewayInfo& gateway = {}) {
    if (log.is_open()) {
      const CallEnd end = EndOf(status, gateway);
      const std::string& reason = status.ok() && !complete ? "INCOMPLETE" : end.reason;
      log << end.request_id << ' ' << reason << ' ' << gateway.route().chosen_by() << '\n';
    }
    if (status.ok() && complete) {
      ++result.good;
    } else if (status.error_code() == grpc::StatusCode::CANCELLED) {
      ++result.cancelled;
    } else {
      ++result.bad;
      result.error = status.error_message();
    }
  }
};

class UnaryLoad final : public LoadCall {
 public:
  UnaryLoad(LoadContext& load, Clock::time_point intended)
      : LoadCall(load.started), load_(load), intended_(intended) {
    v1::CompleteRequest request;
    *request.mutable_params() = load.NextParams();
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    reader_ = load.NextStub().AsyncComplete(&context_, request, &load.queue);
    reader_->Finish(&response_, &status_, this);
  }
  bool Next(bool) override {
    load_.Count(status_, response_.has_completion(), response_.gateway());
    if (response_.has_completion()) {
      load_.CheckText(number, response_.completion().choices(0).message().content());
    }
    LoadResult& result = load_.result;
    (status_.ok() ? result.latency : result.rejection).Add(Microseconds(Clock::now() - intended_));
    return false;
  }

 private:
  LoadContext& load_;
  const Clock::time_point intended_;
  v1::CompleteResponse response_;
  grpc::Status status_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::CompleteResponse>> reader_;
};

class StreamLoad final : public LoadCall {
 public:
  StreamLoad(LoadContext& load, Clock::time_point intended)
      : LoadCall(load.started),
        load_(load),
        intended_(intended),
        slow_(static_cast<int>(load.started % 100) < load.options.slow_percent) {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = load.NextParams();
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(300));
    reader_ = load.NextStub().PrepareAsyncStreamComplete(&context_, request, &load.queue);
    reader_->StartCall(this);
  }
  bool Next(bool ok) override {
    if (finishing_) {
      load_.Count(status_, completed_, gateway_);
      load_.result.latency.Add(Microseconds(Clock::now() - intended_));
      return false;
    }
    if (!ok) {
      finishing_ = true;
      reader_->Finish(&status_, this);
      return true;
    }
    if (pausing_) {
      pausing_ = false;
    } else {
      Take();
      if (slow_) {
        pausing_ = true;
        alarm_.Set(&load_.queue, std::chrono::system_clock::now() + kSlowPause, this);
        return true;
      }
    }
    event_.Clear();
    reader_->Read(&event_, this);
    return true;
  }

 private:
  void Take() {
    completed_ = event_.has_completed();
    if (completed_) gateway_ = event_.completed().gateway();
    if (!event_.has_chunk()) return;
    for (const auto& choice : event_.chunk().choices()) {
      if (choice.delta().has_content()) load_.CheckText(number, choice.delta().content());
    }
    const auto now = Clock::now();
    if (++chunks_ == 1) {
      load_.result.first_chunk.Add(Microseconds(now - intended_));
    } else if (!slow_) {
      load_.result.gap.Add(Microseconds(now - last_));
    }
    last_ = now;
    ++load_.result.chunks;
  }

  LoadContext& load_;
  const Clock::time_point intended_;
  const bool slow_;
  Clock::time_point last_;
  int chunks_ = 0;
  bool finishing_ = false, completed_ = false, pausing_ = false;
  grpc::Alarm alarm_;
  v1::StreamCompleteResponse event_;
  v1::GatewayInfo gateway_;
  grpc::Status status_;
  std::unique_ptr<grpc::ClientAsyncReader<v1::StreamCompleteResponse>> reader_;
};

LoadCall* Start(LoadContext& load, Clock::time_point intended) {
  if (load.options.mode == "stream") return new StreamLoad(load, intended);
  return new UnaryLoad(load, intended);
}

void RunLoop(LoadContext& load, Measurement& measurement) {
  Arrivals arrivals(load.options);
  std::unordered_map<uint64_t, LoadCall*> live;
  Cancels<uint64_t> cancels(load.options.cancel_percent);
  const auto begin = [&](Clock::time_point intended) {
    LoadCall* const call = Start(load, intended);
    live[call->number] = call;
    cancels.Consider(call->number);
  };
  if (!arrivals.open_loop()) {
    for (int i = 0; i < load.options.in_flight; ++i) begin(Clock::now());
  }
  while (true) {
    if (arrivals.open_loop()) {
      while (const auto intended = arrivals.Take()) begin(*intended);
    }
    const bool more = !arrivals.over();
    if (live.empty() && !more) return;
    cancels.Run([&](uint64_t number) {
      if (const auto found = live.find(number); found != live.end()) found->second->Cancel();
    });
    auto wait = arrivals.open_loop() && more ? arrivals.next() : Clock::now() + kSlowPause;
    if (const auto next = cancels.next()) wait = std::min(wait, *next);
    void* tag = nullptr;
    bool ok = false;
    const auto deadline = std::chrono::system_clock::now() +
                          std::chrono::ceil<std::chrono::microseconds>(wait - Clock::now());
    if (load.queue.AsyncNext(&tag, &ok, deadline) == grpc::CompletionQueue::GOT_EVENT) {
      auto* const call = static_cast<LoadCall*>(tag);
      if (!call->Next(ok)) {
        live.erase(call->number);
        delete call;
        if (!arrivals.open_loop() && !arrivals.over()) begin(Clock::now());
      }
    }
    measurement.SampleNowAndThen(load.result);
  }
}

// One CompleteMany call with all items, by the synchronous API.
void RunMany(LoadContext& load) {
  grpc::ClientContext context;
  const auto stream = load.NextStub().CompleteMany(&context);
  const auto begin = Clock::now();
  v1::CompleteManyRequest request;
  request.mutable_config()->set_max_in_flight(load.options.in_flight);
  stream->Write(request);
  std::thread writer([&] {
    for (int i = 0; i < load.options.items; ++i) {
      v1::CompleteManyRequest item;
      item.mutable_item()->set_item_id(std::to_string(i));
      *item.mutable_item()->mutable_params() = load.params;
      if (!stream->Write(item)) break;
    }
    stream->WritesDone();
  });
  int completed = 0;
  for (v1::CompleteManyResponse response; stream->Read(&response);) {
    completed += response.has_result() && response.result().has_completion();
  }
  writer.join();
  const grpc::Status status = stream->Finish();
  load.Count(status, completed == load.options.items);
  load.result.latency.Add(Microseconds(Clock::now() - begin));
}

}  // namespace
}  // namespace inferwire::bench

int main(int argc, char** argv) {
  using namespace inferwire::bench;  // NOLINT(google-build-using-namespace)
  const auto options = ReadLoadOptions(argc, argv, {"unary", "stream", "many"});
  if (!options) return 2;
  LoadContext load(*options);
  for (int i = 0; i < options->connections; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(64 << 20);
    // Of a list of addresses, ipv4:A,B, all are used; one that asks to leave is followed.
    arguments.SetLoadBalancingPolicyName("round_robin");
    const auto channel =
        grpc::CreateCustomChannel(options->target, grpc::InsecureChannelCredentials(), arguments);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) {
      std::fprintf(stderr, "grpc_load: no connection to %s\n", options->target.c_str());
      return 1;
    }
    load.stubs.push_back(inferwire::v1::ChatService::NewStub(channel));
  }
  Measurement measurement(*options);
  if (options->mode == "many") {
    RunMany(load);
  } else {
    RunLoop(load, measurement);
  }
  measurement.Finish(load.result);
  Print(*options, load.result);
  return load.result.good == 0;
}
