package io.llmgate.client;

import io.llmgate.v1.CompareModelsRequest;
import io.llmgate.v1.CompareModelsResponse;
import io.llmgate.v1.EstimateRequest;
import io.llmgate.v1.EstimateResponse;
import io.llmgate.v1.GetModelRequest;
import io.llmgate.v1.GetModelResponse;
import io.llmgate.v1.ListModelsRequest;
import io.llmgate.v1.ListModelsResponse;
import io.llmgate.v1.Model;
import io.llmgate.v1.ModelsServiceGrpc;

/** What the models cost and can do: LlmgateClient.models(). */
public final class Models {
  private final LlmgateClient client;

  Models(LlmgateClient client) {
    this.client = client;
  }

  /** Page after page; filter and order_by: see ListModelsRequest. */
  public Iterable<Model> list(ListModelsRequest request) {
    return Pages.of(
        token ->
            client.look(
                ModelsServiceGrpc.getListModelsMethod(),
                request.toBuilder().setPageToken(token).build()),
        ListModelsResponse::getModelsList,
        ListModelsResponse::getNextPageToken);
  }

  /** By id, snapshot or alias. */
  public GetModelResponse get(String modelId) {
    GetModelRequest request = GetModelRequest.newBuilder().setModelId(modelId).build();
    return client.look(ModelsServiceGrpc.getGetModelMethod(), request);
  }

  /** Side by side, and what a load costs on each. */
  public CompareModelsResponse compare(CompareModelsRequest request) {
    return client.look(ModelsServiceGrpc.getCompareModelsMethod(), request);
  }

  /** Counts, prices and checks a request; sends nothing. */
  public EstimateResponse estimate(EstimateRequest request) {
    return client.look(ModelsServiceGrpc.getEstimateMethod(), request);
  }
}
