package io.github.refragstreams.serde;

import org.apache.avro.Schema;

/**
 * A schema registry that speaks Confluent's model: schemas with ids that never change, subjects
 * with numbered versions, compatibility levels.
 *
 * <p>Implementations promise: (1) all methods may be called by any number of threads; (2) failures
 * are {@link RegistryException}s, {@link RegistryException.Kind#NOT_FOUND} where a method says so;
 * (3) what never changes (the schema of an id, the id of a registered schema) is asked for once.
 * Schemas are compared by their text, documentation included, as the registry does it.
 */
public interface SchemaRegistryClient extends AutoCloseable {

  /**
   * Registers a schema as the newest version of a subject; does nothing when the subject has it.
   *
   * @return its id, at least 0
   * @throws RegistryException INCOMPATIBLE when the subject's level forbids it
   */
  int register(String subject, Schema schema);

  /**
   * The schema of an id.
   *
   * @throws RegistryException NOT_FOUND when no schema has this id
   */
  Schema schemaById(int id);

  /**
   * A version of a subject.
   *
   * @param version from 1
   * @throws RegistryException NOT_FOUND when there is no such subject or version
   */
  RegisteredSchema version(String subject, int version);

  /**
   * The newest version of a subject; asked for anew each time.
   *
   * @throws RegistryException NOT_FOUND when there is no such subject
   */
  RegisteredSchema latest(String subject);

  /**
   * Where a subject holds this schema.
   *
   * @throws RegistryException NOT_FOUND when there is no such subject, or it lacks this schema
   */
  RegisteredSchema lookUp(String subject, Schema schema);

  /** Whether the subject's level would let this schema in; true for a subject without versions. */
  boolean isCompatible(String subject, Schema schema);

  /** The level that holds for a subject: its own, else the global one. */
  CompatibilityLevel compatibility(String subject);

  /** Sets the level of a subject, which need not have versions yet. */
  void setCompatibility(String subject, CompatibilityLevel level);

  /** The level of subjects that have none of their own. */
  CompatibilityLevel globalCompatibility();

  /** Sets the level of subjects that have none of their own. */
  void setGlobalCompatibility(CompatibilityLevel level);

  /** Frees what the client holds; calls after it are not allowed. */
  @Override
  void close();
}
