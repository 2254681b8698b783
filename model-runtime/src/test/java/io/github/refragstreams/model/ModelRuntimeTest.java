package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.AnswerDecoder.Generation;
import io.github.refragstreams.model.AnswerDecoder.Sampling;
import io.github.refragstreams.model.internal.Natives;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The real bundle, loaded once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelRuntimeTest {
  private static final String[] TEXTS = {
    "Ulaanbaatar is the capital and most populous city of Mongolia.",
    "Mongolia is a landlocked country in East Asia, bordered by Russia to the north and China to"
        + " the south. It covers an area of 1,564,116 square kilometres, with a population of 3.3"
        + " million.",
    "The Tuul river flows through it.",
    "Paris.",
    "Canada's capital is Ottawa, and its three largest metropolitan areas are Toronto, Montreal,"
        + " and Vancouver. ".repeat(40)
  };

  private ModelRuntime runtime;
  private int nativesBefore;

  @BeforeAll
  void open() {
    nativesBefore = Natives.open();
    runtime =
        ModelRuntime.open(
            ModelBundle.open(TestBundle.folder()), RuntimeConfig.defaults().withDecoder(3, 1024));
  }

  @AfterAll
  void close() {
    if (runtime != null) {
      runtime.close();
      assertThat(Natives.open()).isEqualTo(nativesBefore);
    }
  }

  private Models models() {
    return runtime.models();
  }

  private List<PassageContext> passages(int k) {
    List<PassageContext> passages = new ArrayList<>();
    for (int i = 0; i < TEXTS.length; i++) {
      ChunkedText chunks = models().chunker().chunk("T" + i, TEXTS[i], k);
      ChunkVectors vectors = models().encoder().encode(chunks).join();
      passages.add(new PassageContext("p" + i, i, null, "T" + i, TEXTS[i], chunks, vectors));
    }
    return passages;
  }

  @Test
  void vectorsDoNotDependOnTheBatch() {
    for (int k : models().bundle().chunkSizes()) {
      // Given
      List<ChunkedText> chunks = new ArrayList<>();
      for (String text : TEXTS) {
        chunks.add(models().chunker().chunk(null, text, k));
      }
      // When
      List<ChunkVectors> alone = new ArrayList<>();
      for (ChunkedText passage : chunks) {
        alone.add(models().encoder().encode(passage).join());
      }
      List<CompletableFuture<ChunkVectors>> together = new ArrayList<>();
      chunks.forEach(passage -> together.add(models().encoder().encode(passage)));
      // Then
      for (int i = 0; i < alone.size(); i++) {
        assertThat(together.get(i).join()).isEqualTo(alone.get(i));
      }
    }
  }

  @Test
  void answersDoNotDependOnTheBatch() {
    // Given
    List<PassageContext> passages = passages(4);
    List<AnswerPlan> plans = new ArrayList<>();
    for (ExpansionMode mode : ExpansionMode.values()) {
      for (String question : List.of("What is the capital of Mongolia?", "Which river?")) {
        plans.add(
            models()
                .planner()
                .plan(
                    question, List.of(), passages.subList(0, 4), new PlanOptions(mode, 0.2f, 900)));
      }
    }
    // When
    List<String> alone = new ArrayList<>();
    for (AnswerPlan plan : plans) {
      alone.add(answer(plan).join().text());
    }
    List<CompletableFuture<Generation>> together = new ArrayList<>();
    plans.forEach(plan -> together.add(answer(plan)));
    // Then
    for (int i = 0; i < alone.size(); i++) {
      assertThat(together.get(i).join().text()).isEqualTo(alone.get(i));
    }
    assertThat(together.get(0).join().promptPositions()).isEqualTo(plans.get(0).promptPositions());
  }

  private CompletableFuture<Generation> answer(AnswerPlan plan) {
    return models().decoder().generate(plan.prompt(), Sampling.greedy(24), (index, text) -> {});
  }

  @Test
  void ownsNativeResourcesWhileItIsOpen() {
    assertThat(Natives.open()).isGreaterThan(nativesBefore);
  }

  @Test
  void aCancelledAnswerStopsAndTheNextOneIsTheSame() {
    // Given: a list, which is copied token by token
    String list = "Natural resources: petroleum, natural gas, iron ore, uranium, lead, zinc, gold";
    ChunkedText chunks = models().chunker().chunk("Land", list, 4);
    ChunkVectors vectors = models().encoder().encode(chunks).join();
    AnswerPlan plan =
        models()
            .planner()
            .plan(
                "What natural resources does the land have?",
                List.of(),
                List.of(new PassageContext("p", 0, null, "Land", list, chunks, vectors)),
                new PlanOptions(ExpansionMode.FULL, 0f, 900));
    Generation whole = answer(plan).join();
    List<String> tokens = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> started = new CompletableFuture<>();
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    CompletableFuture<Generation> cancelled =
        models()
            .decoder()
            .generate(
                plan.prompt(),
                Sampling.greedy(24),
                (index, text) -> {
                  tokens.add(text);
                  started.complete(null);
                  goOn.join(); // the decoder stands still until the answer is cancelled
                });
    started.join();
    // When
    cancelled.cancel(false);
    goOn.complete(null);
    // Then: the turn that was under way may add a token, and the next answer would see any more
    assertThat(answer(plan).join().text()).isEqualTo(whole.text());
    assertThat(cancelled).isCancelled();
    assertThat(whole.tokens()).isGreaterThan(2);
    assertThat(tokens).hasSizeBetween(1, 2);
  }

  @Test
  void refusesAPromptThatItCannotHold() {
    // Given
    Prompt prompt = new Prompt(List.of(new Segment.Tokens(new int[1010])));
    // When
    CompletableFuture<Generation> result =
        models().decoder().generate(prompt, Sampling.greedy(10), (index, text) -> {});
    // Then
    assertThatThrownBy(result::join)
        .cause()
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.INPUT));
  }

  @Test
  void closesWhatItOpenedWhenABundleCannotBeLoaded() {
    // Given
    int before = Natives.open();
    RuntimeConfig tooLong = RuntimeConfig.defaults().withDecoder(1, 1_000_000);
    // When / Then
    assertThatThrownBy(() -> ModelRuntime.open(ModelBundle.open(TestBundle.folder()), tooLong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("model.max-positions is 1000000 but bundle");
    assertThat(Natives.open()).isEqualTo(before);
  }

  @Test
  void refusesAChunkSizeThatTheBundleDoesNotHave() {
    // Given
    ChunkedText chunks = models().chunker().chunk(null, "text", 5);
    // When / Then
    assertThatThrownBy(() -> models().encoder().encode(chunks).join())
        .cause()
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.INPUT))
        .hasMessageContaining("chunks have 5 tokens but bundle");
  }
}
