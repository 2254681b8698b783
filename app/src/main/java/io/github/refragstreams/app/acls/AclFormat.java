package io.github.refragstreams.app.acls;

import java.util.Locale;

/** How rights are printed. */
public enum AclFormat {
  /** Commands for Kafka's {@code kafka-acls.sh}. */
  KAFKA_ACLS,
  /** A {@code KafkaUser} of Strimzi. */
  STRIMZI,
  /** One JSON object. */
  JSON;

  /** As the command line has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
