package io.github.refragstreams.topology.internal.refusal;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;

/**
 * What the cluster does not take is tried again, or ends the thread. It is no client's fault, so it
 * makes no dead letter: Kafka Streams' own handler makes one of the record that was read, also of a
 * dead letter that is too large, and sends it again and again until the stack is full.
 */
public final class UnwrittenRecordHandler implements ProductionExceptionHandler {
  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception failure) {
    return failure instanceof RetriableException ? Response.retry() : Response.fail();
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception failure,
      SerializationExceptionOrigin origin) {
    return Response.fail();
  }

  @Override
  public void configure(Map<String, ?> config) {
    // Nothing to configure.
  }
}
