package io.github.refragstreams.serde;

import io.github.refragstreams.serde.internal.InMemoryRegistry;
import io.github.refragstreams.serde.internal.RestConfig;
import io.github.refragstreams.serde.internal.RestRegistry;
import java.util.List;
import java.util.Map;

/** Opens the registry that a configuration names. */
public final class SchemaRegistries {
  private static final String MOCK = "mock://";

  private SchemaRegistries() {}

  /**
   * The client for {@value EventSerdeConfig#URL}: for {@code mock://name} the registry of that name
   * in this JVM, which all callers share; else a client of the REST API at these addresses.
   *
   * @param config may hold any other keys
   * @throws org.apache.kafka.common.config.ConfigException naming key, value and expectation
   */
  public static SchemaRegistryClient open(Map<String, ?> config) {
    List<String> urls = new EventSerdeConfig(config).urls();
    if (urls.size() == 1 && urls.get(0).startsWith(MOCK)) {
      return InMemoryRegistry.named(urls.get(0).substring(MOCK.length()));
    }
    return new RestRegistry(new RestConfig(config));
  }
}
