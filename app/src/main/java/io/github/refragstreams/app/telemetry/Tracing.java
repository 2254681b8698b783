package io.github.refragstreams.app.telemetry;

import io.github.refragstreams.app.config.TracingConfig;
import io.github.refragstreams.model.Telemetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps the last spans of a process, and sends all to an OTLP receiver where one is configured. */
public final class Tracing implements AutoCloseable {
  private static final int CLOSE_SECONDS = 5;

  private final RecentSpans recent;
  private final @Nullable SdkTracerProvider provider;

  private Tracing(RecentSpans recent, @Nullable SdkTracerProvider provider) {
    this.recent = recent;
    this.provider = provider;
  }

  /**
   * @param service what the spans say they come from
   */
  public static Tracing start(TracingConfig config, String service) {
    RecentSpans recent = new RecentSpans(config.recentSpans());
    boolean looked = config.recentSpans() > 0 || config.endpoint().isPresent();
    return new Tracing(recent, looked ? provider(config, service, recent) : null);
  }

  /** What models and topology tell, to these meters and in spans. */
  public Telemetry with(MeterRegistry meters) {
    return provider == null
        ? Telemetry.measuring(meters)
        : new Telemetry(meters, provider.get("io.github.refragstreams"));
  }

  /** The last ones. */
  public RecentSpans recent() {
    return recent;
  }

  /** Sends what is left, for a few seconds at most. */
  @Override
  public void close() {
    if (provider != null) {
      var unused = provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static SdkTracerProvider provider(
      TracingConfig config, String service, RecentSpans recent) {
    SdkTracerProviderBuilder provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.create(
                            Attributes.of(AttributeKey.stringKey("service.name"), service))))
            .setSampler(sampler(config.ratio()))
            .addSpanProcessor(recent);
    config
        .endpoint()
        .map(url -> OtlpHttpSpanExporter.builder().setEndpoint(url.toString()).build())
        .map(exporter -> BatchSpanProcessor.builder(exporter).build())
        .ifPresent(provider::addSpanProcessor);
    return provider.build();
  }

  /** Of the traces that clients sample, this share. */
  private static Sampler sampler(float ratio) {
    Sampler share = ratio < 1 ? Sampler.traceIdRatioBased(ratio) : Sampler.alwaysOn();
    return Sampler.parentBasedBuilder(share).setRemoteParentSampled(share).build();
  }
}
