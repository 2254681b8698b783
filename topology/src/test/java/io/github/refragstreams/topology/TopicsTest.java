package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private final TopologyConfig config = TopologyConfig.defaults();

  @Test
  void requiresTheTopicsThatTheTopologyReadsAndWrites() {
    assertThat(Topics.required(config))
        .extracting(TopicSpec::name)
        .containsExactly(
            "rag.queries",
            "rag.passages",
            "rag.documents",
            "rag.answers",
            "rag.answer-tokens",
            "rag.dead-letters");
  }

  @Test
  void findsNothingWrongWithWhatItWouldCreate() {
    assertThat(Topics.problems(config, existing())).isEmpty();
  }

  @Test
  void namesATopicThatDoesNotExist() {
    // Given
    Map<String, Integer> existing = existing();
    existing.remove("rag.answers");
    // Then
    assertThat(Topics.problems(config, existing))
        .containsExactly(
            "topic 'rag.answers' (topics.answers) does not exist; create it, or correct its name");
  }

  @Test
  void namesATopicOfQueriesWithAnotherNumberOfPartitions() {
    // Given
    Map<String, Integer> existing = existing();
    existing.put("rag.queries", 12);
    // Then
    assertThat(Topics.problems(config, existing))
        .containsExactly(
            "topic 'rag.queries' (topics.queries) has 12 partitions but topics.partitions is 4;"
                + " they must be equal");
  }

  @Test
  void takesOtherTopicsWithAnyNumberOfPartitions() {
    // Given
    Map<String, Integer> existing = existing();
    existing.replaceAll((name, partitions) -> name.equals("rag.queries") ? partitions : 7);
    // Then
    assertThat(Topics.problems(config, existing)).isEmpty();
  }

  @Test
  void wantsATopicOfDeadLettersThatTakesTheLargest() {
    // Given
    int largest = config.limits().recordBytes();
    // Then
    assertThat(Topics.deadLetterProblem(config, largest)).isEmpty();
    assertThat(Topics.deadLetterProblem(config, largest - 1))
        .hasValueSatisfying(
            problem ->
                assertThat(problem)
                    .startsWith(
                        "topic 'rag.dead-letters' (topics.dead-letters) has max.message.bytes 8388607"
                            + " but limits.record-bytes is 8388608"));
  }

  private Map<String, Integer> existing() {
    Map<String, Integer> existing = new HashMap<>();
    Topics.required(config).forEach(topic -> existing.put(topic.name(), topic.partitions()));
    return existing;
  }
}
