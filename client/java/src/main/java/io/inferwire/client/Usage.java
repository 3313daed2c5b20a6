package io.inferwire.client;

import io.inferwire.v1.GetLimitsRequest;
import io.inferwire.v1.GetLimitsResponse;
import io.inferwire.v1.QueryUsageRequest;
import io.inferwire.v1.QueryUsageResponse;
import io.inferwire.v1.UsageServiceGrpc;

/** What was used and what is left: InferwireClient.usage(). */
public final class Usage {
  private final InferwireClient client;

  Usage(InferwireClient client) {
    this.client = client;
  }

  /**
   * Who the gateway takes the caller for, and what is left of its limits.
   *
   * @return as of now
   */
  public GetLimitsResponse limits() {
    return client.look(UsageServiceGrpc.getGetLimitsMethod(), GetLimitsRequest.getDefaultInstance());
  }

  /**
   * What was used and what it cost.
   *
   * @param request the time, and by what it is to be summed
   * @return one page; its next_page_token is for the next one
   */
  public QueryUsageResponse query(QueryUsageRequest request) {
    return client.look(UsageServiceGrpc.getQueryUsageMethod(), request);
  }
}
