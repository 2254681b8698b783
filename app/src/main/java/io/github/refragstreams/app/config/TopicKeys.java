package io.github.refragstreams.app.config;

import io.github.refragstreams.topology.TopicNames;
import io.github.refragstreams.topology.TopologyConfig;
import java.util.List;
import java.util.Optional;

/** Keys below {@code topics.}: the topics that clients see. */
final class TopicKeys {
  private static final TopicNames DEFAULTS = TopicNames.defaults();

  static final Key<Optional<String>> PREFIX =
      new Key<>(
          "topics.prefix",
          ValueTypes.namePrefixOrOff(),
          Optional.empty(),
          "Stands before the names of all topics and of the application, hence of its group, its"
              + " internal topics and its transactional ids: tenants of a cluster that have one"
              + " each, such as `acme.`, do not meet.");

  static final Key<String> QUERIES =
      new Key<>("topics.queries", ValueTypes.text(), DEFAULTS.queries(), "Questions.");

  static final Key<String> PASSAGES =
      new Key<>(
          "topics.passages",
          ValueTypes.text(),
          DEFAULTS.passages(),
          "Passages that retrievers found for them.");

  static final Key<String> DOCUMENTS =
      new Key<>(
          "topics.documents",
          ValueTypes.text(),
          DEFAULTS.documents(),
          "Documents to encode ahead of any question.");

  static final Key<String> ANSWERS =
      new Key<>("topics.answers", ValueTypes.text(), DEFAULTS.answers(), "Answers.");

  static final Key<String> ANSWER_TOKENS =
      new Key<>(
          "topics.answer-tokens",
          ValueTypes.text(),
          DEFAULTS.answerTokens(),
          "Answers while they are generated.");

  static final Key<String> DEAD_LETTERS =
      new Key<>(
          "topics.dead-letters",
          ValueTypes.text(),
          DEFAULTS.deadLetters(),
          "Records that cannot be used.");

  static final Key<Integer> PARTITIONS =
      new Key<>(
          "topics.partitions",
          ValueTypes.integer(1),
          TopologyConfig.defaults().partitions(),
          "Partitions of the queries' topic and of the internal topics. Fixed once the application"
              + " has run.");

  static final List<Key<?>> ALL =
      List.of(
          PREFIX, PARTITIONS, QUERIES, PASSAGES, DOCUMENTS, ANSWERS, ANSWER_TOKENS, DEAD_LETTERS);

  private TopicKeys() {}

  static TopicNames read(ConfigSource source) {
    return new TopicNames(
        prefixed(source, QUERIES),
        prefixed(source, PASSAGES),
        prefixed(source, DOCUMENTS),
        prefixed(source, ANSWERS),
        prefixed(source, ANSWER_TOKENS),
        prefixed(source, DEAD_LETTERS));
  }

  /** A name with the tenant's prefix. */
  static String prefixed(ConfigSource source, Key<String> name) {
    return source.get(PREFIX).orElse("") + source.get(name);
  }
}
