package io.github.refragstreams.topology;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.PassageEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Encodes at once, or when told. A chunk's vector of one component is the sum of its ids, modulo
 * 1000 so that half floats hold it exactly.
 */
final class FakeEncoder implements PassageEncoder {
  private final FakeTokenizer tokenizer = new FakeTokenizer();
  private final List<Held> held = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final List<Asker> askers = new ArrayList<>();
  private final Map<String, ModelException.Kind> failures = new HashMap<>();
  private boolean holding;
  private int room = Integer.MAX_VALUE;
  private int refusals;
  private boolean keepingStates;
  private @Nullable RuntimeException defect;

  private record Held(ChunkedText passage, CompletableFuture<ChunkVectors> result) {}

  @Override
  public synchronized CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
    boolean joins = held.stream().anyMatch(waiting -> waiting.passage.equals(passage));
    if (!joins && held.size() >= room) {
      refusals++;
      return CompletableFuture.failedFuture(new ModelException(Kind.BUSY, "told to be full"));
    }
    askers.add(asker);
    if (!joins) {
      texts.add(tokenizer.decode(passage.tokenIds()));
    }
    RuntimeException thrown = defect;
    if (thrown != null) {
      defect = null;
      throw thrown;
    }
    CompletableFuture<ChunkVectors> result = new CompletableFuture<>();
    if (holding) {
      held.add(new Held(passage, result));
    } else {
      complete(passage, result);
    }
    return result;
  }

  /** From now on, vectors come with token states. */
  synchronized void keepStates() {
    keepingStates = true;
  }

  /** From now on, passages wait for {@link #release}. */
  synchronized void hold() {
    holding = true;
  }

  /** From now on, no more than {@code passages} wait: more are refused. */
  synchronized void takeAtMost(int passages) {
    room = passages;
  }

  /** How often it was full. */
  synchronized int refusals() {
    return refusals;
  }

  /** Completes the one that waits for longest, if one does. */
  synchronized void releaseOne() {
    if (!held.isEmpty()) {
      Held first = held.remove(0);
      complete(first.passage, first.result);
    }
  }

  /** Completes all that wait, and from now on at once. */
  synchronized void release() {
    holding = false;
    held.forEach(waiting -> complete(waiting.passage, waiting.result));
    held.clear();
  }

  /** Completes what waits, in reverse order. */
  synchronized void releaseInReverse() {
    holding = false;
    for (int i = held.size() - 1; i >= 0; i--) {
      complete(held.get(i).passage, held.get(i).result);
    }
    held.clear();
  }

  /** The next call does not even return. */
  synchronized void throwNext(RuntimeException failure) {
    defect = failure;
  }

  /** Passages with this text fail, until {@link #recover}. */
  synchronized void failOn(String part, ModelException.Kind kind) {
    failures.put(part, kind);
  }

  synchronized void recover() {
    failures.clear();
  }

  /** Texts that were submitted, in order; one that was on its way already counts once. */
  synchronized List<String> texts() {
    return List.copyOf(texts);
  }

  /** Who has asked, in order, also for what was on its way already. */
  synchronized List<Asker> askers() {
    return List.copyOf(askers);
  }

  /** Passages that were cancelled by the topology. */
  synchronized long cancelled() {
    return held.stream().filter(waiting -> waiting.result.isCancelled()).count();
  }

  static ChunkVectors vectors(ChunkedText passage) {
    float[] sums = new float[passage.chunks()];
    for (int c = 0; c < sums.length; c++) {
      sums[c] = Arrays.stream(passage.chunkIds(c)).sum() % 1000;
    }
    return ChunkVectors.ofFloats(sums.length, 1, sums);
  }

  /** A token's state of one component is its place. */
  static ChunkVectors withStates(ChunkedText passage) {
    float[] places = new float[passage.tokens()];
    for (int i = 0; i < places.length; i++) {
      places[i] = i;
    }
    return vectors(passage).withStates(ChunkVectors.ofFloats(places.length, 1, places));
  }

  private void complete(ChunkedText passage, CompletableFuture<ChunkVectors> result) {
    String text = tokenizer.decode(passage.tokenIds());
    for (Map.Entry<String, ModelException.Kind> failure : failures.entrySet()) {
      if (text.contains(failure.getKey())) {
        result.completeExceptionally(new ModelException(failure.getValue(), "told to fail"));
        return;
      }
    }
    result.complete(keepingStates ? withStates(passage) : vectors(passage));
  }

  @Override
  public void close() {}
}
