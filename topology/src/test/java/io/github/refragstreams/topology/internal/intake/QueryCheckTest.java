package io.github.refragstreams.topology.internal.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.schemas.GivenTurn;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.Samples;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class QueryCheckTest {
  private static final BundleInfo BUNDLE = new BundleInfo("b", "1", "e", 8, List.of(4), 4, false);
  private static final int TURNS = 20_000;

  /** Each takes bytes, however short it is. */
  @Test
  void takesAsManyTurnsAsTheLimitsAllow() throws IOException {
    // Given
    Limits limits =
        new Limits(256, 100, TURNS, 0, 16_000, 4_096, 1, 1, Duration.ZERO, 0, 0, 8 << 20);
    Query query =
        Samples.query("q").setHistory(Collections.nCopies(TURNS, new GivenTurn("", ""))).build();
    byte[] bytes = Query.getEncoder().encode(query).array();
    Origin origin =
        new Origin("rag.queries", 0, 0, 0, "q".getBytes(UTF_8), bytes, new RecordHeaders());
    QueryCheck check = new QueryCheck(limits, 1, BUNDLE, 1_024);
    // When
    Query checked = check.query(Incoming.of(query, bytes), origin);
    // Then
    assertThat(checked.getHistory()).hasSize(TURNS);
  }
}
