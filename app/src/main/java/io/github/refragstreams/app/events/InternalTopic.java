package io.github.refragstreams.app.events;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.topology.TopologyNames;
import java.util.List;
import java.util.stream.Stream;

/**
 * A topic that Kafka Streams makes for the application. Its form may change with a version; nobody
 * else reads it.
 *
 * @param content what a record is
 * @param cleanup how long it stays
 */
public record InternalTopic(String name, String content, String cleanup) {
  private static final String LATEST = "`compact`: the last of each key";

  /** Those of an application, repartition topics first. */
  public static List<InternalTopic> of(AppConfig config) {
    String prefix = config.applicationId() + "-";
    return Stream.concat(
            TopologyNames.REPARTITIONS.stream()
                .map(
                    name ->
                        new InternalTopic(
                            prefix + name + "-repartition",
                            content(name),
                            "`delete`: until it has been read")),
            TopologyNames.STORES.stream()
                .map(
                    name ->
                        new InternalTopic(
                            prefix + name + "-changelog", content(name), cleanup(name))))
        .toList();
  }

  private static String content(String name) {
    return switch (name) {
      case TopologyNames.ENCODE_BY_TEXT ->
          "passages and pieces of documents, by the SHA-256 of the text that the models read";
      case TopologyNames.ANSWER_BY_CONVERSATION -> "`EncodedPassage`, by the key of its query";
      case TopologyNames.CHUNK_EMBEDDINGS ->
          "vectors and tokens of a text, by its hash, the encoder and k";
      case TopologyNames.CHUNK_EMBEDDINGS_USE -> "their size and last use";
      case TopologyNames.ENCODE_PENDING -> "passages that wait for the encoder";
      case TopologyNames.REQUESTS -> "queries without answer";
      case TopologyNames.REQUEST_PASSAGES -> "encoded passages of queries without answer";
      case TopologyNames.ANSWERED -> "which generation answered a query, or that it was cancelled";
      case TopologyNames.CONVERSATIONS -> "the last turns of a conversation";
      default -> throw new IllegalStateException("nothing is written of " + name);
    };
  }

  private static String cleanup(String store) {
    return switch (store) {
      case TopologyNames.CHUNK_EMBEDDINGS -> "`compact,delete`: `cache.retention`";
      case TopologyNames.ANSWERED ->
          "`compact,delete`: `answer.duplicate-window`, and a day that Kafka Streams adds";
      default -> LATEST;
    };
  }
}
