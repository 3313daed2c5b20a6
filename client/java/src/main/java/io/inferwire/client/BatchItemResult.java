package io.inferwire.client;

import io.inferwire.v1.BatchResult;
import io.inferwire.v1.Image;
import io.inferwire.v1.ModerationResult;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * The one result of an item of a batch: an answer of its endpoint, or an error. The methods read the
 * answers as those of single calls are read; of other endpoints they say nothing.
 *
 * @param message all of it, e.g. the upstream's request id
 */
public record BatchItemResult(BatchResult message) {
  /**
   * Whose result it is.
   *
   * @return the item's customId
   */
  public String customId() {
    return message.getCustomId();
  }

  /**
   * What the model wrote.
   *
   * @return the text of a chat's or text completion's first choice, or of a response; else empty
   */
  public String text() {
    return switch (message.getOutcomeCase()) {
      case CHAT_COMPLETION -> InferwireClient.text(message.getChatCompletion());
      case RESPONSE -> InferwireClient.responseText(message.getResponse());
      case TEXT_COMPLETION -> TextEvent.firstText(message.getTextCompletion());
      default -> "";
    };
  }

  /**
   * What embeddings were asked for.
   *
   * @return one vector for each text of the item, in their order; empty for all other results
   */
  public List<float[]> vectors() {
    return InferwireClient.vectors(message.getEmbedding());
  }

  /**
   * What a moderation says.
   *
   * @return one for each input of the item; empty for all other results
   */
  public List<ModerationResult> moderations() {
    return message.getModeration().getResultsList();
  }

  /**
   * What was drawn or edited.
   *
   * @return each with its data or its url; empty for all other results
   */
  public List<Image> images() {
    return message.getImage().getImagesList();
  }

  /**
   * What the item cost.
   *
   * @return in US dollars, exact; empty: not priced
   */
  public Optional<BigDecimal> cost() {
    return InferwireClient.dollars(message.getCost());
  }

  /**
   * Why the item has no answer. The other items have theirs.
   *
   * @return empty: it has one
   */
  public Optional<InferwireException> error() {
    return message.hasError()
        ? Optional.of(InferwireException.fromRpcStatus(message.getError()))
        : Optional.empty();
  }
}
