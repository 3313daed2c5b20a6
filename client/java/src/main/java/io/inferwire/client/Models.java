package io.inferwire.client;

import io.inferwire.v1.CompareModelsRequest;
import io.inferwire.v1.CompareModelsResponse;
import io.inferwire.v1.EstimateRequest;
import io.inferwire.v1.EstimateResponse;
import io.inferwire.v1.GetModelRequest;
import io.inferwire.v1.GetModelResponse;
import io.inferwire.v1.ListModelsRequest;
import io.inferwire.v1.ListModelsResponse;
import io.inferwire.v1.Model;
import io.inferwire.v1.ModelsServiceGrpc;

/** What the models cost and can do: InferwireClient.models(). */
public final class Models {
  private final InferwireClient client;

  Models(InferwireClient client) {
    this.client = client;
  }

  /**
   * The models, page after page.
   *
   * @param request filter and order; its page token is not looked at
   * @return a loop over it asks for the pages
   */
  public Iterable<Model> list(ListModelsRequest request) {
    return Pages.of(
        token ->
            client.look(
                ModelsServiceGrpc.getListModelsMethod(),
                request.toBuilder().setPageToken(token).build()),
        ListModelsResponse::getModelsList,
        ListModelsResponse::getNextPageToken);
  }

  /**
   * One model.
   *
   * @param modelId an id, snapshot or alias
   * @return its prices, limits and abilities
   */
  public GetModelResponse get(String modelId) {
    GetModelRequest request = GetModelRequest.newBuilder().setModelId(modelId).build();
    return client.look(ModelsServiceGrpc.getGetModelMethod(), request);
  }

  /**
   * Models side by side, and what a load costs on each.
   *
   * @param request the models, and the load
   * @return an entry for each model
   */
  public CompareModelsResponse compare(CompareModelsRequest request) {
    return client.look(ModelsServiceGrpc.getCompareModelsMethod(), request);
  }

  /**
   * Counts, prices and checks a request; sends nothing.
   *
   * @param request as it would be sent
   * @return tokens, price, and what is wrong with it
   */
  public EstimateResponse estimate(EstimateRequest request) {
    return client.look(ModelsServiceGrpc.getEstimateMethod(), request);
  }
}
