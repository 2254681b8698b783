package io.github.refragstreams.topology.internal.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.internal.record.TextHash;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of the stages that a record goes through. A span is made when its stage is over:
 * nothing has to be kept open in a store or across threads, and a crash loses no more than the
 * spans of the stage that is repeated. Its parent is what the headers of the client's record say.
 */
public final class Traces {
  private static final HeaderGetter GETTER = new HeaderGetter();

  private final Tracer tracer;

  Traces(Tracer tracer) {
    this.tracer = tracer;
  }

  /**
   * What spans of a record belong to: its {@code traceparent}, or, where it has none, a trace that
   * follows from the id: a query and its passages are in one trace, whoever works on them.
   *
   * @param id of the query, or of the document
   */
  public static Context parent(Headers headers, String id) {
    Context told = W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, GETTER);
    return Span.fromContext(told).getSpanContext().isValid()
        ? told
        : Context.root().with(Span.wrap(contextOf(id)));
  }

  /** The id that {@link #parent} wants of an event. */
  public static String id(SpecificRecord event) {
    if (event instanceof Query query) {
      return query.getQueryId();
    }
    if (event instanceof RetrievedPassage passage) {
      return passage.getQueryId();
    }
    if (event instanceof EncodedPassage encoded) {
      return encoded.getPassage().getQueryId();
    }
    return ((Document) event).getDocumentId();
  }

  /**
   * A stage is over.
   *
   * @param startMicros microseconds since 1970
   * @param endMicros the same; not before the start
   */
  public void stage(
      String name, Context parent, long startMicros, long endMicros, Attributes attributes) {
    span(name, parent, startMicros, attributes)
        .end(Math.max(startMicros, endMicros), TimeUnit.MICROSECONDS);
  }

  /** A record was refused; nothing is told of records whose headers name no trace. */
  public void refused(Headers headers, ErrorCode code, long millis) {
    Context told = W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, GETTER);
    if (Span.fromContext(told).getSpanContext().isValid()) {
      long micros = TimeUnit.MILLISECONDS.toMicros(millis);
      span("refuse", told, micros, Attributes.of(TraceAttributes.ERROR_CODE, code.name()))
          .setStatus(StatusCode.ERROR, code.name())
          .end(micros, TimeUnit.MICROSECONDS);
    }
  }

  private Span span(String name, Context parent, long startMicros, Attributes attributes) {
    return tracer
        .spanBuilder(name)
        .setParent(parent)
        .setStartTimestamp(startMicros, TimeUnit.MICROSECONDS)
        .setAllAttributes(attributes)
        .startSpan();
  }

  private static SpanContext contextOf(String id) {
    byte[] hash = TextHash.of(id);
    HexFormat hex = HexFormat.of();
    return SpanContext.createFromRemoteParent(
        hex.formatHex(Arrays.copyOf(hash, 16)),
        hex.formatHex(Arrays.copyOfRange(hash, 16, 24)),
        TraceFlags.getSampled(),
        TraceState.getDefault());
  }

  private static final class HeaderGetter implements TextMapGetter<Headers> {
    @Override
    public Iterable<String> keys(Headers headers) {
      return StreamSupport.stream(headers.spliterator(), false).map(Header::key).toList();
    }

    @Override
    public @Nullable String get(@Nullable Headers headers, String name) {
      Header header = headers == null ? null : headers.lastHeader(name);
      return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
  }
}
