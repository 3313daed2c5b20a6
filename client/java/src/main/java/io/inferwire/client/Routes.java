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

  /** One route, or all if the name is empty, with how their targets are. */
  public ListRoutesResponse list(String name) {
    ListRoutesRequest request = ListRoutesRequest.newBuilder().setName(name).build();
    return client.look(RoutesServiceGrpc.getListRoutesMethod(), request);
  }

  /** Where a request would go now, and why; sends nothing. */
  public ExplainRouteResponse explain(ExplainRouteRequest request) {
    return client.look(RoutesServiceGrpc.getExplainRouteMethod(), request);
  }
}
