package io.github.refragstreams.topology.internal.record;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * A record's time, or that of its arrival where a client gave none: brokers take such records, and
 * Kafka's own extractor would end the thread at one, again and again.
 */
public final class ArrivalWhereUntold implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return record.timestamp() < 0 ? System.currentTimeMillis() : record.timestamp();
  }
}
