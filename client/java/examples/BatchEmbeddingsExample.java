import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.v1.BatchItem;
import io.inferwire.v1.EmbeddingParams;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Vectors of any number of texts at the batch price. Items of responses, moderations, images and
 * texts are made and read the same way.
 */
public class BatchEmbeddingsExample {
  public static void main(String[] args) {
    try (var client = InferwireClient.connect()) {
      var batches = client.batches();
      Stream<BatchItem> items = // each is made when it is sent
          IntStream.range(0, 20)
              .mapToObj(chapter -> batches.item("chapter-" + chapter, params("The text of chapter " + chapter + ".")));
      String id = batches.create("example-java-embeddings", items::iterator).getBatchId();
      for (var result : batches.results(id, 0)) {
        String outcome =
            result.error().map(InferwireException::getMessage)
                .orElseGet(() -> result.vectors().get(0).length + " numbers");
        System.out.println(result.customId() + " " + outcome);
      }
    }
  }

  private static EmbeddingParams params(String text) {
    return EmbeddingParams.newBuilder().setModel(InferwireClient.DEFAULT_EMBEDDING_MODEL).addInput(text).build();
  }
}
