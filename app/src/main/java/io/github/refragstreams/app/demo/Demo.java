package io.github.refragstreams.app.demo;

import io.github.refragstreams.app.api.Api;
import io.github.refragstreams.app.api.ApiServer;
import io.github.refragstreams.app.api.Retrieval;
import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.Clients;
import io.github.refragstreams.app.client.ConversationReader;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.console.Console;
import io.github.refragstreams.app.console.Instance;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.embedded.EmbeddedRegistry;
import io.github.refragstreams.app.embedded.Resources;
import io.github.refragstreams.app.embedded.StateFolder;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.http.WebServer;
import io.github.refragstreams.app.management.QueryReports;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.app.retriever.Retriever;
import io.github.refragstreams.app.retriever.Retrievers;
import io.github.refragstreams.app.retriever.Turn;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.service.Shutdown;
import io.github.refragstreams.app.telemetry.Metrics;
import io.github.refragstreams.app.telemetry.Tracing;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.Causes;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.serde.SchemaRegistries;
import io.github.refragstreams.topology.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * A broker, the topology with the bundle, a retriever over the configured corpus, else the
 * factbook, and a client, all in this process; and the HTTP API with the console, where it is
 * switched on. For one thread.
 */
public final class Demo implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(120);
  private static final Map<String, String> REGISTRY = Map.of(EventSerdeConfig.URL, "mock://demo");

  private final Resources resources;
  private final ModelRuntime runtime;
  private final Retriever retriever;
  private final ConversationReader conversations;
  private final RagClient client;
  private final String bootstrapServers;
  private @Nullable WebServer server;
  private @Nullable EmbeddedRegistry registry;

  private Demo(
      Resources resources,
      ModelRuntime runtime,
      Retriever retriever,
      ConversationReader conversations,
      RagClient client,
      String bootstrapServers) {
    this.resources = resources;
    this.runtime = runtime;
    this.retriever = retriever;
    this.conversations = conversations;
    this.client = client;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * @param config addresses of Kafka and registry in it are not used, nor what {@link
   *     ClusterSettings} leaves out
   * @param port the broker's port, 0 for a free one
   * @param committedOnly see {@link RagClient}
   * @param progress receives a line for each part that is ready
   * @throws io.github.refragstreams.app.embedded.PortInUseException when another process has it
   */
  public static Demo start(
      AppConfig config, int port, boolean committedOnly, Consumer<String> progress) {
    Resources resources = new Resources();
    // Ctrl-C leaves no temporary folders behind.
    Shutdown.before(resources::close);
    ExecutorService starters = Executors.newFixedThreadPool(2);
    try {
      return start(
          onePartition(config), port, committedOnly, new Starter(starters, resources, progress));
    } catch (RuntimeException e) {
      starters.shutdown();
      resources.close();
      throw Causes.of(e) instanceof RuntimeException cause ? cause : e;
    } finally {
      starters.shutdown();
    }
  }

  private static Demo start(AppConfig config, int port, boolean committedOnly, Starter starter) {
    // The broker mostly waits, the other two compute.
    CompletableFuture<EmbeddedKafka> broker =
        starter.inBackground("Kafka broker", () -> EmbeddedKafka.start(port));
    Retrievers retrievers =
        new Retrievers(
            config.retriever().orFactbook(), config.runtime().threads(), starter.progress());
    CompletableFuture<Retriever> index =
        starter.inBackground("passage index", () -> retrievers.open().orElseThrow());
    Metrics metrics = starter.resources().own(new Metrics());
    Tracing tracing =
        starter.resources().own(Tracing.start(config.tracing(), config.applicationId()));
    Telemetry telemetry = tracing.with(metrics.registry());
    QueryReports queries = new QueryReports(tracing.recent());
    ModelRuntime runtime =
        starter.now(
            "model bundle",
            () -> Bundles.open(Bundles.read(config.bundle()), config.runtime(), telemetry));
    StateFolder state = starter.resources().own(StateFolder.create());
    Map<String, String> kafka = kafka(config, broker.join(), state);
    EventSerdes serdes = starter.resources().own(new EventSerdes(kafka));
    starter.now(
        "topology",
        () -> {
          createTopics(config, kafka);
          AnsweringService service =
              AnsweringService.start(config, kafka, runtime.models(), serdes, telemetry);
          queries.started(service);
          service.awaitRunning(START_TIMEOUT);
          return service;
        });
    RagClient client =
        starter
            .resources()
            .own(new RagClient(kafka, config.topology().topics(), serdes, committedOnly));
    ConversationReader conversations =
        starter.resources().own(new ConversationReader(kafka, config.topology().topics(), serdes));
    Demo demo =
        new Demo(
            starter.resources(),
            runtime,
            index.join(),
            conversations,
            client,
            broker.join().bootstrapServers());
    if (config.http().enabled()) {
      Instance instance = Instance.here(metrics::scrape, queries::of);
      WebServer server = demo.serve(config, kafka, serdes, instance, metrics.registry());
      demo.server = server;
      starter.progress().accept("HTTP API on " + server.url());
      starter.progress().accept("console on " + Console.url(server.url()));
    }
    return demo;
  }

  /**
   * Passages that the retriever finds, best first.
   *
   * @param conversationId conversation that the question goes on; null: none
   */
  public List<Hit> retrieve(String question, @Nullable String conversationId, int limit) {
    List<Turn> earlier = conversationId == null ? List.of() : conversations.turns(conversationId);
    return retriever.search(question, earlier, limit);
  }

  /** Sends the question through Kafka and follows its answer. */
  public Answer ask(AskedQuestion question, AnswerListener listener) {
    return client.ask(question, listener, ANSWER_TIMEOUT);
  }

  /** The bundle that answers. */
  public ModelRuntime runtime() {
    return runtime;
  }

  /** Where the console is, if it is served. */
  public Optional<URI> console() {
    return Optional.ofNullable(server).map(serving -> Console.url(serving.url()));
  }

  /**
   * Lets other processes use the registry.
   *
   * @param port 0 for a free one
   * @return what they set as {@code schema.registry.url}
   */
  public URI serveRegistry(int port) {
    EmbeddedRegistry served =
        resources.own(EmbeddedRegistry.start(SchemaRegistries.open(REGISTRY), port));
    registry = served;
    return served.url();
  }

  /** Where the broker is. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Serves API, console and registry until the process is stopped; returns at once where none is
   * served.
   */
  public void serveOn() throws InterruptedException {
    if (server != null) {
      server.awaitEnd();
    }
    if (registry != null) {
      registry.awaitEnd();
    }
  }

  @Override
  public void close() {
    resources.close();
  }

  private WebServer serve(
      AppConfig config,
      Map<String, String> kafka,
      EventSerdes serdes,
      Instance instance,
      MeterRegistry meters) {
    Clients clients = resources.own(new Clients(kafka, config.topology().topics(), serdes));
    Retrieval retrieval =
        new Retrieval(Optional.of(retriever), conversations, config.retriever().limit());
    BundleInfo bundle = runtime.models().bundle();
    Routes console =
        Console.routes(
            config, kafka, serdes, bundle, config.retriever().orFactbook().corpus(), instance);
    Routes routes = Api.routes(config, clients, retrieval, bundle.id()).add(console);
    return resources.own(ApiServer.start(config.http(), routes, meters));
  }

  /** One process gains nothing from more partitions, and starts sooner. */
  private static AppConfig onePartition(AppConfig config) {
    return config.withTopology(config.topology().withPartitions(1));
  }

  private static Map<String, String> kafka(
      AppConfig config, EmbeddedKafka broker, StateFolder state) {
    Map<String, String> kafka = ClusterSettings.leftOut(config.kafka());
    kafka.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    kafka.putAll(REGISTRY);
    kafka.put(StreamsConfig.STATE_DIR_CONFIG, state.path().toString());
    return kafka;
  }

  private static void createTopics(AppConfig config, Map<String, String> kafka) {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(Topics.required(config.topology()), Optional.empty());
    }
  }

  /** Starts parts, says how long each took, and hands them over to be closed. */
  private record Starter(ExecutorService threads, Resources resources, Consumer<String> progress) {
    <T extends AutoCloseable> CompletableFuture<T> inBackground(String part, Supplier<T> start) {
      return CompletableFuture.supplyAsync(() -> now(part, start), threads);
    }

    <T extends AutoCloseable> T now(String part, Supplier<T> start) {
      long before = System.nanoTime();
      T started = resources.own(start.get());
      double seconds = (System.nanoTime() - before) / 1e9;
      progress.accept(String.format(Locale.ROOT, "%s ready (%.1f s)", part, seconds));
      return started;
    }
  }
}
