package io.inferwire.client;

import io.grpc.Status;
import io.inferwire.v1.ChatMessage;
import io.inferwire.v1.FunctionCall;
import io.inferwire.v1.Role;
import io.inferwire.v1.ToolCall;
import io.inferwire.v1.Usage;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Asks, calls what the model wants called, and asks again, until it answers. */
final class ToolLoop {
  private final Map<String, ToolFunction<?>> functions = new LinkedHashMap<>();
  private final Usage.Builder usage = Usage.newBuilder();
  private BigDecimal dollars = BigDecimal.ZERO; // null: unknown

  ToolLoop(List<ToolFunction<?>> functions) {
    for (ToolFunction<?> function : functions) {
      if (this.functions.put(function.name(), function) != null) {
        throw InferwireException.invalidOption("functions: two have the name " + function.name());
      }
    }
  }

  ToolRun run(Prompt prompt, int maxRounds, Function<Prompt, Answer> ask) {
    if (maxRounds < 1) {
      throw InferwireException.invalidOption("maxRounds: must be at least 1");
    }
    Prompt asked = prompt.tools(List.copyOf(functions.values()));
    for (int round = 1; ; ++round) {
      Answer answer = ask.apply(asked);
      count(answer);
      asked = asked.message(answer.message());
      ToolRun run = new ToolRun(answer, asked.params().getMessagesList(), round, usage.build(), dollars);
      if (answer.toolCalls().isEmpty()) {
        return run;
      }
      if (round == maxRounds) {
        throw new AnswerException.TooManyRounds(run);
      }
      for (ToolCall call : answer.toolCalls()) {
        asked = asked.message(result(call));
      }
    }
  }

  private void count(Answer answer) {
    Usage more = answer.usage();
    usage.setInputTokens(usage.getInputTokens() + more.getInputTokens());
    usage.setOutputTokens(usage.getOutputTokens() + more.getOutputTokens());
    usage.setTotalTokens(usage.getTotalTokens() + more.getTotalTokens());
    dollars = dollars == null ? null : answer.cost().map(dollars::add).orElse(null);
  }

  private ChatMessage result(ToolCall call) {
    return ChatMessage.newBuilder()
        .setRole(Role.ROLE_TOOL)
        .setToolCallId(call.getId())
        .setContent(outcome(call.getFunction()))
        .build();
  }

  /** A failure is told to the model, which may try something else. */
  private String outcome(FunctionCall call) {
    ToolFunction<?> function = functions.get(call.getName());
    if (function == null) {
      return "error: there is no such function";
    }
    try {
      return function.call(call.getArguments());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw InferwireException.fromGrpc(Status.CANCELLED.withDescription("interrupted"), null);
    } catch (Exception e) {
      return "error: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }
  }
}
