package io.github.refragstreams.app.acls;

/** Who works with the topics. Each gets what its commands need. */
public enum Role {
  /** {@code refrag run}: the topology. */
  APPLICATION,
  /** {@code refrag ask}, {@code chat} and {@code api}: asks, follows answers, sends documents. */
  CLIENT,
  /** {@code refrag console}: a client that also shows and replays what lies in the topics. */
  CONSOLE,
  /** A program that reads questions in a group and sends passages. */
  RETRIEVER,
  /** {@code refrag dead-letters}: reads refused records and sends them again. */
  OPERATOR,
  /** An autoscaler that looks at the lag of the questions, such as KEDA's. */
  SCALER,
  /** {@code refrag topics --create} and {@code refrag reset}. */
  ADMIN
}
