package io.github.refragstreams.serde;

/** A schema registry did not do what it was asked. Messages never carry credentials. */
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the caller can do about it. */
  public enum Kind {
    /** No such schema, subject or version. */
    NOT_FOUND,
    /** The new schema is not compatible with those of its subject. */
    INCOMPATIBLE,
    /** What is kept under that id or version is no schema that Avro can read. */
    UNUSABLE,
    /** The request is wrong or not allowed (bad credentials, invalid schema): change something. */
    REFUSED,
    /**
     * Nobody answered properly, after all retries at all addresses: the same call may work later.
     */
    UNAVAILABLE
  }

  private final Kind kind;

  public RegistryException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public RegistryException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What the caller can do about it. */
  public Kind kind() {
    return kind;
  }
}
