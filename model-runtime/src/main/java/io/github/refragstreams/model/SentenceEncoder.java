package io.github.refragstreams.model;

import io.github.refragstreams.model.internal.Natives;
import io.github.refragstreams.model.internal.Sha256;
import io.github.refragstreams.model.internal.onnx.OnnxEngine;
import io.github.refragstreams.model.internal.onnx.SentenceGraph;
import io.github.refragstreams.model.internal.text.SentenceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Turns texts into one vector each, of length 1, such that texts of like meaning have vectors of
 * like direction: a model of the BERT family, whose last states are averaged (Sentence-BERT, arXiv
 * 1908.10084). It is for retrievers; passages and questions in prompts are encoded by the bundle.
 *
 * <p>Safe for use by many threads. The same list of texts gives the same vectors.
 */
public final class SentenceEncoder implements AutoCloseable {
  private static final String GRAPH = "model.onnx";
  private static final String TOKENIZER = "tokenizer.json";

  /** Most tokens in one call, padding included. */
  private static final int CALL_TOKENS = 4_096;

  private final Natives natives = new Natives();
  private final SentenceTokenizer tokenizer;
  private final SentenceGraph graph;
  private final int dimension;
  private final Path folder;
  private final int maxTokens;

  private SentenceEncoder(Path folder, int threads, int maxTokens) {
    this.folder = folder;
    this.maxTokens = maxTokens;
    try {
      tokenizer =
          natives.own(
              SentenceTokenizer.of(Files.readAllBytes(folder.resolve(TOKENIZER)), maxTokens));
      OnnxEngine engine = natives.own(OnnxEngine.open("cpu", threads));
      graph = natives.own(SentenceGraph.open(engine, folder.resolve(GRAPH)));
      dimension = tried(maxTokens);
    } catch (IOException | RuntimeException e) {
      natives.close();
      throw e instanceof InvalidBundleException invalid
          ? invalid
          : new InvalidBundleException(
              "sentence encoder " + folder + ": cannot be loaded: " + e.getMessage(), e);
    }
  }

  /**
   * Loads {@value #GRAPH} and {@value #TOKENIZER}; about a second.
   *
   * @param threads of one call
   * @param maxTokens tokens of a text that are read, special tokens included; the rest is left out
   * @throws InvalidBundleException when the folder has no such files, or they cannot be used
   */
  public static SentenceEncoder open(Path folder, int threads, int maxTokens) {
    check(folder);
    return new SentenceEncoder(folder, threads, maxTokens);
  }

  /**
   * Refuses a folder that cannot be one, without loading anything.
   *
   * @throws InvalidBundleException when the folder has no such files, or they cannot be read
   */
  public static void check(Path folder) {
    for (String file : List.of(GRAPH, TOKENIZER)) {
      Path path = folder.resolve(file);
      if (!Files.isRegularFile(path)) {
        throw new InvalidBundleException(
            "sentence encoder " + folder + ": there is no " + file + " in it", null);
      }
      if (!Files.isReadable(path)) {
        throw new InvalidBundleException(
            "sentence encoder " + folder + ": " + file + " cannot be read: access is denied", null);
      }
    }
  }

  /** Components of a vector. */
  public int dimension() {
    return dimension;
  }

  /**
   * What its vectors follow from: encoders of the same fingerprint give the same vectors but for
   * rounding. Reads its files.
   *
   * @throws InvalidBundleException when they cannot be read any more
   */
  public String fingerprint() {
    try {
      return String.join(
          "-",
          Sha256.of(folder.resolve(GRAPH)),
          Sha256.of(folder.resolve(TOKENIZER)),
          String.valueOf(maxTokens));
    } catch (IOException e) {
      throw new InvalidBundleException(
          "sentence encoder " + folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * @return row i for text i: length 1, all components finite; the caller owns them
   * @throws ModelException when the model fails
   */
  public List<float[]> encode(List<String> texts) {
    List<long[]> rows = texts.stream().map(tokenizer::ids).toList();
    // Rows of like length waste the least on padding.
    List<Integer> order =
        IntStream.range(0, rows.size())
            .boxed()
            .sorted(Comparator.comparingInt(row -> rows.get(row).length))
            .toList();
    float[][] vectors = new float[rows.size()][];
    for (int from = 0; from < order.size(); ) {
      int end = end(order, rows, from);
      List<Integer> call = order.subList(from, end);
      List<float[]> made = graph.run(call.stream().map(rows::get).toList());
      for (int i = 0; i < made.size(); i++) {
        vectors[call.get(i)] = made.get(i);
      }
      from = end;
    }
    return List.of(vectors);
  }

  @Override
  public void close() {
    natives.close();
  }

  /** Components of a vector, from a text that is as long as they may be. */
  private int tried(int maxTokens) {
    try {
      return graph.run(List.of(new long[maxTokens])).get(0).length;
    } catch (ModelException e) {
      throw new ModelException(e.kind(), "it does not take a text of " + maxTokens + " tokens", e);
    }
  }

  /**
   * Where the call that begins with {@code from} ends: at the first row that it has no room for.
   */
  private static int end(List<Integer> order, List<long[]> rows, int from) {
    int end = from + 1;
    while (end < order.size()
        && (end + 1 - from) * rows.get(order.get(end)).length <= CALL_TOKENS) {
      end++;
    }
    return end;
  }
}
