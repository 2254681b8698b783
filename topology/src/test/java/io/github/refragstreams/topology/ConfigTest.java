package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.refragstreams.model.ExpansionBudget;
import io.github.refragstreams.model.ExpansionMode;
import java.time.Duration;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigTest {
  private static final int RECORD = 64 << 10;
  private static final Duration SECOND = Duration.ofSeconds(1);

  static Stream<Arguments> badValues() {
    return Stream.of(
        bad(
            "topics.queries is 'a b'; it must be a topic name: letters, digits, '.', '_' and '-',"
                + " at most 249",
            () -> new TopicNames("a b", "p", "d", "a", "t", "l")),
        bad(
            "topics is [q, q, d, a, t, l]; it must be six different names",
            () -> new TopicNames("q", "q", "d", "a", "t", "l")),
        bad(
            "topics.partitions is 0; it must be at least 1",
            () -> TopologyConfig.defaults().withPartitions(0)),
        bad(
            "streams.tick is PT0S; it must be above zero",
            () -> TopologyConfig.defaults().withPace(Duration.ZERO, SECOND)),
        bad(
            "streams.pressure-wait is PT3S; it must be at most PT2S",
            () -> TopologyConfig.defaults().withPace(SECOND, Duration.ofSeconds(3))),
        bad(
            "limits.id-chars is 0; it must be at least 1",
            () -> new Limits(0, 1, 0, 0, 16, 1, 1, 1, SECOND, 0, 0, RECORD)),
        bad(
            "limits.question-chars is 0; it must be at least 1",
            () -> new Limits(1, 0, 0, 0, 16, 1, 1, 1, SECOND, 0, 0, RECORD)),
        bad(
            "limits.history-turns is -1; it must be at least 0",
            () -> new Limits(1, 1, -1, 0, 16, 1, 1, 1, SECOND, 0, 0, RECORD)),
        bad(
            "limits.history-chars is -1; it must be at least 0",
            () -> new Limits(1, 1, 0, -1, 16, 1, 1, 1, SECOND, 0, 0, RECORD)),
        bad(
            "limits.passage-chars is 15; it must be at least 16",
            () -> new Limits(1, 1, 0, 0, 15, 1, 1, 1, SECOND, 0, 0, RECORD)),
        bad(
            "limits.passage-tokens is 0; it must be at least 1",
            () -> new Limits(1, 1, 0, 0, 16, 0, 1, 1, SECOND, 0, 0, RECORD)),
        bad(
            "limits.document-chars is 0; it must be at least 1",
            () -> new Limits(1, 1, 0, 0, 16, 1, 0, 1, SECOND, 0, 0, RECORD)),
        bad(
            "limits.passages-per-query is -1; it must be at least 1",
            () -> new Limits(1, 1, 0, 0, 16, 1, 1, -1, SECOND, 0, 0, RECORD)),
        bad(
            "limits.deadline is PT-1S; it must be zero or more",
            () -> new Limits(1, 1, 0, 0, 16, 1, 1, 1, SECOND.negated(), 0, 0, RECORD)),
        bad(
            "limits.source-uri-chars is -1; it must be at least 0",
            () -> new Limits(1, 1, 0, 0, 16, 1, 1, 1, SECOND, -1, 0, RECORD)),
        bad(
            "limits.header-bytes is -1; it must be at least 0",
            () -> new Limits(1, 1, 0, 0, 16, 1, 1, 1, SECOND, 0, -1, RECORD)),
        bad(
            "limits.record-bytes is 65535; it must be at least 65536",
            () -> new Limits(1, 1, 0, 0, 16, 1, 1, 1, SECOND, 0, 0, RECORD - 1)),
        bad("encode.in-flight is 0; it must be at least 1", () -> new EncodeConfig(0, 1, 1, 1, 1)),
        bad("encode.backlog is 0; it must be at least 1", () -> new EncodeConfig(1, 0, 1, 1, 1)),
        bad(
            "encode.max-pending is 1; it must be at least encode.backlog",
            () -> new EncodeConfig(1, 2, 1, 1, 1)),
        bad(
            "encode.documents-in-flight is 0; it must be at least 1",
            () -> new EncodeConfig(1, 1, 1, 0, 1)),
        bad(
            "encode.max-pending-documents is 0; it must be at least 1",
            () -> new EncodeConfig(1, 1, 1, 1, 0)),
        bad(
            "cache.max-entries is 0; it must be at least 1",
            () -> new CacheConfig(0, 1, 0, SECOND)),
        bad("cache.max-bytes is 0; it must be at least 1", () -> new CacheConfig(1, 0, 0, SECOND)),
        bad(
            "cache.hot-bytes is -1; it must be at least 0",
            () -> new CacheConfig(1, 1, -1, SECOND)),
        bad(
            "stores.write-buffer-bytes is 1; it must be at least 4194304",
            () -> new StoresConfig(1, 1)),
        bad(
            "stores.memory-bytes is 1; it must be at least stores.write-buffer-bytes",
            () -> new StoresConfig(1, 4 << 20)),
        bad(
            "cache.retention is PT0S; it must be above zero",
            () -> new CacheConfig(1, 1, 0, Duration.ZERO)),
        bad("answer.max-tokens is 0; it must be at least 1", () -> answer(0, 64, SECOND, 1)),
        bad("answer.max-positions is 63; it must be at least 64", () -> answer(1, 63, SECOND, 1)),
        bad(
            "answer.deadline is PT-1S; it must be zero or more",
            () -> answer(1, 64, SECOND.negated(), 1)),
        bad(
            "answer.max-requests is 0; it must be at least answer.backlog",
            () -> answer(1, 64, SECOND, 0)),
        bad(
            "conversation.turns is -1; it must be at least 0",
            () -> new ConversationConfig(-1, 1, 500, 1, 1, SECOND)),
        bad(
            "conversation.raw-turns is -1; it must be at least 0",
            () -> new ConversationConfig(1, -1, 500, 1, 1, SECOND)),
        bad(
            "conversation.max-tokens is 0; it must be at least 1",
            () -> new ConversationConfig(1, 1, 0, 1, 1, SECOND)),
        bad(
            "conversation.turn-chars is 0; it must be at least 1",
            () -> new ConversationConfig(1, 1, 500, 0, 1, SECOND)),
        bad(
            "conversation.max-conversations is 0; it must be at least 1",
            () -> new ConversationConfig(1, 1, 500, 1, 0, SECOND)),
        bad(
            "conversation.idle-after is PT0S; it must be above zero",
            () -> new ConversationConfig(1, 1, 500, 1, 1, Duration.ZERO)),
        bad(
            "degrade.queue-target is PT0S; it must be above zero",
            () -> new DegradeConfig(true, Duration.ZERO, 0f)),
        bad(
            "degrade.least-expand-fraction is 1.5; it must be from 0 to 1",
            () -> new DegradeConfig(true, SECOND, 1.5f)),
        bad("retry.attempts is 0; it must be at least 1", () -> new RetryConfig(0, SECOND, SECOND)),
        bad(
            "retry.first-delay is PT0S; it must be above zero",
            () -> new RetryConfig(1, Duration.ZERO, SECOND)),
        bad(
            "retry.max-delay is PT0.5S; it must be at least retry.first-delay",
            () -> new RetryConfig(1, SECOND, Duration.ofMillis(500))));
  }

  private static Arguments bad(String message, ThrowingCallable made) {
    return arguments(message, made);
  }

  private static AnswerConfig answer(int tokens, int positions, Duration deadline, int requests) {
    return new AnswerConfig(
        tokens,
        ExpansionMode.MIXED,
        ExpansionBudget.of(0f),
        positions,
        deadline,
        SECOND,
        SECOND,
        1,
        1,
        1,
        requests);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badValues")
  void refusesABadValueNamingKeyValueAndExpectation(String message, ThrowingCallable made) {
    assertThatThrownBy(made).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void doublesTheDelayUpToTheLongest() {
    // Given
    RetryConfig retry = new RetryConfig(9, Duration.ofMillis(100), Duration.ofMillis(350));
    // Then
    assertThat(retry.delayAfter(1)).isEqualTo(Duration.ofMillis(100));
    assertThat(retry.delayAfter(2)).isEqualTo(Duration.ofMillis(200));
    assertThat(retry.delayAfter(3)).isEqualTo(Duration.ofMillis(350));
    assertThat(retry.delayAfter(1_000)).isEqualTo(Duration.ofMillis(350));
  }
}
