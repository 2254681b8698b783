package io.github.refragstreams.topology.internal.encode;

import io.github.refragstreams.model.Models;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.TopologyConfig;
import io.github.refragstreams.topology.TopologyNames;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Kind;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.record.Outlet;
import io.github.refragstreams.topology.internal.telemetry.TaskTelemetry;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Connects an {@link EncodeTask} with Kafka Streams. */
public final class EncodeProcessor implements Processor<byte[], Incoming, byte[], Incoming> {
  private final Models models;
  private final HotVectors hot;
  private final TopologyConfig config;
  private final EventSerdes serdes;
  private final TaskTelemetry telemetry;
  private final Children children;
  private @Nullable ProcessorContext<byte[], Incoming> context;

  /** A new one each time the processor is opened: what is late for the old one is dropped. */
  private @Nullable EncodeTask task;

  /**
   * Names of the nodes behind this one.
   *
   * @param encoded takes encoded passages
   * @param deadLetters takes what was refused
   */
  public record Children(String encoded, String deadLetters) {}

  /**
   * @param hot shared by all tasks
   */
  public EncodeProcessor(
      Models models,
      HotVectors hot,
      TopologyConfig config,
      EventSerdes serdes,
      TaskTelemetry telemetry,
      Children children) {
    this.models = models;
    this.hot = hot;
    this.config = config;
    this.serdes = serdes;
    this.telemetry = telemetry;
    this.children = children;
  }

  @Override
  public void init(ProcessorContext<byte[], Incoming> opened) {
    context = opened;
    EncodeTask fresh =
        new EncodeTask(
            models,
            config,
            this::read,
            opened::currentSystemTimeMs,
            new VectorCache(
                opened.getStateStore(TopologyNames.CHUNK_EMBEDDINGS),
                opened.getStateStore(TopologyNames.CHUNK_EMBEDDINGS_USE),
                hot,
                new VectorCache.Bounds(
                    share(config.cache().maxEntries()),
                    share(config.cache().maxBytes()),
                    config.cache().retention())),
            new PendingPassages(opened.getStateStore(TopologyNames.ENCODE_PENDING)),
            new EncodeOutputs(
                new EncodedPassages(models.bundle(), models.bundle().defaultChunkTokens()),
                new Outlet<>(opened, children.encoded()),
                new Outlet<>(opened, children.deadLetters()),
                telemetry,
                opened::currentSystemTimeMs),
            telemetry);
    task = fresh;
    opened.schedule(config.tick(), PunctuationType.WALL_CLOCK_TIME, now -> fresh.tick());
  }

  @Override
  public void process(Record<byte[], Incoming> record) {
    ProcessorContext<byte[], Incoming> opened = context;
    EncodeTask current = task;
    Origin origin = Origin.carriedBy(record.headers());
    if (opened == null || current == null || origin == null) {
      throw new IllegalStateException("a record without origin, or a processor that is not open");
    }
    if (Kind.of(record.headers()) == Kind.REFUSED) {
      current.passOn(origin, (RetrievedPassage) record.value().event());
      return;
    }
    current.accept(
        opened.recordMetadata().orElseThrow().offset(),
        origin.withValue(record.value().bytes()),
        Subject.of(record.value().event()));
  }

  @Override
  public void close() {
    if (task != null) {
      task.close();
    }
  }

  private Subject read(Origin origin) {
    boolean document = origin.topic().equals(config.topics().documents());
    return Subject.of(
        (document ? serdes.document() : serdes.passage())
            .deserializer()
            .deserialize(origin.topic(), origin.value()));
  }

  /** Each partition's share of what all of them may hold. */
  private long share(long all) {
    return Math.max(1, all / config.partitions());
  }
}
