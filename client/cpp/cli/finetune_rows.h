// Jobs of fine-tuning, their events and checkpoints as tables.
#pragma once

#include <string>
#include <vector>

#include "inferwire/v1/fine_tuning_service.pb.h"

namespace inferwire::cli {

std::string StatusText(const v1::FineTuningJob& job);
// All that is known of it.
std::string JobText(const v1::FineTuningJob& job);

std::vector<std::string> HeadOf(const v1::FineTuningJob&);
std::vector<std::string> HeadOf(const v1::FineTuningEvent&);
std::vector<std::string> HeadOf(const v1::FineTuningCheckpoint&);
std::vector<std::string> RowOf(const v1::FineTuningJob& job);
std::vector<std::string> RowOf(const v1::FineTuningEvent& event);
std::vector<std::string> RowOf(const v1::FineTuningCheckpoint& checkpoint);

}  // namespace inferwire::cli
