package io.github.refragstreams.app.console;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.RetrieverConfig;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ExpansionBudget;
import io.github.refragstreams.model.ExpansionMode;
import java.util.List;
import java.util.Optional;

/**
 * What the page has to know of the process before anything is asked.
 *
 * @param model {@code name@version} of the bundle that answers
 * @param chunkSizes values of k that it was trained for, ascending
 * @param chunkTokens k where a question does not say
 * @param mode how passages are read where a question does not say
 * @param expandFraction share of raw chunks where a question does not say
 * @param expandLeastTokens tokens that stay raw by that share at least
 * @param expandTokens most tokens that stay raw by that share
 * @param retrieves whether passages are found for questions that bring none
 * @param historyTurns most turns that a request may bring along
 * @param historyChars most characters of these turns
 * @param examples questions to begin with, which those passages answer
 */
record Settings(
    String model,
    List<Integer> chunkSizes,
    int chunkTokens,
    ExpansionMode mode,
    float expandFraction,
    int expandLeastTokens,
    int expandTokens,
    boolean retrieves,
    int historyTurns,
    int historyChars,
    List<String> examples) {
  private static final List<String> FACTBOOK =
      List.of(
          "What is the capital of Mongolia?",
          "What is the highest point of Chad?",
          "When did Ghana become independent?");

  static Settings of(AppConfig config, BundleInfo bundle, Optional<String> corpus) {
    ExpansionBudget expansion = config.topology().answer().expansion();
    boolean factbook = corpus.filter(RetrieverConfig.FACTBOOK::equals).isPresent();
    return new Settings(
        bundle.id(),
        bundle.chunkSizes(),
        bundle.defaultChunkTokens(),
        config.topology().answer().mode(),
        expansion.fraction(),
        expansion.leastTokens(),
        expansion.mostTokens(),
        corpus.isPresent(),
        config.topology().limits().historyTurns(),
        config.topology().limits().historyChars(),
        factbook ? FACTBOOK : List.of());
  }
}
