package io.github.refragstreams.topology.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.topology.Drain;
import org.junit.jupiter.api.Test;

/** Places are bounded in number and bytes, and are given back when a generation has ended. */
final class PlacesTest {
  private final Drain drain = new Drain();
  private final Places places = new Places(2, 100, drain);

  @Test
  void asManyAsThereAreAreTaken() {
    Request first = request("a", 10);
    places.take(first);
    assertThat(places.isFree()).isTrue();
    places.take(request("b", 10));
    assertThat(places.isFree()).isFalse();
    places.leave(first);
    assertThat(places.isFree()).isTrue();
    assertThat(places.generating()).isEqualTo(1);
  }

  @Test
  void whatIsTooLargeWaitsUnlessItIsAlone() {
    Request large = request("large", 101);
    assertThat(places.hasRoomFor(large)).isTrue();
    Request small = request("small", 40);
    places.take(small);
    assertThat(places.hasRoomFor(large)).isFalse();
    assertThat(places.hasRoomFor(request("fits", 60))).isTrue();
    assertThat(places.hasRoomFor(request("does not", 61))).isFalse();
    places.leave(small);
    assertThat(places.hasRoomFor(large)).isTrue();
  }

  @Test
  void aCancelledOneKeepsItsPlaceAndItsBytesUntilItHasEnded() {
    Request cancelled = request("a", 90);
    places.take(cancelled);
    places.cancelled(cancelled, "g1");
    assertThat(places.generating()).isZero();
    assertThat(places.stopping()).isEqualTo(1);
    assertThat(places.taken()).isEqualTo(1);
    assertThat(places.hasRoomFor(request("b", 20))).isFalse();
    assertThat(places.stopped(new Outcome.Token("a", "g1", 0, "t"))).isFalse();
    assertThat(places.stopped(failed("g2"))).isFalse();
    assertThat(places.stopped(failed("g1"))).isTrue();
    assertThat(places.stopped(failed("g1"))).isFalse();
    assertThat(places.taken()).isZero();
    assertThat(drain.generating()).isZero();
    places.take(request("b", 20));
    assertThat(places.hasRoomFor(request("c", 80))).isTrue();
  }

  @Test
  void leavingTwiceGivesBackOnce() {
    Request first = request("a", 60);
    places.take(first);
    places.take(request("b", 40));
    places.leave(first);
    places.leave(first);
    assertThat(places.hasRoomFor(request("c", 61))).isFalse();
    assertThat(places.hasRoomFor(request("c", 60))).isTrue();
  }

  @Test
  void hasNoneOnceADrainHasBegunAndGivesBackAllWhenItIsClosed() {
    places.take(request("a", 60));
    drain.begin();
    assertThat(places.isFree()).isFalse();
    assertThat(drain.generating()).isEqualTo(1);
    places.close();
    assertThat(drain.generating()).isZero();
  }

  private static Outcome failed(String generationId) {
    return new Outcome.Failed("a", generationId, new IllegalStateException("over"));
  }

  private static Request request(String id, int bytes) {
    Request request = new Request(id, 0);
    request.add("p", 0, bytes);
    return request;
  }
}
