package io.github.refragstreams.topology.internal.intake;

/**
 * Names of the nodes behind an intake.
 *
 * @param toEncode takes what was accepted
 * @param deadLetters takes what was refused
 */
public record Children(String toEncode, String deadLetters) {}
