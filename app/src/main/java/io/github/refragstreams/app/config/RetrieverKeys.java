package io.github.refragstreams.app.config;

import io.github.refragstreams.app.config.RetrieverConfig.Dense;
import io.github.refragstreams.app.config.RetrieverConfig.Files;
import io.github.refragstreams.app.config.RetrieverConfig.Kind;
import java.util.List;
import java.util.Optional;

/** Keys below {@code retriever.}: the retriever, for questions that bring no passages. */
final class RetrieverKeys {
  private static final int MEBIBYTE = 1 << 20;

  static final Key<Optional<String>> CORPUS =
      new Key<>(
          "retriever.corpus",
          ValueTypes.textOrOff(),
          Optional.empty(),
          "Where passages are found for questions that bring none: `factbook`, the bundled World"
              + " Factbook, or a file or folder: rows `{pid, title, text}` (`.jsonl`, also `.xz` and"
              + " `.gz`), `.txt`, `.md`, `.html` and `.pdf`. Off: the HTTP API refuses such"
              + " questions, and `refrag demo` and `refrag ask` take the factbook.");

  static final Key<Kind> KIND =
      new Key<>(
          "retriever.kind",
          ValueTypes.oneOf(Kind.class),
          Kind.BM25,
          "How passages are found: by words (`bm25`), by vectors (`dense`), or by both, fused by"
              + " their ranks (`hybrid`).");

  static final Key<Integer> LIMIT =
      new Key<>(
          "retriever.passages",
          ValueTypes.integer(1),
          5,
          "Most passages that are retrieved for a question.");

  static final Key<Integer> PASSAGE_CHARS =
      new Key<>(
          "retriever.passage-chars",
          ValueTypes.integer(100, 100_000),
          1_200,
          "Most characters of a passage that is cut from a file, its title not counted. Passages of"
              + " `.jsonl` files are taken as they are.");

  static final Key<Long> MAX_FILE =
      new Key<>(
          "retriever.max-file",
          ValueTypes.size(1, 1024L * MEBIBYTE),
          64L * MEBIBYTE,
          "Largest file of a corpus, packed and unpacked; larger ones are skipped.");

  static final Key<Optional<String>> DENSE_MODEL =
      new Key<>(
          "retriever.dense.model",
          ValueTypes.textOrOff(),
          Optional.empty(),
          "Folder of a sentence encoder for `dense` and `hybrid`: `model.onnx`, of the BERT family,"
              + " and `tokenizer.json`. The states of its last layer are averaged.");

  static final Key<Integer> DENSE_MAX_TOKENS =
      new Key<>(
          "retriever.dense.max-tokens",
          ValueTypes.integer(8, 8_192),
          256,
          "Tokens of a question or passage that the sentence encoder reads; the rest is left out.");

  static final Key<Optional<String>> DENSE_INDEX =
      new Key<>(
          "retriever.dense.index",
          ValueTypes.textOrOff(),
          Optional.empty(),
          "Folder that keeps the vectors of `retriever.corpus` from one start to the next, made"
              + " where it is missing, for one corpus and one process at a time: only new passages"
              + " are encoded. Off: all are, at each start.");

  static final Key<Integer> RANK_CONSTANT =
      new Key<>(
          "retriever.hybrid.rank-constant",
          ValueTypes.integer(0, 1_000_000),
          60,
          "What is added to ranks before `hybrid` fuses them: the larger, the less a first place"
              + " counts for.");

  static final List<Key<?>> ALL =
      List.of(
          CORPUS,
          KIND,
          LIMIT,
          PASSAGE_CHARS,
          MAX_FILE,
          DENSE_MODEL,
          DENSE_MAX_TOKENS,
          DENSE_INDEX,
          RANK_CONSTANT);

  private RetrieverKeys() {}

  static RetrieverConfig read(ConfigSource source) {
    return new RetrieverConfig(
        source.get(KIND),
        source.get(CORPUS),
        source.get(LIMIT),
        new Files(source.get(PASSAGE_CHARS), Math.toIntExact(source.get(MAX_FILE))),
        new Dense(source.get(DENSE_MODEL), source.get(DENSE_MAX_TOKENS), source.get(DENSE_INDEX)),
        source.get(RANK_CONSTANT));
  }
}
