package io.github.refragstreams.app.topics;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.topics.Remains.Group;
import io.github.refragstreams.topology.TopologyNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.StreamsConfig;

/** Lets an application begin anew: deletes what it has kept, on the cluster and on this machine. */
public final class ApplicationReset implements AutoCloseable {
  private static final Set<GroupState> LEFT = Set.of(GroupState.EMPTY, GroupState.DEAD);

  private final AppConfig config;
  private final ClusterAdmin cluster;

  /**
   * @param config of the application, with the address of its cluster
   */
  public ApplicationReset(AppConfig config) {
    this.config = config;
    this.cluster = new ClusterAdmin(config.kafka());
  }

  /**
   * What there is.
   *
   * @throws ClusterException when the cluster does not answer
   */
  public Remains find() {
    Set<String> topics =
        cluster.partitions(TopologyNames.internalTopics(config.applicationId())).keySet();
    return new Remains(topics.stream().sorted().toList(), group(), state());
  }

  /**
   * Deletes all of it, and waits until the topics are gone.
   *
   * @throws ClusterException when the group is active, or the cluster does not answer or refuses;
   *     then some may be deleted, and the rest can be deleted later
   */
  public void delete(Remains remains) {
    // First: the cluster refuses while somebody is in the group.
    remains.group().ifPresent(this::delete);
    cluster
        .admin()
        .deleteTopics(remains.topics())
        .topicNameValues()
        .values()
        .forEach(done -> cluster.await(done, UnknownTopicOrPartitionException.class));
    cluster.awaitVisible(
        () -> cluster.partitions(remains.topics()).isEmpty(), "deleted topics do not go away");
    remains.state().ifPresent(ApplicationReset::delete);
  }

  @Override
  public void close() {
    cluster.close();
  }

  private Optional<Group> group() {
    return cluster
        .await(cluster.admin().listGroups().all(), GroupIdNotFoundException.class)
        .orElseThrow()
        .stream()
        .filter(group -> group.groupId().equals(config.applicationId()))
        .findFirst()
        .map(ApplicationReset::group);
  }

  private static Group group(GroupListing listing) {
    GroupState state = listing.groupState().orElse(GroupState.UNKNOWN);
    boolean streams = listing.type().filter(GroupType.STREAMS::equals).isPresent();
    return new Group(listing.groupId(), state.toString(), !LEFT.contains(state), streams);
  }

  private void delete(Group group) {
    List<String> names = List.of(group.name());
    cluster.await(
        group.streams()
            ? cluster.admin().deleteStreamsGroups(names).all()
            : cluster.admin().deleteConsumerGroups(names).all(),
        GroupIdNotFoundException.class);
  }

  private Optional<Path> state() {
    String folder =
        new StreamsConfig(config.streams(Map.of())).getString(StreamsConfig.STATE_DIR_CONFIG);
    return Optional.of(Path.of(folder, config.applicationId())).filter(Files::isDirectory);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
