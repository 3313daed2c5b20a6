package io.inferwire.client;

import io.inferwire.v1.ExplainRouteRequest;
import io.inferwire.v1.ExplainRouteResponse;
import io.inferwire.v1.ListRoutesRequest;
import io.inferwire.v1.ListRoutesResponse;
import io.inferwire.v1.RoutesServiceGrpc;

/** Where requests go and why: InferwireClient.routes(). */
public final class Routes {
  private final InferwireClient client;

  Routes(InferwireClient client) {
    this.client = client;
  }

  /**
   * Routes, with how their targets are.
   *
   * @param name one route's; empty: all of them
   * @return routes, targets, and the state of each
   */
  public ListRoutesResponse list(String name) {
    ListRoutesRequest request = ListRoutesRequest.newBuilder().setName(name).build();
    return client.look(RoutesServiceGrpc.getListRoutesMethod(), request);
  }

  /**
   * Where a request would go now, and why; sends nothing.
   *
   * @param request the model, and what else routes look at
   * @return the targets in their order
   */
  public ExplainRouteResponse explain(ExplainRouteRequest request) {
    return client.look(RoutesServiceGrpc.getExplainRouteMethod(), request);
  }
}
