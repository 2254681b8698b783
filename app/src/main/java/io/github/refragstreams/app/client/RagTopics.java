package io.github.refragstreams.app.client;

/**
 * The topics that a client uses.
 *
 * @param queries questions
 * @param passages retrieved passages
 * @param answers answers
 * @param answerTokens pieces of answers
 * @param deadLetters what was refused
 */
public record RagTopics(
    String queries, String passages, String answers, String answerTokens, String deadLetters) {}
