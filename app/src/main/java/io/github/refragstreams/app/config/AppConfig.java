package io.github.refragstreams.app.config;

import io.github.refragstreams.model.RuntimeConfig;
import io.github.refragstreams.topology.GroupProtocol;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.StreamsSettings;
import io.github.refragstreams.topology.TopologyConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be configured.
 *
 * @param bundle that answers
 * @param runtime how the models run
 * @param topology how the topology works
 * @param applicationId name of the Kafka Streams application
 * @param groupProtocol how its instances share the work
 * @param stopWait how long answers that are being generated may go on when the process is to stop
 * @param management health and metrics over HTTP
 * @param tracing where spans go
 * @param http the HTTP API
 * @param retriever where it finds passages
 * @param console the page for browsers
 * @param kafka settings of Kafka's clients and of the schema registry's client, as they are, and
 *     where nobody sets it, the size of requests that the largest record needs
 */
public record AppConfig(
    BundleConfig bundle,
    RuntimeConfig runtime,
    TopologyConfig topology,
    String applicationId,
    GroupProtocol groupProtocol,
    Duration stopWait,
    ManagementConfig management,
    TracingConfig tracing,
    HttpConfig http,
    RetrieverConfig retriever,
    ConsoleConfig console,
    Map<String, String> kafka) {
  private static final List<String> REQUIRED = List.of("bootstrap.servers", "schema.registry.url");

  public AppConfig {
    kafka = Map.copyOf(kafka);
  }

  /** Every key, in the order of the reference page. */
  public static List<Key<?>> keys() {
    return Stream.of(
            ModelKeys.ALL,
            TopicKeys.ALL,
            LimitKeys.ALL,
            AnswerKeys.ALL,
            ConversationKeys.ALL,
            DegradeKeys.ALL,
            EncodeKeys.ALL,
            CacheKeys.ALL,
            StoresKeys.ALL,
            RetryKeys.ALL,
            StreamsKeys.ALL,
            ManagementKeys.ALL,
            TracingKeys.ALL,
            HttpKeys.ALL,
            RetrieverKeys.ALL,
            ConsoleKeys.ALL)
        .<Key<?>>flatMap(List::stream)
        .toList();
  }

  /**
   * @param file the YAML file, if there is one
   * @param environment variables of the process
   * @param flags dotted names and values from the command line
   * @throws InvalidConfigException naming every mistake
   */
  public static AppConfig load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
    return of(ConfigSource.of(file, environment, flags, keys()));
  }

  /**
   * @throws InvalidConfigException naming every mistake
   */
  public static AppConfig of(ConfigSource source) {
    return source.build(AppConfig::read);
  }

  /**
   * The same, for work on a cluster.
   *
   * @throws InvalidConfigException when the addresses of Kafka or of the schema registry are
   *     missing
   */
  public AppConfig onCluster() {
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      throw new InvalidConfigException(missing.stream().map(key -> key + " is missing").toList());
    }
    return this;
  }

  /** Keys that only work on a cluster needs, and that nobody has set. */
  public List<String> missing() {
    return REQUIRED.stream()
        .filter(key -> kafka.getOrDefault(key, "").isBlank())
        .map(key -> "kafka." + key)
        .toList();
  }

  /** The same with the factbook as the corpus. */
  public AppConfig withFactbook() {
    return new AppConfig(
        bundle,
        runtime,
        topology,
        applicationId,
        groupProtocol,
        stopWait,
        management,
        tracing,
        http,
        retriever.withFactbook(),
        console,
        kafka);
  }

  /** The same with another topology. */
  public AppConfig withTopology(TopologyConfig other) {
    return new AppConfig(
        bundle,
        runtime,
        other,
        applicationId,
        groupProtocol,
        stopWait,
        management,
        tracing,
        http,
        retriever,
        console,
        kafka);
  }

  /**
   * Settings for Kafka Streams.
   *
   * @param kafka settings that go before those here
   * @throws IllegalArgumentException naming one that the topology relies on and that differs
   */
  public Properties streams(Map<String, String> kafka) {
    Map<String, String> all = new HashMap<>(this.kafka);
    all.putAll(kafka);
    return StreamsSettings.properties(topology, applicationId, groupProtocol, all);
  }

  /** Says which settings Kafka's clients have, not what they are: there are secrets among them. */
  @Override
  public String toString() {
    return "AppConfig[applicationId="
        + applicationId
        + ", bundle="
        + bundle.folder()
        + ", kafka="
        + new TreeSet<>(kafka.keySet())
        + "]";
  }

  private static AppConfig read(ConfigSource source) {
    AppConfig config =
        new AppConfig(
            ModelKeys.bundle(source),
            ModelKeys.runtime(source),
            topology(source),
            TopicKeys.prefixed(source, StreamsKeys.APPLICATION_ID),
            source.get(StreamsKeys.GROUP_PROTOCOL),
            source.get(StreamsKeys.STOP_WAIT),
            ManagementKeys.read(source),
            TracingKeys.read(source),
            HttpKeys.read(source),
            RetrieverKeys.read(source),
            ConsoleKeys.read(source),
            kafka(source));
    checkPassages(config);
    // Refuses here what would be refused at the start.
    config.streams(Map.of());
    checkDecoderTakesAll(config.runtime(), config.topology());
    checkEncoderTakesOne(config.runtime(), config.topology());
    return config;
  }

  /** Producers of our own clients send what the application takes, as those of Kafka Streams do. */
  private static Map<String, String> kafka(ConfigSource source) {
    Map<String, String> kafka = new HashMap<>(source.kafka());
    if (!kafka.containsKey(ProducerConfig.MAX_REQUEST_SIZE_CONFIG)) {
      kafka.putIfAbsent(
          StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
          String.valueOf(source.get(LimitKeys.RECORD_BYTES)));
    }
    return kafka;
  }

  /**
   * An instance may have the tasks of all partitions. What they ask for at the same time must not
   * be refused: whoever is refused asks later, and could be passed by others again and again.
   */
  private static void checkDecoderTakesAll(RuntimeConfig runtime, TopologyConfig topology) {
    long most = (long) topology.answer().inFlight() * topology.partitions();
    int taken = runtime.decodeSlots() + runtime.waitingRequests();
    if (most > taken) {
      throw new IllegalArgumentException(
          "answer.in-flight is "
              + topology.answer().inFlight()
              + " and topics.partitions is "
              + topology.partitions()
              + ": an instance may ask for "
              + most
              + " answers at a time, but model.decode-slots and model.waiting-requests together are "
              + taken);
    }
  }

  /**
   * Passages of one query may have to be encoded together, for another k than they are kept in. A
   * queue that never holds them all would refuse the query again and again.
   */
  private static void checkEncoderTakesOne(RuntimeConfig runtime, TopologyConfig topology) {
    Limits limits = topology.limits();
    int turns = topology.conversation().maxTokens();
    long most = (long) limits.passagesPerQuery() * limits.passageTokens() + turns;
    if (most > runtime.queueTokens()) {
      throw new IllegalArgumentException(
          "limits.passages-per-query is "
              + limits.passagesPerQuery()
              + ", limits.passage-tokens is "
              + limits.passageTokens()
              + " and conversation.max-tokens is "
              + turns
              + ": a query may ask for "
              + most
              + " tokens to be encoded, but model.queue-tokens is "
              + runtime.queueTokens());
    }
  }

  /**
   * Passages that are cut from files must be taken by the topology; of no concern without files.
   */
  private static void checkPassages(AppConfig config) {
    if (config.retriever.corpus().isEmpty()) {
      return;
    }
    int most = config.topology.limits().passagesPerQuery();
    if (config.retriever.limit() > most) {
      throw new IllegalArgumentException(
          "retriever.passages is "
              + config.retriever.limit()
              + "; limits.passages-per-query is "
              + most
              + ", and what is beyond it would be refused");
    }
    int room = config.topology.limits().passageChars() / 2;
    int cut = config.retriever.files().passageChars();
    if (cut > room) {
      throw new IllegalArgumentException(
          "retriever.passage-chars is "
              + cut
              + "; with its title a passage must fit into limits.passage-chars, "
              + config.topology.limits().passageChars()
              + ", so at most "
              + room);
    }
  }

  private static TopologyConfig topology(ConfigSource source) {
    return new TopologyConfig(
        TopicKeys.read(source),
        source.get(TopicKeys.PARTITIONS),
        source.get(StreamsKeys.TICK),
        source.get(StreamsKeys.PRESSURE_WAIT),
        LimitKeys.read(source),
        EncodeKeys.read(source),
        CacheKeys.read(source),
        StoresKeys.read(source),
        AnswerKeys.read(source),
        ConversationKeys.read(source),
        DegradeKeys.read(source),
        RetryKeys.read(source));
  }
}
