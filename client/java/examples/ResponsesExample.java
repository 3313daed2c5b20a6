import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.client.ResponseStreamEvent;
import io.inferwire.v1.GetResponseRequest;
import io.inferwire.v1.Response;
import io.inferwire.v1.ResponseParams;
import io.inferwire.v1.ResponsesServiceGrpc;
import io.inferwire.v1.StreamResponseRequest;

/**
 * A response as text, one that is streamed while it is worked on in the background, and what was kept
 * of it.
 */
public class ResponsesExample {
  public static void main(String[] args) {
    ResponseParams.Builder params =
        ResponseParams.newBuilder()
            .setModel("gpt-4.1-mini")
            .setInput("Why is the sky blue?")
            .setBackground(true); // if the connection breaks, the stream goes on where it broke
    try (var client = InferwireClient.connect()) {
      System.out.println(client.respond("Say hello in five languages."));

      String id;
      try (var stream = client.streamResponse(StreamResponseRequest.newBuilder().setParams(params).build())) {
        for (ResponseStreamEvent event : stream) {
          System.out.print(event.text());
        }
        id = stream.responseId();
      }

      // Any other RPC is called by its method.
      GetResponseRequest get = GetResponseRequest.newBuilder().setResponseId(id).build();
      Response kept = client.call(ResponsesServiceGrpc.getGetResponseMethod(), get).getResponse();
      System.out.printf("%n%s, %d tokens%n", kept.getStatus(), kept.getUsage().getTotalTokens());
    } catch (InferwireException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }
}
