package io.github.refragstreams.model;

/**
 * A file of a bundle, as its manifest has it.
 *
 * @param sha256 of its content, in hexadecimal
 */
public record BundleFile(String name, long bytes, String sha256) {}
