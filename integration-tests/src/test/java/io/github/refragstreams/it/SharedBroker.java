package io.github.refragstreams.it;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One broker for all tests: it starts with the first, and stops after the last. */
final class SharedBroker implements ParameterResolver {
  private record Running(EmbeddedKafka kafka) implements AutoCloseable {
    @Override
    public void close() {
      kafka.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == EmbeddedKafka.class;
  }

  @Override
  public EmbeddedKafka resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return test.getRoot()
        .getStore(Namespace.create(SharedBroker.class))
        .getOrComputeIfAbsent(
            Running.class, type -> new Running(EmbeddedKafka.start(0)), Running.class)
        .kafka();
  }
}
