package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.BundleInfo;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordSizeTest {
  private static final BundleInfo SMALL = new BundleInfo("b", "1", "e", 576, List.of(4), 4, false);

  @Test
  void takesTheDefaultLimitsWithTheDefaultBundle() {
    assertThatCode(() -> RecordSize.checkPassages(Limits.defaults(), SMALL))
        .doesNotThrowAnyException();
    assertThatCode(() -> RecordSize.checkPassages(Limits.defaults(), SMALL.withTokenStates()))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesConversationsThatRecordsCannotHold() {
    // Given
    ConversationConfig huge = new ConversationConfig(8, 2, 30_000, 2_000, 10, Duration.ofHours(1));
    // Then
    assertThatCode(
            () ->
                RecordSize.checkConversations(
                    ConversationConfig.defaults(), Limits.defaults(), SMALL))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> RecordSize.checkConversations(huge, Limits.defaults(), SMALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("conversation.max-tokens is 30000, conversation.turns is 8")
        .hasMessageContaining("but limits.record-bytes is 8388608");
  }

  @Test
  void countsConversationsWithTheSmallestChunksThatAQueryMayAskFor() {
    // Given
    BundleInfo fine = new BundleInfo("b", "1", "e", 576, List.of(1, 16), 16, false);
    ConversationConfig large = new ConversationConfig(8, 2, 8_000, 2_000, 10, Duration.ofHours(1));
    // Then
    assertThatCode(() -> RecordSize.checkConversations(large, Limits.defaults(), SMALL))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> RecordSize.checkConversations(large, Limits.defaults(), fine))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("conversation.max-tokens is 8000");
  }

  @Test
  void refusesQueriesThatRecordsCannotHold() {
    // Given
    Limits talkative = limits(3_000_000, 16_000, 4_096);
    // Then
    assertThatCode(() -> RecordSize.checkQueries(Limits.defaults())).doesNotThrowAnyException();
    assertThatThrownBy(() -> RecordSize.checkQueries(talkative))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limits.history-chars is 3000000")
        .hasMessageContaining("but limits.record-bytes is 8388608");
  }

  @Test
  void seesThatRecordsMayBeSmaller() {
    // Given
    Limits defaults = Limits.defaults();
    Limits small =
        new Limits(
            256, 2_000, 100, 100_000, 16_000, 4_096, 500_000, 100, Duration.ZERO, 0, 0, 1 << 20);
    // Then
    assertThatCode(() -> RecordSize.checkPassages(defaults, SMALL)).doesNotThrowAnyException();
    assertThatThrownBy(() -> RecordSize.checkPassages(small, SMALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limits.passage-tokens is 4096")
        .hasMessageContaining("but limits.record-bytes is 1048576");
  }

  @Test
  void countsTokenStates() {
    // Given
    Limits large = limits(100_000, 40_000, 7_000);
    // Then
    assertThatCode(() -> RecordSize.checkPassages(large, SMALL)).doesNotThrowAnyException();
    assertThatThrownBy(() -> RecordSize.checkPassages(large, SMALL.withTokenStates()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limits.passage-tokens is 7000");
  }

  @Test
  void refusesLimitsThatRecordsCannotHold() {
    // Given
    Limits huge = limits(100_000, 400_000, 100_000);
    // Then
    assertThatThrownBy(() -> RecordSize.checkPassages(huge, SMALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limits.passage-tokens is 100000")
        .hasMessageContaining("but limits.record-bytes is 8388608");
  }

  private static Limits limits(int historyChars, int passageChars, int passageTokens) {
    return new Limits(
        256,
        2_000,
        100,
        historyChars,
        passageChars,
        passageTokens,
        500_000,
        100,
        Duration.ZERO,
        2_048,
        16_384,
        8 << 20);
  }
}
