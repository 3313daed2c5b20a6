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

  /** One message of the user. */
  public static Prompt of(String text) {
    return empty().user(text);
  }

  /** Typed parameters, which may have whatever has no method here. */
  public static Prompt of(ChatCompletionParams params) {
    return new Prompt(params);
  }

  /** No message yet. */
  public static Prompt empty() {
    return new Prompt(ChatCompletionParams.getDefaultInstance());
  }

  /** None: the client's. */
  public Prompt model(String model) {
    return with(to -> to.setModel(model));
  }

  /** Before all other messages. */
  public Prompt system(String text) {
    return with(to -> to.addMessages(0, message(Role.ROLE_SYSTEM, text)));
  }

  public Prompt user(String text) {
    return with(to -> to.addMessages(message(Role.ROLE_USER, text)));
  }

  public Prompt assistant(String text) {
    return with(to -> to.addMessages(message(Role.ROLE_ASSISTANT, text)));
  }

  /** role: developer, system, user, assistant, tool or function. */
  public Prompt message(String role, String text) {
    Role known = ROLES.get(role.toLowerCase(Locale.ROOT));
    if (known == null) {
      throw invalidOption("role: must be one of " + String.join(", ", ROLES.keySet().stream().sorted().toList()));
    }
    return with(to -> to.addMessages(message(known, text)));
  }

  /** An answer's message, or any other. */
  public Prompt message(ChatMessage message) {
    return with(to -> to.addMessages(message));
  }

  public Prompt messages(List<ChatMessage> messages) {
    return with(to -> to.addAllMessages(messages));
  }

  /** A picture from a file (png, jpg, webp, gif), beside the last message's text. */
  public Prompt image(Path file) {
    return image(read(file), mimeType(file));
  }

  /** A picture, e.g. of type image/png, beside the last message's text. */
  public Prompt image(byte[] data, String mimeType) {
    ImageUrl image = ImageUrl.newBuilder().setData(ByteString.copyFrom(data)).setMimeType(mimeType).build();
    return part(ContentPart.newBuilder().setImageUrl(image).build());
  }

  /** A picture that the provider fetches, beside the last message's text. */
  public Prompt image(String url) {
    return part(ContentPart.newBuilder().setImageUrl(ImageUrl.newBuilder().setUrl(url)).build());
  }

  /** A document (pdf), beside the last message's text. */
  public Prompt file(Path file) {
    FilePart part =
        FilePart.newBuilder()
            .setFilename(String.valueOf(file.getFileName()))
            .setData(ByteString.copyFrom(read(file)))
            .setMimeType(mimeType(file))
            .build();
    return part(ContentPart.newBuilder().setFile(part).build());
  }

  /** 0 to 2. */
  public Prompt temperature(double value) {
    return with(to -> to.setTemperature(value));
  }

  /** Of the answer, reasoning among them. */
  public Prompt maxTokens(int most) {
    return with(to -> to.setMaxCompletionTokens(most));
  }

  /** What the model may ask to have called, by the program itself; InferwireClient.runTools adds its own. */
  public Prompt tools(List<ToolFunction<?>> functions) {
    return with(to -> functions.forEach(function -> to.addTools(function.tool())));
  }

  /** Any other parameter. */
  public Prompt with(Consumer<ChatCompletionParams.Builder> change) {
    ChatCompletionParams.Builder copy = params.toBuilder();
    change.accept(copy);
    return new Prompt(copy.build());
  }

  /** As it is sent, but for a model that is not named here. */
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
