package io.github.refragstreams.topology;

import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.CitedSpan;
import io.github.refragstreams.model.Models;
import java.util.List;

/** Deterministic models; encoder and decoder do what they are told. */
public record Fakes(FakeEncoder encoder, FakeDecoder decoder, BundleInfo bundle) {
  public Fakes() {
    this(new FakeEncoder(), new FakeDecoder(), bundle("encoder-1"));
  }

  static BundleInfo bundle(String encoderId) {
    return new BundleInfo("fake", "1", encoderId, 1, List.of(2, 4), 2, false);
  }

  /** The first chunk of the first passage is cited. */
  public Models models() {
    return new Models(
        bundle,
        new Chunker(new FakeTokenizer()),
        encoder,
        new FakePlanner(),
        (plan, text) ->
            plan.passages().stream()
                .limit(1)
                .map(passage -> new CitedSpan(passage.passageId(), 0, 0, 0, 2, true))
                .toList(),
        decoder);
  }
}
