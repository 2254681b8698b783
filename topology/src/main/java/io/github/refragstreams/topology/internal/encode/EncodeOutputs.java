package io.github.refragstreams.topology.internal.encode;

import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.record.Outlet;
import io.github.refragstreams.topology.internal.refusal.DeadLetter;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.store.EncodedText;
import org.jspecify.annotations.Nullable;

/** Where a task sends what it has finished. */
final class EncodeOutputs {
  private final EncodedPassages passages;
  private final Outlet<byte[], Incoming> encoded;
  private final Outlet<byte[], byte @Nullable []> deadLetters;

  EncodeOutputs(
      EncodedPassages passages,
      Outlet<byte[], Incoming> encoded,
      Outlet<byte[], byte @Nullable []> deadLetters) {
    this.passages = passages;
    this.encoded = encoded;
    this.deadLetters = deadLetters;
  }

  void cached(Origin origin, Subject subject, EncodedText text) {
    send(origin, subject, text, true, 0);
  }

  void encoded(Origin origin, Subject subject, EncodedText text, long encodeMs) {
    send(origin, subject, text, false, encodeMs);
  }

  void refuse(Origin origin, Subject subject, UnusableRecordException why) {
    deadLetters.send(DeadLetter.of(origin, why).forSink());
    if (subject.passage() != null) {
      passOn(origin, subject.passage());
    }
  }

  /** A passage that was refused before it came here. */
  void passOn(Origin origin, RetrievedPassage refused) {
    encoded.send(passages.refused(origin, refused));
  }

  private void send(
      Origin origin, Subject subject, EncodedText text, boolean cached, long encodeMs) {
    RetrievedPassage passage = subject.passage();
    if (passage != null) {
      encoded.send(passages.encoded(origin, passage, text, cached, encodeMs));
    }
  }
}
