package io.github.refragstreams.topology;

/**
 * Why a record went to the dead letters: the value of header {@link DeadLetterHeaders#CODE}. The
 * names are a public contract; the messages beside them are not.
 */
public enum ErrorCode {
  /** The bytes are not Confluent's wire format, or not what their schema says. */
  NOT_AVRO,
  /** The registry does not know the schema id. */
  UNKNOWN_SCHEMA,
  /** The record was written with a schema that this event cannot be read from. */
  INCOMPATIBLE_SCHEMA,
  /** The record has no value. */
  NO_VALUE,
  /** An id is blank. */
  BLANK_ID,
  /** An id is longer than its limit. */
  ID_TOO_LONG,
  /** The record's key is not the conversation id, else the query id. */
  KEY_MISMATCH,
  /** The key belongs to another partition by Kafka's default (murmur2) partitioner. */
  WRONG_PARTITION,
  /** The question is blank. */
  EMPTY_QUESTION,
  /** The question is longer than its limit. */
  QUESTION_TOO_LONG,
  /** The number of expected passages is negative. */
  NEGATIVE_EXPECTED_PASSAGES,
  /** The deadline is negative. */
  NEGATIVE_DEADLINE,
  /** The deadline is longer than its limit. */
  DEADLINE_TOO_LONG,
  /** An option is out of its range. */
  INVALID_OPTION,
  /** The bundle was not trained for this number of tokens per chunk. */
  UNSUPPORTED_CHUNK_TOKENS,
  /** The passage's or the document's text is blank. */
  EMPTY_TEXT,
  /** The passage is longer than its limit in characters or tokens. */
  PASSAGE_TOO_LONG,
  /** The document is longer than its limit. */
  DOCUMENT_TOO_LONG,
  /** The rank is negative. */
  NEGATIVE_RANK,
  /** The total is less than one. */
  INVALID_TOTAL,
  /** The query has as many passages as one may have. */
  TOO_MANY_PASSAGES,
  /** The query is being answered already, or has been. */
  LATE_PASSAGE,
  /** No query came for the passage in time. */
  ORPHANED_PASSAGE,
  /** The model cannot encode the passage. */
  PASSAGE_NOT_ENCODABLE,
  /** The model cannot answer the query: for example, it does not fit into its positions. */
  QUERY_NOT_ANSWERABLE,
  /** The model was not available for as many attempts as are configured. */
  RETRIES_EXHAUSTED,
  /** More records wait than may wait. */
  OVERLOADED,
  /** A defect: please report it. */
  UNEXPECTED
}
