package io.github.refragstreams.topology.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ArrivalWhereUntoldTest {
  private final ArrivalWhereUntold extractor = new ArrivalWhereUntold();

  @Test
  void isTheRecordsTime() {
    assertThat(extractor.extract(at(99), 5)).isEqualTo(99);
  }

  @Test
  void isTheArrivalsOfARecordWithoutOne() {
    long before = System.currentTimeMillis();
    assertThat(extractor.extract(at(ConsumerRecord.NO_TIMESTAMP), 5))
        .isBetween(before, System.currentTimeMillis());
  }

  private static ConsumerRecord<Object, Object> at(long timestamp) {
    return new ConsumerRecord<>(
        "in",
        0,
        0,
        timestamp,
        TimestampType.CREATE_TIME,
        0,
        0,
        "k",
        "v",
        new RecordHeaders(),
        Optional.empty());
  }
}
