package io.github.refragstreams.app.retriever;

import java.nio.file.Path;

/** Sentence encoders that tests open. */
public final class Encoders {
  private Encoders() {}

  /** The folder of a tiny random one, for which texts are alike that share words. */
  public static Path tiny() {
    return Path.of(
        System.getProperty("refrag.root"),
        "model-runtime",
        "src",
        "test",
        "resources",
        "sentence-encoder");
  }
}
