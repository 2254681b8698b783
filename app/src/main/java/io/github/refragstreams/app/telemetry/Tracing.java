package io.github.refragstreams.app.telemetry;

import io.github.refragstreams.app.config.TracingConfig;
import io.github.refragstreams.model.Telemetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends the spans of a process to an OTLP receiver, where one is configured. */
public final class Tracing implements AutoCloseable {
  private static final int CLOSE_SECONDS = 5;

  private final @Nullable SdkTracerProvider provider;

  private Tracing(@Nullable SdkTracerProvider provider) {
    this.provider = provider;
  }

  /**
   * @param service what the spans say they come from
   */
  public static Tracing start(TracingConfig config, String service) {
    return new Tracing(
        config.endpoint().map(url -> provider(url, config.ratio(), service)).orElse(null));
  }

  /** What models and topology tell, to these meters and to the receiver. */
  public Telemetry with(MeterRegistry meters) {
    return provider == null
        ? Telemetry.measuring(meters)
        : new Telemetry(meters, provider.get("io.github.refragstreams"));
  }

  /** Sends what is left, for a few seconds at most. */
  @Override
  public void close() {
    if (provider != null) {
      var unused = provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static SdkTracerProvider provider(URI url, float ratio, String service) {
    Sampler share = Sampler.traceIdRatioBased(ratio);
    return SdkTracerProvider.builder()
        .setResource(
            Resource.getDefault()
                .merge(
                    Resource.create(
                        Attributes.of(AttributeKey.stringKey("service.name"), service))))
        .setSampler(Sampler.parentBasedBuilder(share).setRemoteParentSampled(share).build())
        .addSpanProcessor(
            BatchSpanProcessor.builder(
                    OtlpHttpSpanExporter.builder().setEndpoint(url.toString()).build())
                .build())
        .build();
  }
}
