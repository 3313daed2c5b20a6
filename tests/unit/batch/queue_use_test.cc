// How much of a model's batch queue is used: what the shards that fill it really have in tokens.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "batch/line.h"
#include "batch/queue_tokens.h"
#include "batch/splitter.h"
#include "codec/encode.h"
#include "tokens/chat_texts.h"
#include "tokens/counter.h"

namespace inferwire::batch {
namespace {

constexpr int64_t kQueue = 50'000;
constexpr int kItems = 2000;

// The first three are plain English.
constexpr size_t kEnglish = 3;
constexpr const char* kSentences[] = {
    "The shipment left the harbour on Tuesday, and nobody has seen the captain since. ",
    "Classify the following review as positive, negative or neutral, and say why in one sentence. ",
    "Please translate the contract's third clause into plain language for a layman. ",
    "Die Lieferung verlässt den Hafen am Dienstag, wenn das Wetter es erlaubt. ",
    "for (size_t i = 0; i < items.size(); ++i) total += items[i].price * items[i].count; ",
    "请把下面的段落翻译成英文，并保持原来的语气。",
    "Order 4711-B: 3 x 19.99 EUR, 2 x 7.50 EUR, discount 12.5 %, due 2025-03-31. ",
};

struct Item {
  std::string body;
  int64_t tokens = 0;  // as the model counts them
};

// Short and long prompts, of one to sixty sentences of the first so many.
Item Make(int number, size_t sentences) {
  v1::ChatCompletionParams params;
  params.set_model("gpt-4.1-mini");
  v1::ChatMessage& system = *params.add_messages();
  system.set_role(v1::ROLE_SYSTEM);
  system.set_content("You are a careful assistant.");
  v1::ChatMessage& user = *params.add_messages();
  user.set_role(v1::ROLE_USER);
  std::string text = "Case " + std::to_string(number) + ": ";
  for (int i = 0; i < 1 + number * 7 % 60; ++i) {
    text += kSentences[static_cast<size_t>(number + i) % sentences];
  }
  user.set_content(text);
  Item item;
  EXPECT_TRUE(codec::AppendJson(params, item.body));
  tokens::InputTexts taken = tokens::TakeChatTexts(params, {});
  tokens::Counter counter(tokens::Vocabulary::BuiltIn(), std::move(taken.texts));
  while (counter.Step(1 << 20)) {
  }
  item.tokens = counter.tokens() + taken.frame_tokens;
  return item;
}

// Of the shards that are full, in percent of the queue. Those that are not wait for no room.
double PercentUsed(const std::vector<Item>& items,
                   const std::function<int64_t(const std::string& body)>& count) {
  Options options;
  options.upstreams["up"].native = true;
  options.upstreams["up"].queue_tokens = kQueue;
  Splitter splitter(options);
  std::vector<int64_t> real;
  for (const Item& item : items) {
    const auto bytes = static_cast<int64_t>(LineBytes("item", "/v1/chat/completions", item.body));
    const auto shard = splitter.Add("up", "gpt-4.1-mini", bytes, count(item.body));
    EXPECT_TRUE(shard);
    real.resize(splitter.shards().size());
    real[static_cast<size_t>(*shard)] += item.tokens;
  }
  EXPECT_GE(real.size(), 5u);
  real.pop_back();
  int64_t sum = 0;
  for (const int64_t tokens : real) {
    EXPECT_LE(tokens, kQueue * 101 / 100) << "the upstream would refuse it";
    sum += tokens;
  }
  return 100.0 * static_cast<double>(sum) / static_cast<double>(kQueue * std::ssize(real));
}

TEST(QueueUse, CountedTokensFillTheQueue) {
  if (tokens::Vocabulary::BuiltIn() == nullptr) GTEST_SKIP() << "there is no vocabulary";
  for (const size_t sentences : {kEnglish, std::size(kSentences)}) {
    std::vector<Item> items;
    for (int i = 0; i < kItems; ++i) items.push_back(Make(i, sentences));
    const double counted =
        PercentUsed(items, [](const std::string& body) { return QueueTokens(body); });
    const double guessed = PercentUsed(
        items, [](const std::string& body) { return static_cast<int64_t>(body.size()) / 3; });
    std::cout << "used of the queue by " << (sentences == kEnglish ? "English" : "mixed")
              << " prompts: " << counted << " % counted, " << guessed << " % guessed by bytes/3\n";
    EXPECT_GT(counted, 95);
    EXPECT_LT(counted, 100.5);
    EXPECT_LT(guessed, counted - 10);
  }
}

}  // namespace
}  // namespace inferwire::batch
