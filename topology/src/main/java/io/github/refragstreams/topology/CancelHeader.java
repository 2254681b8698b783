package io.github.refragstreams.topology;

/**
 * How a client takes a query back: a record without value on the queries' topic, under the query's
 * key. Nothing comes of the query then, unless it is answered already.
 */
public final class CancelHeader {
  /**
   * Id of the query, in UTF-8. A record without this header takes back the query whose id is the
   * record's key: queries of a conversation have another key, and need the header.
   */
  public static final String QUERY_ID = "refrag.cancel.query-id";

  private CancelHeader() {}
}
