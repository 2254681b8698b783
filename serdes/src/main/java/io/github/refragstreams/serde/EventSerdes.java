package io.github.refragstreams.serde;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import java.util.Map;

/**
 * Value serdes of all events, ready for use, over one registry client. Keys of all topics are plain
 * strings. Thread-safe; closing it closes the client, and with it the serdes.
 */
public final class EventSerdes implements AutoCloseable {
  private final SchemaRegistryClient registry;
  private final EventSerde<Query> query;
  private final EventSerde<RetrievedPassage> passage;
  private final EventSerde<Document> document;
  private final EventSerde<Answer> answer;
  private final EventSerde<AnswerToken> answerToken;
  private final EventSerde<EncodedPassage> encodedPassage;

  /**
   * @param config see {@link EventSerdeConfig}; may hold any other keys
   * @throws org.apache.kafka.common.config.ConfigException naming key, value and expectation
   */
  public EventSerdes(Map<String, ?> config) {
    this(SchemaRegistries.open(config), config);
  }

  /**
   * @param registry used instead of the one that the configuration names; closed with this object
   */
  public EventSerdes(SchemaRegistryClient registry, Map<String, ?> config) {
    EventSerdeConfig checked = new EventSerdeConfig(config);
    this.registry = registry;
    query = new EventSerde<>(Query.class, registry, checked);
    passage = new EventSerde<>(RetrievedPassage.class, registry, checked);
    document = new EventSerde<>(Document.class, registry, checked);
    answer = new EventSerde<>(Answer.class, registry, checked);
    answerToken = new EventSerde<>(AnswerToken.class, registry, checked);
    encodedPassage = new EventSerde<>(EncodedPassage.class, registry, checked);
  }

  /** Topic rag.queries. */
  public EventSerde<Query> query() {
    return query;
  }

  /** Topic rag.passages. */
  public EventSerde<RetrievedPassage> passage() {
    return passage;
  }

  /** Topic rag.documents. */
  public EventSerde<Document> document() {
    return document;
  }

  /** Topic rag.answers. */
  public EventSerde<Answer> answer() {
    return answer;
  }

  /** Topic rag.answer-tokens. */
  public EventSerde<AnswerToken> answerToken() {
    return answerToken;
  }

  /** Internal topics and stores. */
  public EventSerde<EncodedPassage> encodedPassage() {
    return encodedPassage;
  }

  @Override
  public void close() {
    registry.close();
  }
}
