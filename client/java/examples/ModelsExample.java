import io.inferwire.client.InferwireClient;
import io.inferwire.v1.EstimateRequest;
import io.inferwire.v1.EstimateResponse;
import io.inferwire.v1.ListModelsRequest;
import io.inferwire.v1.Model;
import io.inferwire.v1.Price;

/** What the models cost and can do, and what a request would cost; no provider is called. */
public class ModelsExample {
  public static void main(String[] args) {
    ListModelsRequest request =
        ListModelsRequest.newBuilder()
            .setFilter("features:structured_outputs")
            .setOrderBy("price.input")
            .build();
    try (InferwireClient client = InferwireClient.connect()) {
      for (Model model : client.models().list(request)) {
        for (Price price : model.getPricesList()) {
          if (price.getServiceTier().equals("standard") && price.getKind().equals("input")) {
            System.out.printf(
                "%-24s %8.2f USD per million input tokens%n",
                model.getModelId(), price.getMicroUsdPerMillionTokens() / 1e6);
          }
        }
      }
      EstimateResponse estimate =
          client
              .models()
              .estimate(
                  EstimateRequest.newBuilder()
                      .setParams(InferwireClient.ask("Why is the sky blue?", InferwireClient.DEFAULT_MODEL))
                      .build());
      System.out.println(estimate.getInputTokens() + " input tokens");
    }
  }
}
