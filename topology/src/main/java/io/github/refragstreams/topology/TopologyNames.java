package io.github.refragstreams.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * Names of nodes, stores and internal topics. Changing one is a migration of state: the snapshots
 * among the tests' resources make it visible.
 */
public final class TopologyNames {
  /** Repartition topic of passages, keyed by the hash of the text that the models read. */
  public static final String ENCODE_BY_TEXT = "encode-by-text";

  /** Repartition topic of encoded passages, keyed like the query. */
  public static final String ANSWER_BY_CONVERSATION = "answer-by-conversation";

  /** Store: text hash, encoder and k → vectors and tokens. */
  public static final String CHUNK_EMBEDDINGS = "chunk-embeddings";

  /** Store: key of {@link #CHUNK_EMBEDDINGS} → size and last use. */
  public static final String CHUNK_EMBEDDINGS_USE = "chunk-embeddings-use";

  /** Store: passages that wait for the encoder. */
  public static final String ENCODE_PENDING = "encode-pending";

  /** Store: query id → query without answer. */
  public static final String REQUESTS = "requests";

  /** Store: query id and passage id → encoded passage of a query without answer. */
  public static final String REQUEST_PASSAGES = "request-passages";

  /** Store: query id → generation that answered it, or that it was cancelled. */
  public static final String ANSWERED = "answered";

  /** Store: conversation id → last turns. */
  public static final String CONVERSATIONS = "conversations";

  /** All stores; each has a changelog topic. */
  public static final List<String> STORES =
      List.of(
          CHUNK_EMBEDDINGS,
          CHUNK_EMBEDDINGS_USE,
          ENCODE_PENDING,
          REQUESTS,
          REQUEST_PASSAGES,
          ANSWERED,
          CONVERSATIONS);

  /** All repartition topics. */
  public static final List<String> REPARTITIONS = List.of(ENCODE_BY_TEXT, ANSWER_BY_CONVERSATION);

  static final String QUERY_SOURCE = "queries";
  static final String PASSAGE_SOURCE = "passages";
  static final String DOCUMENT_SOURCE = "documents";
  static final String PASSAGE_INTAKE = "passage-intake";
  static final String DOCUMENT_INTAKE = "document-intake";
  static final String TO_ENCODE = "to-encode";
  static final String ENCODE = "encode";
  static final String ENCODED = "encoded";
  static final String TO_ANSWER = "to-answer";
  static final String ANSWER = "answer";
  static final String ANSWERS = "answers";
  static final String ANSWER_TOKENS = "answer-tokens";
  static final String INTAKE_DEAD_LETTERS = "intake-dead-letters";
  static final String ENCODE_DEAD_LETTERS = "encode-dead-letters";
  static final String ANSWER_DEAD_LETTERS = "answer-dead-letters";

  private TopologyNames() {}

  /** The stage that a node belongs to: where a record was that it failed on. */
  public static Stage stage(String node) {
    return switch (node) {
      case ENCODE -> Stage.ENCODE;
      case ANSWER -> Stage.ANSWER;
      default -> Stage.INTAKE;
    };
  }

  /** Topics that Kafka Streams makes for the application, sorted. */
  public static List<String> internalTopics(String applicationId) {
    List<String> topics = new ArrayList<>();
    REPARTITIONS.forEach(name -> topics.add(applicationId + "-" + name + "-repartition"));
    STORES.forEach(name -> topics.add(applicationId + "-" + name + "-changelog"));
    return topics.stream().sorted().toList();
  }
}
