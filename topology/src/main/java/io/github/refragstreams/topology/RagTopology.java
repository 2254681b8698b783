package io.github.refragstreams.topology;

import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.internal.answer.AnswerProcessor;
import io.github.refragstreams.topology.internal.answer.LoadLevel;
import io.github.refragstreams.topology.internal.answer.PlannerThreads;
import io.github.refragstreams.topology.internal.encode.EncodeProcessor;
import io.github.refragstreams.topology.internal.encode.HotVectors;
import io.github.refragstreams.topology.internal.intake.Children;
import io.github.refragstreams.topology.internal.intake.DocumentRule;
import io.github.refragstreams.topology.internal.intake.Intake;
import io.github.refragstreams.topology.internal.intake.IntakeRule;
import io.github.refragstreams.topology.internal.intake.PassageRule;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.IncomingSerde;
import io.github.refragstreams.topology.internal.record.Kind;
import io.github.refragstreams.topology.internal.store.StoreBuilders;
import io.github.refragstreams.topology.internal.telemetry.TaskTelemetry;
import java.util.concurrent.Executor;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * The topology, in three sub-topologies: intake (checks passages and documents, keys them by their
 * text), encode (one encoding of a text for the whole cluster) and answer (joins queries with their
 * passages, answers each once). Guarantee: <em>inference at least once, answers exactly once</em>.
 *
 * <p>Queries of one conversation are answered in the order in which they came; others run side by
 * side and may finish in any order.
 */
public final class RagTopology {
  private final Models models;
  private final TopologyConfig config;
  private final EventSerdes serdes;
  private final Executor planner;
  private final StoreBuilders stores;
  private final LoadLevel load;
  private final Drain drain;
  private final TaskTelemetry telemetry;

  private RagTopology(
      Models models,
      TopologyConfig config,
      EventSerdes serdes,
      Executor planner,
      TaskTelemetry telemetry,
      Drain drain) {
    this.models = models;
    this.config = config;
    this.serdes = serdes;
    this.planner = planner;
    this.stores = new StoreBuilders(config);
    this.load = new LoadLevel(config);
    this.telemetry = telemetry;
    this.drain = drain;
    telemetry.answer().tellLoadLevel(load::level);
  }

  /** Builds a topology that tells nobody what it does. */
  public static Topology build(Models models, TopologyConfig config, EventSerdes serdes) {
    return build(models, config, serdes, Telemetry.none(), new Drain());
  }

  /**
   * Builds the topology; run it with {@link StreamsSettings#properties}.
   *
   * @param models shared by all threads; stay the caller's, who closes them after the streams
   * @param serdes stay the caller's, too
   * @param telemetry for this topology alone
   * @param drain likewise
   * @throws IllegalArgumentException when a query, an encoded passage or a conversation at its
   *     limit is larger than an internal record may be
   */
  public static Topology build(
      Models models, TopologyConfig config, EventSerdes serdes, Telemetry telemetry, Drain drain) {
    return build(models, config, serdes, telemetry, drain, PlannerThreads.shared());
  }

  /**
   * @param planner where planning and citing run: never a stream thread
   */
  static Topology build(
      Models models,
      TopologyConfig config,
      EventSerdes serdes,
      Telemetry telemetry,
      Drain drain,
      Executor planner) {
    RecordSize.checkQueries(config.limits());
    RecordSize.checkPassages(config.limits(), models.bundle());
    RecordSize.checkConversations(config.conversation(), config.limits(), models.bundle());
    return new RagTopology(models, config, serdes, planner, TaskTelemetry.of(telemetry), drain)
        .build();
  }

  private Topology build() {
    StreamsBuilder builder =
        new StreamsBuilder(
            new org.apache.kafka.streams.TopologyConfig(StreamsSettings.forBuilder(config)));
    KStream<byte[], Incoming> toEncode = intake(builder);
    KStream<byte[], Incoming> encoded = encode(toEncode);
    answer(builder, encoded);
    Topology topology = builder.build();
    addSinks(topology);
    return topology;
  }

  private KStream<byte[], Incoming> intake(StreamsBuilder builder) {
    TopicNames topics = config.topics();
    KStream<byte[], Incoming> passages =
        intake(
            builder.stream(
                topics.passages(),
                Consumed.with(
                        Serdes.ByteArray(),
                        IncomingSerde.of(RetrievedPassage.class, serdes.passage()))
                    .withName(TopologyNames.PASSAGE_SOURCE)),
            new PassageRule(config.limits(), serdes.passage().serializer(), topics.passages()),
            TopologyNames.PASSAGE_INTAKE);
    KStream<byte[], Incoming> documents =
        intake(
            builder.stream(
                topics.documents(),
                Consumed.with(
                        Serdes.ByteArray(), IncomingSerde.of(Document.class, serdes.document()))
                    .withName(TopologyNames.DOCUMENT_SOURCE)),
            new DocumentRule(config.limits(), serdes.document().serializer(), topics.documents()),
            TopologyNames.DOCUMENT_INTAKE);
    return passages.merge(documents, Named.as(TopologyNames.TO_ENCODE));
  }

  private KStream<byte[], Incoming> intake(
      KStream<byte[], Incoming> records, IntakeRule rule, String name) {
    Children children = new Children(TopologyNames.TO_ENCODE, TopologyNames.INTAKE_DEAD_LETTERS);
    return records.process(
        () -> new Intake(rule, config.limits(), telemetry, children), Named.as(name));
  }

  private KStream<byte[], Incoming> encode(KStream<byte[], Incoming> toEncode) {
    Serde<Incoming> passagesAndDocuments =
        IncomingSerde.choosing(
            RetrievedPassage.class,
            serdes.passage(),
            headers -> Kind.of(headers) == Kind.DOCUMENT ? serdes.document() : serdes.passage());
    EncodeProcessor.Children children =
        new EncodeProcessor.Children(TopologyNames.ENCODED, TopologyNames.ENCODE_DEAD_LETTERS);
    HotVectors hot = new HotVectors(config.cache().hotBytes());
    return toEncode
        .repartition(repartitioned(TopologyNames.ENCODE_BY_TEXT, passagesAndDocuments))
        .process(
            stores.supplier(
                () -> new EncodeProcessor(models, hot, config, serdes, telemetry, children),
                stores.encode()),
            Named.as(TopologyNames.ENCODE))
        // Dead letters leave by another child: this one needs a name of its own.
        .filter((key, passage) -> true, Named.as(TopologyNames.ENCODED));
  }

  private void answer(StreamsBuilder builder, KStream<byte[], Incoming> encoded) {
    KStream<byte[], Incoming> passages =
        encoded.repartition(
            repartitioned(
                TopologyNames.ANSWER_BY_CONVERSATION,
                IncomingSerde.of(EncodedPassage.class, serdes.encodedPassage())));
    AnswerProcessor.Children children =
        new AnswerProcessor.Children(
            TopologyNames.ANSWERS, TopologyNames.ANSWER_TOKENS, TopologyNames.ANSWER_DEAD_LETTERS);
    builder.stream(
            config.topics().queries(),
            Consumed.with(Serdes.ByteArray(), IncomingSerde.of(Query.class, serdes.query()))
                .withName(TopologyNames.QUERY_SOURCE))
        .merge(passages, Named.as(TopologyNames.TO_ANSWER))
        .process(
            stores.supplier(
                () ->
                    new AnswerProcessor(
                        models, config, serdes, planner, load, drain, telemetry, children),
                stores.answer()),
            Named.as(TopologyNames.ANSWER));
  }

  private Repartitioned<byte[], Incoming> repartitioned(String name, Serde<Incoming> values) {
    return Repartitioned.<byte[], Incoming>as(name)
        .withKeySerde(Serdes.ByteArray())
        .withValueSerde(values)
        .withNumberOfPartitions(config.partitions());
  }

  /** A processor with several outputs forwards to each by its name. */
  private void addSinks(Topology topology) {
    TopicNames topics = config.topics();
    ByteArraySerializer bytes = new ByteArraySerializer();
    topology.addSink(
        TopologyNames.INTAKE_DEAD_LETTERS,
        topics.deadLetters(),
        bytes,
        bytes,
        TopologyNames.PASSAGE_INTAKE,
        TopologyNames.DOCUMENT_INTAKE);
    topology.addSink(
        TopologyNames.ENCODE_DEAD_LETTERS,
        topics.deadLetters(),
        bytes,
        bytes,
        TopologyNames.ENCODE);
    topology.addSink(
        TopologyNames.ANSWER_DEAD_LETTERS,
        topics.deadLetters(),
        bytes,
        bytes,
        TopologyNames.ANSWER);
    topology.addSink(
        TopologyNames.ANSWERS,
        topics.answers(),
        bytes,
        serdes.answer().serializer(),
        TopologyNames.ANSWER);
    topology.addSink(
        TopologyNames.ANSWER_TOKENS,
        topics.answerTokens(),
        bytes,
        serdes.answerToken().serializer(),
        TopologyNames.ANSWER);
  }
}
