import io.inferwire.client.InferwireClient;
import java.time.LocalDate;
import java.util.List;

/** An answer as a value of a type of the program. */
public class TypedExample {
  record Meeting(String title, LocalDate day, List<String> people) {}

  public static void main(String[] args) {
    try (var client = InferwireClient.connect()) {
      var meeting = client.parse("Alice and Bob plan the launch on 3 May 2027.", Meeting.class);
      System.out.println(meeting.title() + " on " + meeting.day() + " with " + meeting.people());
    }
  }
}
