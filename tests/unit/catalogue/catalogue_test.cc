// Names, and the swap of a whole catalogue while others use it.
#include "catalogue/catalogue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace inferwire::catalogue {
namespace {

Model Named(const std::string& id) {
  Model model;
  model.id = id;
  model.aliases = {id + "-alias"};
  model.snapshots = {id + "-new", id + "-old"};
  return model;
}

TEST(Catalogue, FindsAModelByEachOfItsNames) {
  const Catalogue catalogue("1", {Named("a"), Named("b")});
  for (const char* name : {"b", "b-alias", "b-new", "b-old"}) {
    ASSERT_NE(catalogue.Find(name), nullptr) << name;
    EXPECT_EQ(catalogue.Find(name)->id, "b");
  }
  EXPECT_EQ(catalogue.Find("c"), nullptr);
  EXPECT_EQ(catalogue.Find(""), nullptr);
}

TEST(Catalogue, ResolvesNamesToSnapshots) {
  const Catalogue catalogue("1", {Named("a")});
  const Model& model = *catalogue.Find("a");
  EXPECT_EQ(Catalogue::SnapshotOf(model, "a"), "a-new");
  EXPECT_EQ(Catalogue::SnapshotOf(model, "a-alias"), "a-new");
  EXPECT_EQ(Catalogue::SnapshotOf(model, "a-old"), "a-old");
  EXPECT_EQ(Catalogue::SnapshotOf(Model(), "x"), "");
}

TEST(Snapshot, LetsRunningCallsEndWithTheFactsTheyBeganWith) {
  Snapshot snapshot(std::make_shared<const Catalogue>("1", std::vector<Model>{Named("a")}));
  auto before = snapshot.Load();
  const Model* const a = before->Find("a");
  const ModelRef model(std::move(before), a);
  snapshot.Replace(std::make_shared<const Catalogue>("2", std::vector<Model>{Named("b")}));
  EXPECT_EQ(model->id, "a");
  EXPECT_EQ(model->revision, "1");
  EXPECT_EQ(snapshot.Load()->revision(), "2");
  EXPECT_EQ(snapshot.Load()->Find("a"), nullptr);
}

TEST(Snapshot, IsReadWhileItIsReplaced) {
  Snapshot snapshot(std::make_shared<const Catalogue>("0", std::vector<Model>{Named("a")}));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto now = snapshot.Load();
        const Model* const model = now->Find("a");
        if (!model || model->revision != now->revision()) ++wrong;
      }
    });
  }
  for (int i = 1; i <= 1000; ++i) {
    snapshot.Replace(
        std::make_shared<const Catalogue>(std::to_string(i), std::vector<Model>{Named("a")}));
  }
  stop = true;
  readers.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(snapshot.Load()->revision(), "1000");
}

}  // namespace
}  // namespace inferwire::catalogue
