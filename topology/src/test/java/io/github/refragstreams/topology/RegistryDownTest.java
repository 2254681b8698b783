package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.serde.RegistryUnavailableException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

/** A registry that is down blames no record: the thread stops, and reads it again later. */
class RegistryDownTest {

  @Test
  void stopsTheThreadInsteadOfSkippingRecords() {
    // Given: nobody listens on this port
    EventSerdes serdes = new EventSerdes(Map.of(EventSerdeConfig.URL, "http://127.0.0.1:1"));
    try (TopologyFixture fixture =
        new TopologyFixture(TopologyFixture.testConfig(), new Fakes(), serdes)) {
      byte[] written = ByteBuffer.allocate(9).put((byte) 0).putInt(1).array();
      // Then
      assertThatThrownBy(() -> fixture.rawQuery(null, written, new RecordHeaders()))
          .isInstanceOf(StreamsException.class)
          .hasCauseInstanceOf(RegistryUnavailableException.class);
    }
  }
}
