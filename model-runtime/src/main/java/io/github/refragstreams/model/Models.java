package io.github.refragstreams.model;

/**
 * Everything that answering needs, shared by all threads of the process. The topology takes it as a
 * whole; tests fill it with deterministic fakes. Owns nothing: whoever made the parts closes them.
 */
public record Models(
    BundleInfo bundle,
    Chunker chunker,
    PassageEncoder encoder,
    AnswerPlanner planner,
    Citer citer,
    AnswerDecoder decoder) {}
