package io.github.refragstreams.serde;

import org.apache.avro.Schema;

/**
 * A schema as a registry knows it.
 *
 * @param subject the subject it is registered under
 * @param version its version within the subject, from 1
 * @param id its id, the one that records carry; the same for all subjects that hold this schema
 * @param schema the schema itself
 */
public record RegisteredSchema(String subject, int version, int id, Schema schema) {}
