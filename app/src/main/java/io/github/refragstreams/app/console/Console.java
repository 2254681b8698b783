package io.github.refragstreams.app.console;

import io.github.refragstreams.app.client.DeadLetters;
import io.github.refragstreams.app.client.EventDecoder;
import io.github.refragstreams.app.client.QueryEvents;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.TopicNames;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The console. Its routes stand beside those of the API, which its page asks questions through;
 * what it asks for itself is no part of the API and follows the page.
 */
public final class Console {
  private static final String PATH = "/console";
  private static final String PAGE = "/io/github/refragstreams/app/console/page";

  /** A page must not wait for long when the cluster is away. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "consumer." + ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "5000",
          "producer." + ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");

  private Console() {}

  /**
   * @param kafka settings of Kafka's clients
   * @param serdes not closed by the routes
   * @param bundle that answers
   * @param corpus where the API finds passages for questions that bring none; empty: nowhere
   * @param instance that answers
   */
  public static Routes routes(
      AppConfig config,
      Map<String, String> kafka,
      EventSerdes serdes,
      BundleInfo bundle,
      Optional<String> corpus,
      Instance instance) {
    Map<String, String> clients = new HashMap<>(IMPATIENT);
    clients.putAll(kafka);
    TopicNames topics = config.topology().topics();
    EventDecoder decoder = new EventDecoder(topics, serdes);
    Settings settings = Settings.of(config, bundle, corpus);
    return new Routes()
        .lead("/", PATH + "/")
        .resources(PATH, PAGE)
        .get(PATH + "/api/settings", exchange -> exchange.reply(200, settings))
        .add(new InstanceRoutes(instance).routes(PATH + "/api"))
        .add(new QueryRoutes(new QueryEvents(clients, topics, decoder)).routes(PATH + "/api"))
        .add(new DeadLetterRoutes(new DeadLetters(clients, topics), decoder).routes(PATH + "/api"));
  }

  /** Where a browser finds the page. */
  public static URI url(URI server) {
    return server.resolve(PATH + "/");
  }
}
