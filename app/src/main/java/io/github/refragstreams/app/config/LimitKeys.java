package io.github.refragstreams.app.config;

import io.github.refragstreams.topology.Limits;
import java.time.Duration;
import java.util.List;

/** Keys below {@code limits.}: how large records may be, and how long they may wait. */
final class LimitKeys {
  private static final Limits DEFAULTS = Limits.defaults();

  static final Key<Integer> ID_CHARS =
      new Key<>(
          "limits.id-chars",
          ValueTypes.integer(1),
          DEFAULTS.idChars(),
          "Most characters of an id.");

  static final Key<Integer> QUESTION_CHARS =
      new Key<>(
          "limits.question-chars",
          ValueTypes.integer(1),
          DEFAULTS.questionChars(),
          "Most characters of a question.");

  static final Key<Integer> HISTORY_TURNS =
      new Key<>(
          "limits.history-turns",
          ValueTypes.integer(0),
          DEFAULTS.historyTurns(),
          "Most turns that come with a query (`history`).");

  static final Key<Integer> HISTORY_CHARS =
      new Key<>(
          "limits.history-chars",
          ValueTypes.integer(0),
          DEFAULTS.historyChars(),
          "Most characters of all these turns together.");

  static final Key<Integer> PASSAGE_CHARS =
      new Key<>(
          "limits.passage-chars",
          ValueTypes.integer(16),
          DEFAULTS.passageChars(),
          "Most characters of a passage, title included.");

  static final Key<Integer> PASSAGE_TOKENS =
      new Key<>(
          "limits.passage-tokens",
          ValueTypes.integer(1),
          DEFAULTS.passageTokens(),
          "Most tokens of a passage, title included.");

  static final Key<Integer> DOCUMENT_CHARS =
      new Key<>(
          "limits.document-chars",
          ValueTypes.integer(1),
          DEFAULTS.documentChars(),
          "Most characters of a document, title included.");

  static final Key<Integer> PASSAGES_PER_QUERY =
      new Key<>(
          "limits.passages-per-query",
          ValueTypes.integer(1),
          DEFAULTS.passagesPerQuery(),
          "Most passages of one query; more are refused.");

  static final Key<Duration> DEADLINE =
      new Key<>(
          "limits.deadline",
          ValueTypes.duration(),
          DEFAULTS.deadline(),
          "Longest wait for passages that a query may ask for (`deadline_ms`).");

  static final Key<Integer> SOURCE_URI_CHARS =
      new Key<>(
          "limits.source-uri-chars",
          ValueTypes.integer(0),
          DEFAULTS.sourceUriChars(),
          "Most characters of a passage's `source_uri`.");

  static final Key<Integer> HEADER_BYTES =
      new Key<>(
          "limits.header-bytes",
          ValueTypes.integer(0),
          DEFAULTS.headerBytes(),
          "Most bytes of a record's headers, names and values together.");

  static final Key<Integer> RECORD_BYTES =
      new Key<>(
          "limits.record-bytes",
          ValueTypes.integer(65_536),
          DEFAULTS.recordBytes(),
          "Largest record of an internal topic and of the dead letters: what producers send and"
              + " topics take. Where brokers allow less, lower it together with the other limits.");

  static final List<Key<?>> ALL =
      List.of(
          ID_CHARS,
          QUESTION_CHARS,
          HISTORY_TURNS,
          HISTORY_CHARS,
          PASSAGE_CHARS,
          PASSAGE_TOKENS,
          DOCUMENT_CHARS,
          PASSAGES_PER_QUERY,
          DEADLINE,
          SOURCE_URI_CHARS,
          HEADER_BYTES,
          RECORD_BYTES);

  private LimitKeys() {}

  static Limits read(ConfigSource source) {
    return new Limits(
        source.get(ID_CHARS),
        source.get(QUESTION_CHARS),
        source.get(HISTORY_TURNS),
        source.get(HISTORY_CHARS),
        source.get(PASSAGE_CHARS),
        source.get(PASSAGE_TOKENS),
        source.get(DOCUMENT_CHARS),
        source.get(PASSAGES_PER_QUERY),
        source.get(DEADLINE),
        source.get(SOURCE_URI_CHARS),
        source.get(HEADER_BYTES),
        source.get(RECORD_BYTES));
  }
}
