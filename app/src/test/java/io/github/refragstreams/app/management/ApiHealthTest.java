package io.github.refragstreams.app.management;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a process tells that it does that only serves the API. */
class ApiHealthTest {
  private final ApiHealth health = new ApiHealth();

  @Test
  void isLiveBeforeItIsReady() {
    assertThat(health.startup().isUp()).isFalse();
    assertThat(health.ready().isUp()).isFalse();
    assertThat(health.ready().checks()).containsEntry("api", "not started");
    assertThat(health.live().isUp()).isTrue();
  }

  @Test
  void isReadyWhileItMayReadAnswers() {
    // When
    health.started(following(true, true));
    // Then
    assertThat(health.startup().isUp()).isTrue();
    assertThat(health.ready().isUp()).isTrue();
    // When
    health.started(following(false, true));
    // Then
    assertThat(health.ready().isUp()).isFalse();
    assertThat(health.ready().checks()).containsEntry("outputs", "cannot be read");
    assertThat(health.live().isUp()).isTrue();
  }

  @Test
  void isNotLiveWhenNobodyReads() {
    // When
    health.started(following(false, false));
    // Then
    assertThat(health.live().isUp()).isFalse();
    assertThat(health.live().checks()).containsEntry("outputs", "nobody reads them any more");
  }

  @Test
  void isNotReadyAnyMoreWhileItStops() {
    // Given
    health.started(following(true, true));
    // When
    health.stopping();
    // Then
    assertThat(health.ready().isUp()).isFalse();
    assertThat(health.ready().checks()).containsEntry("api", "stops");
    assertThat(health.live().isUp()).isTrue();
  }

  private static Following following(boolean canFollow, boolean follows) {
    return new Following() {
      @Override
      public boolean canFollow() {
        return canFollow;
      }

      @Override
      public boolean follows() {
        return follows;
      }
    };
  }
}
