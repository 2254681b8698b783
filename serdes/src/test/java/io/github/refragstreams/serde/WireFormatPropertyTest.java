package io.github.refragstreams.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.serde.internal.InMemoryRegistry;
import io.github.refragstreams.serde.internal.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeProperty;

class WireFormatPropertyTest {
  private static final String TOPIC = "t";

  private EventSerdes serdes = serdes();

  private static EventSerdes serdes() {
    return new EventSerdes(new InMemoryRegistry(), Map.of(EventSerdeConfig.URL, "mock://unused"));
  }

  @BeforeProperty
  void freshRegistry() {
    serdes = serdes();
  }

  @Property
  void headerIsAZeroByteAndTheIdBigEndian(@ForAll int id) {
    byte[] header = WireFormat.header(id);

    assertThat(header)
        .containsExactly(0, id >>> 24, (id >>> 16) & 0xff, (id >>> 8) & 0xff, id & 0xff);
    assertThat(WireFormat.schemaId(header)).isEqualTo(id);
  }

  @Property
  void anyEventReadsBackEqual(
      @ForAll String query, @ForAll String text, @ForAll int index, @ForAll boolean last) {
    AnswerToken event = new AnswerToken(query, "g", index, text, last);

    byte[] bytes = serdes.answerToken().serializer().serialize(TOPIC, event);

    // Lone surrogates have no UTF-8 form; they arrive as question marks.
    AnswerToken expected = new AnswerToken(utf8(query), "g", index, utf8(text), last);
    assertThat(serdes.answerToken().deserializer().deserialize(TOPIC, bytes)).isEqualTo(expected);
  }

  @Property
  void arbitraryBytesAreReadOrRefusedAsBad(@ForAll @Size(max = 64) byte[] body) {
    byte[] known = serdes.document().serializer().serialize(TOPIC, Events.document());
    byte[] bytes = Arrays.copyOf(known, 5 + body.length);
    System.arraycopy(body, 0, bytes, 5, body.length);

    try {
      Document event = serdes.document().deserializer().deserialize(TOPIC, bytes);
      assertThat(event).isNotNull();
    } catch (BadBytesException e) {
      assertThat(e.topic()).isEqualTo(TOPIC);
      assertThat(e.schemaId()).hasValue(WireFormat.schemaId(known));
    }
  }

  @Property
  void noTruncationGoesUnnoticed(@ForAll @IntRange(max = 200) int cut) {
    byte[] whole = serdes.answer().serializer().serialize(TOPIC, Events.answer());
    byte[] bytes = Arrays.copyOf(whole, Math.min(cut, whole.length - 1));

    assertThat(catchThrowable(() -> serdes.answer().deserializer().deserialize(TOPIC, bytes)))
        .isInstanceOf(BadBytesException.class);
  }

  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
