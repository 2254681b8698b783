package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.PassageEncoder.Asker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EncodeBatcherTest {
  private static final Duration WAIT = Duration.ofMillis(5);

  private final ManualRunner runner = new ManualRunner();
  private final RecordingEncoder encoder = new RecordingEncoder();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final SdkTracerProvider tracers =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
  private final EncodeBatcher batcher =
      new EncodeBatcher(
          encoder,
          new EncodeBatcher.Limits(10, WAIT, 20),
          runner,
          new Telemetry(meters, tracers.get("test")));

  @Test
  void waitsForCompanyUntilTheOldestHasWaitedLongEnough() {
    // Given
    CompletableFuture<ChunkVectors> first = batcher.encode(passage(4, 1, 2, 3));
    runner.advance(WAIT.dividedBy(2));
    CompletableFuture<ChunkVectors> second = batcher.encode(passage(4, 4, 5, 6));
    // When
    runner.advance(WAIT.dividedBy(2));
    // Then
    assertThat(encoder.batches).containsExactly(2);
    assertThat(first.join()).isEqualTo(Fakes.vectors(passage(4, 1, 2, 3)));
    assertThat(second.join()).isEqualTo(Fakes.vectors(passage(4, 4, 5, 6)));
  }

  @Test
  void leavesAtOnceWhenTheBatchIsFull() {
    // Given
    CompletableFuture<ChunkVectors> first = batcher.encode(passage(4, 1, 2, 3, 4, 5, 6));
    // When
    CompletableFuture<ChunkVectors> second = batcher.encode(passage(4, 7, 8, 9, 10));
    runner.advance(Duration.ZERO);
    // Then
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(encoder.batches).containsExactly(2);
  }

  @Test
  void whatHasNoRoomInAFullBatchLeavesWhenItHasWaitedLongEnough() {
    // Given
    CompletableFuture<ChunkVectors> first = batcher.encode(passage(4, 1, 2, 3, 4, 5, 6));
    CompletableFuture<ChunkVectors> second = batcher.encode(passage(4, 7, 8, 9, 10, 11));
    runner.advance(Duration.ZERO);
    assertThat(first).isCompleted();
    assertThat(second).isNotDone();
    // When
    runner.advance(WAIT);
    // Then
    assertThat(second).isCompleted();
    assertThat(encoder.batches).containsExactly(1, 1);
  }

  @Test
  void neverMixesChunkSizes() {
    // Given
    CompletableFuture<ChunkVectors> four = batcher.encode(passage(4, 1, 2, 3));
    CompletableFuture<ChunkVectors> eight = batcher.encode(passage(8, 1, 2, 3));
    // When
    runner.advance(WAIT);
    // Then
    assertThat(encoder.batches).containsExactly(1, 1);
    assertThat(four).isCompleted();
    assertThat(eight).isCompleted();
  }

  @Test
  void encodesIdenticalPassagesInFlightOnce() {
    // Given
    CompletableFuture<ChunkVectors> first = batcher.encode(passage(4, 1, 2, 3));
    CompletableFuture<ChunkVectors> same = batcher.encode(passage(4, 1, 2, 3));
    // When
    first.cancel(false);
    runner.advance(WAIT);
    // Then
    assertThat(encoder.batches).containsExactly(1);
    assertThat(same.join()).isEqualTo(Fakes.vectors(passage(4, 1, 2, 3)));
  }

  @Test
  void encodesWhatIsAskedForBeforeWhatNobodyAsksFor() {
    // Given: both are full batches before the encoder comes to them
    CompletableFuture<ChunkVectors> ahead =
        batcher.encode(passage(4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Asker.NOBODY);
    CompletableFuture<ChunkVectors> asked =
        batcher.encode(passage(4, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20));
    // When
    runner.advance(Duration.ZERO);
    // Then
    assertThat(encoder.firstIds).containsExactly(11, 1);
    assertThat(asked).isCompleted();
    assertThat(ahead).isCompleted();
  }

  @Test
  void leavesTheEncoderFreeWhileAPassageThatIsAskedForWaitsForCompany() {
    // Given
    CompletableFuture<ChunkVectors> asked = batcher.encode(passage(4, 11));
    CompletableFuture<ChunkVectors> ahead =
        batcher.encode(passage(4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Asker.NOBODY);
    runner.advance(Duration.ZERO);
    assertThat(encoder.batches).isEmpty();
    // When
    runner.advance(WAIT);
    // Then
    assertThat(encoder.firstIds).containsExactly(11, 1);
    assertThat(asked).isCompleted();
    assertThat(ahead).isCompleted();
  }

  @Test
  void movesUpWhatIsAskedForMeanwhile() {
    // Given
    CompletableFuture<ChunkVectors> first = batcher.encode(passage(4, 1, 2, 3), Asker.NOBODY);
    CompletableFuture<ChunkVectors> second = batcher.encode(passage(4, 2, 3, 4), Asker.NOBODY);
    // When
    CompletableFuture<ChunkVectors> asked = batcher.encode(passage(4, 2, 3, 4));
    runner.advance(WAIT);
    // Then
    assertThat(encoder.firstIds).containsExactly(2, 1);
    assertThat(List.of(first, second, asked)).allSatisfy(all -> assertThat(all).isCompleted());
  }

  @Test
  void whoAsksForLittleDoesNotWaitForWhoAsksForMuch() {
    // Given: one has asked for more than a batch before the other one comes
    List<CompletableFuture<ChunkVectors>> much = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      much.add(batcher.encode(passage(4, i, i, i, i, i), Asker.of("much")));
    }
    // When
    CompletableFuture<ChunkVectors> little =
        batcher.encode(passage(4, 9, 9, 9, 9, 9), Asker.of("little"));
    runner.advance(Duration.ZERO);
    // Then: it is in the first batch
    assertThat(encoder.firstIds).containsExactly(1, 2);
    assertThat(little).isCompleted();
    assertThat(much).allSatisfy(all -> assertThat(all).isCompleted());
  }

  @Test
  void movesUpWhatSomebodyElseAsksForToo() {
    // Given
    List<CompletableFuture<ChunkVectors>> much = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      much.add(batcher.encode(passage(4, i, i, i, i, i, i), Asker.of("much")));
    }
    // When
    CompletableFuture<ChunkVectors> shared =
        batcher.encode(passage(4, 3, 3, 3, 3, 3, 3), Asker.of("little"));
    runner.advance(WAIT);
    // Then
    assertThat(encoder.firstIds).containsExactly(1, 3, 2);
    assertThat(shared).isCompleted();
    assertThat(much).allSatisfy(all -> assertThat(all).isCompleted());
  }

  @Test
  void bisectsAFailingBatchUntilTheBadPassageStandsAlone() {
    // Given
    encoder.bad.add(3);
    List<CompletableFuture<ChunkVectors>> results = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      results.add(batcher.encode(passage(4, i)));
    }
    // When
    runner.advance(WAIT);
    // Then
    assertThat(kindOf(results.remove(2))).isEqualTo(Kind.INPUT);
    assertThat(results).allSatisfy(result -> assertThat(result.join().rows()).isEqualTo(1));
  }

  @Test
  void findsThePassageThatTheModelFailsOn() {
    // Given
    encoder.poison.add(3);
    List<CompletableFuture<ChunkVectors>> results = new ArrayList<>();
    for (int id = 1; id <= 5; id++) {
      results.add(batcher.encode(passage(4, id)));
    }
    // When
    runner.advance(WAIT);
    // Then
    assertThat(kindOf(results.remove(2))).isEqualTo(Kind.MODEL);
    assertThat(results).allSatisfy(result -> assertThat(result.join().rows()).isEqualTo(1));
  }

  @Test
  void findsPassagesThatTheModelFailsOnInBothHalves() {
    // Given
    encoder.poison.add(1);
    encoder.poison.add(4);
    List<CompletableFuture<ChunkVectors>> results = new ArrayList<>();
    for (int id = 1; id <= 4; id++) {
      results.add(batcher.encode(passage(4, id)));
    }
    // When
    runner.advance(WAIT);
    // Then
    assertThat(kindOf(results.get(0))).isEqualTo(Kind.MODEL);
    assertThat(kindOf(results.get(3))).isEqualTo(Kind.MODEL);
    assertThat(results.subList(1, 3))
        .allSatisfy(result -> assertThat(result.join().rows()).isEqualTo(1));
  }

  @Test
  void asksABrokenModelForTwoHalvesAndNoMore() {
    // Given
    encoder.broken = true;
    CompletableFuture<ChunkVectors> first = batcher.encode(passage(4, 1));
    CompletableFuture<ChunkVectors> second = batcher.encode(passage(4, 2));
    // When
    runner.advance(WAIT);
    // Then
    assertThat(encoder.batches).containsExactly(2, 1, 1);
    assertThat(kindOf(first)).isEqualTo(Kind.MODEL);
    assertThat(kindOf(second)).isEqualTo(Kind.MODEL);
  }

  @Test
  void anErrorFailsItsBatchAndNoLaterOne() {
    // Given
    encoder.error = new LinkageError("injected");
    CompletableFuture<ChunkVectors> first = batcher.encode(passage(4, 1));
    CompletableFuture<ChunkVectors> second = batcher.encode(passage(4, 2));
    // When
    runner.advance(WAIT);
    // Then
    assertThat(kindOf(first)).isEqualTo(Kind.MODEL);
    assertThat(kindOf(second)).isEqualTo(Kind.MODEL);
    // When: the same again
    encoder.error = null;
    CompletableFuture<ChunkVectors> again = batcher.encode(passage(4, 1));
    runner.advance(WAIT);
    // Then
    assertThat(again.join()).isEqualTo(Fakes.vectors(passage(4, 1)));
  }

  @Test
  void anErrorLeavesAloneWhatIsEncodedAlready() {
    // Given: halved; its first half succeeds
    encoder.bad.add(2);
    encoder.fatal.add(2);
    CompletableFuture<ChunkVectors> good = batcher.encode(passage(4, 1));
    CompletableFuture<ChunkVectors> fatal = batcher.encode(passage(4, 2));
    // When
    runner.advance(WAIT);
    // Then
    assertThat(good.join()).isEqualTo(Fakes.vectors(passage(4, 1)));
    assertThat(kindOf(fatal)).isEqualTo(Kind.MODEL);
  }

  @Test
  void aBatchThatCannotBeTracedFails() {
    // Given
    EncodeBatcher untraced =
        new EncodeBatcher(
            encoder,
            new EncodeBatcher.Limits(10, WAIT, 20),
            runner,
            new Telemetry(
                meters,
                name -> {
                  throw new LinkageError("injected");
                }));
    CompletableFuture<ChunkVectors> passage = untraced.encode(passage(4, 1));
    // When
    runner.advance(WAIT);
    // Then
    assertThat(kindOf(passage)).isEqualTo(Kind.MODEL);
    assertThat(encoder.batches).isEmpty();
  }

  @Test
  void refusesForNowWhatTheQueueCannotHold() {
    // Given
    CompletableFuture<ChunkVectors> waiting = batcher.encode(passage(4, 1, 2, 3, 4, 5, 6, 7, 8));
    // When
    CompletableFuture<ChunkVectors> refused =
        batcher.encode(new ChunkedText(4, new int[13], new int[13], 0));
    // Then
    assertThat(kindOf(refused)).isEqualTo(Kind.BUSY);
    assertThat(waiting).isNotDone();
  }

  @Test
  void refusesAPassageWithoutTokens() {
    assertThat(kindOf(batcher.encode(passage(4)))).isEqualTo(Kind.INPUT);
  }

  @Test
  void failsWhatWaitsWhenItCloses() {
    // Given
    CompletableFuture<ChunkVectors> waiting = batcher.encode(passage(4, 1));
    // When
    batcher.close();
    // Then
    assertThat(kindOf(waiting)).isEqualTo(Kind.TRANSIENT);
    assertThat(kindOf(batcher.encode(passage(4, 2)))).isEqualTo(Kind.TRANSIENT);
    assertThat(encoder.batches).isEmpty();
    assertThat(runner.closed).isTrue();
  }

  @Test
  void measuresSizeAndWaitOfABatchAndItsCalls() {
    // Given
    encoder.bad.add(4);
    CompletableFuture<ChunkVectors> good = batcher.encode(passage(4, 1, 2, 3));
    CompletableFuture<ChunkVectors> bad = batcher.encode(passage(4, 4, 5));
    assertThat(meters.get("refrag.encode.queue").gauge().value()).isEqualTo(5);
    // When
    runner.advance(WAIT);
    // Then
    assertThat(good).isCompleted();
    assertThat(kindOf(bad)).isEqualTo(Kind.INPUT);
    assertThat(meters.get("refrag.encode.queue").gauge().value()).isZero();
    assertThat(meters.get("refrag.encode.batch.tokens").summary().totalAmount()).isEqualTo(5);
    assertThat(meters.get("refrag.encode.batch.passages").summary().totalAmount()).isEqualTo(2);
    assertThat(meters.get("refrag.encode.batch.wait").timer().totalTime(TimeUnit.NANOSECONDS))
        .isEqualTo(WAIT.toNanos());
    assertThat(calls("failure")).as("the batch, then the bad passage").isEqualTo(2);
    assertThat(calls("success")).isEqualTo(1);
  }

  @Test
  void linksTheSpanOfABatchToEachCaller() {
    // Given
    Span one = tracers.get("test").spanBuilder("one").startSpan();
    Span other = tracers.get("test").spanBuilder("other").startSpan();
    for (Span caller : List.of(one, other, other)) {
      try (Scope unused = caller.makeCurrent()) {
        assertThat(batcher.encode(passage(4, 1, 2, 3))).isNotDone();
      }
    }
    // When
    runner.advance(WAIT);
    // Then
    SpanData batch = spans.getFinishedSpanItems().get(0);
    assertThat(batch.getName()).isEqualTo("encode batch");
    assertThat(batch.getParentSpanContext().isValid()).isFalse();
    assertThat(batch.getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactlyInAnyOrder(one.getSpanContext(), other.getSpanContext());
  }

  private long calls(String outcome) {
    return meters.get("refrag.encode.call").tag("outcome", outcome).timer().count();
  }

  private static Kind kindOf(CompletableFuture<ChunkVectors> result) {
    Throwable[] cause = new Throwable[1];
    assertThatThrownBy(result::join)
        .isInstanceOf(CompletionException.class)
        .satisfies(e -> cause[0] = e.getCause());
    assertThat(cause[0]).isInstanceOf(ModelException.class);
    return ((ModelException) cause[0]).kind();
  }

  private static ChunkedText passage(int k, int... ids) {
    return new ChunkedText(k, ids, new int[ids.length], 0);
  }

  /** Remembers batch sizes; fails as told. */
  private static final class RecordingEncoder implements ChunkEncoder {
    final List<Integer> batches = new ArrayList<>();
    final List<Integer> firstIds = new ArrayList<>();
    final Set<Integer> bad = new HashSet<>();

    /** Those that are worse when they stand alone. */
    final Set<Integer> fatal = new HashSet<>();

    /** Those that the model fails on, whatever else is in the batch. */
    final Set<Integer> poison = new HashSet<>();

    boolean broken;
    @Nullable Error error;

    @Override
    public String id() {
      return "recording";
    }

    @Override
    public int dimension() {
      return Fakes.DIMENSION;
    }

    @Override
    public List<ChunkVectors> encode(List<ChunkedText> passages) {
      batches.add(passages.size());
      firstIds.add(passages.get(0).tokenIds()[0]);
      if (error != null) {
        throw error;
      }
      if (passages.size() == 1 && fatal.contains(passages.get(0).tokenIds()[0])) {
        throw new LinkageError("injected");
      }
      if (broken || passages.stream().anyMatch(p -> poison.contains(p.tokenIds()[0]))) {
        throw new ModelException(Kind.MODEL, "broken");
      }
      if (passages.stream().anyMatch(p -> bad.contains(p.tokenIds()[0]))) {
        throw new IllegalStateException("bad passage");
      }
      return passages.stream().map(Fakes::vectors).toList();
    }

    @Override
    public void close() {}
  }
}
