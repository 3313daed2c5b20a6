package io.inferwire.client;

import io.grpc.Status;

/**
 * The model has answered, but not what was asked for. What it said and what that cost is kept; what
 * it said is no part of the message.
 *
 * @serial exclude
 */
public abstract sealed class AnswerException extends InferwireException {
  private static final long serialVersionUID = 1;

  private final Answer answer;

  private AnswerException(Answer answer, String reason, String detail, Throwable cause) {
    super(Status.FAILED_PRECONDITION.withDescription(detail).withCause(cause), reason);
    this.answer = answer;
  }

  /**
   * What the model said, and what it cost.
   *
   * @return never null, also after serialization
   */
  public Answer answer() {
    return answer;
  }

  /** There is an answer. */
  @Override
  public boolean mayBeBilled() {
    return true;
  }

  @Override
  public String origin() {
    return "upstream";
  }

  @Override
  public String requestId() {
    return answer.requestId();
  }

  /** The model does not want to, or its provider's filter does not. */
  public static final class Refused extends AnswerException {
    private static final long serialVersionUID = 1;

    Refused(Answer answer) {
      super(answer, "REFUSED", "the model has refused", null);
    }
  }

  /** The answer ended at the limit of its tokens. */
  public static final class CutOff extends AnswerException {
    private static final long serialVersionUID = 1;

    CutOff(Answer answer) {
      super(answer, "CUT_OFF", "the answer has reached its limit of tokens", null);
    }
  }

  /** The answer is not of the type that was asked for. */
  public static final class Mismatch extends AnswerException {
    private static final long serialVersionUID = 1;

    Mismatch(Answer answer, String detail, Throwable cause) {
      super(answer, "MISMATCH", detail, cause);
    }
  }

  /**
   * The model still wanted to call functions when its rounds were used up.
   *
   * @serial exclude
   */
  public static final class TooManyRounds extends AnswerException {
    private static final long serialVersionUID = 1;

    private final ToolRun run;

    TooManyRounds(ToolRun run) {
      super(run.answer(), "TOO_MANY_ROUNDS", "the model wanted more than " + run.rounds() + " rounds", null);
      this.run = run;
    }

    /**
     * What has been said and paid until then.
     *
     * @return messages, usage and cost of all rounds
     */
    public ToolRun run() {
      return run;
    }
  }
}
