package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.Models;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Drain;
import io.github.refragstreams.topology.TopologyConfig;
import io.github.refragstreams.topology.TopologyNames;
import io.github.refragstreams.topology.internal.intake.CancelCheck;
import io.github.refragstreams.topology.internal.intake.QueryCheck;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.record.Outlet;
import io.github.refragstreams.topology.internal.refusal.DeadLetterOutlet;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.telemetry.TaskTelemetry;
import io.github.refragstreams.topology.internal.telemetry.TraceAttributes;
import io.github.refragstreams.topology.internal.telemetry.Traces;
import io.github.refragstreams.topology.internal.work.OpenOnce;
import io.github.refragstreams.topology.internal.work.Ticks;
import io.opentelemetry.api.common.Attributes;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Connects an {@link AnswerTask} with Kafka Streams. */
public final class AnswerProcessor implements Processor<byte[], @Nullable Incoming, Void, Void> {
  private final Models models;
  private final TopologyConfig config;
  private final EventSerdes serdes;
  private final Executor planner;
  private final LoadLevel load;
  private final Drain drain;
  private final TaskTelemetry telemetry;
  private final Children children;
  private final QueryCheck check;
  private final CancelCheck cancelCheck;

  private final OpenOnce once = new OpenOnce();

  /** Set by {@link #init} and used by its thread only, as everything in a processor. */
  private @Nullable Open open;

  /**
   * Names of the nodes behind this one.
   *
   * @param answers takes answers
   * @param tokens takes tokens
   * @param deadLetters takes what was refused
   */
  public record Children(String answers, String tokens, String deadLetters) {}

  /**
   * @param ticks end with the task
   */
  private record Open(
      ProcessorContext<Void, Void> context, AnswerTask task, AnswerOutputs outputs, Ticks ticks) {}

  /**
   * @param planner where planning and citing run
   * @param load shared by all tasks of the process
   * @param drain likewise
   */
  public AnswerProcessor(
      Models models,
      TopologyConfig config,
      EventSerdes serdes,
      Executor planner,
      LoadLevel load,
      Drain drain,
      TaskTelemetry telemetry,
      Children children) {
    this.models = models;
    this.config = config;
    this.serdes = serdes;
    this.planner = planner;
    this.load = load;
    this.drain = drain;
    this.telemetry = telemetry;
    this.children = children;
    this.check =
        new QueryCheck(
            config.limits(), config.partitions(), models.bundle(), models.decoder().maxPositions());
    this.cancelCheck = new CancelCheck(config.limits());
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    once.open();
    Work work = new Work(models, serdes, config, planner);
    AnswerOutputs outputs =
        new AnswerOutputs(
            new AnswerBuilder(models.bundle(), config.limits().passagesPerQuery()),
            new CloudEvents("/refrag-streams/" + context.applicationId()),
            new Outlet<>(context, children.answers()),
            new Outlet<>(context, children.tokens()),
            new DeadLetterOutlet(context, children.deadLetters(), config.limits()),
            telemetry,
            context::currentSystemTimeMs);
    RequestStore store =
        new RequestStore(
            context.getStateStore(TopologyNames.REQUESTS),
            context.getStateStore(TopologyNames.REQUEST_PASSAGES));
    AnswerTask task =
        new AnswerTask(
            config,
            context::currentSystemTimeMs,
            work,
            new Requests(store, work),
            new Answered(
                context.getStateStore(TopologyNames.ANSWERED), config.answer().duplicateWindow()),
            new Conversations(
                context.getStateStore(TopologyNames.CONVERSATIONS), config.conversation()),
            outputs,
            load,
            drain,
            telemetry);
    Ticks ticks = new Ticks(context, config.tick(), task::tick, task::isIdle);
    open = new Open(context, task, outputs, ticks);
  }

  @Override
  public void process(Record<byte[], @Nullable Incoming> record) {
    Open now = open;
    if (now == null) {
      throw new IllegalStateException("the processor is not open");
    }
    now.ticks.awake();
    Incoming incoming = record.value();
    if (incoming != null && incoming.event() instanceof EncodedPassage passage) {
      passage(now, record, passage, incoming.bytes());
    } else {
      query(now, record, incoming);
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

  private static void passage(
      Open now, Record<byte[], ?> record, EncodedPassage passage, byte @Nullable [] bytes) {
    Origin origin = Origin.carriedBy(record.headers());
    if (origin == null || bytes == null) {
      throw new IllegalStateException("an encoded passage without origin");
    }
    now.task.passage(origin, passage, bytes);
  }

  private void query(Open now, Record<byte[], ?> record, @Nullable Incoming incoming) {
    Origin origin =
        Origin.of(
            record,
            now.context.recordMetadata().orElseThrow(),
            incoming == null ? null : incoming.bytes());
    long arrived = now.context.currentSystemTimeMs();
    try {
      if (incoming == null) {
        now.task.cancel(cancelCheck.queryId(origin));
      } else {
        Query query = check.query(incoming, origin);
        now.task.query(origin, query);
        tell(now, origin, query, arrived);
      }
    } catch (UnusableRecordException e) {
      now.outputs.refuse(origin, e);
    }
  }

  private void tell(Open now, Origin origin, Query query, long arrived) {
    telemetry
        .traces()
        .stage(
            "intake",
            Traces.parent(origin.headers(), query.getQueryId()),
            TimeUnit.MILLISECONDS.toMicros(arrived),
            TimeUnit.MILLISECONDS.toMicros(now.context.currentSystemTimeMs()),
            Attributes.of(TraceAttributes.QUERY, query.getQueryId()));
  }
}
