package io.github.refragstreams.serde;

import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/** An example of an event with its topic and its serde. */
record EventCase<T extends SpecificRecord>(
    String topic, T value, Function<EventSerdes, Serde<T>> of) {

  /** One of each event. */
  static Stream<EventCase<?>> all() {
    return Stream.of(
        new EventCase<>("rag.queries", Events.query(), EventSerdes::query),
        new EventCase<>("rag.passages", Events.passage(), EventSerdes::passage),
        new EventCase<>("rag.documents", Events.document(), EventSerdes::document),
        new EventCase<>("rag.answers", Events.answer(), EventSerdes::answer),
        new EventCase<>("rag.answer-tokens", Events.answerToken(), EventSerdes::answerToken),
        new EventCase<>("encoded", Events.encodedPassage(), EventSerdes::encodedPassage));
  }

  Serde<T> serde(EventSerdes serdes) {
    return of.apply(serdes);
  }

  @Override
  public String toString() {
    return value.getSchema().getName();
  }
}
