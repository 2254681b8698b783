package io.github.refragstreams.topology;

/**
 * Why a record went to the dead letters: the value of header {@link DeadLetterHeaders#CODE}. The
 * names are a public contract; the messages beside them are not.
 */
public enum ErrorCode {
  /** The bytes are not Confluent's wire format, or not what their schema says. */
  NOT_AVRO(ErrorClass.BAD_INPUT, "look at the producer's serializer"),
  /** The registry does not know the schema id. */
  UNKNOWN_SCHEMA(ErrorClass.BAD_INPUT, "use the same registry on both sides"),
  /** The record was written with a schema that this event cannot be read from. */
  INCOMPATIBLE_SCHEMA(ErrorClass.BAD_INPUT, "look at the topic, or at the schema's changes"),
  /** The record has no value; as a query: nor does it name one to cancel. */
  NO_VALUE(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** An id is blank. */
  BLANK_ID(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** An id is longer than its limit. */
  ID_TOO_LONG(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** The record's key is not the conversation id, else the query id. */
  KEY_MISMATCH(ErrorClass.BAD_INPUT, "set the key"),
  /** The key belongs to another partition by Kafka's default (murmur2) partitioner. */
  WRONG_PARTITION(
      ErrorClass.BAD_INPUT,
      "use Kafka's default partitioner (in librdkafka: partitioner=murmur2_random)"),
  /** The question is blank. */
  EMPTY_QUESTION(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** The question is longer than its limit. */
  QUESTION_TOO_LONG(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** The turns that came with the query are too many, or too long together. */
  HISTORY_TOO_LONG(ErrorClass.BAD_INPUT, "send fewer or shorter turns"),
  /** The number of expected passages is negative. */
  NEGATIVE_EXPECTED_PASSAGES(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** The deadline is negative. */
  NEGATIVE_DEADLINE(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** The deadline is longer than its limit. */
  DEADLINE_TOO_LONG(ErrorClass.BAD_INPUT, "ask for less, or leave it out"),
  /** An option is out of its range. */
  INVALID_OPTION(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** The bundle was not trained for this number of tokens per chunk. */
  UNSUPPORTED_CHUNK_TOKENS(ErrorClass.BAD_INPUT, "one of the k in the message"),
  /** The passage's or the document's text is blank. */
  EMPTY_TEXT(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** The passage is longer than its limit in characters or tokens. */
  PASSAGE_TOO_LONG(ErrorClass.BAD_INPUT, "split it"),
  /** The passage's {@code source_uri} is longer than its limit. */
  SOURCE_URI_TOO_LONG(ErrorClass.BAD_INPUT, "shorten it, or leave it out"),
  /** The record's headers are larger than their limit. */
  HEADERS_TOO_LARGE(ErrorClass.BAD_INPUT, "send fewer or shorter headers"),
  /** The document is longer than its limit. */
  DOCUMENT_TOO_LONG(ErrorClass.BAD_INPUT, "split it"),
  /** The rank is negative. */
  NEGATIVE_RANK(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** The total is less than one. */
  INVALID_TOTAL(ErrorClass.BAD_INPUT, "correct it, and send it again"),
  /** The query has as many passages as one may have. */
  TOO_MANY_PASSAGES(ErrorClass.BAD_INPUT, "retrieve fewer"),
  /** The query is being answered already, has been, or was cancelled. */
  LATE_PASSAGE(
      ErrorClass.BAD_INPUT, "wait for more passages: expected_passages, total, deadline_ms"),
  /** No query came for the passage in time. */
  ORPHANED_PASSAGE(
      ErrorClass.BAD_INPUT, "send conversation_id with the passage where its query has one"),
  /** The model cannot encode the passage. */
  PASSAGE_NOT_ENCODABLE(ErrorClass.BAD_INPUT, "see the message"),
  /** The model cannot answer the query: for example, it does not fit into its positions. */
  QUERY_NOT_ANSWERABLE(ErrorClass.BAD_INPUT, "see the message"),
  /** The model was not available for so many attempts, or failed on this record alone. */
  RETRIES_EXHAUSTED(ErrorClass.TRANSIENT, "replay it"),
  /** More records wait than may wait. */
  OVERLOADED(ErrorClass.RESOURCE, "replay it later, or add instances"),
  /** A defect: please report it. */
  UNEXPECTED(ErrorClass.BUG, "please report it");

  private final ErrorClass errorClass;
  private final String advice;

  ErrorCode(ErrorClass errorClass, String advice) {
    this.errorClass = errorClass;
    this.advice = advice;
  }

  /** Whose fault it is, and what is done about it. */
  public ErrorClass errorClass() {
    return errorClass;
  }

  /** What whoever sent the record can do, in a few words. */
  public String advice() {
    return advice;
  }
}
