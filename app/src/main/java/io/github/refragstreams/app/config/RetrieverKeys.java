package io.github.refragstreams.app.config;

import java.util.List;
import java.util.Optional;

/** Keys below {@code retriever.}: the sample retriever, for questions that bring no passages. */
final class RetrieverKeys {
  static final Key<Optional<String>> CORPUS =
      new Key<>(
          "retriever.corpus",
          ValueTypes.textOrOff(),
          Optional.empty(),
          "Where the HTTP API finds passages for questions that bring none: `factbook`, the bundled"
              + " World Factbook, or a file of rows `{pid, title, text}` (JSON Lines). Off: such"
              + " questions are refused. `refrag demo` always uses the factbook.");

  static final Key<Integer> LIMIT =
      new Key<>(
          "retriever.passages",
          ValueTypes.integer(1),
          5,
          "Most passages that are retrieved for a question.");

  static final List<Key<?>> ALL = List.of(CORPUS, LIMIT);

  private RetrieverKeys() {}

  static RetrieverConfig read(ConfigSource source) {
    return new RetrieverConfig(source.get(CORPUS), source.get(LIMIT));
  }
}
