package io.github.refragstreams.topology.internal.telemetry;

import io.opentelemetry.api.common.AttributeKey;

/** Attributes of spans: ids, names and numbers, never text of a record. */
public final class TraceAttributes {
  public static final AttributeKey<String> QUERY = AttributeKey.stringKey("refrag.query.id");
  public static final AttributeKey<String> GENERATION =
      AttributeKey.stringKey("refrag.generation.id");
  public static final AttributeKey<Boolean> CACHED = AttributeKey.booleanKey("refrag.cached");
  public static final AttributeKey<Long> PASSAGES = AttributeKey.longKey("refrag.passages");
  public static final AttributeKey<String> MODE = AttributeKey.stringKey("refrag.mode");
  public static final AttributeKey<Long> LOAD_LEVEL = AttributeKey.longKey("refrag.load.level");
  public static final AttributeKey<Long> POSITIONS =
      AttributeKey.longKey("refrag.prompt.positions");
  public static final AttributeKey<Long> TOKENS = AttributeKey.longKey("refrag.answer.tokens");
  public static final AttributeKey<String> ERROR_CODE = AttributeKey.stringKey("refrag.error.code");

  private TraceAttributes() {}
}
