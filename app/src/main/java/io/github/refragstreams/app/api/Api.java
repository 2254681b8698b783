package io.github.refragstreams.app.api;

import io.github.refragstreams.app.client.Clients;
import io.github.refragstreams.app.client.ConversationReader;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.Resources;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.http.WebServer;
import io.github.refragstreams.app.management.Following;
import io.github.refragstreams.app.retriever.Retriever;
import io.github.refragstreams.app.retriever.Retrievers;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.TopicNames;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The API beside a cluster: a client of its topics, a retriever, and the server. */
public final class Api implements Following, AutoCloseable {
  /** Requests must not wait for long when the cluster is away. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "consumer." + ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "5000",
          "producer." + ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");

  private final Resources resources;
  private final Clients clients;
  private final Routes routes;
  private final WebServer server;

  private Api(Resources resources, Clients clients, Routes routes, WebServer server) {
    this.resources = resources;
    this.clients = clients;
    this.routes = routes;
    this.server = server;
  }

  /**
   * Serves from now on.
   *
   * @param serdes not closed by this object
   * @param model {@code name@version} of the bundle that answers
   * @param progress receives what is said about the corpus
   * @throws io.github.refragstreams.app.config.InvalidConfigException when {@code http.*} cannot be
   *     used
   * @throws io.github.refragstreams.app.data.BadInputException when the corpus cannot be used
   * @throws org.apache.kafka.common.KafkaException when the cluster cannot be reached or has not
   *     the topics
   */
  public static Api start(
      AppConfig config, EventSerdes serdes, String model, Consumer<String> progress) {
    return start(config, serdes, model, new Routes(), Telemetry.none().meters(), progress);
  }

  /**
   * The same with routes of another part on the same server, and measured.
   *
   * @param beside what is served besides the API
   * @param meters receives those of the server
   */
  public static Api start(
      AppConfig config,
      EventSerdes serdes,
      String model,
      Routes beside,
      MeterRegistry meters,
      Consumer<String> progress) {
    Resources resources = new Resources();
    try {
      Map<String, String> kafka = new HashMap<>(IMPATIENT);
      kafka.putAll(config.kafka());
      TopicNames topics = config.topology().topics();
      Clients clients = resources.own(new Clients(kafka, topics, serdes));
      ConversationReader conversations =
          resources.own(new ConversationReader(kafka, topics, serdes));
      Optional<Retriever> retriever =
          new Retrievers(config.retriever(), config.runtime().threads(), progress)
              .open()
              .map(resources::own);
      Retrieval retrieval = new Retrieval(retriever, conversations, config.retriever().limit());
      Routes routes = routes(config, clients, retrieval, model).add(beside);
      WebServer server = resources.own(ApiServer.start(config.http(), routes, meters));
      return new Api(resources, clients, routes, server);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  /** The routes of the API, for a server of any owner. */
  public static Routes routes(
      AppConfig config, Clients clients, Retrieval retrieval, String model) {
    Limits limits = config.topology().limits();
    Questions questions = new Questions(limits, retrieval);
    Requests requests = new Requests(clients, config.http().limits().answerTimeout());
    long now = Instant.now().getEpochSecond();
    return new Routes()
        .add(new AskRoutes(questions, requests).routes())
        .add(new RequestRoutes(requests, retrieval.conversations()).routes())
        .add(new DocumentRoutes(limits, clients.committed()).routes())
        .add(new ChatRoutes(questions, requests, model, now).routes())
        .add(OpenApi.routes());
  }

  /** Where it is reached. */
  public URI url() {
    return server.url();
  }

  @Override
  public boolean canFollow() {
    return clients.committed().canRead();
  }

  @Override
  public boolean follows() {
    return clients.committed().reads();
  }

  /** Waits until it is closed. */
  public void awaitEnd() throws InterruptedException {
    server.awaitEnd();
  }

  /** What it serves. */
  List<Routes.Described> described() {
    return routes.described();
  }

  @Override
  public void close() {
    resources.close();
  }
}
