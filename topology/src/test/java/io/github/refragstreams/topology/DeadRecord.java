package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;

/** A record of the dead letters' topic. */
record DeadRecord(TestRecord<byte[], byte[]> record) {
  ErrorCode code() {
    return ErrorCode.valueOf(header(DeadLetterHeaders.CODE));
  }

  String stage() {
    return header(DeadLetterHeaders.STAGE);
  }

  String message() {
    return header(DeadLetterHeaders.MESSAGE);
  }

  String header(String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null) {
      throw new AssertionError("no header " + name + " in " + headerNames());
    }
    return new String(header.value(), UTF_8);
  }

  List<String> headerNames() {
    List<String> names = new ArrayList<>();
    record.headers().forEach(header -> names.add(header.key()));
    return names;
  }
}
