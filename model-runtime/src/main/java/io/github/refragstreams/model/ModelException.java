package io.github.refragstreams.model;

/** A model could not do its work. Messages never carry text of questions, passages or answers. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whose fault it is, hence what the caller does next. */
  public enum Kind {
    /** This input can never work: isolate it. */
    INPUT,
    /** The same input may work later: retry with back-off. */
    TRANSIENT,
    /** The model has as much to do as it takes: the same input works when there is room. */
    BUSY,
    /** The model itself is broken (not loaded, out of memory): no input is to blame. */
    MODEL
  }

  private final Kind kind;

  public ModelException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ModelException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Whose fault it is. */
  public Kind kind() {
    return kind;
  }
}
