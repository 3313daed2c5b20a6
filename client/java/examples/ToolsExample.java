import io.inferwire.client.Description;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.ToolFunction;

/** The model calls a function, is told what it returns, and answers. */
public class ToolsExample {
  record Place(@Description("Of which the weather is wanted") String city) {}

  public static void main(String[] args) {
    var weather =
        ToolFunction.of("get_weather", "The weather in a city", Place.class, place -> "18 degrees in " + place.city());
    try (var client = InferwireClient.connect()) {
      var run = client.runTools("What does get_weather say about Paris?", weather);
      System.out.println(run.text());
      System.out.println(run.rounds() + " rounds");
    }
  }
}
