package io.github.refragstreams.topology.internal.answer;

import java.util.List;

/**
 * What a prompt is made of, besides its question.
 *
 * @param contexts passages that were there
 * @param unusable ids of passages that could not be encoded for this k
 * @param history earlier turns of the conversation
 * @param quality what the load leaves
 */
record Material(
    List<Context> contexts, List<String> unusable, History.Recalled history, Quality quality) {
  static Material of(Contexts.Found found, History.Recalled history, Quality quality) {
    return new Material(found.contexts(), found.unusable(), history, quality);
  }
}
