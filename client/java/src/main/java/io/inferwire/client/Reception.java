package io.inferwire.client;

import io.grpc.Status;
import io.inferwire.v1.Response;
import io.inferwire.v1.ResponseEvent;
import io.inferwire.v1.ResponseResumption;
import io.inferwire.v1.StreamResponseRequest;
import java.util.Set;

/** What has come of one streamed response, over any number of streams. */
final class Reception {
  // After these nothing follows but the stream's end.
  private static final Set<String> FINAL =
      Set.of("response.completed", "response.incomplete", "response.failed", "response.cancelled");

  private final StreamResponseRequest request;
  private final StringBuilder text = new StringBuilder();
  private String responseId;
  private String upstream;
  private Long last; // number of the last event that has come
  private Response response;
  private boolean started;
  private boolean uncounted;

  Reception(StreamResponseRequest request) {
    ResponseResumption resume = request.getResume();
    this.request = request;
    this.responseId = resume.getResponseId();
    this.upstream = resume.getUpstream();
    this.last = resume.hasStartingAfter() ? resume.getStartingAfter() : null;
  }

  String text() {
    return text.toString();
  }

  String responseId() {
    return responseId;
  }

  Long last() {
    return last;
  }

  Response response() {
    return response;
  }

  /** False: it has come before, from the stream before. */
  boolean take(ResponseStreamEvent event) {
    if (event.message().hasStarted()) {
      if (upstream.isEmpty()) {
        upstream = event.message().getStarted().getGateway().getUpstream();
      }
      boolean first = !started;
      started = true;
      return first;
    }
    return event.event().map(said -> takeUpstream(said, event.text())).orElse(true);
  }

  private boolean takeUpstream(ResponseEvent event, String added) {
    if (!event.hasSequenceNumber()) {
      uncounted = true;
    } else if (last != null && event.getSequenceNumber() <= last) {
      return false;
    } else {
      last = event.getSequenceNumber();
    }
    if (event.hasResponse() && !event.getResponse().getId().isEmpty()) {
      responseId = event.getResponse().getId();
    }
    if (event.hasResponse() && FINAL.contains(event.getType())) {
      response = event.getResponse();
    }
    text.append(added);
    return true;
  }

  boolean canGoOn() {
    return !responseId.isEmpty() && !uncounted;
  }

  /** Whether the client goes on by itself; PatientStream says after which errors and for how long. */
  boolean goesOnAfter(InferwireException failure) {
    boolean lasting = request.hasResume() || request.getParams().getBackground();
    return lasting && canGoOn() && failure.code() != Status.Code.CANCELLED && response == null;
  }

  /** What brings the events behind the last one. */
  StreamResponseRequest resumption() {
    StreamResponseRequest.Builder next = request.toBuilder().clearParams();
    ResponseResumption.Builder resume =
        ResponseResumption.newBuilder().setResponseId(responseId).setUpstream(upstream);
    if (last != null) {
      resume.setStartingAfter(last);
    }
    if (next.hasOptions()) {
      next.getOptionsBuilder().clearIdempotencyKey(); // it is the first request's
    }
    return next.setResume(resume).build();
  }
}
