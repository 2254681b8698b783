package io.github.refragstreams.topology.internal.intake;

import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.internal.record.EventSize;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Whether a retrieved passage can be used. */
final class PassageCheck {
  private final Limits limits;
  private final Check check;

  PassageCheck(Limits limits) {
    this.limits = limits;
    this.check = new Check(limits);
  }

  /**
   * @throws UnusableRecordException saying why not
   */
  RetrievedPassage passage(@Nullable Incoming incoming, Headers headers) {
    check.headers(headers);
    Check.bytes(incoming, EventSize.passage(limits), ErrorCode.PASSAGE_TOO_LONG);
    RetrievedPassage passage = Check.event(RetrievedPassage.class, incoming);
    ids(passage);
    Check.that(
        passage.getRank() >= 0,
        ErrorCode.NEGATIVE_RANK,
        "rank is " + passage.getRank() + "; it must be 0 or more");
    Check.that(
        passage.getRank() < limits.passagesPerQuery(),
        ErrorCode.TOO_MANY_PASSAGES,
        "rank is "
            + passage.getRank()
            + "; limits.passages-per-query is "
            + limits.passagesPerQuery());
    Integer total = passage.getTotal();
    Check.that(
        total == null || total >= 1,
        ErrorCode.INVALID_TOTAL,
        "total is " + total + "; it must be at least 1");
    String uri = passage.getSourceUri();
    Check.that(
        uri == null || uri.length() <= limits.sourceUriChars(),
        ErrorCode.SOURCE_URI_TOO_LONG,
        "source_uri has "
            + (uri == null ? 0 : uri.length())
            + " characters; limits.source-uri-chars is "
            + limits.sourceUriChars());
    Check.that(!passage.getText().isBlank(), ErrorCode.EMPTY_TEXT, "text is blank");
    int chars = Chunker.readText(passage.getTitle(), passage.getText()).length();
    Check.that(
        chars <= limits.passageChars(),
        ErrorCode.PASSAGE_TOO_LONG,
        "title and text have "
            + chars
            + " characters; limits.passage-chars is "
            + limits.passageChars());
    return passage;
  }

  private void ids(RetrievedPassage passage) {
    check.id("query_id", passage.getQueryId());
    check.optionalId("conversation_id", passage.getConversationId());
    check.id("passage_id", passage.getPassageId());
  }
}
