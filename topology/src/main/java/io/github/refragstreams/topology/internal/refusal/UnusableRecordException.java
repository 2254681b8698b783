package io.github.refragstreams.topology.internal.refusal;

import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Stage;
import org.jspecify.annotations.Nullable;

/** A record goes to the dead letters. The message never holds its text. */
public final class UnusableRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Stage stage;
  private final ErrorCode code;

  public UnusableRecordException(Stage stage, ErrorCode code, String message) {
    this(stage, code, message, null);
  }

  public UnusableRecordException(
      Stage stage, ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.stage = stage;
    this.code = code;
  }

  public Stage stage() {
    return stage;
  }

  public ErrorCode code() {
    return code;
  }
}
