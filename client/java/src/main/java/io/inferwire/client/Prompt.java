package io.inferwire.client;

import static io.inferwire.client.InferwireException.invalidOption;

import com.google.protobuf.ByteString;
import io.inferwire.v1.ChatCompletionParams;
import io.inferwire.v1.ChatMessage;
import io.inferwire.v1.ContentPart;
import io.inferwire.v1.FilePart;
import io.inferwire.v1.ImageUrl;
import io.inferwire.v1.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a model is asked, from plain values. Immutable: the methods return copies.
 *
 * <pre>{@code
 * Prompt.of("What is in this picture?").image(Path.of("cat.png")).system("Be brief.").temperature(0)
 * }</pre>
 */
public final class Prompt {
  private static final Map<String, Role> ROLES =
      Map.of(
          "developer", Role.ROLE_DEVELOPER,
          "system", Role.ROLE_SYSTEM,
          "user", Role.ROLE_USER,
          "assistant", Role.ROLE_ASSISTANT,
          "tool", Role.ROLE_TOOL,
          "function", Role.ROLE_FUNCTION);
  private static final Map<String, String> MIME_TYPES =
      Map.of(
          "png", "image/png", "jpg", "image/jpeg", "jpeg", "image/jpeg", "webp", "image/webp",
          "gif", "image/gif", "pdf", "application/pdf");

  private final ChatCompletionParams params;

  private Prompt(ChatCompletionParams params) {
    this.params = params;
  }

  /**
   * One message of the user.
   *
   * @param text what the user says
   * @return to be gone on with
   */
  public static Prompt of(String text) {
    return empty().user(text);
  }

  /**
   * Typed parameters, which may have whatever has no method here.
   *
   * @param params not changed
   * @return to be gone on with
   */
  public static Prompt of(ChatCompletionParams params) {
    return new Prompt(params);
  }

  /**
   * No message yet.
   *
   * @return to be gone on with
   */
  public static Prompt empty() {
    return new Prompt(ChatCompletionParams.getDefaultInstance());
  }

  /**
   * Who is asked.
   *
   * @param model a name or alias; empty: the client's
   * @return a copy
   */
  public Prompt model(String model) {
    return with(to -> to.setModel(model));
  }

  /**
   * How the model is to behave: a message before all others.
   *
   * @param text what the system says
   * @return a copy
   */
  public Prompt system(String text) {
    return with(to -> to.addMessages(0, message(Role.ROLE_SYSTEM, text)));
  }

  /**
   * What the user says next.
   *
   * @param text behind the messages that there are
   * @return a copy
   */
  public Prompt user(String text) {
    return with(to -> to.addMessages(message(Role.ROLE_USER, text)));
  }

  /**
   * What the model has said.
   *
   * @param text behind the messages that there are
   * @return a copy
   */
  public Prompt assistant(String text) {
    return with(to -> to.addMessages(message(Role.ROLE_ASSISTANT, text)));
  }

  /**
   * A message of whoever. Throws InferwireException (INVALID_OPTIONS) for a role that there is not.
   *
   * @param role developer, system, user, assistant, tool or function; upper and lower case are
   *     alike
   * @param text behind the messages that there are
   * @return a copy
   */
  public Prompt message(String role, String text) {
    Role known = ROLES.get(role.toLowerCase(Locale.ROOT));
    if (known == null) {
      throw invalidOption("role: must be one of " + String.join(", ", ROLES.keySet().stream().sorted().toList()));
    }
    return with(to -> to.addMessages(message(known, text)));
  }

  /**
   * An answer's message, or any other.
   *
   * @param message behind the messages that there are
   * @return a copy
   */
  public Prompt message(ChatMessage message) {
    return with(to -> to.addMessages(message));
  }

  /**
   * A conversation.
   *
   * @param messages behind the messages that there are
   * @return a copy
   */
  public Prompt messages(List<ChatMessage> messages) {
    return with(to -> to.addAllMessages(messages));
  }

  /**
   * A picture, beside the last message's text. Throws UncheckedIOException if the file cannot be
   * read.
   *
   * @param file png, jpg, webp or gif, by its name's ending
   * @return a copy
   */
  public Prompt image(Path file) {
    return image(read(file), mimeType(file));
  }

  /**
   * A picture, beside the last message's text.
   *
   * @param data the whole file
   * @param mimeType e.g. image/png
   * @return a copy
   */
  public Prompt image(byte[] data, String mimeType) {
    ImageUrl image = ImageUrl.newBuilder().setData(ByteString.copyFrom(data)).setMimeType(mimeType).build();
    return part(ContentPart.newBuilder().setImageUrl(image).build());
  }

  /**
   * A picture that the provider fetches, beside the last message's text.
   *
   * @param url https
   * @return a copy
   */
  public Prompt image(String url) {
    return part(ContentPart.newBuilder().setImageUrl(ImageUrl.newBuilder().setUrl(url)).build());
  }

  /**
   * A document, beside the last message's text. Throws UncheckedIOException if the file cannot be
   * read.
   *
   * @param file pdf, by its name's ending
   * @return a copy
   */
  public Prompt file(Path file) {
    FilePart part =
        FilePart.newBuilder()
            .setFilename(String.valueOf(file.getFileName()))
            .setData(ByteString.copyFrom(read(file)))
            .setMimeType(mimeType(file))
            .build();
    return part(ContentPart.newBuilder().setFile(part).build());
  }

  /**
   * How freely the model chooses its words.
   *
   * @param value 0 to 2
   * @return a copy
   */
  public Prompt temperature(double value) {
    return with(to -> to.setTemperature(value));
  }

  /**
   * How long the answer may be.
   *
   * @param most tokens, reasoning among them; 1 or more
   * @return a copy
   */
  public Prompt maxTokens(int most) {
    return with(to -> to.setMaxCompletionTokens(most));
  }

  /**
   * What the model may ask to have called, by the program itself; InferwireClient.runTools adds its
   * own.
   *
   * @param functions beside those that there are
   * @return a copy
   */
  public Prompt tools(List<ToolFunction<?>> functions) {
    return with(to -> functions.forEach(function -> to.addTools(function.tool())));
  }

  /**
   * Any other parameter.
   *
   * @param change is given the parameters
   * @return a copy
   */
  public Prompt with(Consumer<ChatCompletionParams.Builder> change) {
    ChatCompletionParams.Builder copy = params.toBuilder();
    change.accept(copy);
    return new Prompt(copy.build());
  }

  /**
   * As it is sent, but for a model that is not named here.
   *
   * @return immutable
   */
  public ChatCompletionParams params() {
    return params;
  }

  ChatCompletionParams params(String model) {
    return params.getModel().isEmpty() ? params.toBuilder().setModel(model).build() : params;
  }

  private static ChatMessage message(Role role, String text) {
    return ChatMessage.newBuilder().setRole(role).setContent(text).build();
  }

  private Prompt part(ContentPart part) {
    return with(
        to -> {
          if (to.getMessagesCount() == 0) {
            to.addMessagesBuilder().setRole(Role.ROLE_USER);
          }
          ChatMessage.Builder last = to.getMessagesBuilder(to.getMessagesCount() - 1);
          if (last.hasContent()) {
            last.addContentPartsBuilder().setText(last.getContent());
            last.clearContent();
          }
          last.addContentParts(part);
        });
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mimeType(Path file) {
    return mimeType(String.valueOf(file.getFileName()));
  }

  /** By the name's ending. */
  static String mimeType(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return MIME_TYPES.getOrDefault(ending, "application/octet-stream");
  }
}
