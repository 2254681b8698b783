package io.github.refragstreams.app.management;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.Prompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrialTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final ModelException BROKEN = new ModelException(Kind.MODEL, "no memory");

  private final AtomicLong now = new AtomicLong();
  private final List<CompletableFuture<String>> asked = new ArrayList<>();
  private final Trial trial =
      new Trial(
          () -> {
            asked.add(new CompletableFuture<>());
            return asked.get(asked.size() - 1);
          },
          now::get);

  @Test
  void asksOneQuestionAtATimeWhereAModelIsBlamed() {
    // When
    trial.failed(new ModelException(Kind.INPUT, "a bad text"));
    trial.failed(new ModelException(Kind.BUSY, "full"));
    trial.failed(new IllegalStateException("something else"));
    // Then
    assertThat(asked).isEmpty();
    // When
    trial.failed(new CompletionException(BROKEN));
    trial.failed(BROKEN);
    // Then
    assertThat(asked).hasSize(1);
    assertThat(trial.failing()).as("nothing is known yet").isNull();
  }

  @Test
  void asksAgainWhenSomebodyLooksUntilThereIsAnAnswer() {
    // Given
    trial.failed(BROKEN);
    pass(MINUTE);
    // When
    last().completeExceptionally(BROKEN);
    // Then: since it was asked
    assertThat(trial.failing()).isEqualTo(new Trial.Failing(MINUTE, "no memory"));
    assertThat(asked).hasSize(2);
    // When
    pass(MINUTE);
    last().completeExceptionally(new CompletionException(new ModelException(Kind.MODEL, "worse")));
    // Then
    assertThat(trial.failing()).isEqualTo(new Trial.Failing(MINUTE.multipliedBy(2), "worse"));
    // When
    last().complete("Paris");
    // Then
    assertThat(trial.failing()).isNull();
    assertThat(asked).as("nobody asks where all is well").hasSize(3);
  }

  @Test
  void whatSaysNothingChangesNothing() {
    // Given
    trial.failed(BROKEN);
    // When
    last().completeExceptionally(new ModelException(Kind.BUSY, "full"));
    // Then
    assertThat(trial.failing()).isNull();
    // Given
    trial.failed(BROKEN);
    last().completeExceptionally(BROKEN);
    assertThat(trial.failing()).isNotNull();
    // When
    last().completeExceptionally(new ModelException(Kind.TRANSIENT, "closing"));
    // Then
    assertThat(requireNonNull(trial.failing()).why()).isEqualTo("no memory");
  }

  @Test
  void aQuestionThatCannotEvenBeAskedFails() {
    // Given
    Trial defect =
        new Trial(
            () -> {
              throw new IllegalStateException("told to fail");
            },
            now::get);
    // When
    defect.failed(BROKEN);
    // Then
    assertThat(defect.failing()).isEqualTo(new Trial.Failing(Duration.ZERO, "told to fail"));
  }

  @Test
  void itsQuestionGoesTheWayOfAllThroughTheModels() throws InterruptedException {
    // Given
    CountDownLatch answered = new CountDownLatch(1);
    List<Prompt> prompts = new ArrayList<>();
    Trial real =
        Trial.of(
            FakeModels.answering(
                prompt -> {
                  prompts.add(prompt);
                  answered.countDown();
                  return "Paris";
                }),
            now::get);
    // When
    real.failed(BROKEN);
    // Then
    assertThat(answered.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(prompts).hasSize(1);
    assertThat(real.failing()).isNull();
  }

  private CompletableFuture<String> last() {
    return asked.get(asked.size() - 1);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
