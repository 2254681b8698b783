package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectImageResponse;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.faults.Registry;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/** The image, with its real models, against Kafka in a container. */
@ExtendWith(ContainerImages.class)
class ContainerIT {
  private static final long LARGEST_IMAGE = 450_000_000;
  private static final String USER = "refrag";
  private static final String PASSWORD = "a-password-of-the-tests";

  /** A static member by the name that it is given, as the chart gives that of the pod. */
  private static final Map<String, String> NAMED =
      Map.of("REFRAG_KAFKA_GROUP_INSTANCE_ID", "refrag-0");

  @TempDir private static Path folder;

  private static BrokerContainer broker;
  private static Registry registry;

  @BeforeAll
  static void start() throws Exception {
    ContainerImages.build();
    registry = new Registry(EmbeddedKafka.Ports.free().broker());
    broker = new BrokerContainer(folder).start();
    broker.addUser(USER, PASSWORD);
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void isSmallAndNamesNoRoot() {
    // When
    InspectImageResponse image =
        DockerClientFactory.lazyClient().inspectImageCmd(ContainerImages.REFRAG).exec();
    // Then
    System.out.println("image: " + image.getSize() / 1_000_000 + " MB");
    assertThat(image.getSize()).isLessThanOrEqualTo(LARGEST_IMAGE);
    assertThat(image.getConfig()).isNotNull();
    assertThat(image.getConfig().getUser()).isEqualTo("65532:65532");
    assertThat(image.getConfig().getLabels())
        .containsKeys("org.opencontainers.image.version", "org.opencontainers.image.revision");
  }

  @Test
  void answersAndEndsInGoodOrder() throws Exception {
    try (World world = world();
        Reader<String, Answer> answers = world.answers();
        RefragContainer refrag = new RefragContainer("answers", world, Map.of()).start()) {
      // When
      askForCapital(world, "q");
      // Then
      awaitAnswers(answers, List.of("q"));
      assertThat(answers.values().get(0).getText()).contains("Ulaanbaatar");
      assertThat(refrag.health("live").getExitCode()).isZero();
      // When
      refrag.terminate();
      // Then
      assertThat(refrag.exitCode()).as("128 + SIGTERM, as a JVM ends that closes").isEqualTo(143);
    }
  }

  @Test
  void answersOnceWhatItWasKilledOver() {
    List<String> queries = IntStream.range(0, 24).mapToObj(i -> "q" + i).toList();
    try (World world = world();
        Reader<String, Answer> answers = world.answers();
        Reader<String, AnswerToken> tokens = world.tokens();
        RefragContainer refrag = new RefragContainer("killed", world, NAMED).start()) {
      // Given: some are being answered
      queries.forEach(query -> askForCapital(world, query));
      await().atMost(Containers.PATIENCE).until(() -> !tokens.values().isEmpty());
      // When
      refrag.kill();
      assertThat(answers.values()).as("answers before the kill").hasSizeLessThan(queries.size());
      refrag.startAgain();
      // Then
      awaitAnswers(answers, queries);
      // A second answer would be there before one to a later query.
      List<String> later = List.of("later 1", "later 2", "later 3", "later 4");
      later.forEach(query -> askForCapital(world, query));
      List<String> all = Stream.concat(queries.stream(), later.stream()).toList();
      awaitAnswers(answers, all);
      assertThat(answers.values())
          .extracting(Answer::getQueryId)
          .containsExactlyInAnyOrderElementsOf(all);
      AnswerChecks.assertTokensAreTheAnswers(answers.values(), tokens);
    }
  }

  @Test
  void outlivesItsBroker() {
    try (World world = world();
        Reader<String, Answer> answers = world.answers();
        RefragContainer refrag = new RefragContainer("outlives", world, Map.of()).start()) {
      // Given
      askForCapital(world, "before");
      awaitAnswers(answers, List.of("before"));
      // When
      broker.crashAndRestart();
      askForCapital(world, "after");
      // Then
      awaitAnswers(answers, List.of("before", "after"));
      assertThat(refrag.isRunning()).isTrue();
    }
  }

  @Test
  void speaksTlsAndSaslScram() {
    try (World world = world();
        Reader<String, Answer> answers = world.answers();
        RefragContainer refrag = new RefragContainer("tls", world, secured(PASSWORD)).start()) {
      // When
      askForCapital(world, "q");
      // Then
      awaitAnswers(answers, List.of("q"));
      assertThat(refrag.isRunning()).isTrue();
    }
  }

  @Test
  void endsWhenItIsNotLetInAndKeepsThePasswordToItself() {
    String wrong = "a-wrong-password";
    try (World world = world();
        RefragContainer refrag = new RefragContainer("refused", world, secured(wrong))) {
      // When
      String said = refrag.startInVain();
      // Then
      assertThat(refrag.exitCode()).isNotZero();
      assertThat(said).contains("authentication").doesNotContain(wrong);
    }
  }

  private static World world() {
    return new World(broker.bootstrapServers(), registry.url());
  }

  private static Map<String, String> secured(String password) {
    return Map.of(
        "REFRAG_KAFKA_BOOTSTRAP_SERVERS",
        broker.tlsServers(),
        "REFRAG_KAFKA_SECURITY_PROTOCOL",
        "SASL_SSL",
        "REFRAG_KAFKA_SSL_TRUSTSTORE_TYPE",
        "PEM",
        "REFRAG_KAFKA_SSL_TRUSTSTORE_CERTIFICATES",
        broker.certificate(),
        "REFRAG_KAFKA_SASL_MECHANISM",
        "SCRAM-SHA-512",
        "REFRAG_KAFKA_SASL_JAAS_CONFIG",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
            + USER
            + "\" password=\""
            + password
            + "\";");
  }

  private static void askForCapital(World world, String query) {
    world.retrieve(query, "mn", "The capital of Mongolia is Ulaanbaatar.");
    world.ask(query, "What is the capital of Mongolia?", 1);
    world.flush();
  }

  private static void awaitAnswers(Reader<String, Answer> answers, List<String> queries) {
    await()
        .atMost(Containers.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        answers.values().stream()
                            .map(Answer::getQueryId)
                            .collect(Collectors.toSet()))
                    .containsAll(queries));
  }
}
