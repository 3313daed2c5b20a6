package io.inferwire.client;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import io.inferwire.v1.FunctionTool;
import io.inferwire.v1.Tool;
import java.time.temporal.TemporalAccessor;

/**
 * A function that a model may ask to have called: InferwireClient.runTools.
 *
 * @param <A> its arguments: a record, whose schema the model is told
 */
public final class ToolFunction<A> {
  private static final Gson GSON =
      new GsonBuilder()
          .registerTypeHierarchyAdapter(
              TemporalAccessor.class,
              (JsonSerializer<TemporalAccessor>) (value, type, context) -> new JsonPrimitive(value.toString()))
          .create();

  /**
   * What is called. A String is told to the model as it is, anything else as JSON; of an exception it
   * is told the message.
   *
   * @param <A> the arguments
   */
  @FunctionalInterface
  public interface Body<A> {
    /**
     * Does what the model wants done.
     *
     * @param arguments as the model gave them; they fit the type
     * @return a String, or what is told as JSON; null is told, too
     * @throws Exception whose message the model is told; of an InterruptedException the whole run
     *     ends
     */
    Object call(A arguments) throws Exception;
  }

  private final Tool tool;
  private final Typed<A> arguments;
  private final Body<A> body;

  private ToolFunction(Tool tool, Typed<A> arguments, Body<A> body) {
    this.tool = tool;
    this.arguments = arguments;
    this.body = body;
  }

  /**
   * A function of this program.
   *
   * @param <A> its arguments
   * @param name letters, digits, _ and -, at most 64 of them
   * @param description when it is to be called, in words that the model reads
   * @param arguments the record whose schema the model is told
   * @param body what is called
   * @return immutable, for any number of calls
   */
  public static <A extends Record> ToolFunction<A> of(
      String name, String description, Class<A> arguments, Body<A> body) {
    Typed<A> typed = Typed.of(arguments);
    FunctionTool function =
        FunctionTool.newBuilder()
            .setName(name)
            .setDescription(description)
            .setParametersJson(typed.schema())
            .setStrict(true)
            .build();
    return new ToolFunction<>(Tool.newBuilder().setFunction(function).build(), typed, body);
  }

  /**
   * What the model calls it by.
   *
   * @return as it was given
   */
  public String name() {
    return tool.getFunction().getName();
  }

  /**
   * As the model is told.
   *
   * @return with the schema of its arguments
   */
  public Tool tool() {
    return tool;
  }

  String call(String json) throws Exception {
    Object result = body.call(arguments.read(json));
    return result instanceof String text ? text : GSON.toJson(result);
  }
}
