// inferwire finetune
#include <cstdlib>
#include <iostream>
#include <set>
#include <string>

#include "finetune_rows.h"
#include "output.h"
#include "pages.h"
#include "request.h"
#include "session.h"
#include "table.h"
#include "watch.h"

namespace inferwire::cli {
namespace {

ExitCode ShowJob(Session& session, const v1::FineTuningJob& job) {
  return Print(session.global.json ? OpenAiJson(job) + "\n" : JobText(job)) ? kOk : kCallFailed;
}

// Of all that name a job and answer with it.
template <class Request, class Response>
ExitCode OneJob(Session& session, const FinetuneArgs& args, const std::string& method) {
  Request request;
  request.set_job_id(args.id);
  request.set_upstream(args.upstream);
  const auto response =
      session.client.CallRpc<Response>("FineTuningService/" + method, request, session.Arm());
  session.interrupts.Disarm();
  return response ? ShowJob(session, response->job()) : Report(session.global, response.error());
}

// rows: what a page lists.
template <class Item, class Response, class Request, class Rows>
ExitCode List(Session& session, const FinetuneArgs& args, const std::string& method,
              Request request, Rows rows) {
  request.set_upstream(args.upstream);
  Table table(HeadOf(Item()));
  const auto listed = ForEachPage<Response>(session, "FineTuningService/" + method,
                                            std::move(request), args.limit, [&](const auto& page) {
                                              for (const Item& item : rows(page)) {
                                                if (session.global.json) {
                                                  Print(OpenAiJson(item) + "\n");
                                                } else {
                                                  table.Add(RowOf(item));
                                                }
                                              }
                                              return rows(page).size();
                                            });
  if (!listed) return Report(session.global, listed.error());
  if (!session.global.json) Print(table.Text());
  return kOk;
}

template <class Request>
Request OfJob(const FinetuneArgs& args) {
  Request request;
  request.set_job_id(args.id);
  return request;
}

v1::FineTuningHyperparameters HyperparametersOf(const FinetuneArgs& args) {
  v1::FineTuningHyperparameters all;
  if (args.epochs == "auto") {
    all.set_n_epochs_word("auto");
  } else if (!args.epochs.empty()) {
    all.set_n_epochs(std::atoi(args.epochs.c_str()));
  }
  if (args.batch_size == "auto") {
    all.set_batch_size_word("auto");
  } else if (!args.batch_size.empty()) {
    all.set_batch_size(std::atoi(args.batch_size.c_str()));
  }
  if (args.learning_rate == "auto") {
    all.set_learning_rate_multiplier_word("auto");
  } else if (!args.learning_rate.empty()) {
    all.set_learning_rate_multiplier(std::strtod(args.learning_rate.c_str(), nullptr));
  }
  if (args.beta == "auto") {
    all.set_beta_word("auto");
  } else if (!args.beta.empty()) {
    all.set_beta(std::strtod(args.beta.c_str(), nullptr));
  }
  return all;
}

void SetMethod(const FinetuneArgs& args, v1::FineTuningParams& params) {
  const auto all = HyperparametersOf(args);
  const bool any = all.ByteSizeLong() > 0;
  if (args.method.empty() && !any) return;
  v1::FineTuningMethod& method = *params.mutable_method();
  method.set_type(args.method.empty() ? "supervised" : args.method);
  if (!any) return;
  auto& config = method.type() == "dpo"             ? *method.mutable_dpo()
                 : method.type() == "reinforcement" ? *method.mutable_reinforcement()
                                                    : *method.mutable_supervised();
  *config.mutable_hyperparameters() = all;
}

ExitCode Create(Session& session, const FinetuneArgs& args) {
  v1::CreateFineTuningJobRequest request;
  request.set_upstream(args.upstream);
  request.set_request_id(args.request_id);
  v1::FineTuningParams& params = *request.mutable_params();
  params.set_model(args.model);
  params.set_training_file(args.training_file);
  if (!args.validation_file.empty()) params.set_validation_file(args.validation_file);
  if (!args.suffix.empty()) params.set_suffix(args.suffix);
  if (args.seed) params.set_seed(*args.seed);
  if (auto added = AddMetadata(*params.mutable_metadata(), args.metadata); !added) {
    return Report(session.global, added.error());
  }
  SetMethod(args, params);
  const auto made = session.client.CallRpc<v1::CreateFineTuningJobResponse>(
      "FineTuningService/CreateFineTuningJob", request, session.Arm());
  session.interrupts.Disarm();
  if (!made) return Report(session.global, made.error());
  if (made->existed()) std::cerr << "inferwire: the job exists already\n";
  return Print(session.global.json ? OpenAiJson(made->job(), &made->gateway()) + "\n"
                                   : made->job().job_id() + "\n")
             ? kOk
             : kCallFailed;
}

ExitCode WatchJob(Session& session, const FinetuneArgs& args) {
  v1::WatchFineTuningJobRequest request;
  request.set_job_id(args.id);
  request.set_upstream(args.upstream);
  v1::FineTuningJob job;
  std::set<std::string> told;  // every call begins with all events
  const auto watched = Watch<v1::WatchFineTuningJobResponse>(
      session, "FineTuningService/WatchFineTuningJob", request, [&](const auto& message) {
        if (message.has_job()) job = message.job();
        if (message.has_job() && session.global.json) return Print(OpenAiJson(job) + "\n");
        if (!message.has_job_event()) return true;
        const v1::FineTuningEvent& event = message.job_event();
        if (!event.event_id().empty() && !told.insert(event.event_id()).second) return true;
        return Print(session.global.json ? OpenAiJson(event) + "\n" : event.message() + "\n");
      });
  if (!watched) return Report(session.global, watched.error());
  const bool succeeded = job.status() == v1::FINE_TUNING_STATUS_SUCCEEDED;
  if (!session.global.json && !Print(JobText(job))) return kCallFailed;
  return succeeded ? kOk : kCallFailed;
}

ExitCode DeleteModel(Session& session, const FinetuneArgs& args) {
  v1::DeleteFineTunedModelRequest request;
  request.set_model_id(args.id);
  request.set_upstream(args.upstream);
  const auto deleted = session.client.CallRpc<v1::DeleteFineTunedModelResponse>(
      "FineTuningService/DeleteFineTunedModel", request, session.Arm());
  session.interrupts.Disarm();
  if (!deleted) return Report(session.global, deleted.error());
  PrintDeleted(session.global, args.id);
  return kOk;
}

}  // namespace

ExitCode Run(Session& session, const FinetuneArgs& args) {
  switch (args.verb) {
    case FinetuneArgs::Verb::kCreate:
      return Create(session, args);
    case FinetuneArgs::Verb::kList:
      return List<v1::FineTuningJob, v1::ListFineTuningJobsResponse>(
          session, args, "ListFineTuningJobs", v1::ListFineTuningJobsRequest(),
          [](const auto& page) -> auto& { return page.jobs(); });
    case FinetuneArgs::Verb::kShow:
      return OneJob<v1::GetFineTuningJobRequest, v1::GetFineTuningJobResponse>(session, args,
                                                                               "GetFineTuningJob");
    case FinetuneArgs::Verb::kWatch:
      return WatchJob(session, args);
    case FinetuneArgs::Verb::kCancel:
      return OneJob<v1::CancelFineTuningJobRequest, v1::CancelFineTuningJobResponse>(
          session, args, "CancelFineTuningJob");
    case FinetuneArgs::Verb::kPause:
      return OneJob<v1::PauseFineTuningJobRequest, v1::PauseFineTuningJobResponse>(
          session, args, "PauseFineTuningJob");
    case FinetuneArgs::Verb::kResume:
      return OneJob<v1::ResumeFineTuningJobRequest, v1::ResumeFineTuningJobResponse>(
          session, args, "ResumeFineTuningJob");
    case FinetuneArgs::Verb::kEvents:
      return List<v1::FineTuningEvent, v1::ListFineTuningEventsResponse>(
          session, args, "ListFineTuningEvents", OfJob<v1::ListFineTuningEventsRequest>(args),
          [](const auto& page) -> auto& { return page.events(); });
    case FinetuneArgs::Verb::kCheckpoints:
      return List<v1::FineTuningCheckpoint, v1::ListFineTuningCheckpointsResponse>(
          session, args, "ListFineTuningCheckpoints",
          OfJob<v1::ListFineTuningCheckpointsRequest>(args),
          [](const auto& page) -> auto& { return page.checkpoints(); });
    case FinetuneArgs::Verb::kDeleteModel:
      break;
  }
  return DeleteModel(session, args);
}

}  // namespace inferwire::cli
