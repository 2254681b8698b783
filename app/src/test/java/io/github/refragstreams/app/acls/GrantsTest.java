package io.github.refragstreams.app.acls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.service.Topologies;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyNames;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That they suffice and that none is too much, {@code AclsIT} shows on a broker. */
class GrantsTest {
  private static final AppConfig CONFIG =
      AppConfig.load(null, Map.of(), Map.of("streams.application-id", "mine"));

  @Test
  void theApplicationsTopicsAreThoseOfTheTopology() {
    // When
    List<Grant> grants = grants(Role.APPLICATION);
    // Then
    List<String> topics =
        Stream.concat(
                Topics.required(CONFIG.topology()).stream().map(TopicSpec::name),
                TopologyNames.internalTopics("mine").stream())
            .toList();
    assertThat(grants)
        .filteredOn(grant -> grant.resource().resourceType() == ResourceType.TOPIC)
        .extracting(grant -> grant.resource().name())
        .containsExactlyInAnyOrderElementsOf(topics);
  }

  @Test
  void theApplicationMayNotWriteItsInputsNorReadItsOutputs() {
    // When
    List<Grant> grants = grants(Role.APPLICATION);
    // Then
    assertThat(operations(grants, "rag.queries")).containsExactly(AclOperation.READ);
    assertThat(operations(grants, "rag.answers")).containsExactly(AclOperation.WRITE);
    assertThat(operations(grants, "mine-requests-changelog"))
        .containsExactly(AclOperation.READ, AclOperation.WRITE, AclOperation.CREATE);
    assertThat(operations(grants, "mine-encode-by-text-repartition"))
        .containsExactly(
            AclOperation.READ, AclOperation.WRITE, AclOperation.CREATE, AclOperation.DELETE);
  }

  @Test
  void theApplicationSeesWhatTheDeadLettersTake() {
    assertThat(operations(grants(Role.APPLICATION), "rag.dead-letters"))
        .containsExactly(AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
    assertThat(operations(grants(Role.ADMIN), "rag.dead-letters"))
        .containsExactly(AclOperation.CREATE, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);
  }

  @Test
  void anApplicationThatServesTheApiMayDoWhatAClientMay() {
    // Given
    AppConfig serving =
        AppConfig.load(
            null, Map.of(), Map.of("streams.application-id", "mine", "http.enabled", "true"));
    // When
    List<Grant> grants =
        Grants.of(serving, Topologies.describe(serving))
            .of(Role.APPLICATION, Grants.retrieverGroup(serving));
    // Then: one grant for each topic
    assertThat(grants).extracting(Grant::resource).doesNotHaveDuplicates();
    assertThat(operations(grants, "rag.queries"))
        .containsExactly(AclOperation.READ, AclOperation.WRITE);
    assertThat(operations(grants, "rag.answers"))
        .containsExactly(AclOperation.READ, AclOperation.WRITE);
    assertThat(operations(grants, "rag.dead-letters"))
        .containsExactly(AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
  }

  /** The lag of what the chart's ScaledObject names. */
  @Test
  void aScalerSeesTheLagOfTheQueriesAndNoRecord() {
    assertThat(grants(Role.SCALER))
        .extracting(grant -> grant.resource().name(), Grant::operations)
        .containsExactly(
            tuple("rag.queries", List.of(AclOperation.DESCRIBE)),
            tuple("mine", List.of(AclOperation.DESCRIBE)));
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void onlyTransactionalIdsGoByAPrefix(Role role) {
    // When, Then
    assertThat(grants(role))
        .isNotEmpty()
        .allSatisfy(
            grant ->
                assertThat(grant.resource().patternType())
                    .isEqualTo(
                        grant.resource().resourceType() == ResourceType.TRANSACTIONAL_ID
                            ? PatternType.PREFIXED
                            : PatternType.LITERAL));
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void nobodyGetsRightsOnTheCluster(Role role) {
    assertThat(grants(role))
        .extracting(grant -> grant.resource().resourceType())
        .doesNotContain(ResourceType.CLUSTER, ResourceType.ANY);
  }

  private static List<Grant> grants(Role role) {
    return Grants.of(CONFIG, Topologies.describe(CONFIG)).of(role, Grants.retrieverGroup(CONFIG));
  }

  private static List<AclOperation> operations(List<Grant> grants, String topic) {
    return grants.stream()
        .filter(grant -> grant.resource().name().equals(topic))
        .flatMap(grant -> grant.operations().stream())
        .toList();
  }
}
