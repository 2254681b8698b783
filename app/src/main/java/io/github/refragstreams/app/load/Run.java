package io.github.refragstreams.app.load;

import java.util.List;

/**
 * What became of some questions.
 *
 * @param served answered ones, in the order in which they were asked
 * @param failed refused ones, and those without an answer in time
 * @param seconds from the first question to the last answer
 */
record Run(List<Served> served, int failed, double seconds) {
  double answersPerSecond() {
    return served.size() / seconds;
  }

  Percentiles firstTokenMillis() {
    return Percentiles.of(served, Served::firstTokenMillis);
  }

  Percentiles answerMillis() {
    return Percentiles.of(served, Served::answerMillis);
  }
}
