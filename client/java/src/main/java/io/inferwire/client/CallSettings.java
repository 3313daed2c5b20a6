package io.inferwire.client;

import io.grpc.Metadata;
import java.time.Duration;

/** Of one call. timeout: null means the client's default for this kind of call. */
public record CallSettings(Duration timeout, Metadata metadata) {
  public static CallSettings defaults() {
    return new CallSettings(null, new Metadata());
  }

  public static CallSettings timeout(Duration timeout) {
    return new CallSettings(timeout, new Metadata());
  }
}
