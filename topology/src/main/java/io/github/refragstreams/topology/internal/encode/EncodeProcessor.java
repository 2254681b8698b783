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
import io.github.refragstreams.topology.internal.refusal.DeadLetterOutlet;
import io.github.refragstreams.topology.internal.refusal.Failures;
import io.github.refragstreams.topology.internal.telemetry.TaskTelemetry;
import io.github.refragstreams.topology.internal.work.OpenOnce;
import io.github.refragstreams.topology.internal.work.Ticks;
import org.apache.avro.specific.SpecificRecord;
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

  private final OpenOnce once = new OpenOnce();

  /** Set by {@link #init} and used by its thread only, as everything in a processor. */
  private @Nullable Open open;

  /**
   * Names of the nodes behind this one.
   *
   * @param encoded takes encoded passages
   * @param deadLetters takes what was refused
   */
  public record Children(String encoded, String deadLetters) {}

  /**
   * @param ticks end with the task
   */
  private record Open(ProcessorContext<byte[], Incoming> context, EncodeTask task, Ticks ticks) {}

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
  public void init(ProcessorContext<byte[], Incoming> context) {
    once.open();
    EncodeTask task =
        new EncodeTask(
            models,
            config,
            this::read,
            context::currentSystemTimeMs,
            new VectorCache(
                context.getStateStore(TopologyNames.CHUNK_EMBEDDINGS),
                context.getStateStore(TopologyNames.CHUNK_EMBEDDINGS_USE),
                hot,
                new VectorCache.Bounds(
                    share(config.cache().maxEntries()),
                    share(config.cache().maxBytes()),
                    config.cache().retention())),
            new PendingPassages(context.getStateStore(TopologyNames.ENCODE_PENDING)),
            new EncodeOutputs(
                new EncodedPassages(models.bundle(), models.bundle().defaultChunkTokens()),
                new Outlet<>(context, children.encoded()),
                new DeadLetterOutlet(context, children.deadLetters(), config.limits()),
                telemetry,
                context::currentSystemTimeMs),
            telemetry);
    Ticks ticks = new Ticks(context, config.tick(), task::tick, task::isIdle);
    open = new Open(context, task, ticks);
  }

  @Override
  public void process(Record<byte[], Incoming> record) {
    Open now = open;
    Origin origin = Origin.carriedBy(record.headers());
    if (now == null || origin == null) {
      throw new IllegalStateException("a record without origin, or a processor that is not open");
    }
    now.ticks.awake();
    if (Kind.of(record.headers()) == Kind.REFUSED) {
      now.task.passOn(origin, (RetrievedPassage) record.value().event());
      return;
    }
    accept(
        now.task,
        now.context.recordMetadata().orElseThrow().offset(),
        origin.withValue(record.value().bytes()),
        record.value());
  }

  private static void accept(EncodeTask task, long id, Origin origin, Incoming incoming) {
    SpecificRecord event = null;
    try {
      event = incoming.event();
      task.accept(id, origin, Subject.of(event));
    } catch (RuntimeException e) {
      if (!Failures.blamesNoRecord(e)) {
        task.giveUp(id, origin, event);
      }
      // The failure handler sends it to the dead letters.
      throw e;
    }
  }

  @Override
  public void close() {
    Open last = open;
    open = null;
    if (last != null) {
      last.ticks.close();
      last.task.close();
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
