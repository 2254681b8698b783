package io.github.refragstreams.app.events;

/**
 * A header of a record.
 *
 * @param meaning what it says and when it is there, a sentence
 */
public record EventHeader(String name, String meaning) {}
